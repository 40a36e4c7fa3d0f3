"""A data person's day: notebooks in the real JupyterLab, one with PySpark, one without."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext

from e2e.notebook import Lab, Notebook
from e2e.stacks import RunningStack

HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What Spark a notebook talks to makes no difference to a day in it."""
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.any_stack)


CONNECT = """\
import pyspark_connect_web as pcw
spark = pcw.session()
"""


@pytest.fixture(scope="module")
def lab(context: BrowserContext, stack: RunningStack) -> Iterator[Lab]:
    lab = Lab.open(context, stack.site_url, "lab/index.html")
    yield lab
    lab.page.close()


@pytest.fixture(scope="module")
def notebook(lab: Lab) -> Notebook:
    """A notebook with a session called ``spark``."""
    notebook = lab.new_notebook()
    notebook.wait_until_idle()
    assert notebook.run_cell(CONNECT).error is None
    return notebook


@pytest.fixture(scope="module")
def plain(lab: Lab) -> Notebook:
    """A notebook of the same site that never called ``install()``: what PySpark has no part in is
    compared with it.
    """
    notebook = lab.new_notebook()
    notebook.wait_until_idle()
    return notebook
