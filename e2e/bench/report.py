"""What a run found: Markdown for people, JSON for programs, and the sentences about goals."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from deploy.shared.errors import StackError
from e2e.bench import words
from e2e.bench.lines import Kind, Line, Result, Sample, Unit

NOT_ASKED = "not asked: it is ours alone"


@dataclass(frozen=True)
class Report:
    """All of a run; ``about`` says where, when and with what."""

    about: dict[str, Any]
    results: list[Result]

    def dump(self) -> str:
        """As JSON: every sample of every line, in seconds and bytes."""
        lines = [
            {
                **asdict(one.line),
                "samples": [asdict(sample) for sample in one.samples],
                "value": one.value,
                "short_by": one.short_by,
                "failure": one.failure,
                "asked_theirs": one.asked_theirs,
            }
            for one in self.results
        ]
        return json.dumps({"about": self.about, "lines": lines}, indent=2) + "\n"

    @classmethod
    def load(cls, path: Path) -> Report:
        """What `dump` wrote.

        Raises:
            StackError: it cannot be read.
        """
        try:
            raw = json.loads(path.read_text("utf-8"))
            return cls(raw["about"], [_result(one) for one in raw["lines"]])
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise StackError(f"{path} is no report of the bench: {error}.") from None

    def markdown(self) -> str:
        """A sentence about the run, and the table."""
        against = bool(self.about.get("against"))
        theirs = ["the other page"] if against else []
        heads = ["what", "here", "reference", *theirs, "ratio, or difference", "goal"]
        rows = [f"| {' | '.join(self._cells(one))} |" for one in self.results if not one.failure]
        missing = [f"- Not measured: {one.line.what}: {one.failure}" for one in failed(self)]
        return "\n".join(
            [
                *_about(self.about),
                "",
                f"| {' | '.join(heads)} |",
                f"|{'---|' * len(heads)}",
                *rows,
                *(["", *missing] if missing else []),
                "",
            ]
        )

    def _cells(self, result: Result) -> list[str]:
        line = result.line
        measured = words.median(result.references, line.unit) if result.references else ""
        constant = line.kind is Kind.MOST
        reference = line.reference if constant else f"{line.reference}: {measured}"
        theirs = words.with_spread(result.theirs, line.unit) if result.asked_theirs else NOT_ASKED
        missed = result.short_by is not None and not self.about["quick"]
        mark = " (short)" if missed else ""
        return [
            line.what,
            words.with_spread(result.ours, line.unit),
            reference if line.reference else words.NONE,
            *([theirs] if self.about["against"] else []),
            words.value(result),
            words.goal(line) + mark,
        ]


def failed(report: Report) -> list[Result]:
    return [one for one in report.results if one.failure]


def short(report: Report) -> list[str]:
    """A sentence for each line that misses its goal; a quick run is not judged."""
    if report.about["quick"]:
        return []
    return [
        f"{one.line.name}: {words.judged(one.line, one.value)}, goal {words.goal(one.line)}: "
        f"short by {words.judged(one.line, one.short_by).removeprefix('+ ')}"
        for one in report.results
        if one.short_by is not None and one.value is not None
    ]


def _result(raw: dict[str, Any]) -> Result:
    samples = [Sample(**one) for one in raw["samples"]]
    line = Line(
        name=raw["name"],
        what=raw["what"],
        reference=raw["reference"],
        goal=raw["goal"],
        kind=Kind(raw["kind"]),
        unit=Unit(raw["unit"]),
    )
    return Result(line, samples, raw["failure"], raw["asked_theirs"])


def _about(about: dict[str, Any]) -> Sequence[str]:
    versions = ", ".join(f"{name} {version}" for name, version in about["versions"].items())
    rounds = f"medians of {about['rounds']} rounds (smallest \N{EN DASH} largest)"
    lines = [
        f"`{about['command']}`, {about['date']}, commit {about['commit']}; {rounds}, each line "
        "beside its reference, turn about.",
        f"{about['machine']}; load {about['load']} at the end. {versions}.",
    ]
    if about["quick"]:
        lines.append("**A quick run, on a part of the data: it shows that all works, no speed.**")
    if about["against"]:
        lines.append(f"The other page: {about['against']}.")
    return lines
