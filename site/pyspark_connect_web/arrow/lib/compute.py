"""The functions of `pyarrow.compute` that PySpark's client calls on timestamps, and `cast`."""

from __future__ import annotations

import array
from collections.abc import Callable
from typing import Any

from .. import types as t
from ..compute.cast_numbers import present, rebuilt
from ..compute.cast_temporal import wall_clock
from ..compute.timestamps import NANOSECONDS, Localizer
from ..errors import ArrowInvalid, missing, unsupported
from ..memory.data import ArrayData
from ..memory.slicing import compact
from .chunked import ChunkedArray
from .wrap import make_array


def _each(values: Any, change: Callable[[ArrayData], ArrayData], type_: t.DataType) -> Any:
    """The change applied to an Array or to every chunk of a ChunkedArray."""
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
    localize = Localizer(timezone, source.unit, ambiguous, nonexistent)
    return _each(timestamps, lambda data: localize.column(data, target), target)


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


def floor_temporal(timestamps: Any, /, multiple: int = 1, unit: str = "day", **options: Any) -> Any:
    """Timestamps cut down to whole units (nanosecond to day), in UTC or on a wall clock."""
    source = timestamps.type
    if not isinstance(source, t.TimestampType) or unit not in NANOSECONDS or any(options.values()):
        raise unsupported(
            f"floor_temporal of {source} to unit {unit!r} with {options or 'no options'}"
        )
    per = 1_000_000_000 // t.PER_SECOND[source.unit]
    step = NANOSECONDS[unit] * multiple // per
    if source.tz not in (None, "UTC") and NANOSECONDS[unit] >= NANOSECONDS["second"]:
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
