"""Result streams: cut, left half-read, and side by side."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from urllib.parse import urlsplit

import pytest

from e2e.cutter import Cutter
from e2e.harness import Harness
from e2e.stacks import RunningStack
from e2e.waiting import until
from e2e.wire import Wire

pytestmark = pytest.mark.any_stack

LARGE_ROWS, RESPONSES = 60_000, 100  # twenty megabytes
ROWS = 300_000
SMALL_RESULTS = 5
CUT_AFTER_BYTES = 600_000


@pytest.fixture(scope="module")
def cutter(stack: RunningStack) -> Iterator[Cutter]:
    port = urlsplit(stack.grpcweb_url).port
    assert port is not None
    with Cutter(port) as cutter:
        yield cutter


Requested = Callable[[str, str], int]


@pytest.fixture(scope="module")
def requested(harness: Harness) -> Requested:
    """How many requests the page has made to a method for a session, which is named in them."""
    wire = Wire(harness.page)

    def count(method: str, session: str) -> int:
        made = [request for request in wire.requests if request.url.endswith(f"/{method}")]
        return sum(session.encode() in (request.post_data_buffer or b"") for request in made)

    return count


def told(harness: Harness, count: Callable[[], int], least: int) -> None:
    """Returns when so many are there: nobody waits for a release, the browser tells of it late."""
    until(
        lambda: count() >= least,
        f"{least} requests",
        sleep=lambda seconds: harness.page.wait_for_timeout(1000 * seconds),
    )


def session_of(harness: Harness, name: str) -> str:
    return str(harness.call(f"{name}.client._session_id"))


def test_a_stream_cut_midway_finishes_through_reattach_with_every_row_once(
    harness: Harness, cutter: Cutter, requested: Requested
) -> None:
    harness.connect(f"sc://localhost:{cutter.port}", "fragile")
    cutter.cut_after(CUT_AFTER_BYTES)
    ids = harness.call(
        f"(lambda ids: [len(ids), sum(ids), ids == sorted(set(ids))])"
        f"([r.id for r in fragile.range({ROWS}).selectExpr('id', 'uuid() as u').collect()])"
    )
    assert ids == [ROWS, sum(range(ROWS)), True]
    assert cutter.cuts == 1
    assert requested("ReattachExecute", session_of(harness, "fragile")) >= 1


def test_a_small_result_is_released_by_one_request(
    harness: Harness, stack: RunningStack, requested: Requested
) -> None:
    harness.connect(stack.grpcweb_remote, "small")
    session = session_of(harness, "small")
    harness.run(f"for _ in range({SMALL_RESULTS}):\n    small.range(10).collect()")
    told(harness, lambda: requested("ReleaseExecute", session), SMALL_RESULTS)
    harness.run("small.version")
    assert requested("ReleaseExecute", session) == SMALL_RESULTS


def test_a_large_result_is_released_while_it_is_read_by_few_requests(
    harness: Harness, requested: Requested
) -> None:
    session = session_of(harness, "spark")
    harness.run(
        f"ids = spark.range(0, {LARGE_ROWS}, 1, {RESPONSES})\n"
        "wide = ids.selectExpr('id', 'uuid() || repeat(uuid(), 9) u')\n"
        "rows = wide.toLocalIterator()\n"
        f"read = sum(1 for _, _ in zip(range({LARGE_ROWS} - 1), rows))"
    )
    told(harness, lambda: requested("ReleaseExecute", session), 1)
    assert requested("ReleaseExecute", session) < RESPONSES / 5
    harness.run("rest = sum(1 for _ in rows)")
    assert harness.call("[read, rest]") == [LARGE_ROWS - 1, 1]


def test_other_calls_work_while_a_stream_is_open(harness: Harness) -> None:
    harness.run(
        "rows = spark.range(500000).selectExpr('id', 'uuid() u').toLocalIterator()\n"
        "first = next(rows).id\n"
        "inner = spark.range(4).count()\n"
        "rest = sum(1 for _ in rows)"
    )
    assert harness.call("[first, inner, rest]") == [0, 4, 499_999]


def test_a_stream_left_half_read_blocks_nothing(harness: Harness) -> None:
    for _ in range(3):
        harness.run(
            "rows = spark.range(2000000).selectExpr('id', 'uuid() u').toLocalIterator()\n"
            "next(rows)\n"
            "del rows"
        )
    assert harness.call("spark.range(6).count()") == 6
