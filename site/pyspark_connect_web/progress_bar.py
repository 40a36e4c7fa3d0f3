"""A bar under the cell that waits for something that takes long: where it is shown, and how often.

What is waited for says what the bar tells: ``client/progress.py`` of queries, ``transfer/bars.py``
of files.
"""

from __future__ import annotations

import sys
import time
import uuid
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Protocol

from .shell import ipython_shell

SHOW_AFTER_SECONDS = 1.5
UPDATE_SECONDS = 0.5
"""The least time between two pictures of a bar; ticks of the bridge come once a second."""

LINE_SECONDS = 5.0
"""The same for text, whose lines stay."""

BAR_CHARACTERS = 20
_BYTE_UNITS = ("B", "KiB", "MiB", "GiB", "TiB", "PiB")

_enabled = True


def progress(on: bool = True) -> None:
    """Show the progress of queries that take long, or do not. It is on from the start."""
    global _enabled
    _enabled = on


def is_progress_on() -> bool:
    """Whether bars are shown."""
    return _enabled


@contextmanager
def without_progress() -> Iterator[None]:
    """Within, nothing is shown: nobody has asked for the query."""
    global _enabled
    before, _enabled = _enabled, False
    try:
        yield
    finally:
        _enabled = before


@dataclass(frozen=True)
class Progress(ABC):
    """How far something is, after so many seconds."""

    seconds: float

    @property
    @abstractmethod
    def done(self) -> int:
        """How much of ``total`` is done."""

    @property
    @abstractmethod
    def total(self) -> int:
        """All there is to do, in any unit; 0 where nobody tells."""

    @abstractmethod
    def words(self) -> list[str]:
        """What there is to say, the most telling first."""


def byte_count(size: float) -> str:
    """As in "1.5 GiB"."""
    unit = 0
    while size >= 1024 and unit < len(_BYTE_UNITS) - 1:
        size /= 1024
        unit += 1
    return f"{size:.{min(unit, 1)}f} {_BYTE_UNITS[unit]}"


def duration(seconds: float) -> str:
    """As in "1:02:03", "2:03" or "3 s"."""
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    if hours:
        return f"{hours}:{minutes:02}:{rest:02}"
    return f"{minutes}:{rest:02}" if minutes else f"{rest} s"


def as_text(progress: Progress) -> str:
    """One line."""
    share = progress.done / progress.total if progress.total else 0.0
    done = int(share * BAR_CHARACTERS)
    bar = "#" * done + "-" * (BAR_CHARACTERS - done)
    return f"[{bar}] {share:.0%}, {', '.join(progress.words())}"


def as_html(progress: Progress) -> str:
    """The browser's own progress element, indeterminate without a total, and the words."""
    value = f' value="{progress.done}" max="{progress.total}"' if progress.total else ""
    return (
        '<div class="pcw-progress" style="display:flex;align-items:center;gap:1em;'
        "font:var(--jp-code-font-size,13px)/1.6 var(--jp-ui-font-family,sans-serif);"
        'font-variant-numeric:tabular-nums">'
        f'<progress{value} aria-label="Spark" style="width:16em;flex:none"></progress>'
        f"<span>{' · '.join(progress.words())}</span></div>"
    )


class Surface(Protocol):
    """Where bars are shown."""

    interval: float
    """The least number of seconds between two calls of :meth:`show`."""

    def show(self, progress: Progress) -> None: ...
    def clear(self) -> None: ...


class NotebookSurface:
    """A display of the cell that runs."""

    interval = UPDATE_SECONDS

    def __init__(self, shell: Any) -> None:
        self._publisher = shell.display_pub
        self._id: str | None = None

    def show(self, progress: Progress) -> None:
        self._display({"text/html": as_html(progress), "text/plain": as_text(progress)})

    def clear(self) -> None:
        if self._id is not None:
            self._display({"text/html": "", "text/plain": ""})
            self._id = None

    def _display(self, bundle: dict[str, str]) -> None:
        update = self._id is not None
        self._id = self._id or uuid.uuid4().hex
        transient = {"display_id": self._id}
        self._publisher.publish(bundle, {}, transient=transient, update=update)


class TextSurface:
    """Lines on stderr."""

    interval = LINE_SECONDS

    def show(self, progress: Progress) -> None:
        print(as_text(progress), file=sys.stderr, flush=True)

    def clear(self) -> None:
        """Lines stay."""


def surface() -> Surface:
    """One more bar's, for the cell that runs."""
    shell = ipython_shell()
    return NotebookSurface(shell) if shell else TextSurface()


class Bar(ABC):
    """On a surface once something takes long; ``begun`` is a time of ``time.monotonic()``."""

    def __init__(self, begun: float, is_wanted: Callable[[], bool] = is_progress_on) -> None:
        self._begun = begun
        self._is_wanted = is_wanted
        self._surface: Surface | None = None
        self._shown_at = 0.0

    @abstractmethod
    def progress(self, seconds: float) -> Progress:
        """How far it is, so many seconds after it has begun."""

    def draw(self) -> None:
        """Show that, unless it is too early, or too soon after the last time."""
        now = time.monotonic()
        if not self._is_wanted() or now - self._begun < SHOW_AFTER_SECONDS:
            return
        if self._surface is None:
            self._surface = surface()
        elif now - self._shown_at < self._surface.interval:
            return
        self._shown_at = now
        self._surface.show(self.progress(now - self._begun))

    def clear(self) -> None:
        """Take it away; it is drawn anew where the work goes on."""
        if self._surface is not None:
            self._surface.clear()
