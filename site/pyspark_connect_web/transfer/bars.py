"""A bar under the cell while a file is on its way."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache

from ..bridge import on_tick
from ..progress_bar import Bar, Progress, byte_count, duration, is_progress_on

_WHOLE = 100


@dataclass(frozen=True)
class Transfer(Progress):
    """How far a file is, in bytes; all of it at once where nobody tells (``arrived`` is then 0)."""

    what: str
    size: int
    arrived: int

    @property
    def done(self) -> int:
        return _WHOLE * self.arrived // self.size if self.size else 0

    @property
    def total(self) -> int:
        return _WHOLE if self.done else 0

    def words(self) -> list[str]:
        sizes = byte_count(self.size)
        if self.arrived:
            sizes = f"{byte_count(self.arrived)} of {sizes}"
        return [self.what, sizes, duration(self.seconds)]


class TransferBar(Bar):
    """The bar of one file. Whether it is wanted counts when it is made: what silences the bars of
    the queries that carry the file does not silence it.
    """

    def __init__(self, what: str, size: int) -> None:
        wanted = is_progress_on()
        super().__init__(time.monotonic(), lambda: wanted)
        self._what = what
        self._size = size
        self._arrived = 0

    def advance(self, count: int) -> None:
        """So many bytes more have arrived."""
        self._arrived += count
        self.draw()

    def progress(self, seconds: float) -> Transfer:
        return Transfer(seconds, self._what, self._size, self._arrived)


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
