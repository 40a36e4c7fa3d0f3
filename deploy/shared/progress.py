"""Progress lines: one per event, and one every few seconds while something takes long."""

from __future__ import annotations

import time
from collections.abc import Callable

Tell = Callable[[str], None]
REPEAT_S = 2.0


class Progress:
    """Prints a message when its beginning is new, or 2 s after it was last printed."""

    def __init__(self) -> None:
        self._began = time.monotonic()
        self._last = ""
        self._printed_at = self._began

    def __call__(self, message: str) -> None:
        now = time.monotonic()
        subject = message.partition(" (")[0]
        waiting = message.startswith("waiting")
        if (subject == self._last or waiting) and now - self._printed_at < REPEAT_S:
            return
        self._last, self._printed_at = subject, now
        print(f"[{now - self._began:5.1f} s] {message}", flush=True)


def silently(_message: str) -> None:
    """A `Tell` that says nothing."""
