"""A folder of notebooks that is mounted, not built in: what the file browser makes of it."""

from __future__ import annotations

import json
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.parse import quote

import pytest
from playwright.sync_api import BrowserContext

from e2e.notebook import Lab
from e2e.stacks import Stack

KERNEL = {"kernelspec": {"name": "python", "display_name": "Python (Pyodide)"}}
NOTEBOOK: dict[str, Any] = {"cells": [], "metadata": KERNEL, "nbformat": 4, "nbformat_minor": 5}
REFUSED = {400, 404}
"""By Envoy, which takes no written slashes, and by the site."""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """As a host has it: readable by the web server's user, who is another one."""
    top = tmp_path_factory.mktemp("mounted")
    for parent in top.parents[:2]:
        parent.chmod(0o755)
    (top / "week 1").mkdir()
    (top / "week 1" / "größen.ipynb").write_text(json.dumps(NOTEBOOK))
    (top / "rows.csv").write_text("a,b\n1,2\n")
    (top / ".secret").write_text("x")
    (top / "link").symlink_to("/etc")
    (top / "passwd").symlink_to("/etc/passwd")
    top.chmod(0o755)
    return top


@pytest.fixture(scope="module")
def stack(make_stack: Callable[..., Stack], folder: Path) -> Iterator[Stack]:
    """Without a Spark: these notebooks ask none."""
    stack = make_stack(PCW_NOTEBOOKS=str(folder))
    for service in (stack.site, stack.envoy):
        service.start()
        service.wait_healthy()
    yield stack
    stack.down()


def names(lab: Lab) -> list[str]:
    return lab.page.locator(".jp-DirListing-itemText").all_inner_texts()


def listed(stack: Stack, path: str = "") -> list[str]:
    with urllib.request.urlopen(f"{stack.site_url}api/contents/{quote(path)}all.json") as answer:
        return [entry["name"] for entry in json.load(answer)["content"]]


def status(stack: Stack, path: str) -> int:
    try:
        with urllib.request.urlopen(f"{stack.site_url}{path}") as answer:
            return int(answer.status)
    except HTTPError as error:
        return error.code


def test_the_file_browser_lists_it_and_opens_what_is_in_it(
    context: BrowserContext, stack: Stack
) -> None:
    lab = Lab.open(context, stack.site_url, "lab/index.html")
    listing = lab.page.locator(".jp-DirListing-content")
    listing.get_by_text("notebooks", exact=True).dblclick()
    listing.get_by_text("rows.csv", exact=True).wait_for()
    assert not {".secret", "link", "passwd"} & set(names(lab))
    listing.get_by_text("week 1", exact=True).dblclick()
    listing.get_by_text("größen.ipynb", exact=True).dblclick()
    notebook = lab.notebook
    notebook.wait_until_idle()
    read = notebook.run_cell("import pandas as pd\npd.read_csv('/drive/notebooks/rows.csv').b[0]")
    assert read.error is None
    assert "2" in read.text
    lab.page.close()


def test_what_is_added_is_listed_without_a_restart(stack: Stack, folder: Path) -> None:
    assert listed(stack, "notebooks/") == ["rows.csv", "week 1"]
    (folder / "later.ipynb").write_text(json.dumps(NOTEBOOK))
    assert "later.ipynb" in listed(stack, "notebooks/")
    assert listed(stack, "notebooks/week 1/") == ["größen.ipynb"]
    assert "demo.ipynb" in listed(stack)


@pytest.mark.parametrize(
    "path",
    [
        "files/notebooks/passwd",
        "files/notebooks/link/passwd",
        "files/notebooks/.secret",
        "files/notebooks/..%2f..%2fetc/passwd",
        "api/contents/notebooks/link/all.json",
        "api/contents/notebooks/..%2f..%2fetc/all.json",
    ],
)
def test_nothing_outside_of_it_is_served(stack: Stack, path: str) -> None:
    assert status(stack, path) in REFUSED
    assert status(stack, "files/notebooks/rows.csv") not in REFUSED
