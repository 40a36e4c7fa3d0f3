"""The JupyterLab page, as its user sees it: the demo, several kernels, errors, endurance."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import BrowserContext

from e2e.notebook import CellResult, Lab, Notebook
from e2e.stacks import RunningStack
from spark.ports import free_ports

MANY_CELLS = 100
LONG_ERROR_CHARACTERS = 400_000
"""Long enough that a page which reads a kernel's answer while it is being written gets a part."""

HANGING_CELL_S = 60.0
PAGE_SCHEMES = {"blob", "data"}
LONGEST_SENTENCE = 400

CONNECT = """\
import pyspark_connect_web as pcw
pcw.install()
from pyspark.sql import SparkSession
spark = SparkSession.builder.remote("{remote}").getOrCreate()
"""
COLLECT = "[row.id for row in spark.range(3).collect()]"


@pytest.fixture(scope="module")
def requests(context: BrowserContext) -> list[str]:
    """The address of every request that this module's pages and their workers make."""
    urls: list[str] = []
    context.on("request", lambda request: urls.append(request.url))
    return urls


@pytest.fixture(scope="module")
def lab(context: BrowserContext, stack: RunningStack, requests: list[str]) -> Iterator[Lab]:
    """JupyterLab, as the bare address of the site opens it."""
    lab = Lab.open(context, stack.site_url)
    yield lab
    lab.page.close()


@pytest.fixture(scope="module")
def demo(lab: Lab) -> Notebook:
    """The demo notebook with an idle kernel."""
    notebook = lab.notebook
    notebook.wait_until_idle()
    return notebook


@pytest.fixture(scope="module")
def demo_cells(demo: Notebook) -> list[CellResult]:
    """The cells of the demo notebook after "Run All Cells"."""
    return demo.run_all()


@pytest.fixture(scope="module")
def second(lab: Lab, demo_cells: list[CellResult], stack: RunningStack) -> Notebook:
    """Another notebook, beside the demo, connected through the other endpoint."""
    notebook = lab.new_notebook()
    connected = notebook.run_cell(CONNECT.format(remote=stack.grpcweb_remote))
    assert connected.error is None
    return notebook


def cell_with(cells: list[CellResult], source: str) -> CellResult:
    found = [cell for cell in cells if source in cell.source]
    assert len(found) == 1, f"{source!r} is in {len(found)} of the {len(cells)} cells that ran"
    return found[0]


def test_the_site_opens_on_the_demo_notebook(lab: Lab, demo: Notebook) -> None:
    assert lab.page.title().startswith("demo.ipynb")


def test_every_cell_of_the_demo_runs_without_an_error(demo_cells: list[CellResult]) -> None:
    assert [cell.error for cell in demo_cells if cell.error] == []
    assert [cell.number for cell in demo_cells] == list(range(1, len(demo_cells) + 1))


def test_the_demo_shows_rows(demo_cells: list[CellResult]) -> None:
    collected = cell_with(demo_cells, "range(10).collect()")
    assert [f"Row(id={number})" in collected.text for number in range(10)] == [True] * 10
    assert "only showing top 5 rows" in cell_with(demo_cells, "trips.show(5)").text


def test_the_demo_shows_a_pandas_table(demo_cells: list[CellResult]) -> None:
    table = cell_with(demo_cells, "by_city.toPandas()").html
    assert "<table" in table
    assert [city in table for city in ("Berlin", "Lyon", "Osaka")] == [True] * 3


def test_the_demo_shows_a_plot(demo_cells: list[CellResult]) -> None:
    [(width, height)] = cell_with(demo_cells, "plt.show()").images
    assert width > 100
    assert height > 100


def test_page_and_kernel_are_isolated(demo: Notebook, demo_cells: list[CellResult]) -> None:
    assert demo.page.evaluate("crossOriginIsolated") is True
    assert demo.run_cell("js.crossOriginIsolated").text == "True"


def test_the_demo_asks_no_other_origin(
    requests: list[str], demo_cells: list[CellResult], stack: RunningStack
) -> None:
    asked = {urlsplit(url) for url in requests}
    own = urlsplit(stack.site_url).netloc
    assert {url.netloc for url in asked if url.scheme not in PAGE_SCHEMES} == {own}
    paths = " ".join(url.path for url in asked)
    assert "SparkConnectService/ExecutePlan" in paths, "the listener hears the I/O worker"
    assert "/pyodide/pandas-" in paths, "the listener hears the kernel"


def test_the_page_shows_no_toast_and_logs_no_error(lab: Lab, demo_cells: list[CellResult]) -> None:
    assert lab.toasts() == []
    assert [text for text in lab.messages if not text.startswith("warning: ")] == []


@pytest.mark.any_stack
def test_a_second_notebook_has_a_kernel_of_its_own(second: Notebook, demo: Notebook) -> None:
    assert second.run_cell(COLLECT).text == "[0, 1, 2]"
    assert "NameError" in str(second.run_cell("by_city").error)
    assert demo.run_cell("by_city.count()").text == "3"
    assert second.run_cell("spark.range(5).count()").text == "5"


@pytest.mark.any_stack
def test_two_kernels_block_at_the_same_time(second: Notebook, demo: Notebook) -> None:
    slow = (
        'spark.range(1).selectExpr(\'java_method("java.lang.Thread", "sleep", 1500L)\').collect()'
    )
    waiting = second.start_cell(slow)
    assert demo.run_cell("spark.range(7).count()").text == "7"
    assert second.finish_cell(waiting).number is not None


@pytest.mark.any_stack
def test_an_analysis_error_is_shown_with_its_condition(second: Notebook) -> None:
    error = str(second.run_cell("spark.table('no_such_table').collect()").error)
    assert "AnalysisException: [TABLE_OR_VIEW_NOT_FOUND]" in error
    assert "`no_such_table`" in error
    assert second.run_cell(COLLECT).text == "[0, 1, 2]"


@pytest.mark.any_stack
def test_a_wrong_port_is_one_sentence_and_no_traceback(second: Notebook) -> None:
    [port] = free_ports(1)
    remote = f"sc://localhost:{port}/;transport=grpcweb"
    collect = f"SparkSession.builder.remote('{remote}').create().range(1).collect()"
    error = str(second.run_cell(collect).error)
    assert f"Nothing answers at http://localhost:{port}" in error
    assert "Traceback" not in error
    assert len(error.splitlines()) == 1
    assert len(error) < LONGEST_SENTENCE
    assert second.run_cell(COLLECT).text == "[0, 1, 2]"


@pytest.mark.any_stack
def test_a_hundred_cells_in_a_row_all_end(second: Notebook) -> None:
    for number in range(0, MANY_CELLS, 5):
        count = second.run_cell(f"spark.range({number}).count()", HANGING_CELL_S)
        assert count.text == str(number)
        long = second.run_cell(f"raise ValueError('x' * {LONG_ERROR_CHARACTERS})", HANGING_CELL_S)
        assert str(long.error).endswith("x")
        for source in ("print('printed')", "'returned'", "import os"):
            assert second.run_cell(source, HANGING_CELL_S).error is None


@pytest.mark.any_stack
def test_a_restarted_kernel_connects_and_collects_again(
    second: Notebook, stack: RunningStack
) -> None:
    second.restart_kernel()
    assert "NameError" in str(second.run_cell("spark").error)
    connected = second.run_cell(CONNECT.format(remote=stack.grpcweb_remote) + COLLECT)
    assert connected.error is None
    assert connected.text == "[0, 1, 2]"
