"""Waiting for something that cannot be listened to: with a limit, and told what for."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

PATIENCE_S = 60.0
POLL_S = 0.1
T = TypeVar("T")


class WaitedInVain(AssertionError):
    """It did not happen in time."""


def until(
    found: Callable[[], T],
    what: str,
    patience_s: float = PATIENCE_S,
    *,
    poll_s: float = POLL_S,
    sleep: Callable[[float], object] = time.sleep,
    despite: tuple[type[Exception], ...] = (),
) -> T:
    """What ``found`` gives first that is true.

    ``sleep`` may do something meanwhile; an error of ``despite`` is as good as nothing found.

    Raises:
        WaitedInVain: it never was; names ``what``, and what came of it last.
    """
    give_up = time.monotonic() + patience_s
    while True:
        last: object
        try:
            if given := found():
                return given
            last = given
        except despite as error:
            last = error
        if time.monotonic() >= give_up:
            raise WaitedInVain(
                f"Waited {patience_s:.0f} s in vain for {what}; last: {last!r:.2000}"
            )
        sleep(poll_s)
