"""Numbers as people read them."""

from __future__ import annotations

import statistics
from collections.abc import Sequence

from e2e.bench.lines import MEGABYTE, Kind, Line, Result, Unit, spread

MILLISECONDS_BELOW = 1.0
NONE = "\N{EN DASH}"


def amount(number: float, unit: Unit) -> str:
    """A measured number with its unit."""
    if unit is Unit.BYTES:
        return f"{number / MEGABYTE:.1f} MB"
    if unit is Unit.COUNT:
        return f"{number:.0f}"
    if abs(number) < MILLISECONDS_BELOW:
        return f"{number * 1000:.1f} ms"
    return f"{number:.1f} s"


def median(numbers: Sequence[float], unit: Unit) -> str:
    return amount(statistics.median(numbers), unit) if numbers else NONE


def with_spread(numbers: Sequence[float], unit: Unit) -> str:
    """The median, and the smallest and largest where they differ from it."""
    if not numbers:
        return NONE
    least, most = (amount(one, unit) for one in spread(numbers))
    middle = median(numbers, unit)
    return middle if least == most else f"{middle} ({least} {NONE} {most})"


def judged(line: Line, number: float) -> str:
    """What a goal is about, or a goal."""
    if line.kind is Kind.RATIO:
        return f"{number:.2f}"
    sign = "+ " if line.kind is Kind.MORE and number >= 0 else ""
    return sign + amount(number, line.unit).replace("-", "\N{MINUS SIGN} ")


def value(result: Result) -> str:
    """What is judged, and its spread where it has one."""
    if result.value is None or (result.line.kind is Kind.MOST and result.line.goal is None):
        return NONE
    least, most = (judged(result.line, one) for one in spread(result.values))
    middle = judged(result.line, result.value)
    return middle if least == most else f"{middle} ({least} {NONE} {most})"


def goal(line: Line) -> str:
    return NONE if line.goal is None else f"≤ {judged(line, line.goal)}"
