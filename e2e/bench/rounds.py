"""Runs what was chosen, round by round, and tells how far it is."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from deploy.shared.progress import Tell
from e2e.bench import words
from e2e.bench.catalog import PROBES
from e2e.bench.lines import Line, Probe, Result, Sample
from e2e.bench.stage import Stage

LONGEST_REASON = 300


def measure(stage: Stage, names: Sequence[str], tell: Tell) -> list[Result]:
    """Results of the named lines; what cannot be measured once is not tried again."""
    probes = [probe for probe in PROBES if probe.of(names)]
    results = {
        line.name: Result(line, asked_theirs=probe.asks_theirs)
        for probe in probes
        for line in probe.of(names)
    }
    for turn, probe in _turns(probes, stage.options.rounds):
        wanted = [results[line.name] for line in probe.of(names)]
        if any(result.failure for result in wanted):
            continue
        said = f"round {turn + 1} of {_rounds(probe, stage.options.rounds)}"
        tell(f"{said}: {', '.join(result.line.name for result in wanted)}")
        try:
            samples = probe.measure(stage, turn)
        except Exception as error:  # noqa: BLE001 - the other lines are measured all the same
            reason = " ".join(f"{type(error).__name__}: {error}".split())[:LONGEST_REASON]
            tell(f"not measured: {reason}")
            for result in wanted:
                result.failure = reason
            continue
        for result in wanted:
            result.samples.append(samples[result.line.name])
            tell(f"  {result.line.name}: {_told(result.line, result.samples[-1])}")
    return list(results.values())


def _rounds(probe: Probe, rounds: int) -> int:
    return min(rounds, probe.most_rounds or rounds)


def _turns(probes: Sequence[Probe], rounds: int) -> Iterator[tuple[int, Probe]]:
    """All of them once, then again: what a machine does meanwhile meets all lines alike."""
    for turn in range(rounds):
        for probe in probes:
            if turn < _rounds(probe, rounds):
                yield turn, probe


def _told(line: Line, sample: Sample) -> str:
    parts = [words.amount(sample.ours, line.unit)]
    if sample.reference is not None:
        parts.append(f"reference {words.amount(sample.reference, line.unit)}")
    if sample.theirs is not None:
        parts.append(f"the other page {words.amount(sample.theirs, line.unit)}")
    return ", ".join(parts)
