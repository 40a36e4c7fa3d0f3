"""The cells of docs/recipes.md, run in the order of the page, in a notebook of JupyterLab."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from e2e.notebook import CellResult, Notebook

pytestmark = pytest.mark.any_stack

PAGE = Path(__file__).parents[1] / "docs" / "recipes.md"
CELLS = re.compile(r"^```(?P<language>\w*)\n(?P<source>.*?)^```", re.MULTILINE | re.DOTALL)
SECTION = re.compile(r"^## (.+)$", re.MULTILINE)
ELSEWHERE = {"Use another Spark"}
"""Sections about a server that the tests do not have."""

# What the page's reader has already: a file beside the notebook, and a variable.
BEFORE = """
from pathlib import Path

Path("sales.csv").write_text("city,amount\\nBerlin,3\\nLyon,5\\nBerlin,8\\nOsaka,1\\n")
least = 2
"""


def cells() -> list[tuple[str, str]]:
    """Section and source of each cell, of Python or of SQL."""
    found, text = [], PAGE.read_text("utf-8")
    for block in CELLS.finditer(text):
        section = SECTION.findall(text[: block.start()])[-1:] or ["Before all"]
        if block["language"] == "python" or block["source"].startswith("%%sql"):
            found.append((section[0], block["source"].strip()))
    return [(section, source) for section, source in found if section not in ELSEWHERE]


@pytest.fixture(scope="module")
def results(plain: Notebook) -> dict[str, CellResult]:
    assert plain.run_cell(BEFORE).error is None
    return {section: plain.run_cell(source) for section, source in cells()}


@pytest.mark.parametrize("section", [section for section, _ in cells()])
def test_a_recipe_runs_as_it_is_written(results: dict[str, CellResult], section: str) -> None:
    assert results[section].error is None


def test_they_show_what_they_promise(results: dict[str, CellResult]) -> None:
    assert "Berlin" in results["Write SQL in a cell"].html
    assert "HELLO!" in results["Run Python on the server"].text
    assert results["Draw a chart"].outputs
    assert results["Let a slider ask Spark"].outputs
