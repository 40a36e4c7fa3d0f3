"""What may differ between real `pyarrow` and the facade on a damaged stream, and what must not."""

from __future__ import annotations

import re
from enum import Enum
from typing import NamedTuple

from .reading import Batch, Reading


class Kind(Enum):
    """How one input came out; those after `DIED` are faults of the facade."""

    SAME = "read by both, same values"
    REFUSED = "refused by both"
    REFUSED_HERE = "refused here only"
    LENIENT = "read here only, for a known reason"
    DIED = "pyarrow died or ran out of memory"
    WRONG = "WRONG VALUE"
    READ_HERE = "READ HERE ONLY"
    DIRTY = "UNCLEAN ERROR"
    SLOW = "TOO SLOW"
    GREEDY = "TOO MUCH MEMORY"

    @property
    def is_fault(self) -> bool:
        """Whether the fuzzer fails because of it."""
        return self.value.isupper()


class Verdict(NamedTuple):
    """The outcome of one input and, in words, why."""

    kind: Kind
    why: str = ""


# `pyarrow` cannot read back the text that it makes of a decimal with a scale beyond its precision.
ACCIDENT = re.compile(r"decimal128.*: InvalidOperation: ")


def judge(its: Reading | None, mine: Reading) -> Verdict:
    """Where `pyarrow` reads and validates a stream, here are the same values or a clean error;
    where it refuses one, so does the facade, at the same batch or before."""
    if its is None:
        return Verdict(Kind.DIED)
    if its.schema and mine.schema and its.schema != mine.schema:
        return Verdict(Kind.WRONG, f"schema {its.schema!r} here {mine.schema!r}")
    refused_here = ""
    for number, (a, b) in enumerate(zip(its.batches, mine.batches, strict=False)):
        verdict = _batch(a, b)
        if verdict.kind is Kind.REFUSED_HERE:
            refused_here = verdict.why
        elif verdict.kind is not Kind.SAME:
            return Verdict(verdict.kind, f"batch {number}: {verdict.why}")
    return _rest(its, mine, refused_here)


def _batch(its: Batch, mine: Batch) -> Verdict:
    if its.rows != mine.rows:
        return Verdict(Kind.WRONG, f"{its.rows} rows, here {mine.rows}")
    if its.columns is None or mine.columns is None:
        return Verdict(Kind.SAME)
    refused = ""
    for a, b in zip(its.columns, mine.columns, strict=True):
        if a[0] == b[0] == "value" and a != b:
            return Verdict(Kind.WRONG, f"{a[1]} here {b[1]}")
        if a[0] == "error" and b[0] == "value" and not ACCIDENT.search(a[1]):
            return Verdict(Kind.READ_HERE, f"{a[1]} here {b[1]}")
        if a[0] == "value" and b[0] == "error":
            refused = b[1]
    return Verdict(Kind.REFUSED_HERE, refused) if refused else Verdict(Kind.SAME)


def _rest(its: Reading, mine: Reading, refused_here: str) -> Verdict:
    """What follows the batches that both gave."""
    more = mine.batches[len(its.batches) :]
    bad_column = next((e for b in more[:1] for k, e in b.columns or () if k == "error"), "")
    if its.end:
        if mine.end and not more:
            return Verdict(Kind.REFUSED, its.end)
        if bad_column:
            return Verdict(Kind.REFUSED, bad_column)
        lenient = (
            its.unchecked is not None
            and _batch(its.unchecked, (more or [Batch(-1)])[0]).kind is Kind.SAME
        )
        return Verdict(Kind.LENIENT if lenient else Kind.READ_HERE, its.end)
    if more:
        return Verdict(Kind.WRONG, f"{len(more)} more batches")
    if mine.end:
        return Verdict(Kind.REFUSED_HERE, mine.end)
    if len(mine.batches) < len(its.batches):
        return Verdict(Kind.WRONG, f"{len(its.batches)} batches, here {len(mine.batches)}")
    return Verdict(Kind.REFUSED_HERE, refused_here) if refused_here else Verdict(Kind.SAME)
