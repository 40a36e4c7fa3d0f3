"""Casts among dates, times, timestamps, durations and the integers they are stored as."""

from __future__ import annotations

from .. import types as t
from ..errors import ArrowInvalid, no_cast
from ..memory.data import ArrayData
from ..memory.slicing import compact
from ..values.moments import zone_offset
from .cast_numbers import fit_integers, present, rebuilt


def cast_temporal(data: ArrayData, target: t.DataType, safe: bool) -> ArrayData:
    """The rule for a pair of types of which at least one is temporal."""
    source = data.type
    if source.id in t.INTEGERS or target.id in t.INTEGERS:
        return _as_stored(data, target)
    if source.id == t.TIMESTAMP and target.id in (t.DATE32, t.DATE64, t.TIME32, t.TIME64):
        return _parts(data, target, safe)
    if target.id == t.TIMESTAMP and source.id in (t.DATE32, t.DATE64):
        return _to_unit(data, target, safe)
    pairs = ({t.DATE32, t.DATE64}, {t.TIME32, t.TIME64}, {t.TIMESTAMP}, {t.DURATION})
    if not any({source.id, target.id} <= pair for pair in pairs):
        raise no_cast(source, target)
    return _to_unit(data, target, safe)


def _as_stored(data: ArrayData, target: t.DataType) -> ArrayData:
    """Integers and temporal values of the same width share their memory."""
    wide = {t.INT64, t.DATE64, t.TIMESTAMP, t.TIME64, t.DURATION}
    narrow = {t.INT32, t.DATE32, t.TIME32}
    if not ({data.type.id, target.id} <= wide or {data.type.id, target.id} <= narrow):
        raise no_cast(data.type, target)
    return data.with_type(target)


def _per_day(type_: t.DataType) -> int:
    """How many of the type's units a day has."""
    if type_.id == t.DATE32:
        return 1
    if type_.id == t.DATE64:
        return t.DAY_SECONDS * 1000
    assert isinstance(type_, t.UnitType)
    return t.DAY_SECONDS * t.PER_SECOND[type_.unit]


def _to_unit(data: ArrayData, target: t.DataType, safe: bool) -> ArrayData:
    data = compact(data)
    values = present(data, data.numbers().tolist())
    have, want = _per_day(data.type), _per_day(target)
    if want == have:
        return data.with_type(target)
    if want > have:
        factor = want // have
        moved = [value * factor for value in values]
        message = _out_of_bounds(data.type, target, moved, factor)
        return rebuilt(data, target, fit_integers(moved, target, safe, message))
    factor = have // want
    if safe and (lost := next((value for value in values if value % factor), None)) is not None:
        raise ArrowInvalid(f"Casting from {data.type} to {target} would lose data: {lost}")
    return rebuilt(data, target, fit_integers([_cut(v, factor) for v in values], target, safe))


def _cut(value: int, factor: int) -> int:
    """Divided towards zero, as Arrow's integer division does."""
    return value // factor if value >= 0 else -(-value // factor)


def _out_of_bounds(source: t.DataType, target: t.DataType, moved: list[int], factor: int) -> str:
    odd = next((v // factor for v in moved if not -(2**63) <= v < 2**63), None)
    return f"Casting from {source} to {target} would result in out of bounds timestamp: {odd}"


def wall_clock(data: ArrayData) -> list[int]:
    """Timestamps as counts on the wall clock of their zone (nulls' slots are 0)."""
    assert isinstance(data.type, t.TimestampType)
    values = present(data, data.numbers().tolist())
    if data.type.tz is None:
        return values
    per, zone = t.PER_SECOND[data.type.unit], data.type.tz
    return [value + zone_offset(value // per, zone) * per for value in values]


def _parts(data: ArrayData, target: t.DataType, safe: bool) -> ArrayData:
    """The date or the time of day on the wall clock."""
    data = compact(data)
    per_day = _per_day(data.type)
    local = wall_clock(data)
    if target.id in (t.DATE32, t.DATE64):
        unit = _per_day(target)
        return rebuilt(
            data, target, fit_integers([v // per_day * unit for v in local], target, safe)
        )
    want = _per_day(target)
    of_day = [value % per_day for value in local]
    if want >= per_day:
        moved = [value * (want // per_day) for value in of_day]
    else:
        factor = per_day // want
        if safe and (lost := next((v for v in of_day if v % factor), None)) is not None:
            raise ArrowInvalid(f"Cast would lose data: {lost}")
        moved = [value // factor for value in of_day]
    return rebuilt(data, target, fit_integers(moved, target, safe))
