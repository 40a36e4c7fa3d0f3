"""What the bar says, when it is shown, and that it goes away."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

import pyspark.sql.connect.proto as messages
import pytest
from pyspark_connect_web import progress_bar
from pyspark_connect_web.client import operations, progress
from pyspark_connect_web.client.operations import Operation
from pyspark_connect_web.client.progress import ProgressBars, State
from pyspark_connect_web.progress_bar import as_html, as_text

Response = messages.ExecutePlanResponse
Stage = Response.ExecutionProgress.StageInfo


def stages(*told: Stage, running: int = 0) -> Response:
    return Response(
        execution_progress=Response.ExecutionProgress(stages=told, num_inflight_tasks=running)
    )


def rows(count: int) -> Response:
    return Response(arrow_batch=Response.ArrowBatch(row_count=count))


HALF_WAY = stages(
    Stage(stage_id=0, num_tasks=10, num_completed_tasks=10, input_bytes_read=3 << 19, done=True),
    Stage(stage_id=1, num_tasks=10, num_completed_tasks=2),
    running=2,
)


@dataclass
class Display:
    """A notebook's display: what is on it, by id, and all that was published."""

    shown: dict[str, dict[str, str]] = field(default_factory=dict)
    published: list[str] = field(default_factory=list)
    events: dict[str, Callable[..., None]] = field(default_factory=dict)

    def publish(self, data: Any, metadata: Any, *, transient: Any, update: bool) -> None:
        assert update is (transient["display_id"] in self.shown)
        self.shown[transient["display_id"]] = data
        self.published.append(data["text/plain"])

    def texts(self) -> list[str]:
        return [data["text/plain"] for data in self.shown.values() if data["text/html"]]


class Clock:
    now = 100.0

    def monotonic(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(progress_bar, "time", clock)
    monkeypatch.setattr(operations.time, "monotonic", clock.monotonic)
    return clock


@pytest.fixture
def display(monkeypatch: pytest.MonkeyPatch) -> Display:
    display = Display()
    events = SimpleNamespace(register=display.events.__setitem__)
    shell = SimpleNamespace(display_pub=display, events=events)
    for module in (progress, progress_bar):
        monkeypatch.setattr(module, "ipython_shell", lambda: shell)
    return display


@pytest.fixture
def tick(monkeypatch: pytest.MonkeyPatch, clock: Clock) -> Callable[[], None]:
    """A second in which a call waits."""
    ticks: list[Callable[[], None]] = []
    monkeypatch.setattr(progress, "on_tick", ticks.append)

    def tick() -> None:
        clock.now += 1
        for callback in ticks:
            callback()

    return tick


@pytest.fixture
def bars(display: Display, tick: Callable[[], None]) -> ProgressBars:
    return ProgressBars()


@pytest.fixture
def operation(bars: ProgressBars) -> Operation:
    """One that has begun, and is waited for."""
    operation = Operation("op", begun=100.0)
    bars.begins(operation)
    bars.waits(operation)
    return operation


def test_a_line_says_stages_tasks_bytes_rows_and_time() -> None:
    state = State(65, 2, 1, 20, 12, 2, 3 << 29, 12_000)
    assert as_text(state) == (
        "[############--------] 60%, stages 1/2, tasks 12/20, 2 running, 1.5 GiB read, "
        "12,000 rows received, 1:05"
    )


@pytest.mark.parametrize(
    ("seconds", "words"), [(0.4, "0 s"), (59.9, "59 s"), (60, "1:00"), (3723, "1:02:03")]
)
def test_time_is_told_as_people_do(seconds: float, words: str) -> None:
    assert as_text(State(seconds)).endswith(f"waiting for Spark, {words}")


@pytest.mark.parametrize(
    ("size", "words"), [(1, "1 B"), (1023, "1023 B"), (1024, "1.0 KiB"), (1 << 60, "1024.0 PiB")]
)
def test_bytes_are_told_as_people_do(size: int, words: str) -> None:
    assert f", {words} read," in as_text(State(1, bytes_read=size))


def test_the_bar_is_indeterminate_before_the_first_stage() -> None:
    assert "<progress aria-label" in as_html(State(2))
    assert '<progress value="2" max="4"' in as_html(State(2, stages=1, tasks=4, tasks_done=2))


def test_a_quick_query_shows_nothing(
    bars: ProgressBars, operation: Operation, display: Display, tick: Callable[[], None]
) -> None:
    tick()
    bars.responds(operation, HALF_WAY)
    bars.ends(operation)
    assert display.published == []


def test_a_long_query_shows_what_the_server_says_and_then_nothing(
    bars: ProgressBars, operation: Operation, display: Display, clock: Clock
) -> None:
    clock.now += 3
    bars.responds(operation, HALF_WAY)
    assert display.texts() == [
        "[############--------] 60%, stages 1/2, tasks 12/20, 2 running, 1.5 MiB read, 3 s"
    ]
    bars.ends(operation)
    assert display.texts() == []


def test_time_goes_on_while_the_server_says_nothing(
    operation: Operation, display: Display, tick: Callable[[], None]
) -> None:
    for _ in range(3):
        tick()
    assert [text.rpartition(", ")[2] for text in display.published] == ["2 s", "3 s"]


def test_rows_are_added_up_as_they_arrive(
    bars: ProgressBars, operation: Operation, display: Display, clock: Clock
) -> None:
    for _ in range(3):
        clock.now += 1
        bars.responds(operation, rows(1000))
    assert ["3,000 rows received" in text for text in display.texts()] == [True]


def test_however_much_the_server_says_few_pictures_are_drawn(
    bars: ProgressBars, operation: Operation, display: Display, clock: Clock
) -> None:
    clock.now += 2
    for _ in range(1000):
        clock.now += 0.001
        bars.responds(operation, HALF_WAY)
    assert len(display.published) <= 3


def test_a_stream_that_a_cell_leaves_half_read_has_a_bar_in_the_next_one_only_if_it_is_read(
    bars: ProgressBars, operation: Operation, display: Display, tick: Callable[[], None]
) -> None:
    tick()
    tick()
    bars.responds(operation, rows(1))
    display.events["post_run_cell"]()
    assert display.texts() == []
    tick()
    assert display.texts() == []
    bars.waits(operation)
    tick()
    assert len(display.texts()) == 1


def test_it_can_be_turned_off_and_on(
    operation: Operation,
    display: Display,
    tick: Callable[[], None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(progress_bar, "_enabled", True)
    progress_bar.progress(False)
    for _ in range(5):
        tick()
    assert display.published == []
    progress_bar.progress()
    tick()
    assert len(display.texts()) == 1


def test_without_a_notebook_a_line_is_printed_now_and_then(
    monkeypatch: pytest.MonkeyPatch, tick: Callable[[], None], capsys: pytest.CaptureFixture[str]
) -> None:
    for module in (progress, progress_bar):
        monkeypatch.setattr(module, "ipython_shell", lambda: None)
    bars, operation = ProgressBars(), Operation("op", begun=100.0)
    bars.begins(operation)
    bars.waits(operation)
    for _ in range(12):
        tick()
    bars.ends(operation)
    out, err = capsys.readouterr()
    assert out == ""
    assert [line.rpartition(", ")[2] for line in err.splitlines()] == ["2 s", "7 s", "12 s"]
