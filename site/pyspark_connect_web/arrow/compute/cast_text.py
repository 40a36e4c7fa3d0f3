"""Casts from and to strings and binaries."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import Any

from .. import types as t
from ..errors import ArrowInvalid, no_cast, unsupported
from ..memory.data import ArrayData, pack_offsets
from ..memory.slicing import compact
from ..types.units import EPOCH
from ..values.build import build
from ..values.decode import to_pylist
from ..values.moments import clock_text, out_of_range, timestamp_text
from ..values.stored import stored


def from_text(data: ArrayData, target: t.DataType, safe: bool) -> ArrayData:
    """Strings and binaries to each other, and strings parsed as other values."""
    source = data.type
    if target.id in t.VARIABLE and source.id in t.VARIABLE:
        return _change_layout(data, target, safe)
    if target.id == t.FIXED_SIZE_BINARY or source.id not in t.STRINGS:
        if source.id in t.STRINGS or target.id not in t.VARIABLE | {t.FIXED_SIZE_BINARY}:
            raise no_cast(source, target)
        return build(to_pylist(data), target)
    parse = _parser(target)
    if parse is None:
        raise no_cast(source, target)
    values = [None if text is None else _parsed(parse, text, target) for text in to_pylist(data)]
    return build(values, target)


def _change_layout(data: ArrayData, target: t.DataType, safe: bool) -> ArrayData:
    """The same bytes under another name or offset width; binaries must be UTF-8 to be strings."""
    if target.id in t.STRINGS and data.type.id in t.BINARIES:
        for value in to_pylist(data):
            try:
                if value is not None:
                    value.decode()
            except UnicodeDecodeError:
                raise ArrowInvalid("Invalid UTF8 payload") from None
    if t.offset_width(data.type.id) == t.offset_width(target.id):
        return data.with_type(target)
    data = compact(data)
    offsets = data.offsets()
    lengths = [b - a for a, b in pairwise(offsets)]
    return data.with_buffers(target, [pack_offsets(target, lengths), data.buffers[1]])


def _parsed(parse: Callable[[str], Any], text: str, target: t.DataType) -> Any:
    try:
        value = parse(text)
    except (ValueError, ArithmeticError):
        value = None
    if value is None:
        raise ArrowInvalid(f"Failed to parse string: '{text}' as a scalar of type {target}")
    return value


def _parser(target: t.DataType) -> Callable[[str], Any] | None:
    if target.id in t.INTEGERS:
        low, high = t.RANGES[t.FORMATS[target.id]]
        return lambda text: (
            int(text) if re.fullmatch(r"-?[0-9]+", text) and low <= int(text) <= high else None
        )
    if target.id in t.FLOATS:
        return lambda text: float(text) if re.fullmatch(_FLOAT, text, re.I) else None
    if target.id == t.DECIMAL128:
        return lambda text: Decimal(text) if re.fullmatch(_NUMBER, text) else None
    if target.id == t.BOOL:
        return _parse_bool
    if target.id == t.DATE32:
        return lambda text: date.fromisoformat(text) if re.fullmatch(_DATE, text) else None
    if isinstance(target, t.TimestampType):
        zoned, digits = target.tz is not None, t.UNITS.index(target.unit) * 3
        return lambda text: _parse_timestamp(text, zoned, digits)
    return None


_NUMBER = r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?"
_FLOAT = rf"{_NUMBER}|[+-]?(nan|inf|infinity)"
_DATE = r"\d{4}-\d\d-\d\d"
_TIMESTAMP = re.compile(
    rf"({_DATE})(?:[ T](\d\d)(?::(\d\d)(?::(\d\d)(?:\.(\d{{1,9}}))?)?)?)?(Z|[+-]\d\d(?::?\d\d)?)?"
)


def _parse_bool(text: str) -> bool | None:
    return {"true": True, "1": True, "false": False, "0": False}.get(text.lower())


def _parse_timestamp(text: str, zoned: bool, digits: int) -> datetime | int | None:
    """A datetime, or (for nanoseconds) the count since 1970; None when malformed."""
    match = _TIMESTAMP.fullmatch(text)
    if match is None or (match[6] is not None) != zoned or len(match[5] or "") > digits:
        return None
    zone = {None: "", "Z": "+00:00"}.get(match[6], match[6])
    if zone and len(zone) == 3:
        zone += ":00"
    clock = f"{match[2] or '00'}:{match[3] or '00'}:{match[4] or '00'}"
    moment = datetime.fromisoformat(f"{match[1]}T{clock}{zone}")
    nanoseconds = int(f"{match[5] or '':0<9}")
    if digits < 9:
        return moment.replace(microsecond=nanoseconds // 1000)
    seconds = (moment - EPOCH.replace(tzinfo=moment.tzinfo)) // timedelta(0, 1)
    if (offset := moment.utcoffset()) is not None:
        seconds -= offset // timedelta(0, 1)
    return seconds * 1_000_000_000 + nanoseconds


def to_text(data: ArrayData, target: t.DataType, safe: bool) -> ArrayData:
    """Any scalar values as Arrow writes them."""
    source = data.type
    if source.id == t.DURATION:
        return to_text(data.with_type(t.int64()), target, safe)
    if isinstance(source, t.UnitType):
        return build([v if v is None else _count_text(v, source) for v in stored(data)], target)
    write = _writer(source)
    if write is None:
        raise no_cast(source, target)
    return build([None if v is None else write(v) for v in to_pylist(data)], target)


def _count_text(count: int, source: t.UnitType) -> str:
    if isinstance(source, t.TimestampType):
        return timestamp_text(count, source, between=" ", utc="Z")
    text = clock_text(count, source.unit)
    return out_of_range(count) if text is None else text


def _writer(source: t.DataType) -> Callable[[Any], str] | None:
    if source.id in t.INTEGERS or source.id in (t.DATE32, t.DECIMAL128):
        return str
    if source.id == t.BOOL:
        return lambda value: "true" if value else "false"
    if source.id == t.DOUBLE:
        return _float_text
    if source.id == t.FLOAT:
        raise unsupported(f"A cast of {source} to a string")
    return None


def _float_text(value: float) -> str:
    """The shortest digits that read back the same, as double-conversion writes them."""
    if value != value or value in (float("inf"), float("-inf")):
        return str(value)
    if value == 0:
        return "-0" if str(value).startswith("-") else "0"
    sign, digits, exponent = Decimal(repr(value)).normalize().as_tuple()
    text = "".join(map(str, digits))
    power = len(text) - 1 + int(exponent)
    lead = "-" if sign else ""
    if -7 < power < 15:
        return lead + format(Decimal((0, digits, int(exponent))), "f")
    mantissa = text[0] + ("." + text[1:] if len(text) > 1 else "")
    return f"{lead}{mantissa}e{'+' if power >= 0 else '-'}{abs(power)}"
