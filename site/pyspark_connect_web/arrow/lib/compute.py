"""The functions of `pyarrow.compute` that PySpark's client calls on timestamps, and `cast`."""

from __future__ import annotations

from typing import Any

from .. import compute
from .. import types as t
from ..errors import ArrowInvalid, missing, unsupported


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
        return timestamps._map(lambda data: data.with_type(target), target)
    localize = compute.timestamps.Localizer(timezone, source.unit, ambiguous, nonexistent)
    return timestamps._map(lambda data: localize.column(data, target), target)


def local_timestamp(timestamps: Any, /, **_: Any) -> Any:
    """Instants as wall-clock timestamps of their zone, without a zone."""
    source = timestamps.type
    if not isinstance(source, t.TimestampType):
        raise unsupported(f"local_timestamp of {source}")
    target = t.timestamp(source.unit)

    return timestamps._map(lambda data: compute.timestamps.on_wall_clock(data, target), target)


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

    if step <= 1:
        return timestamps._map(lambda data: data, source)
    return timestamps._map(lambda data: compute.timestamps.floored(data, step), source)


def __getattr__(name: str) -> Any:
    if name.startswith("__"):
        raise AttributeError(name)
    raise missing(f"pyarrow.compute.{name}")
