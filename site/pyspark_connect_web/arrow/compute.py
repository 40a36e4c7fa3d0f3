"""The functions of `pyarrow.compute` that PySpark's client calls on timestamps, and `cast`."""

from __future__ import annotations

import array
from collections.abc import Callable
from datetime import datetime, timedelta, tzinfo
from typing import Any

from . import types as t
from .cast_numbers import present, rebuilt
from .cast_temporal import wall_clock
from .chunked import ChunkedArray
from .data import ArrayData
from .decode import EPOCH, MICROSECOND
from .errors import ArrowInvalid, missing, unsupported
from .slicing import compact
from .timezones import tzinfo_of


def _each(values: Any, change: Callable[[ArrayData], ArrayData], type_: t.DataType) -> Any:
    """The change applied to an Array or to every chunk of a ChunkedArray."""
    from .arrays import make_array

    if isinstance(values, ChunkedArray):
        return ChunkedArray._of([change(chunk) for chunk in values._chunks], type_)
    return make_array(change(values._data))


def cast(arr: Any, target_type: Any = None, safe: bool | None = None, **_: Any) -> Any:
    """`arr.cast(target_type)`."""
    return arr.cast(target_type, safe=safe)


def is_null(values: Any, /, *, nan_is_null: bool = False, **_: Any) -> Any:
    """Per value whether it is null."""
    return values.is_null(nan_is_null=nan_is_null)


def is_valid(values: Any, /, **_: Any) -> Any:
    """Per value whether it is not null."""
    return values.is_valid()


def assume_timezone(
    timestamps: Any,
    /,
    timezone: str,
    *,
    ambiguous: str = "raise",
    nonexistent: str = "raise",
    options: object = None,
    memory_pool: object = None,
) -> Any:
    """Wall-clock timestamps as instants in a zone.

    `ambiguous` and `nonexistent` ("raise", "earliest", "latest") decide about clock changes;
    raises ArrowInvalid for those, for an unknown zone and for timestamps that have a zone.
    """
    source = timestamps.type
    if not isinstance(source, t.TimestampType):
        raise unsupported(f"assume_timezone of {source}")
    some = len(timestamps) > 0  # pyarrow does not look at the zones else
    if source.tz is not None and some:
        raise ArrowInvalid(
            f"Timestamps already have a timezone: '{source.tz}'. Cannot localize to '{timezone}'."
        )
    for choice in (ambiguous, nonexistent):
        if choice not in ("raise", "earliest", "latest"):
            raise ValueError(f"{choice!r} is not one of 'raise', 'earliest', 'latest'")
    target = t.timestamp(source.unit, timezone)
    if not some:
        return _each(timestamps, lambda data: data.with_type(target), target)
    localize = _Localizer(timezone, source.unit, ambiguous, nonexistent)
    return _each(timestamps, lambda data: localize.column(data, target), target)


class _Localizer:
    """Finds the instant of a wall-clock time in one zone."""

    def __init__(self, name: str, unit: str, ambiguous: str, nonexistent: str) -> None:
        self._name = name
        self._zone: tzinfo = tzinfo_of(name)
        self._per = t.PER_SECOND[unit]
        self._ambiguous = ambiguous
        self._nonexistent = nonexistent

    def column(self, data: ArrayData, target: t.DataType) -> ArrayData:
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


def local_timestamp(timestamps: Any, /, **_: Any) -> Any:
    """Instants as wall-clock timestamps of their zone, without a zone."""
    source = timestamps.type
    if not isinstance(source, t.TimestampType):
        raise unsupported(f"local_timestamp of {source}")
    target = t.timestamp(source.unit)

    def change(data: ArrayData) -> ArrayData:
        data = compact(data)
        return rebuilt(data, target, array.array("q", wall_clock(data)))

    return _each(timestamps, change, target)


_NANOSECONDS = {
    "nanosecond": 1, "microsecond": 1_000, "millisecond": 1_000_000, "second": 1_000_000_000,
    "minute": 60_000_000_000, "hour": 3_600_000_000_000, "day": 86_400_000_000_000,
}  # fmt: skip


def floor_temporal(timestamps: Any, /, multiple: int = 1, unit: str = "day", **options: Any) -> Any:
    """Timestamps cut down to whole units (nanosecond to day), in UTC or on a wall clock."""
    source = timestamps.type
    if not isinstance(source, t.TimestampType) or unit not in _NANOSECONDS or any(options.values()):
        raise unsupported(
            f"floor_temporal of {source} to unit {unit!r} with {options or 'no options'}"
        )
    per = 1_000_000_000 // t.PER_SECOND[source.unit]
    step = _NANOSECONDS[unit] * multiple // per
    if source.tz not in (None, "UTC") and _NANOSECONDS[unit] >= _NANOSECONDS["second"]:
        raise unsupported(f"floor_temporal of {source} to unit {unit!r}")
    if multiple != 1:
        raise unsupported("floor_temporal with a multiple other than 1")

    def change(data: ArrayData) -> ArrayData:
        if step <= 1:
            return data
        data = compact(data)
        values = [value - value % step for value in present(data, data.numbers().tolist())]
        return rebuilt(data, source, array.array("q", values))

    return _each(timestamps, change, source)


def __getattr__(name: str) -> Any:
    if name.startswith("__"):
        raise AttributeError(name)
    raise missing(f"pyarrow.compute.{name}")
