"""A slow, distant link: 20 Mbit/s, 80 ms, beside the raw transfer over the same.

Chromium emulates it. What its workers ask for is held back too: each transfer is compared with what
the link could carry at most.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from typing import TypeVar

from playwright.sync_api import Page

from e2e.bench import raw
from e2e.bench.bridge import fetched
from e2e.bench.lines import Line, Probe, Sample, Samples
from e2e.bench.stage import Stage
from e2e.bench.turns import in_turn
from e2e.harness import Harness
from e2e.traffic import Traffic, bytes_of

BYTES_PER_S = 20_000_000 / 8
LATENCY_MS = 80
RESULT_BYTES = 50_000_000
INTEGER_BYTES = 8
QUICKEST = 0.9
"""Of the time that the link needs at least: what takes less was not held back."""
T = TypeVar("T")

FIRST_ROWS = Line(
    "link-first-rows",
    "20 Mbit/s, 80 ms: navigation to the first collect(), harness page",
    "as many bytes by a bare `fetch`",
)
RESULT = Line(
    "link-result",
    "20 Mbit/s, 80 ms: toPandas() of 50 MB of integers",
    "as many bytes by a bare `fetch`",
)


def slowed(page: Page) -> Page:
    """The page, at the end of the link."""
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    session.send(
        "Network.emulateNetworkConditions",
        {
            "offline": False,
            "latency": LATENCY_MS,
            "downloadThroughput": BYTES_PER_S,
            "uploadThroughput": BYTES_PER_S,
        },
    )
    return page


def _first_rows(stage: Stage, turn: int) -> Samples:
    """How many bytes they are is known after the page has loaded: it goes first."""
    stage.start()
    pages = {name: _load(stage, opened) for name, opened in stage.opens.items()}
    (ours, bare), theirs = pages["ours"], pages.get("theirs")
    return {FIRST_ROWS.name: Sample(ours, bare, theirs and theirs[0])}


def _load(stage: Stage, opened: Callable[[Page], Harness]) -> tuple[float, float]:
    """Seconds until the first rows, and of a bare transfer of as many bytes."""
    with stage.new_context() as context:
        traffic = Traffic(context)
        _, seconds = _timed(lambda: opened(slowed(context.new_page())))
        count = _held_back(bytes_of(traffic.until("ExecutePlan")), seconds)
    # Not beside it: a kernel that has its first rows fetches ahead.
    with stage.new_context() as context:
        page = context.new_page()
        page.goto(f"{stage.stack.site_url}pcw-site.json")
        return seconds, _bare(stage, Harness(slowed(page)), count)


def _bare(stage: Stage, tab: Harness, count: int) -> float:
    (stage.folder / "as-many").write_bytes(os.urandom(count))
    with raw.serving(stage.folder) as port:
        seconds = fetched(tab, f"http://localhost:{port}/file/as-many")
    _held_back(count, seconds)
    return seconds


def _result(stage: Stage, turn: int) -> Samples:
    count = stage.options.scaled(RESULT_BYTES)
    with stage.new_context() as context:
        opens = stage.opens
        tabs = {name: opened(context.new_page()) for name, opened in opens.items()}
        for tab in tabs.values():
            tab.run("spark.range(10).toPandas()")
            slowed(tab.page)
        ours, bare, theirs = in_turn(
            turn,
            lambda: _read(tabs["ours"], count),
            lambda: _bare(stage, tabs["ours"], count),
            lambda: _read(tabs["theirs"], count) if "theirs" in tabs else None,
        )
    assert ours is not None
    return {RESULT.name: Sample(ours, bare, theirs)}


def _read(tab: Harness, count: int) -> float:
    source = f"assert len(spark.range({count // INTEGER_BYTES}).toPandas())"
    return _timed(lambda: tab.run(source))[1]


def _held_back(count: int, seconds: float) -> int:
    """So many bytes, when they took as long as the link needs for them."""
    if seconds < QUICKEST * count / BYTES_PER_S:
        raise RuntimeError(f"{count} bytes took {seconds:.1f} s: the link was not emulated")
    return count


def _timed(work: Callable[[], T]) -> tuple[T, float]:
    begin = time.perf_counter()
    done = work()
    return done, time.perf_counter() - begin


PROBES = (
    Probe((FIRST_ROWS,), _first_rows, most_rounds=3, asks_theirs=True),
    Probe((RESULT,), _result, most_rounds=2, asks_theirs=True),
)
