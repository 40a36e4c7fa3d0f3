"""Fuzzes the facade's IPC reader: `python -m pyspark_connect_web.tests.arrow.fuzz`, or `make fuzz`.

Streams of every type are mutated and read here and, in a process of its own, by real `pyarrow`.
Each input must end in the same values or in a clean error, within bounded time and memory; see
`verdict.py` for what "the same" means. Inputs depend only on the seed and their number, so that
`--seed S --first N --inputs 1` repeats one. Ends with one line; exit code 1 after a fault.
"""

from __future__ import annotations

import argparse
import resource
import sys
import time
from collections import Counter
from pathlib import Path
from random import Random

from .corpus import streams
from .judge import Judge, limit_memory
from .mutate import mutated
from .places import Stream, located
from .subject import ADDRESS_SPACE, examine
from .verdict import Kind, Verdict, judge

CORPUS = 400  # streams
BLOCK = 128  # inputs that go to `pyarrow` at once
PROGRESS_EVERY_S = 5.0
TRACED_EVERY = 64
DEEP_EVERY = 16
FAULTS_SHOWN = 20


class Fuzzer:
    """A corpus, a judge, and what came out so far."""

    def __init__(self, seed: int, keep: Path | None = None) -> None:
        self.seed = seed
        self.keep = keep
        self.counts: Counter[Kind] = Counter()
        self.reasons: Counter[tuple[Kind, str]] = Counter()
        self.faults = 0
        self._corpus: list[Stream] = [located(s) for s in streams(Random(seed), CORPUS)]

    def input(self, number: int) -> bytes:
        """The input of that number."""
        return mutated(Random(f"{self.seed}/{number}"), self._corpus)

    def run(self, judge_process: Judge, first: int, count: int) -> None:
        """Inputs `first` to `first + count`."""
        numbers = range(first, first + count)
        inputs = [self.input(number) for number in numbers]
        judge_process.ask(inputs)
        mine = [
            examine(data, traced=number % TRACED_EVERY == 0, deep=number % DEEP_EVERY == 0)
            for number, data in zip(numbers, inputs, strict=True)
        ]
        its = judge_process.answers()
        for number, data, answer, (reading, fault) in zip(numbers, inputs, its, mine, strict=True):
            self._record(number, data, fault or judge(answer, reading))

    def _record(self, number: int, data: bytes, verdict: Verdict) -> None:
        self.counts[verdict.kind] += 1
        if verdict.kind in (Kind.REFUSED_HERE, Kind.LENIENT, Kind.REFUSED):
            self.reasons[verdict.kind, _without_numbers(verdict.why)] += 1
        if not verdict.kind.is_fault:
            return
        self.faults += 1
        if self.faults <= FAULTS_SHOWN:
            print(f"{self.seed}/{number} {verdict.kind.value}: {verdict.why[:600]}", flush=True)
        if self.keep is not None:
            self.keep.mkdir(parents=True, exist_ok=True)
            (self.keep / f"{self.seed}-{number}.arrows").write_bytes(data)

    def summary(self, deaths: int) -> str:
        """One line."""
        parts = [f"{self.counts[kind]:,} {kind.value}" for kind in Kind if self.counts[kind]]
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
        return (
            f"{self.counts.total():,} inputs, seed {self.seed}: {', '.join(parts)}; "
            f"{self.faults} faults; pyarrow died {deaths} times; peak memory {peak} MB"
        )


def _without_numbers(text: str) -> str:
    return "".join("#" if c.isdigit() else c for c in text)[:160]


def main() -> int:
    """The command line."""
    parser = argparse.ArgumentParser(
        prog="python -m pyspark_connect_web.tests.arrow.fuzz", description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )  # fmt: skip
    parser.add_argument("--inputs", type=int, default=10_000, help="how many (%(default)s)")
    parser.add_argument("--seconds", type=float, default=float("inf"), help="stop after so many")
    parser.add_argument("--seed", type=int, default=1, help="of corpus and mutations (%(default)s)")
    parser.add_argument("--first", type=int, default=0, help="number of the first input")
    parser.add_argument("--keep", type=Path, help="folder for the inputs that show a fault")
    parser.add_argument("--reasons", action="store_true", help="list why inputs were refused here")
    options = parser.parse_args()
    fuzzer = Fuzzer(options.seed, options.keep)
    process = Judge()
    limit_memory(ADDRESS_SPACE)
    started = shown = time.monotonic()
    done = 0
    try:
        while done < options.inputs and time.monotonic() - started < options.seconds:
            count = min(BLOCK, options.inputs - done)
            fuzzer.run(process, options.first + done, count)
            done += count
            if time.monotonic() - shown > PROGRESS_EVERY_S:
                shown = time.monotonic()
                rate = done / (shown - started)
                print(f"  {done:,} inputs, {rate:,.0f}/s, {fuzzer.faults} faults", flush=True)
    finally:
        process.stop()
    if options.reasons:
        for (kind, why), count in fuzzer.reasons.most_common():
            print(f"{count:8,} {kind.value}: {why}")
    print(f"fuzz: {fuzzer.summary(process.deaths)}")
    return int(fuzzer.faults > 0)


if __name__ == "__main__":
    sys.exit(main())
