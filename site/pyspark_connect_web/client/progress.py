"""A bar under the cell whose query takes long: what Spark has done of it so far, live.

The server reports stages and tasks every ``spark.connect.progress.reportInterval``, and only what
has changed; the elapsed time goes on in between. Spark does not count the rows that it reads: the
rows shown are those that have arrived here. PySpark's own handlers
(``spark.registerProgressHandler``) are the user's, and are not touched.
"""

from __future__ import annotations

import sys
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any, Protocol

from ..bridge import on_tick
from ..shell import ipython_shell
from .operations import Operation, Watcher

SHOW_AFTER_SECONDS = 1.5
UPDATE_SECONDS = 0.5
"""The least time between two pictures of a bar; ticks of the bridge come once a second."""

LINE_SECONDS = 5.0
"""The same for text, whose lines stay."""

BAR_CHARACTERS = 20
_BYTE_UNITS = ("B", "KiB", "MiB", "GiB", "TiB", "PiB")

_enabled = True


def progress(on: bool = True) -> None:
    """Show the progress of queries that take long, or do not. It is on from the start."""
    global _enabled
    _enabled = on


def is_progress_on() -> bool:
    """Whether bars are shown."""
    return _enabled


@contextmanager
def without_progress() -> Iterator[None]:
    """Within, nothing is shown: nobody has asked for the query."""
    global _enabled
    before, _enabled = _enabled, False
    try:
        yield
    finally:
        _enabled = before


@dataclass(frozen=True)
class State:
    """How far an operation is."""

    seconds: float
    stages: int = 0
    stages_done: int = 0
    tasks: int = 0
    tasks_done: int = 0
    tasks_running: int = 0
    bytes_read: int = 0
    rows: int = 0

    def words(self) -> list[str]:
        """What there is to say, the most telling first."""
        if not self.stages:
            words = ["waiting for Spark"] if not self.rows else []
        else:
            words = [
                f"stages {self.stages_done}/{self.stages}",
                f"tasks {self.tasks_done}/{self.tasks}",
                f"{self.tasks_running} running",
            ]
        if self.bytes_read:
            words.append(f"{byte_count(self.bytes_read)} read")
        if self.rows:
            words.append(f"{self.rows:,} {'row' if self.rows == 1 else 'rows'} received")
        return [*words, duration(self.seconds)]


def byte_count(size: float) -> str:
    """As in "1.5 GiB"."""
    unit = 0
    while size >= 1024 and unit < len(_BYTE_UNITS) - 1:
        size /= 1024
        unit += 1
    return f"{size:.{min(unit, 1)}f} {_BYTE_UNITS[unit]}"


def duration(seconds: float) -> str:
    """As in "1:02:03", "2:03" or "3 s"."""
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    if hours:
        return f"{hours}:{minutes:02}:{rest:02}"
    return f"{minutes}:{rest:02}" if minutes else f"{rest} s"


def as_text(state: State) -> str:
    """One line."""
    share = state.tasks_done / state.tasks if state.tasks else 0.0
    done = int(share * BAR_CHARACTERS)
    bar = "#" * done + "-" * (BAR_CHARACTERS - done)
    return f"[{bar}] {share:.0%}, {', '.join(state.words())}"


def as_html(state: State) -> str:
    """The browser's own progress element, indeterminate before the first stage, and the words."""
    value = f' value="{state.tasks_done}" max="{state.tasks}"' if state.tasks else ""
    return (
        '<div class="pcw-progress" style="display:flex;align-items:center;gap:1em;'
        "font:var(--jp-code-font-size,13px)/1.6 var(--jp-ui-font-family,sans-serif);"
        'font-variant-numeric:tabular-nums">'
        f'<progress{value} aria-label="Spark" style="width:16em;flex:none"></progress>'
        f"<span>{' · '.join(state.words())}</span></div>"
    )


class Surface(Protocol):
    """Where bars are shown."""

    interval: float
    """The least number of seconds between two calls of :meth:`show`."""

    def show(self, state: State) -> None: ...
    def clear(self) -> None: ...


class NotebookSurface:
    """A display of the cell that runs."""

    interval = UPDATE_SECONDS

    def __init__(self, shell: Any) -> None:
        self._publisher = shell.display_pub
        self._id: str | None = None

    def show(self, state: State) -> None:
        self._display({"text/html": as_html(state), "text/plain": as_text(state)})

    def clear(self) -> None:
        if self._id is not None:
            self._display({"text/html": "", "text/plain": ""})
            self._id = None

    def _display(self, bundle: dict[str, str]) -> None:
        update = self._id is not None
        self._id = self._id or uuid.uuid4().hex
        transient = {"display_id": self._id}
        self._publisher.publish(bundle, {}, transient=transient, update=update)


class TextSurface:
    """Lines on stderr."""

    interval = LINE_SECONDS

    def show(self, state: State) -> None:
        print(as_text(state), file=sys.stderr, flush=True)

    def clear(self) -> None:
        """Lines stay."""


def surface() -> Surface:
    """One more bar's, for the cell that runs."""
    shell = ipython_shell()
    return NotebookSurface(shell) if shell else TextSurface()


class Bar:
    """One operation's bar; it is on a surface while the operation takes long."""

    def __init__(self, operation: Operation) -> None:
        self._begun = operation.begun
        self._state = State(0.0)
        self._surface: Surface | None = None
        self._shown_at = 0.0

    def take(self, response: Any) -> None:
        """Note what a response of the server says."""
        rows = response.arrow_batch.row_count
        if rows:
            self._state = replace(self._state, rows=self._state.rows + rows)
        stages = response.execution_progress.stages
        if stages:
            self._state = replace(
                self._state,
                stages=len(stages),
                stages_done=sum(stage.done for stage in stages),
                tasks=sum(stage.num_tasks for stage in stages),
                tasks_done=sum(stage.num_completed_tasks for stage in stages),
                tasks_running=response.execution_progress.num_inflight_tasks,
                bytes_read=sum(stage.input_bytes_read for stage in stages),
            )

    def draw(self) -> None:
        """Show the state, unless it is too early, or too soon after the last time."""
        now = time.monotonic()
        if not _enabled or now - self._begun < SHOW_AFTER_SECONDS:
            return
        if self._surface is None:
            self._surface = surface()
        elif now - self._shown_at < self._surface.interval:
            return
        self._shown_at = now
        self._surface.show(replace(self._state, seconds=now - self._begun))

    def clear(self) -> None:
        """Take it away; it is drawn anew where the operation goes on."""
        if self._surface is not None:
            self._surface.clear()


class ProgressBars(Watcher):
    """A bar for each operation that runs."""

    def __init__(self) -> None:
        self._bars: dict[Operation, Bar] = {}
        self._waiting: Operation | None = None
        on_tick(self._tick)
        shell = ipython_shell()
        if shell is not None:
            shell.events.register("post_run_cell", self._cell_ends)

    def begins(self, operation: Operation) -> None:
        self._bars[operation] = Bar(operation)

    def waits(self, operation: Operation) -> None:
        self._waiting = operation

    def responds(self, operation: Operation, response: Any) -> None:
        self._waiting = None
        bar = self._bars[operation]
        bar.take(response)
        bar.draw()

    def ends(self, operation: Operation) -> None:
        self._bars.pop(operation).clear()

    def _tick(self) -> None:
        bar = self._bars.get(self._waiting) if self._waiting else None
        if bar is not None:
            bar.draw()

    def _cell_ends(self, *_: object) -> None:
        """A stream of rows that the cell leaves half read has no bar while nobody reads."""
        for bar in self._bars.values():
            bar.clear()
