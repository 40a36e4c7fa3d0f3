"""Printed text on its way to the page: together instead of line by line.

JupyterLite's kernel sends each write by itself and waits until the page has drawn it; the page
draws all that a cell has printed so far, so that printing in a loop takes time by the square of its
length. Here a text leaves at once while there are few, else together with what follows it.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Protocol

BURST = 10
"""Texts that leave at once after a pause."""

LEAST_GAP_SECONDS = 0.05
MOST_GAP_SECONDS = 10.0
PAGE_SHARE = 0.25
"""Of its time the page draws text at the most: the rest is for who presses the Stop button."""

GAP_DECAY = 0.8
"""The page draws after it has answered: the cost of one text is often seen at the next but one."""

MOST_CHARACTERS = 1 << 20
"""That wait here; a cell that prints more waits itself, for the page to catch up."""


class Stream(Protocol):
    """Where text goes: a stream of JupyterLite's kernel."""

    name: str
    publish_stream_callback: Callable[[str, str], object] | None


class Outbox:
    """Texts in the order in which they were written, whatever their stream.

    ``wake_later(seconds, callback)`` has the callback called after a while, if it can;
    ``pause(seconds)`` blocks.
    """

    def __init__(
        self,
        wake_later: Callable[[float, Callable[[], None]], None],
        pause: Callable[[float], None],
    ) -> None:
        self._wake_later = wake_later
        self._pause = pause
        self._texts: list[tuple[Stream, str]] = []
        self._characters = 0
        self._tokens = float(BURST)
        self._counted_at = time.monotonic()
        self._gap = LEAST_GAP_SECONDS
        self._is_waking = False
        self._is_delivering = False

    def write(self, stream: Stream, text: str) -> None:
        """Take a text; it may leave later."""
        if not text:
            return
        self._texts.append((stream, text))
        self._characters += len(text)
        self.push()

    def is_waiting(self) -> bool:
        """Whether there is text that has not left."""
        return bool(self._texts)

    def push(self) -> None:
        """Have the texts leave, now if few have left lately."""
        if not self._texts or self._is_delivering:
            return
        missing = 1.0 - self._count_tokens()
        if missing <= 0:
            self.deliver()
        elif self._characters > MOST_CHARACTERS:
            self._pause(missing * self._gap)
            self.deliver()
        elif not self._is_waking:
            self._is_waking = True
            self._wake_later(missing * self._gap, self.wake)

    def wake(self) -> None:
        """The time that was asked for is over."""
        self._is_waking = False
        self.push()

    def deliver(self) -> None:
        """Have all texts leave now: something else is shown next, or nothing for a while."""
        if not self._texts or self._is_delivering:
            return
        self._is_delivering, self._is_waking = True, False
        begun = time.monotonic()
        try:
            while self._texts:
                self._deliver_one()
        finally:
            self._is_delivering = False
        self._counted_at = time.monotonic()
        cost = self._counted_at - begun
        gap = max(LEAST_GAP_SECONDS, cost / PAGE_SHARE, self._gap * GAP_DECAY)
        self._gap = min(gap, MOST_GAP_SECONDS)
        self._tokens = max(self._tokens - 1.0, 0.0)

    def _deliver_one(self) -> None:
        """The next run of texts of one stream."""
        stream = self._texts[0][0]
        count = 1
        while count < len(self._texts) and self._texts[count][0] is stream:
            count += 1
        text = "".join(text for _, text in self._texts[:count])
        del self._texts[:count]
        self._characters -= len(text)
        if stream.publish_stream_callback is not None:
            stream.publish_stream_callback(stream.name, text)

    def _count_tokens(self) -> float:
        now = time.monotonic()
        self._tokens = min(BURST, self._tokens + (now - self._counted_at) / self._gap)
        self._counted_at = now
        return self._tokens
