"""What a run of the tests says of a mutation, and the table of all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

from e2e.mutants.mutation import Mutation
from e2e.mutants.runs import Run


class State(Enum):
    CAUGHT = "caught"
    SURVIVED = "survived"
    NOT_APPLIED = "not applied"
    UNCLEAR = "unclear"
    """No test could tell: the change cannot be loaded, or something else failed first."""
    NOT_RUN = "not run"


GOOD = {State.CAUGHT, State.NOT_RUN}


@dataclass(frozen=True)
class Verdict:
    mutation: Mutation
    state: State
    remark: str = ""
    seconds: float = 0.0


def judge(mutation: Mutation, run: Run) -> Verdict:
    """Caught by a test that failed by itself; by one whose fixtures failed only if that counts."""
    noticed = run.of("failed") + (run.of("error") if mutation.in_setup else [])
    if usable := [outcome for outcome in noticed if not outcome.is_unusable]:
        remark = f"{usable[0].test}: {usable[0].sentence}"
        return Verdict(mutation, State.CAUGHT, remark, run.seconds)
    if spoilt := noticed or run.of("error"):
        remark = f"{spoilt[0].test}: {spoilt[0].sentence}"
        return Verdict(mutation, State.UNCLEAR, remark, run.seconds)
    if not run.of("passed"):
        return Verdict(mutation, State.UNCLEAR, run.end, run.seconds)
    return Verdict(mutation, State.SURVIVED, "all of its tests passed", run.seconds)


def table(verdicts: Sequence[Verdict]) -> str:
    """In Markdown, with the sum of each state below."""
    lines = ["| mutation | breaks | result | by | s |", "|---|---|---|---|---|"]
    for each in verdicts:
        cells = [each.mutation.name, each.mutation.breaks, each.state.value, each.remark]
        cells = [" ".join(cell.split())[:LONGEST_CELL].replace("|", "\\|") for cell in cells]
        lines.append(f"| {' | '.join(cells)} | {each.seconds:.0f} |")
    return "\n".join([*lines, "", summary(verdicts)])


LONGEST_CELL = 160


def summary(verdicts: Sequence[Verdict]) -> str:
    count = {state: sum(each.state is state for each in verdicts) for state in State}
    return ", ".join(f"{number} {state.value}" for state, number in count.items() if number)
