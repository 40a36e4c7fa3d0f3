"""A bar under the cell whose query takes long: what Spark has done of it so far, live.

The server reports stages and tasks every ``spark.connect.progress.reportInterval``, and only what
has changed; the elapsed time goes on in between. Spark does not count the rows that it reads: the
rows shown are those that have arrived here. PySpark's own handlers
(``spark.registerProgressHandler``) are the user's, and are not touched.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from ..bridge import on_tick
from ..progress_bar import Bar, Progress, byte_count, duration
from ..shell import ipython_shell
from .operations import Operation, Watcher


@dataclass(frozen=True)
class State(Progress):
    """How far an operation is."""

    stages: int = 0
    stages_done: int = 0
    tasks: int = 0
    tasks_done: int = 0
    tasks_running: int = 0
    bytes_read: int = 0
    rows: int = 0

    @property
    def done(self) -> int:
        return self.tasks_done

    @property
    def total(self) -> int:
        return self.tasks

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


class OperationBar(Bar):
    """One operation's bar."""

    def __init__(self, operation: Operation) -> None:
        super().__init__(operation.begun)
        self._state = State(0.0)

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

    def progress(self, seconds: float) -> State:
        return replace(self._state, seconds=seconds)


class ProgressBars(Watcher):
    """A bar for each operation that runs."""

    def __init__(self) -> None:
        self._bars: dict[Operation, OperationBar] = {}
        self._waiting: Operation | None = None
        on_tick(self._tick)
        shell = ipython_shell()
        if shell is not None:
            shell.events.register("post_run_cell", self._cell_ends)

    def begins(self, operation: Operation) -> None:
        self._bars[operation] = OperationBar(operation)

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
