"""An interrupt is meant for the cell that runs when it is asked for, never for a later one."""

from __future__ import annotations

from typing import Any

from .connection import connection, is_connected


def cell_begins(*_: object) -> None:
    """From here on interrupts count."""
    _set_idle(False)


def cell_ends(*_: object) -> None:
    """From here on interrupts are ignored, and one that hit nothing is forgotten."""
    _set_idle(True)


def follow_cells(shell: Any) -> None:
    """Have an IPython shell say when its cells begin and end; None is no shell."""
    if shell is not None:
        shell.events.register("pre_run_cell", cell_begins)
        shell.events.register("post_run_cell", cell_ends)


def _set_idle(idle: bool) -> None:
    if is_connected():
        connection().setIdle(idle)
