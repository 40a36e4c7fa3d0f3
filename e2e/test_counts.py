"""How many calls, requests, bytes and messages things take: speed that does not depend on a clock.

Each number is the most that is allowed. Who needs fewer writes the new number here.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from playwright.sync_api import Browser

from e2e.conftest import VIEWPORT
from e2e.harness import Harness
from e2e.notebook import Lab, Notebook
from e2e.stacks import RunningStack
from e2e.traffic import Traffic, bytes_of, paths_of
from e2e.wire import Wire

pytestmark = pytest.mark.any_stack

MEGABYTE = 1_000_000
RELEASE = "ReleaseExecute"
EXECUTE = "ExecutePlan"
IDLE_MS = 3_000
SETTLED_MS = 300

PREPARED = """
import grpc
import pandas as pd
frame = spark.range(10)
large = pd.DataFrame({'a': range(100_000), 'b': ['x' * 50] * 100_000})
"""
QUERIES = {
    "spark.range(10).collect()": [EXECUTE, "Config"],
    "spark.range(10).show()": [EXECUTE],
    "spark.range(10).count()": [EXECUTE],
    "spark.range(10).toPandas()": ["Config", EXECUTE],
    "spark.range(10).toArrow()": ["AnalyzePlan", EXECUTE],
    "spark.sql('select 1').collect()": [EXECUTE, EXECUTE, "Config"],
    "spark.createDataFrame([(1, 'a')], ['a', 'b']).collect()": ["Config", EXECUTE, "Config"],
    "spark.createDataFrame(large.head(9)).collect()": ["Config", EXECUTE, "Config"],
    "spark.createDataFrame(large).count()": ["Config", "ArtifactStatus", EXECUTE],
    "frame.columns, frame.schema, frame.dtypes, frame.columns": ["AnalyzePlan"],
    "frame.select('id').filter('id > 1').columns": ["AnalyzePlan"],
    "spark.version": [],
}
SQL_CELL = "%%sql\nSELECT 1 AS a"
SQL_CELL_CALLS = [EXECUTE, "AnalyzePlan", EXECUTE]

INTEGERS = 2_000_000
INTEGERS_MESSAGES = 210
"""Of a result: 200 batches, and what goes with them."""
INTEGERS_RELEASES = 20
COUNTED = """
from pyspark.sql.connect.client import DefaultChannelBuilder
from pyspark.sql.connect.session import SparkSession
class Messages(grpc.UnaryStreamClientInterceptor):
    count = 0
    def __deepcopy__(self, memo):
        return self
    def intercept_unary_stream(self, proceed, details, request):
        for message in proceed(details, request):
            self.count += 1
            yield message
messages = Messages()
builder = DefaultChannelBuilder({remote!r})
builder.add_interceptor(messages)
counted = SparkSession.builder.channelBuilder(builder).create()
"""

LAB_REQUESTS, LAB_BYTES = 154, 15.8 * MEGABYTE
"""Until the first rows, in a new profile. Of the harness page: test_start.py."""
FIRST_ROWS = "import pyspark_connect_web as pcw\npcw.session().range(10).collect()"


@pytest.fixture(scope="module")
def tab(harness: Harness) -> Harness:
    """One that has asked for what each kernel asks once."""
    harness.run("\n".join([PREPARED, *QUERIES]))
    return harness


@pytest.fixture(scope="module")
def wire(tab: Harness) -> Wire:
    return Wire(tab.page)


def all_of(wire: Wire, since: int) -> Counter[str]:
    """The calls, the releases too, for which no cell waits."""
    wire.wait(lambda sent: sent.count(RELEASE) >= sent.count(EXECUTE), since)
    wire.page.wait_for_timeout(SETTLED_MS)
    return Counter(wire.methods(since))


@pytest.mark.parametrize("query", QUERIES)
def test_a_query_makes_these_calls_and_no_more(tab: Harness, wire: Wire, query: str) -> None:
    since = len(wire)
    tab.run(query)
    sent = all_of(wire, since)
    del sent[RELEASE]  # of a query that takes long there are more
    assert sent <= Counter(QUERIES[query])
    assert sent[EXECUTE] == QUERIES[query].count(EXECUTE)


def test_a_tab_with_nothing_to_do_calls_nobody(tab: Harness, wire: Wire) -> None:
    all_of(wire, 0)
    since = len(wire)
    tab.page.wait_for_timeout(IDLE_MS)
    assert wire.methods(since) == []


def test_a_large_result_comes_in_few_messages_and_is_released_by_fewer_calls(
    tab: Harness, wire: Wire, stack: RunningStack
) -> None:
    tab.run(COUNTED.format(remote=stack.grpcweb_remote))
    since = len(wire)
    tab.run(f"assert len(counted.range({INTEGERS}).toPandas()) == {INTEGERS}")
    sent = all_of(wire, since)
    assert 0 < tab.call("messages.count") <= INTEGERS_MESSAGES
    assert sent[EXECUTE] == 1
    assert sent["ReattachExecute"] == 0
    assert 0 < sent[RELEASE] <= INTEGERS_RELEASES


@dataclass(frozen=True)
class FirstRows:
    """A notebook of a new profile that has collected, and what that took."""

    notebook: Notebook
    paths: list[str]
    bytes: int


@pytest.fixture(scope="module")
def lab_rows(browser: Browser, stack: RunningStack) -> Iterator[FirstRows]:
    with browser.new_context(viewport=VIEWPORT) as context:
        traffic = Traffic(context)
        notebook = Lab.open(context, stack.site_url, "lab/index.html").new_notebook()
        notebook.wait_until_idle()
        assert "Row(id=9)" in notebook.run_cell(FIRST_ROWS).text
        # What a kernel fetches ahead comes after its rows.
        requests = traffic.until(EXECUTE)
        yield FirstRows(notebook, paths_of(requests), bytes_of(requests))


def test_the_first_rows_of_a_notebook_take_these_requests_and_bytes(lab_rows: FirstRows) -> None:
    assert 0 < len(lab_rows.paths) <= LAB_REQUESTS, lab_rows.paths
    assert 0 < lab_rows.bytes <= LAB_BYTES


def test_a_sql_cell_makes_these_calls_and_no_more(lab_rows: FirstRows) -> None:
    notebook = lab_rows.notebook
    assert notebook.run_cell(SQL_CELL).error is None
    wire = Wire(notebook.page)
    assert notebook.run_cell(SQL_CELL).error is None
    sent = all_of(wire, 0)
    del sent[RELEASE]
    assert sent <= Counter(SQL_CELL_CALLS)
    assert sent[EXECUTE] == SQL_CELL_CALLS.count(EXECUTE)


def test_a_notebook_with_nothing_to_do_calls_nobody(lab_rows: FirstRows) -> None:
    wire = Wire(lab_rows.notebook.page)
    lab_rows.notebook.page.wait_for_timeout(IDLE_MS)
    assert wire.methods() == []
