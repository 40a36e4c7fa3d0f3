"""Interrupt ends the cell at once and the query on the server, and harms nothing else."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from e2e.harness import Harness, PythonError
from e2e.notebook import Lab, Notebook
from e2e.server_side import CANCELLED, RUNNING, await_rest, await_work, operations, watcher
from e2e.stacks import Stack
from e2e.waiting import until

pytestmark = pytest.mark.any_stack

LONG = "spark.range(10**12).selectExpr('sum(hash(id))').collect()"
SEVERAL = 5

CONNECT = """\
import asyncio
import pyspark_connect_web as pcw
pcw.install()
from pyspark.sql import SparkSession
spark = SparkSession.builder.remote("{remote}").getOrCreate()
"""

LONG_UPLOAD = """\
import time
from pyspark.sql.connect.proto import AddArtifactsRequest
def requests():
    print("uploading", flush=True)
    for _ in range(200):
        time.sleep(0.05)
        yield AddArtifactsRequest(session_id="x" * 2**20)
spark.client._stub.AddArtifacts(requests())
"""


def interrupted(harness: Harness, presses: int = 1) -> None:
    """Interrupt the running cell, and see it end by that."""
    harness.interrupt(presses)
    with pytest.raises(PythonError) as caught:
        harness.finish()
    assert str(caught.value).rstrip().endswith("KeyboardInterrupt")


def sent(harness: Harness, source: str) -> None:
    """Start a cell, and return when its query has left the tab."""
    with harness.page.expect_request(lambda request: request.url.endswith("/ExecutePlan")):
        harness.start(source)


def answering(harness: Harness, source: str) -> None:
    """Start a cell, and return when the server has begun to answer its query."""
    with harness.page.expect_response(lambda response: response.url.endswith("/ExecutePlan")):
        harness.start(source)


@pytest.mark.parametrize("begin", [sent, answering])
def test_an_interrupt_ends_the_cell_and_the_next_query_works(
    harness: Harness, begin: Callable[[Harness, str], None]
) -> None:
    for _ in range(SEVERAL):
        begin(harness, LONG)
        interrupted(harness)
        assert harness.call("spark.range(3).count()") == 3


@pytest.mark.parametrize("presses", [1, 2, 5])
def test_an_interrupt_ends_the_query_on_the_server(
    harness: Harness, quiet: Stack, presses: int
) -> None:
    answering(harness, LONG)
    await_work(quiet.spark)
    interrupted(harness, presses)
    await_rest(quiet.spark)


def test_the_servers_own_list_says_that_the_operation_was_cancelled(
    harness: Harness, quiet: Stack
) -> None:
    session, user = harness.call("[spark.client._session_id, spark.client._user_id]")
    native = watcher(quiet, session, user)
    known = operations(native)
    answering(harness, LONG)
    [operation] = [one for one in operations(native) if one not in known]
    assert operations(native)[operation] == RUNNING
    interrupted(harness)
    until(lambda: operations(native)[operation] == CANCELLED, "the state of the operation")
    # Its end would be that of the session under test.
    native.client.close()


def test_an_idle_press_hits_no_later_cell(harness: Harness) -> None:
    for _ in range(SEVERAL):
        harness.interrupt()
        harness.interrupt()
        assert harness.call("spark.range(4).count()") == 4


def test_a_press_while_a_cell_awaits_hits_no_later_cell(harness: Harness) -> None:
    harness.start("import asyncio\nprint('awaits', flush=True)\nawait asyncio.sleep(1)")
    harness.page.get_by_text("awaits").wait_for()
    harness.interrupt()
    assert harness.finish() == "awaits\n"
    assert harness.call("spark.range(5).count()") == 5


def test_an_interrupted_stream_of_rows_leaves_the_session_usable(harness: Harness) -> None:
    harness.start(
        "for row in spark.range(10**9).selectExpr('uuid() u').toLocalIterator():\n    pass"
    )
    with harness.page.expect_request(lambda request: request.url.endswith("/ReleaseExecute")):
        pass
    interrupted(harness)
    assert harness.call("spark.range(6).count()") == 6


def test_an_interrupt_ends_an_upload_that_is_still_being_made(harness: Harness) -> None:
    harness.start(LONG_UPLOAD)
    harness.page.get_by_text("uploading").wait_for()
    interrupted(harness)
    assert harness.call("spark.range(8).count()") == 8


def test_a_cell_may_catch_the_interrupt_and_go_on_with_spark(harness: Harness) -> None:
    answering(
        harness,
        f"try:\n    {LONG}\nexcept KeyboardInterrupt:\n    print(spark.range(7).count())",
    )
    harness.interrupt()
    assert harness.finish() == "7\n"


@pytest.fixture(scope="module")
def notebook(lab: Lab, quiet: Stack) -> Notebook:
    return connected(lab, quiet)


def connected(lab: Lab, quiet: Stack) -> Notebook:
    notebook = lab.new_notebook()
    notebook.wait_until_idle()
    assert notebook.run_cell(CONNECT.format(remote=quiet.grpcweb_remote)).error is None
    return notebook


def blocked(notebook: Notebook) -> int:
    """The index of a cell whose query the server is answering."""
    with notebook.page.expect_response(lambda response: response.url.endswith("/ExecutePlan")):
        return notebook.start_cell(LONG)


def by_button(notebook: Notebook) -> None:
    notebook.interrupt()


def by_menu(notebook: Notebook) -> None:
    notebook.lab.choose("Kernel", "kernelmenu:interrupt")


def by_keys(notebook: Notebook) -> None:
    notebook.page.keyboard.press("Escape")
    notebook.page.keyboard.press("i")
    notebook.page.keyboard.press("i")


@pytest.mark.parametrize("press", [by_button, by_menu, by_keys])
def test_jupyterlab_interrupts_the_cell_and_the_query(
    notebook: Notebook, quiet: Stack, press: Callable[[Notebook], None]
) -> None:
    index = blocked(notebook)
    await_work(quiet.spark)
    press(notebook)
    assert "KeyboardInterrupt" in str(notebook.finish_cell(index, timeout=10).error)
    await_rest(quiet.spark)
    assert notebook.run_cell("spark.range(8).count()").text == "8"


def test_the_button_in_an_idle_or_awaiting_notebook_does_no_harm(notebook: Notebook) -> None:
    by_button(notebook)
    by_button(notebook)
    assert notebook.run_cell("spark.range(9).count()").text == "9"
    # Not sooner: while the cell is compiled, a press is the cell's.
    index = notebook.start_cell("print('it awaits')\nawait asyncio.sleep(1)")
    notebook.page.get_by_text("it awaits", exact=True).wait_for()
    by_button(notebook)
    assert notebook.finish_cell(index).error is None
    assert notebook.run_cell("spark.range(10).count()").text == "10"


def test_only_the_kernel_of_the_notebook_in_front_is_interrupted(
    lab: Lab, notebook: Notebook, quiet: Stack
) -> None:
    other = connected(lab, quiet)
    first, second = blocked(notebook), blocked(other)
    by_button(notebook)
    assert "KeyboardInterrupt" in str(notebook.finish_cell(first, timeout=10).error)
    [waiting] = [cell for cell in other.outputs() if cell.index == second]
    assert waiting.number is None
    by_button(other)
    assert "KeyboardInterrupt" in str(other.finish_cell(second, timeout=10).error)
    assert other.run_cell("spark.range(2).count()").text == "2"


def test_a_loop_of_small_calls_is_interrupted(harness: Harness) -> None:
    harness.start(
        "print('loops', flush=True)\n"
        "while True:\n"
        "    spark.range(1).schema, spark.conf.get('spark.sql.shuffle.partitions')"
    )
    harness.page.get_by_text("loops").wait_for()
    harness.interrupt()
    with pytest.raises(PythonError, match="KeyboardInterrupt"):
        harness.finish()
    assert harness.call("spark.range(1).count()") == 1
