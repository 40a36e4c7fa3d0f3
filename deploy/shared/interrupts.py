"""Ctrl-C and SIGTERM as one exception, held back where half-done work would leak a process."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

_STOPPING_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
_held_back = 0
_pending = 0


class Interrupted(KeyboardInterrupt):
    """Somebody asked this command to stop."""

    def __init__(self, number: int) -> None:
        super().__init__(signal.Signals(number).name)
        self.exit_code = 128 + number


@contextmanager
def interruptible() -> Iterator[None]:
    """Within, the stopping signals raise `Interrupted`."""
    previous = {number: signal.signal(number, _on_signal) for number in _heeded()}
    try:
        yield
    finally:
        for number, handler in previous.items():
            signal.signal(number, handler)


def _heeded() -> list[signal.Signals]:
    """`nohup` ignores SIGHUP for us: it means to outlive its terminal."""
    ignored = signal.getsignal(signal.SIGHUP) == signal.SIG_IGN
    return [n for n in _STOPPING_SIGNALS if not (ignored and n == signal.SIGHUP)]


@contextmanager
def uninterrupted() -> Iterator[None]:
    """Within, an interrupt waits; it is raised on the way out."""
    global _held_back, _pending
    if threading.current_thread() is not threading.main_thread():
        yield  # signals are delivered to the main thread only
        return
    _held_back += 1
    try:
        yield
    finally:
        _held_back -= 1
        if not _held_back and _pending:
            number, _pending = _pending, 0
            raise Interrupted(number)


def _on_signal(number: int, _frame: FrameType | None) -> None:
    global _pending
    if _held_back:
        _pending = number
        return
    raise Interrupted(number)
