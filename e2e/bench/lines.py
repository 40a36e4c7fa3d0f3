"""What is measured: lines of a table, each with its reference and its goal, and samples of them."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from e2e.bench.stage import Stage

MEGABYTE = 1_000_000


class Unit(StrEnum):
    """What numbers of a line are."""

    SECONDS = "s"
    BYTES = "B"
    COUNT = ""


class Kind(StrEnum):
    """How a line is judged."""

    RATIO = "ratio"
    """Ours by the reference."""
    MORE = "more"
    """Ours beyond the reference, in the line's unit."""
    MOST = "most"
    """Ours alone; the reference is there to be seen."""


@dataclass(frozen=True)
class Line:
    """One line; ``goal`` is the most that is good, None where there is no goal."""

    name: str
    what: str
    reference: str
    goal: float | None = None
    kind: Kind = Kind.RATIO
    unit: Unit = Unit.SECONDS


@dataclass(frozen=True)
class Sample:
    """One round's numbers, in the unit of their line; ``theirs`` is of `--against`."""

    ours: float
    reference: float | None = None
    theirs: float | None = None


Samples = Mapping[str, Sample]


@dataclass(frozen=True)
class Probe:
    """What measures one or more lines at once."""

    lines: tuple[Line, ...]
    measure: Callable[[Stage, int], Samples]
    """Takes the round, from 0; gives a sample for each of its lines, by name."""
    most_rounds: int | None = None
    """Of what takes long and hardly varies."""
    asks_theirs: bool = False
    """Whether the page of `--against` is measured too."""

    def of(self, names: Iterable[str]) -> list[Line]:
        """Those of its lines that have one of these names."""
        wanted = set(names)
        return [line for line in self.lines if line.name in wanted]


@dataclass
class Result:
    """A line with its samples, or the sentence why there are none."""

    line: Line
    samples: list[Sample] = field(default_factory=list)
    failure: str | None = None
    asked_theirs: bool = False

    @property
    def ours(self) -> list[float]:
        return [sample.ours for sample in self.samples]

    @property
    def references(self) -> list[float]:
        return [one.reference for one in self.samples if one.reference is not None]

    @property
    def theirs(self) -> list[float]:
        return [one.theirs for one in self.samples if one.theirs is not None]

    @property
    def values(self) -> list[float]:
        """What is judged, of each round: the two of a round ran next to each other."""
        return [value for one in self.samples if (value := judged(self.line, one)) is not None]

    @property
    def value(self) -> float | None:
        return statistics.median(self.values) if self.values else None

    @property
    def short_by(self) -> float | None:
        """By how much the goal is missed; None where it is met, or there is none to judge."""
        if self.value is None or self.line.goal is None or self.value <= self.line.goal:
            return None
        return self.value - self.line.goal


def judged(line: Line, sample: Sample) -> float | None:
    """The number that a goal is about; None without a reference that it needs."""
    if line.kind is Kind.MOST:
        return sample.ours
    if sample.reference is None:
        return None
    if line.kind is Kind.MORE:
        return sample.ours - sample.reference
    return sample.ours / sample.reference


def spread(numbers: Sequence[float]) -> tuple[float, float]:
    """The smallest and the largest."""
    return min(numbers), max(numbers)
