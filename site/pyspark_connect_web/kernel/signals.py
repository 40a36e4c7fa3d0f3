"""Interrupts and ticks in the middle of Python that runs: what signals are on a desktop.

Pyodide looks at one word between bytecodes, if it is told to, and calls the handler of the signal
whose number is there. It is told so only while a synchronous cell runs: an exception in the event
loop, between cells or while a cell awaits, would end the kernel.

That a press is asked for is another word: a call that waits in the bridge takes it from there. So
the signal only says "look", and who takes the press first has it.
"""

from __future__ import annotations

import _thread
import signal
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any

from ..bridge.connection import announced_half
from ..bridge.layout import RINGING
from ..python_paths import library_folders

SAME_PRESS_SECONDS = 1.0
"""A press this soon after another, while that one's exception is handled, is the same one."""

_OWN_PACKAGE = __name__.partition(".")[0]
_INTERRUPTIBLE = f"{_OWN_PACKAGE}.arrow"
"""Our one package that computes for long; the others hand single messages and texts on."""

_namespaces: list[dict[str, Any]] = []
_on_tick: list[Callable[[], None]] = []
_raised_at = float("-inf")


def listen() -> None:
    """Have presses and ticks heard from now on."""
    signal.signal(RINGING, _rung)


def on_tick(callback: Callable[[], None]) -> None:
    """Have ``callback`` called at each tick that :func:`tick_later` asked for."""
    _on_tick.append(callback)


def is_armed() -> bool:
    """Whether a synchronous cell runs, so that ticks come."""
    return bool(_namespaces)


def tick_later(seconds: float) -> None:
    """Ask for a tick; while a cell runs only."""
    half = announced_half()
    if half is not None:
        half.ringLater(round(seconds * 1000))


@contextmanager
def interruptible(namespace: dict[str, Any]) -> Iterator[None]:
    """Within, a press raises KeyboardInterrupt in code that ``namespace`` has called.

    It is the ``globals`` of the synchronous cell: what runs around the cell is not interrupted.
    """
    half = announced_half()
    if half is None:
        yield
        return
    import pyodide_js

    _namespaces.append(namespace)
    pyodide_js.setInterruptBuffer(half.doorbell)
    try:
        yield
    finally:
        _namespaces.pop()
        if not _namespaces:
            pyodide_js.setInterruptBuffer(None)


def forget_press() -> None:
    """What was pressed until now is of no more interest."""
    half = announced_half()
    if half is not None:
        half.takePress()


def cell_begins(*_: object) -> None:
    """From here on presses count."""
    _set_idle(False)


def cell_ends(*_: object) -> None:
    """From here on presses are ignored, and one that hit nothing is forgotten."""
    _set_idle(True)


def _set_idle(idle: bool) -> None:
    half = announced_half()
    if half is not None:
        half.setIdle(idle)


def _rung(number: int, frame: FrameType | None) -> None:
    """A tick, a press, or both."""
    global _raised_at
    half = announced_half()
    half.takeTick()  # before what may ask for the next one
    for callback in _on_tick:
        callback()
    if not half.isPressed() or not _may_raise(frame):
        return  # the page rings until the press is taken
    half.takePress()
    handled = isinstance(sys.exception(), KeyboardInterrupt)
    if handled and time.monotonic() - _raised_at < SAME_PRESS_SECONDS:
        return
    _raised_at = time.monotonic()
    # By Python's own handler of SIGINT, or the user's.
    _thread.interrupt_main()


def _may_raise(frame: FrameType | None) -> bool:
    """Whether an exception there reaches the cell and leaves nothing broken."""
    if frame is None or _is_delicate(frame):
        return False
    while frame is not None:
        if any(frame.f_globals is namespace for namespace in _namespaces):
            return True
        if _is_import_of_package(frame):
            return False
        frame = frame.f_back
    return False


def _is_delicate(frame: FrameType) -> bool:
    """Our own few lines between two states of a call or a text."""
    name = str(frame.f_globals.get("__name__", ""))
    return name.partition(".")[0] == _OWN_PACKAGE and not name.startswith(_INTERRUPTIBLE)


def _is_import_of_package(frame: FrameType) -> bool:
    """A compiled package that was imported by half cannot be imported again."""
    code = frame.f_code
    return code.co_name == "<module>" and code.co_filename.startswith(library_folders())
