"""One program, run here and there: in the tab, natively, and in another implementation's page."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from e2e.bench.lines import Line, Probe, Sample, Samples
from e2e.bench.stage import Stage
from e2e.harness import Harness

TIMED = """
import time
{prepare}
_begin = time.perf_counter()
for _ in range({times}):
    {source}
_elapsed = (time.perf_counter() - _begin) / {times}
{after}
"""
PRINTED = "print(_elapsed)"


@dataclass(frozen=True)
class Program:
    """Python that reads the same here and there; ``spark`` is a session.

    ``{scale}`` in its texts is the number of rows that ``rows`` is, fewer in a quick run;
    ``{round}`` the number of the round, from 0 for the one that warms up.
    """

    source: str
    """One line, which is timed."""
    rows: int = 0
    times: int = 1
    prepare: str = ""
    after: str = ""
    """These two run around it each time, and are not timed."""
    setup: str = ""
    """Runs once."""

    def texts(self, stage: Stage, turn: int) -> tuple[str, str]:
        """The setup, and what is timed."""
        names = {"scale": stage.options.scaled(self.rows), "round": turn}
        setup, prepare, source, after = (
            text.format(**names) for text in (self.setup, self.prepare, self.source, self.after)
        )
        return setup, TIMED.format(prepare=prepare, times=self.times, source=source, after=after)


def beside_native(line: Line, program: Program) -> Probe:
    """A probe of a program in the tab; the reference is the native client on the same server."""

    def measure(stage: Stage, turn: int) -> Samples:
        if turn == 0:
            for place in places:
                place(stage, program, 0, True)
        ours, native, theirs = in_turn(
            turn, *(lambda place=place: place(stage, program, turn + 1, False) for place in places)
        )
        assert ours is not None
        return {line.name: Sample(ours, native, theirs)}

    places = (_in_our_tab, _natively, _in_their_tab)
    return Probe((line,), measure, asks_theirs=True)


def in_turn(turn: int, *measures: Callable[[], float | None]) -> list[float | None]:
    """What each gives, in their order; who goes first changes from round to round."""
    found: dict[int, float | None] = {}
    for shift in range(len(measures)):
        place = (turn + shift) % len(measures)
        found[place] = measures[place]()
    return [found[place] for place in range(len(measures))]


def seconds_in(tab: Harness, stage: Stage, program: Program, turn: int, first: bool) -> float:
    setup, timed = program.texts(stage, turn)
    if first and setup:
        tab.run(setup)
    return float(tab.run(timed + PRINTED))


def _in_our_tab(stage: Stage, program: Program, turn: int, first: bool) -> float | None:
    return seconds_in(stage.tab, stage, program, turn, first)


def _in_their_tab(stage: Stage, program: Program, turn: int, first: bool) -> float | None:
    tab = stage.their_tab
    return None if tab is None else seconds_in(tab, stage, program, turn, first)


def _natively(stage: Stage, program: Program, turn: int, first: bool) -> float | None:
    setup, timed = program.texts(stage, turn)
    if first:
        exec(setup, stage.natively)
    exec(timed, stage.natively)
    return float(stage.natively["_elapsed"])
