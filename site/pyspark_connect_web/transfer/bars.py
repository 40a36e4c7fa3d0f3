"""A bar under the cell while a file is on its way."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache

from ..bridge import on_tick
from ..client.progress import (
    SHOW_AFTER_SECONDS,
    State,
    Surface,
    byte_count,
    duration,
    is_progress_on,
    surface,
)

_WHOLE = 100


@dataclass(frozen=True)
class Transfer(State):
    """How far a file is; all of it at once where nobody tells (``done`` is then 0)."""

    what: str = ""
    size: int = 0
    done: int = 0

    def words(self) -> list[str]:
        """What there is to say, the most telling first."""
        sizes = byte_count(self.size)
        if self.done:
            sizes = f"{byte_count(self.done)} of {sizes}"
        return [self.what, sizes, duration(self.seconds)]


class TransferBar:
    """Shown once a file takes long."""

    def __init__(self, what: str, size: int) -> None:
        self._what = what
        self._size = size
        self._done = 0
        self._begun = time.monotonic()
        self._surface: Surface | None = None
        self._shown_at = 0.0
        self._wanted = is_progress_on()

    def advance(self, count: int) -> None:
        """So many bytes more have arrived."""
        self._done += count
        self.draw()

    def draw(self) -> None:
        """Show it, unless it is too early, or too soon after the last time."""
        now = time.monotonic()
        if not self._wanted or now - self._begun < SHOW_AFTER_SECONDS:
            return
        if self._surface is None:
            self._surface = surface()
        elif now - self._shown_at < self._surface.interval:
            return
        self._shown_at = now
        share = _WHOLE * self._done // self._size if self._size and self._done else 0
        self._surface.show(
            Transfer(
                now - self._begun,
                tasks=_WHOLE if share else 0,
                tasks_done=share,
                what=self._what,
                size=self._size,
                done=self._done,
            )
        )

    def clear(self) -> None:
        """Take it away."""
        if self._surface is not None:
            self._surface.clear()


_shown: list[TransferBar] = []


def _draw_shown() -> None:
    for bar in _shown:
        bar.draw()


@cache
def _draw_on_ticks() -> None:
    """Ticks come once a second within a blocking call."""
    on_tick(_draw_shown)


@contextmanager
def transfer_bar(what: str, size: int) -> Iterator[TransferBar]:
    """A bar instead of Spark's own, which counts tasks."""
    bar = TransferBar(what, size)
    _draw_on_ticks()
    _shown.append(bar)
    try:
        yield bar
    finally:
        _shown.remove(bar)
        bar.clear()
