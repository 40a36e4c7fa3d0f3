"""All that is measured, in the order of the table."""

from __future__ import annotations

from collections.abc import Sequence

from deploy.shared.errors import StackError
from e2e.bench import bridge, calls, link, plans, results, start, up
from e2e.bench.lines import Line, Probe

PROBES: tuple[Probe, ...] = (
    *start.PROBES,
    *calls.PROBES,
    *results.PROBES,
    *plans.PROBES,
    *bridge.PROBES,
    *link.PROBES,
    *up.PROBES,
)
LINES: tuple[Line, ...] = tuple(line for probe in PROBES for line in probe.lines)


def chosen(words: Sequence[str]) -> list[str]:
    """The names of the lines that have one of these words in theirs; all where there is none.

    Raises:
        StackError: a word is in no name.
    """
    names = [line.name for line in LINES]
    if unknown := [word for word in words if not any(word in name for name in names)]:
        raise StackError(f"No line has {unknown[0]!r} in its name; there are {', '.join(names)}.")
    return [name for name in names if not words or any(word in name for word in words)]
