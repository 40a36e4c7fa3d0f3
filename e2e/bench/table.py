"""A table of medians, each with its ratio to a reference."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from dataclasses import dataclass, field

MILLISECONDS_BELOW = 1.0


def _time(seconds: float) -> str:
    if seconds < MILLISECONDS_BELOW:
        return f"{seconds * 1000:.1f} ms"
    return f"{seconds:.1f} s"


@dataclass
class Table:
    """Rows of a name, seconds measured and seconds of the reference (or None)."""

    title: str
    reference: str
    rows: list[tuple[str, float, float | None]] = field(default_factory=list)

    def add(
        self, name: str, seconds: Sequence[float], reference: Sequence[float] | None = None
    ) -> None:
        """Add the medians of a measurement and of its reference."""
        base = None if reference is None else statistics.median(reference)
        self.rows.append((name, statistics.median(seconds), base))
        print(f"{self.title}: {name}: {_time(self.rows[-1][1])}", flush=True)

    def markdown(self) -> str:
        """The table as Markdown."""
        lines = [
            f"**{self.title}**",
            "",
            f"| step | median | {self.reference} | ratio |",
            "|---|---|---|---|",
        ]
        for name, seconds, base in self.rows:
            beside = "| | |" if base is None else f"| {_time(base)} | {seconds / base:.1f} |"
            lines.append(f"| {name} | {_time(seconds)} {beside}")
        return "\n".join(lines)
