"""Runs an operation natively and in the tab, and says whether a user would see a difference."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import Any

from e2e.parity.native_side import NativeSide
from e2e.parity.registry import Operation
from e2e.parity.tab_side import TabSide

LONGEST_SENTENCE = 400
"""Characters; more than that is no sentence for somebody who waits for a result."""


class Verdict(enum.Enum):
    """How an operation in the tab compares with the native one."""

    EQUAL = "equal"
    DIFFERENT = "different"
    """With a reason that nothing here can mend."""
    IMPOSSIBLE = "impossible"
    UNEXPECTED = "unexpected"
    """Different, and nobody knows why: a defect."""


@dataclass(frozen=True)
class Comparison:
    """One operation's two outcomes, as JSON values."""

    operation: Operation
    native: Any
    tab: Any

    @property
    def verdict(self) -> Verdict:
        if self.native == self.tab:
            # A remark that is not true any more is a defect too.
            return Verdict.UNEXPECTED if self.remark else Verdict.EQUAL
        if self.operation.different:
            return Verdict.DIFFERENT
        return Verdict.IMPOSSIBLE if self.remark and self.says else Verdict.UNEXPECTED

    @property
    def remark(self) -> str | None:
        """Why the outcomes differ, where that is known."""
        return self.operation.impossible or self.operation.different

    @property
    def says(self) -> str:
        """The sentence for a person that the tab ended with, or nothing."""
        error = self.tab.get("error", {})
        text = str(error.get("note") or error.get("text", ""))
        return text if len(text) <= LONGEST_SENTENCE and "Traceback" not in text else ""


def compare(operation: Operation, native: NativeSide, tab: TabSide) -> Comparison:
    """Run the operation on both sides: at the same time, where they are not in each other's way."""
    if operation.alone:
        return Comparison(operation, native.outcome(operation), tab.outcome(operation))
    tab.start(operation)
    natively = native.outcome(operation)
    return Comparison(operation, natively, tab.finish())
