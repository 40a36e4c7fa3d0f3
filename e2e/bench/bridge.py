"""The bridge alone, without Spark; and what a large result leaves in the tab's memory."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

import psutil
from playwright.sync_api import Browser

from e2e.bench import raw
from e2e.bench.lines import MEGABYTE, Kind, Line, Probe, Sample, Samples, Unit
from e2e.bench.stage import VIEWPORT, Stage
from e2e.bench.turns import in_turn
from e2e.harness import Harness

MIB = 1 << 20
ALONE_BYTES = 256 * MIB
READ_ALL = """
import grpc, time
with grpc.insecure_channel('localhost:{port}') as _channel:
    _call = _channel.unary_stream('/file/messages')
    _begin = time.perf_counter()
    _read = sum(len(_one) for _one in _call(b''))
    print(time.perf_counter() - _begin, _read)
"""
SAMPLE_S = 0.05
PARTS = 50
ROW_BYTES = 36 * 6_000
ITERATE = """
_sizes = 0
_wide = spark.range(0, {rows}, 1, {parts}).selectExpr('repeat(uuid(), 6000) s')
for _row in _wide.toLocalIterator():
    _sizes += len(_row.s)
print(_sizes)
"""

ALONE = Line(
    "bridge",
    "bridge alone: 256 MB of a file into Python",
    "`fetch().arrayBuffer()` in a worker",
    1.3,
)
MEMORY = Line(
    "iterator-memory",
    "toLocalIterator() over 1 GB: most memory of the tab, beyond before",
    "before, 100 MB read",
    64 * MEGABYTE,
    Kind.MORE,
    Unit.BYTES,
)


def _alone(stage: Stage, turn: int) -> Samples:
    tab = stage.tab
    wanted = stage.options.scaled(ALONE_BYTES)
    raw.write_messages(stage.folder / "messages", wanted)
    with raw.serving(stage.folder) as port:
        url = f"http://localhost:{port}/file/messages"
        ours, bare = in_turn(turn, lambda: _into_python(tab, port), lambda: fetched(tab, url))
    assert ours is not None
    return {ALONE.name: Sample(ours, bare)}


def _into_python(tab: Harness, port: int) -> float:
    seconds, _ = tab.run(READ_ALL.format(port=port)).split()
    return float(seconds)


def fetched(tab: Harness, url: str) -> float:
    """Seconds of a bare `fetch` in a worker of the tab's page."""
    seconds, _ = tab.page.evaluate(raw.FETCH, url)
    return float(seconds)


@dataclass
class Memory:
    """Resident bytes of processes, sampled while this is watched."""

    pids: list[int]
    most: int = 0
    ended: threading.Event = field(default_factory=threading.Event)

    def now(self) -> int:
        total = 0
        for pid in self.pids:
            with suppress(psutil.Error):  # one that has ended
                total += psutil.Process(pid).memory_info().rss
        return total

    @contextmanager
    def watched(self) -> Iterator[None]:
        """Within, ``most`` follows the largest."""

        def watch() -> None:
            while not self.ended.wait(SAMPLE_S):
                self.most = max(self.most, self.now())

        thread = threading.Thread(target=watch, daemon=True)
        thread.start()
        try:
            yield
        finally:
            self.ended.set()
            thread.join()


def renderers(browser: Browser) -> list[int]:
    """Process ids of a browser's pages."""
    session = browser.new_browser_cdp_session()
    processes = session.send("SystemInfo.getProcessInfo")["processInfo"]
    session.detach()
    return [int(one["id"]) for one in processes if one["type"] == "renderer"]


def _memory(stage: Stage, turn: int) -> Samples:
    """In a browser of its own: its only page is the one that is measured."""
    stage.start()
    rows = stage.options.scaled(1_000_000_000) // ROW_BYTES
    browser = stage.new_browser()
    found: dict[str, tuple[int, int]] = {}
    for name, tab_of in stage.opens.items():
        with browser.new_context(viewport=VIEWPORT) as context:
            found[name] = _iterate(browser, tab_of(context.new_page()), rows)
    browser.close()
    (most, before), theirs = found["ours"], found.get("theirs")
    return {MEMORY.name: Sample(most, before, theirs and before + theirs[0] - theirs[1])}


def _iterate(browser: Browser, tab: Harness, rows: int) -> tuple[int, int]:
    """The most resident bytes while so many rows are read, and those before."""
    tab.run(ITERATE.format(rows=rows // 10, parts=PARTS // 10))
    memory = Memory(renderers(browser))
    before = memory.now()
    with memory.watched():
        tab.run(ITERATE.format(rows=rows, parts=PARTS))
    return max(memory.most, before), before


PROBES = (
    Probe((ALONE,), _alone),
    Probe((MEMORY,), _memory, most_rounds=2, asks_theirs=True),
)
