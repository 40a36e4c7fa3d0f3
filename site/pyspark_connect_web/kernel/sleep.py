"""``time.sleep`` that an interrupt ends: Emscripten's own waits to the end whatever comes."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import wraps
from typing import Any

MOST_SECONDS = 2**31 / 1000
"""What the browser's wait takes; nobody sleeps longer in a tab."""


def make_pause(half: Any) -> Callable[[float], None]:
    """A wait of so many seconds that raises KeyboardInterrupt at a press."""

    def pause(seconds: float) -> None:
        if half.sleep(seconds * 1000):
            raise KeyboardInterrupt

    return pause


def make_sleep_interruptible(pause: Callable[[float], None], before: Callable[[], None]) -> None:
    """Replace ``time.sleep``; ``before`` is called ahead of a wait."""
    plain = time.sleep

    @wraps(plain)
    def sleep(seconds: Any, /) -> None:
        if not isinstance(seconds, int | float) or not 0 < seconds <= MOST_SECONDS:
            plain(seconds)
            return
        before()
        pause(seconds)

    time.sleep = sleep
