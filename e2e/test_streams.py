"""Result streams: cut, left half-read, and side by side."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from urllib.parse import urlsplit

import pytest

from e2e.cutter import Cutter
from e2e.harness import Harness
from e2e.stacks import RunningStack

pytestmark = pytest.mark.any_stack

LARGE_ROWS, RESPONSES = 60_000, 100  # twenty megabytes
ROWS = 300_000
CUT_AFTER_BYTES = 600_000


@pytest.fixture(scope="module")
def cutter(stack: RunningStack) -> Iterator[Cutter]:
    port = urlsplit(stack.grpcweb_url).port
    assert port is not None
    with Cutter(port) as cutter:
        yield cutter


@pytest.fixture(scope="module")
def requested(harness: Harness) -> Callable[[str], int]:
    """How many requests the page has made to a method."""
    urls: list[str] = []
    harness.page.on("request", lambda request: urls.append(request.url))
    return lambda method: sum(url.endswith(f"/{method}") for url in urls)


def test_a_stream_cut_midway_finishes_through_reattach_with_every_row_once(
    harness: Harness, cutter: Cutter, requested: Callable[[str], int]
) -> None:
    harness.connect(f"sc://localhost:{cutter.port}", "fragile")
    cutter.cut_after(CUT_AFTER_BYTES)
    ids = harness.call(
        f"(lambda ids: [len(ids), sum(ids), ids == sorted(set(ids))])"
        f"([r.id for r in fragile.range({ROWS}).selectExpr('id', 'uuid() as u').collect()])"
    )
    assert ids == [ROWS, sum(range(ROWS)), True]
    assert cutter.cuts == 1
    assert requested("ReattachExecute") >= 1


def test_a_small_result_is_released_by_one_request(
    harness: Harness, requested: Callable[[str], int]
) -> None:
    harness.page.wait_for_timeout(200)
    before = requested("ReleaseExecute")
    harness.run("spark.range(10).collect()")
    harness.page.wait_for_timeout(200)
    assert requested("ReleaseExecute") - before == 1


def test_a_large_result_is_released_while_it_is_read_by_few_requests(
    harness: Harness, requested: Callable[[str], int]
) -> None:
    before = requested("ReleaseExecute")
    harness.run(
        f"ids = spark.range(0, {LARGE_ROWS}, 1, {RESPONSES})\n"
        "wide = ids.selectExpr('id', 'uuid() || repeat(uuid(), 9) u')\n"
        "rows = wide.toLocalIterator()\n"
        f"read = sum(1 for _, _ in zip(range({LARGE_ROWS} - 1), rows))"
    )
    assert 1 <= requested("ReleaseExecute") - before < RESPONSES / 5
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
