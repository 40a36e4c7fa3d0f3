"""Units of time, and what Python counts in: its epoch, microseconds, exact decimals, intervals."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from decimal import Context
from typing import NamedTuple

UNITS = ("s", "ms", "us", "ns")
DAY_SECONDS = 86_400
DAY_MILLISECONDS = 86_400_000
NOT_A_TIME = -(2**63)
"""The count that numpy and pandas take for no time."""
PER_SECOND = {"s": 1, "ms": 1_000, "us": 1_000_000, "ns": 1_000_000_000}
EPOCH = datetime(1970, 1, 1)
EPOCH_ORDINAL = date(1970, 1, 1).toordinal()
MICROSECOND = timedelta.resolution

# Wide enough for any 128-bit integer: multiplying by a power of ten is then exact.
EXACT = Context(prec=76, Emax=999999, Emin=-999999)


class _MonthDayNano(NamedTuple):
    months: int
    days: int
    nanoseconds: int


class MonthDayNano(_MonthDayNano):
    """A calendar interval, as `pyarrow.MonthDayNano`: made of one sequence of three numbers."""

    __slots__ = ()

    def __new__(cls, parts: Sequence[int]) -> MonthDayNano:
        if len(parts) != 3:
            raise TypeError(f"MonthDayNano() takes a 3-sequence ({len(parts)}-sequence given)")
        return cls._make(parts)

    def __reduce__(self) -> tuple[type[MonthDayNano], tuple[tuple[int, ...]]]:
        return MonthDayNano, (tuple(self),)
