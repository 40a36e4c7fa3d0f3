"""Two notebooks with PySpark at once: data of their own, files in common."""

from __future__ import annotations

import pytest

from e2e.conftest import CONNECT
from e2e.notebook import Lab, Notebook


@pytest.fixture(scope="module")
def other(lab: Lab, notebook: Notebook) -> Notebook:
    """A second notebook with a session of its own."""
    other = lab.new_notebook()
    other.wait_until_idle()
    assert other.run_cell(CONNECT).error is None
    return other


def test_a_view_of_one_name_is_another_in_each_notebook(
    notebook: Notebook, other: Notebook
) -> None:
    for one, rows in ((notebook, 3), (other, 5)):
        made = f"spark.range({rows}).createOrReplaceTempView('mine')"
        assert one.run_cell(made).error is None
    for one, rows in ((notebook, "3"), (other, "5"), (notebook, "3")):
        assert one.run_cell("spark.table('mine').count()").text == rows


def test_configuration_of_one_notebook_is_not_the_others(
    notebook: Notebook, other: Notebook
) -> None:
    key = "'spark.sql.session.timeZone'"
    before = other.run_cell(f"spark.conf.get({key})").text
    assert notebook.run_cell(f"spark.conf.set({key}, 'Asia/Tokyo')").error is None
    assert "Asia/Tokyo" in notebook.run_cell(f"spark.conf.get({key})").text
    assert other.run_cell(f"spark.conf.get({key})").text == before


def test_a_file_of_one_notebook_is_read_by_the_other(notebook: Notebook, other: Notebook) -> None:
    rows = "[row.id for row in spark.range(4).collect()]"
    written = f"import json, pathlib; pathlib.Path('shared.json').write_text(json.dumps({rows}))"
    assert notebook.run_cell(written).error is None
    assert other.run_cell("print(open('shared.json').read())").text == "[0, 1, 2, 3]"


def test_a_module_of_one_notebook_is_imported_by_the_other(
    notebook: Notebook, other: Notebook
) -> None:
    source = "%%writefile shared_module.py\ndef rows(spark):\n    return spark.range(6).count()"
    assert notebook.run_cell(source).error is None
    # The drive's folders have no time of change by which Python would see the new file.
    imported = "import importlib; importlib.invalidate_caches(); import shared_module"
    shown = other.run_cell(f"{imported}\nshared_module.rows(spark)")
    assert (shown.error, shown.text) == (None, "6")


def test_a_stopped_session_is_not_the_others(notebook: Notebook, other: Notebook) -> None:
    assert notebook.run_cell("spark.stop()").error is None
    assert other.run_cell("spark.range(2).count()").text == "2"
