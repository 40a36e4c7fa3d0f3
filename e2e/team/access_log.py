"""Envoy's access log: one line of JSON for each request that has ended, written each second."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from e2e.waiting import WaitedInVain, until

POLL_S = 0.05
Lines = list[dict[str, Any]]


@dataclass(frozen=True)
class AccessLog:
    """The lines after the first ``begin`` bytes of a file."""

    path: Path
    begin: int = 0

    @classmethod
    def from_now(cls, path: Path) -> Self:
        return cls(path, path.stat().st_size if path.exists() else 0)

    def lines(self) -> Lines:
        with self.path.open() as file:
            file.seek(self.begin)
            return [json.loads(line) for line in file if line.endswith("\n")]

    def of(self, path: str) -> Lines:
        """The requests whose path begins so."""
        return [line for line in self.lines() if line["path"].startswith(path)]

    def wait(self, found: Callable[[Lines], object]) -> Lines:
        """The lines, once ``found`` is true of them.

        Raises:
            WaitedInVain: with the last lines.
        """
        try:
            return until(
                lambda: lines if found(lines := self.lines()) else [],
                "lines of Envoy's access log",
                poll_s=POLL_S,
            )
        except WaitedInVain as error:
            error.add_note(f"The last lines: {self.lines()[-20:]}")
            raise
