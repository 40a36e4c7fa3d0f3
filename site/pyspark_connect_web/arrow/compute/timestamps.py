"""Instants and wall-clock times: from one to the other, and cut down to whole units."""

from __future__ import annotations

import array
from datetime import datetime, timedelta, tzinfo

from .. import types as t
from ..errors import ArrowInvalid
from ..memory.data import ArrayData
from ..memory.slicing import compact
from ..types.timezones import tzinfo_of
from ..types.units import EPOCH, MICROSECOND
from .cast_numbers import present, rebuilt
from .cast_temporal import wall_clock


class Localizer:
    """Finds the instant of a wall-clock time in one zone."""

    def __init__(self, name: str, unit: str, ambiguous: str, nonexistent: str) -> None:
        self._name = name
        self._zone: tzinfo = tzinfo_of(name)
        self._per = t.PER_SECOND[unit]
        self._ambiguous = ambiguous
        self._nonexistent = nonexistent

    def column(self, data: ArrayData, target: t.DataType) -> ArrayData:
        """Wall-clock times as instants; ArrowInvalid where the clock was set and none is chosen."""
        data = compact(data)
        valid = data.is_valid()
        numbers = data.numbers().tolist()
        moved = [self._instant(v) if ok else 0 for v, ok in zip(numbers, valid, strict=True)]
        return rebuilt(data, target, array.array("q", moved))

    def _instant(self, value: int) -> int:
        second = value // self._per
        naive = EPOCH + timedelta(0, second)
        early = self._offset(naive, 0)
        late = self._offset(naive, 1)
        if early == late:
            return value - self._steps(early)
        if early > late:  # the clock was set back: two instants
            if self._ambiguous == "raise":
                raise ArrowInvalid(
                    f"Timestamp is ambiguous in timezone '{self._name}': {naive} is ambiguous."
                )
            return value - self._steps(early if self._ambiguous == "earliest" else late)
        if self._nonexistent == "raise":
            raise ArrowInvalid(
                f"Timestamp doesn't exist in timezone '{self._name}': {naive} is in a gap."
            )
        change = self._change(naive, early, late)
        return change - 1 if self._nonexistent == "earliest" else change

    def _offset(self, naive: datetime, fold: int) -> timedelta:
        return naive.replace(tzinfo=self._zone, fold=fold).utcoffset() or timedelta(0)

    def _steps(self, offset: timedelta) -> int:
        return int(offset // MICROSECOND * self._per // 1_000_000)

    def _change(self, naive: datetime, before: timedelta, after: timedelta) -> int:
        """The instant at which the clock jumped over `naive`, by bisection between two seconds."""
        low = (naive - after - EPOCH) // timedelta(0, 1)
        high = (naive - before - EPOCH) // timedelta(0, 1)
        epoch = EPOCH.replace(tzinfo=self._zone)
        while high - low > 1:
            middle = (low + high) // 2
            moved = self._zone.fromutc(epoch + timedelta(0, middle)).utcoffset() == after
            low, high = (low, middle) if moved else (middle, high)
        return high * self._per


def on_wall_clock(data: ArrayData, target: t.DataType) -> ArrayData:
    """Instants as the times on the clock of their zone; `target` is their type without a zone."""
    data = compact(data)
    return rebuilt(data, target, array.array("q", wall_clock(data)))


def floored(data: ArrayData, step: int) -> ArrayData:
    """Timestamps cut down to multiples of `step` of their units."""
    data = compact(data)
    values = [value - value % step for value in present(data, data.numbers().tolist())]
    return rebuilt(data, data.type, array.array("q", values))
