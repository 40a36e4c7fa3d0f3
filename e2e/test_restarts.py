"""A part of the stack is away or restarts: a query survives it, or its end is clear."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import BrowserContext

from e2e.harness import Harness, PythonError
from e2e.stacks import Service, Stack

ROWS = 2_000_000
"""Enough that its stream is still running when a service has been restarted."""

STREAM = f"""
rows = spark.range({ROWS}).selectExpr("id", "uuid() as u").toLocalIterator()
first = next(rows).id
"""
FIRST_COUNT = """
import pyspark_connect_web as pcw
pcw.install()
from pyspark.sql import SparkSession
print(SparkSession.builder.remote({!r}).create().range(3).count())
"""
DRAIN = f"print([row.id for row in rows] == list(range(1, {ROWS})))"


@pytest.fixture(scope="module")
def breakable(make_stack: Callable[..., Stack]) -> Iterator[Stack]:
    """A stack whose parts these tests restart; its Spark is not up yet."""
    stack = make_stack()
    for service in (stack.site, stack.envoy):
        service.start()
        service.wait_healthy()
    yield stack
    stack.down()


@pytest.fixture(scope="module")
def kernel(context: BrowserContext, breakable: Stack) -> Iterator[Harness]:
    """One kernel for all of these tests: it has to outlive them."""
    breakable.up()  # what is not
    harness = Harness.open(context, breakable.site_url)
    yield harness
    harness.close()


@pytest.fixture
def connected(kernel: Harness, breakable: Stack) -> Harness:
    """With a new session."""
    kernel.connect(breakable.grpcweb_remote)
    return kernel


def restart(service: Service) -> None:
    service.stop()
    service.start()
    service.wait_healthy()


def test_spark_down_at_connect_is_named_and_once_it_is_up_the_same_kernel_connects(
    context: BrowserContext, breakable: Stack
) -> None:
    fresh = Harness.open(context, breakable.site_url)  # one that has met no Spark yet
    breakable.spark.stop()  # where it is up already
    with pytest.raises(PythonError) as caught:
        fresh.run(FIRST_COUNT.format(breakable.grpcweb_remote))
    breakable.spark.start()
    breakable.spark.wait_healthy()
    assert "the Spark Connect server behind it does not" in str(caught.value).splitlines()[-1]
    assert fresh.run(FIRST_COUNT.format(breakable.grpcweb_remote)) == "3\n"
    fresh.close()


def test_a_stream_survives_a_restart_of_the_site(connected: Harness, breakable: Stack) -> None:
    connected.run(STREAM)
    connected.start(DRAIN)
    restart(breakable.site)
    assert connected.finish() == "True\n"


def test_a_stream_survives_a_restart_of_envoy_with_every_row_once(
    connected: Harness, breakable: Stack
) -> None:
    connected.run(STREAM)
    restart(breakable.envoy)
    assert connected.run(DRAIN) == "True\n"


def test_a_query_during_which_envoy_is_away_ends_clearly_and_the_session_works_again(
    connected: Harness, breakable: Stack
) -> None:
    with connected.page.expect_request(lambda request: request.url.endswith("/ExecutePlan")):
        connected.start("spark.range(10**12).selectExpr('sum(hash(id))').collect()")
    breakable.envoy.stop()
    with pytest.raises(PythonError) as caught:
        connected.finish()
    breakable.envoy.start()
    breakable.envoy.wait_healthy()
    assert "Nothing answers at http://localhost" in str(caught.value).splitlines()[-1]
    assert connected.call("spark.range(4).count()") == 4


def test_spark_killed_is_one_sentence_and_the_kernel_recovers(
    connected: Harness, breakable: Stack
) -> None:
    with connected.page.expect_request(lambda request: request.url.endswith("/ExecutePlan")):
        connected.start("spark.range(10**12).selectExpr('sum(hash(id))').collect()")
    breakable.spark.kill()
    with pytest.raises(PythonError) as caught:
        connected.finish()
    breakable.spark.start()
    breakable.spark.wait_healthy()
    assert "the Spark Connect server behind it does not" in str(caught.value).splitlines()[-1]
    connected.connect(breakable.grpcweb_remote)
    assert connected.call("spark.range(3).count()") == 3


def test_a_table_that_a_notebook_saved_is_there_after_spark_was_killed(
    connected: Harness, breakable: Stack
) -> None:
    connected.run("spark.range(3).write.saveAsTable('saved')")
    breakable.spark.kill()
    breakable.spark.start()
    breakable.spark.wait_healthy()
    connected.connect(breakable.grpcweb_remote)
    assert connected.call("spark.table('saved').count()") == 3
    connected.run("spark.range(5).write.mode('overwrite').saveAsTable('saved')")
    assert connected.call("[table.name for table in spark.catalog.listTables()]") == ["saved"]
    assert connected.call("spark.table('saved').count()") == 5
