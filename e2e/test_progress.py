"""A query that takes long shows how far Spark is, under its cell, and leaves nothing behind."""

from __future__ import annotations

import re
import time

import pytest

from e2e.harness import Harness
from e2e.notebook import SCREENSHOTS, CellResult, Notebook
from e2e.stacks import RunningStack

pytestmark = pytest.mark.any_stack

TASKS = 12
CONNECT = f"""\
import pyspark_connect_web as pcw
pcw.install()
from pyspark.sql import SparkSession
spark = SparkSession.builder.remote("REMOTE").getOrCreate()

def slow(last="'done'", tasks={TASKS}):
    sleep = "java_method('java.lang.Thread', 'sleep', 1000L)"
    column = f"if(id = {{tasks - 1}}, {{last}}, {{sleep}}) s"
    return spark.range(0, tasks, 1, tasks).selectExpr(column)
"""
STILL = "java_method('java.lang.Thread', 'sleep', 6000L)"

BAR = ".pcw-progress"
BAR_TIMEOUT_MS = 30_000


@pytest.fixture(scope="module")
def notebook(plain: Notebook, stack: RunningStack) -> Notebook:
    assert plain.run_cell(CONNECT.replace("REMOTE", stack.grpcweb_remote)).error is None
    return plain


def bar_with(notebook: Notebook, words: str) -> str:
    """Wait for a bar that says so, and give all that it says."""
    bar = notebook.panel.locator(BAR, has_text=re.compile(words))
    bar.wait_for(timeout=BAR_TIMEOUT_MS)
    return str(bar.inner_text())


def assert_no_bar(notebook: Notebook, cell: CellResult) -> None:
    assert notebook.panel.locator("progress").count() == 0
    assert "".join(output.html for output in cell.outputs if output.kind == "text/html") == ""


def test_a_bar_with_stages_and_tasks_moves_while_the_cell_is_blocked(
    notebook: Notebook,
) -> None:
    cell = notebook.start_cell("print('before')\nn = len(slow().collect())\nprint('after', n)")
    first = bar_with(notebook, rf"stages 0/1 · tasks \d+/{TASKS} · \d+ running · .*\d+ s")
    notebook.screenshot(SCREENSHOTS / "progress.png")
    tasks = int(first.split("tasks ")[1].partition("/")[0])
    bar_with(notebook, rf"tasks (?!{tasks}/)\d+/{TASKS}")
    assert notebook.panel.locator(f"{BAR} progress").get_attribute("max") == str(TASKS)
    result = notebook.finish_cell(cell)
    assert result.text == f"before\nafter {TASKS}"
    assert_no_bar(notebook, result)
    notebook.screenshot(SCREENSHOTS / "progress-after.png")


def test_time_passes_on_the_bar_while_the_server_has_nothing_new_to_say(notebook: Notebook) -> None:
    cell = notebook.start_cell(f'spark.range(1).selectExpr("{STILL}").collect()')
    for seconds in (2, 3, 4):
        bar_with(notebook, rf"\b{seconds} s")
    assert_no_bar(notebook, notebook.finish_cell(cell))


def test_rows_are_counted_as_they_arrive(notebook: Notebook) -> None:
    cell = notebook.start_cell(
        "import time\nfor row in slow().toLocalIterator():\n    time.sleep(0.1)"
    )
    bar_with(notebook, r"\d+ rows received")
    assert_no_bar(notebook, notebook.finish_cell(cell))


def test_an_error_takes_the_bar_away(notebook: Notebook) -> None:
    cell = notebook.start_cell("slow(\"raise_error('spoilt')\").collect()")
    bar_with(notebook, "stages")
    result = notebook.finish_cell(cell)
    assert "spoilt" in str(result.error)
    assert_no_bar(notebook, result)


def test_an_interrupt_takes_the_bar_away(notebook: Notebook) -> None:
    cell = notebook.start_cell("slow(tasks=1000).collect()")
    bar_with(notebook, "stages")
    notebook.interrupt()
    result = notebook.finish_cell(cell, timeout=20)
    assert "KeyboardInterrupt" in str(result.error)
    assert_no_bar(notebook, result)


def test_a_stream_that_a_cell_leaves_half_read_leaves_no_bar(notebook: Notebook) -> None:
    cell = notebook.start_cell(
        "rows = slow().toLocalIterator()\nread = [next(rows) for _ in range(9)]"
    )
    bar_with(notebook, "stages")
    assert_no_bar(notebook, notebook.finish_cell(cell))
    assert notebook.run_cell("len(list(rows))").text == str(TASKS - 9)


def test_a_quick_query_shows_nothing(notebook: Notebook) -> None:
    notebook.run_cell("spark.range(3).collect()")
    result = notebook.run_cell("spark.range(3).count()")
    assert [output.kind for output in result.outputs] == ["text/plain"]


def test_pysparks_own_handlers_are_the_users(notebook: Notebook) -> None:
    result = notebook.run_cell(
        "told = []\n"
        "print(spark.client._progress_handlers)\n"
        "spark.registerProgressHandler(lambda **progress: told.append(progress['done']))\n"
        "slow().collect()\n"
        "spark.clearProgressHandlers()\n"
        "print(told[0], told[-1])"
    )
    assert result.text == "[]\nFalse True"


def test_it_can_be_turned_off_and_on(notebook: Notebook) -> None:
    notebook.run_cell("pcw.progress(False)")
    cell = notebook.start_cell("slow().collect()[-1].s")
    deadline = time.monotonic() + 5
    while time.monotonic() < deadline:
        assert notebook.panel.locator(BAR).count() == 0
        time.sleep(0.2)
    assert [output.kind for output in notebook.finish_cell(cell).outputs] == ["text/plain"]
    cell = notebook.start_cell("pcw.progress()\nslow().collect()[-1].s")
    bar_with(notebook, "stages")
    notebook.finish_cell(cell)


def test_without_a_notebook_it_is_a_line_now_and_then(harness: Harness) -> None:
    harness.run("sleep = \"java_method('java.lang.Thread', 'sleep', 1000L) s\"")
    log = harness.page.locator("#log")
    before = log.inner_text()
    assert (
        harness.run("print(len(spark.range(0, 12, 1, 12).selectExpr(sleep).collect()))") == "12\n"
    )
    lines = log.inner_text().removeprefix(before).splitlines()
    pattern = r"\[[#-]{20}\] \d+%, (stages \d/\d, tasks \d+/12, \d+ running|waiting for Spark), .*"
    told = [line for line in lines if re.fullmatch(pattern, line)]
    assert 1 <= len(told) <= 5, lines
