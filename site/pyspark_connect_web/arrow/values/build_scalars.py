"""Python values without children to columns: one builder per kind of type.

Each takes values of which None is null (what lies under it is zero or empty), the type, and the
classes of the values. First the whole column goes through one C-level call (`array.array`,
`str.join`); only when that refuses are values looked at one by one, to convert the odd ones or to
raise the error pyarrow raises for them.
"""

from __future__ import annotations

import array
import decimal
import operator
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from struct import Struct
from typing import Any

from .. import types as t
from ..errors import ArrowInvalid, ArrowNotImplementedError, ArrowTypeError
from ..memory import bitmap
from ..memory.data import ArrayData, pack_offsets, view
from ..types.units import EPOCH, EPOCH_ORDINAL, EXACT, MICROSECOND
from .infer import is_nan


def could_not(value: object, why: str) -> str:
    """The text of an error about a value."""
    return f"Could not convert {value!r} with type {type(value).__name__}: {why}"


def _build_bool(values: list[Any], type_: t.DataType, classes: set[type]) -> ArrayData:
    for cls in classes:
        if cls is not bool and not (
            cls.__module__ == "numpy" and cls.__name__ in ("bool", "bool_")
        ):
            odd = next(v for v in values if type(v) is cls)
            raise ArrowInvalid(could_not(odd, "tried to convert to boolean"))
    return ArrayData(type_, len(values), None, [view(bitmap.pack(values))])


def _build_int(values: list[Any], type_: t.DataType, classes: set[type]) -> ArrayData:
    if not classes <= {int}:
        values = [_to_int(value, type_) for value in values]
    return _pack_numbers(values, type_)


def _to_int(value: Any, type_: t.DataType) -> int | None:
    """An int from the classes pyarrow takes; fractions are cut off, as pyarrow does."""
    if value is None or type(value) is int:
        return value
    if isinstance(value, bool):
        raise ArrowTypeError("Expected integer, got bool")
    text = isinstance(value, (str, bytes, bytearray))
    if hasattr(value, "__index__") and not getattr(value, "ndim", False):
        return operator.index(value)
    if not text and hasattr(value, "__int__") and not getattr(value, "ndim", 0):
        try:
            if isinstance(value, (float, decimal.Decimal)) or hasattr(value, "dtype"):
                whole = int(value)
                if -(2**63) <= whole < 2**64:
                    return whole
        except (ValueError, OverflowError, TypeError):
            pass
    raise ArrowInvalid(could_not(value, f"tried to convert to {type_}"))


def _pack_numbers(values: list[Any], type_: t.DataType) -> ArrayData:
    """Integers or floats (None becomes 0) as the type's fixed-width values."""
    code = t.FORMATS[type_.id]
    try:
        packed = array.array(code, values)
    except TypeError:
        values = [0 if value is None else value for value in values]
        packed = _checked_array(code, values)
    except OverflowError:
        packed = _checked_array(code, [0 if value is None else value for value in values])
    return ArrayData(type_, len(values), None, [view(memoryview(packed))])


def _checked_array(code: str, values: list[Any]) -> array.array[Any]:
    try:
        return array.array(code, values)
    except OverflowError:
        low, high = t.RANGES[code]
        odd = next(value for value in values if not low <= value <= high)
        if code.isupper() and odd < 0:
            raise OverflowError("can't convert negative value to unsigned int") from None
        if (code.islower() and not -(2**63) <= odd < 2**63) or odd >= 2**64:
            raise OverflowError("Python int too large to convert to C long") from None
        raise ArrowInvalid(f"Value {odd} too large to fit in C integer type") from None


def _build_float(values: list[Any], type_: t.DataType, classes: set[type]) -> ArrayData:
    if not classes <= {float}:
        values = [_to_float(value, type_) for value in values]
    if type_.id == t.FLOAT:
        values = [_narrow(value) for value in values]
    return _pack_numbers(values, type_)


def _to_float(value: Any, type_: t.DataType) -> float | None:
    if value is None or isinstance(value, float):
        return value
    if isinstance(value, int):
        limit = 2**53 if type_.id == t.DOUBLE else 2**24
        if not -(2**63) <= value < 2**63:
            raise ArrowInvalid("PyLong is too large to fit int64")
        if not -limit <= value <= limit:
            raise ArrowInvalid(
                f"Integer value {value} is outside of the range exactly representable by a "
                f"IEEE 754 {'double' if type_.id == t.DOUBLE else 'single'} precision value"
            )
        return float(value)
    kind = getattr(getattr(value, "dtype", None), "kind", "")
    if kind and kind in "iuf" and not getattr(value, "ndim", 1):
        return float(value)
    raise ArrowInvalid(could_not(value, f"tried to convert to {type_}"))


_FLOAT_MAX = 3.4028235677973366e38  # the first double that rounds to single-precision infinity


def _narrow(value: float | None) -> float | None:
    """`array('f')` refuses doubles beyond single precision; Arrow turns them into infinity."""
    if value is None or not abs(value) >= _FLOAT_MAX:
        return value
    return float("inf") if value > 0 else float("-inf")


def _build_decimal(values: list[Any], type_: t.DataType, classes: set[type]) -> ArrayData:
    assert isinstance(type_, t.Decimal128Type)
    for cls in classes:
        if not issubclass(cls, (int, decimal.Decimal)):
            name = (
                cls.__name__ if cls.__module__ == "builtins" else f"{cls.__module__}.{cls.__name__}"
            )
            raise ArrowTypeError(f"int or Decimal object expected, got {name}")
        if cls is bool:
            odd = next(v for v in values if type(v) is cls)
            raise ArrowInvalid(f"The string '{odd}' is not a valid decimal128 number")
    limit, scale = 10**type_.precision, type_.scale
    unscaled = [0 if value is None else _unscaled(value, type_, limit, scale) for value in values]
    pack = Struct(f"<{2 * len(unscaled)}q").pack
    halves: list[int] = [0] * (2 * len(unscaled))
    halves[1::2] = [value >> 64 for value in unscaled]
    halves[0::2] = [((value + (1 << 63)) & 0xFFFFFFFFFFFFFFFF) - (1 << 63) for value in unscaled]
    return ArrayData(type_, len(values), None, [view(pack(*halves))])


def _unscaled(value: Any, type_: t.Decimal128Type, limit: int, scale: int) -> int:
    value = decimal.Decimal(value)
    if not value.is_finite():
        raise ArrowInvalid(f"The string '{value}' is not a valid decimal128 number")
    digits, exponent = len(value.as_tuple().digits), int(value.as_tuple().exponent)
    if -exponent > scale and value != value.quantize(
        decimal.Decimal((0, (1,), -scale)), context=EXACT
    ):
        raise ArrowInvalid(
            "Rescaling Decimal value would cause data loss"
            if digits <= type_.precision
            else f"Decimal type with precision {max(digits, -exponent)} does not fit into "
            f"precision inferred from first array element: {type_.precision}"
        )
    whole = int(EXACT.scaleb(value, scale))
    if not -limit < whole < limit:
        raise ArrowInvalid(
            f"Decimal type with precision {len(str(abs(whole))) - scale + max(-exponent, 0)} does "
            f"not fit into precision inferred from first array element: {type_.precision}"
        )
    return whole


def _build_text(values: list[Any], type_: t.DataType, classes: set[type]) -> ArrayData:
    """Strings; bytes are taken when they are UTF-8."""
    if not classes <= {str}:
        values = [_to_text(value) for value in values]
    values = ["" if value is None else value for value in values]
    try:
        joined = "".join(values).encode()
        if joined.isascii():
            return _pack_variable(type_, list(map(len, values)), joined)
        raw = [value.encode() for value in values]
    except UnicodeEncodeError as error:
        raise ArrowInvalid(f"Could not encode a string as UTF-8: {error}") from None
    return _pack_variable(type_, list(map(len, raw)), joined)


def _to_text(value: Any) -> str | None:
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, (bytes, bytearray, memoryview)):
        try:
            return bytes(value).decode()
        except UnicodeDecodeError:
            raise ArrowInvalid(could_not(value, "was not a utf8 string")) from None
    raise _expected_bytes(value)


def _expected_bytes(value: object) -> ArrowTypeError:
    cls = type(value)
    name = cls.__name__
    if cls.__module__ not in ("builtins",) and not cls.__module__.startswith("pandas"):
        name = f"{cls.__module__}.{name}"
    return ArrowTypeError(f"Expected bytes, got a '{name}' object")


def _build_binary(values: list[Any], type_: t.DataType, classes: set[type]) -> ArrayData:
    raw = [b"" if v is None else v for v in values] if classes <= {bytes} else _to_bytes(values)
    return _pack_variable(type_, list(map(len, raw)), b"".join(raw))


def _to_bytes(values: list[Any]) -> list[bytes]:
    made: list[bytes] = []
    for value in values:
        if value is None:
            made.append(b"")
        elif isinstance(value, str):
            made.append(value.encode())
        elif isinstance(value, (bytes, bytearray, memoryview)):
            made.append(bytes(value))
        else:
            raise _expected_bytes(value)
    return made


def _pack_variable(type_: t.DataType, lengths: list[int], joined: bytes) -> ArrayData:
    return ArrayData(
        type_, len(lengths), None, [pack_offsets(type_, lengths), view(joined)]
    )  # fmt: skip


def _build_fixed_binary(values: list[Any], type_: t.DataType, _classes: set[type]) -> ArrayData:
    width = type_.byte_width
    raw = _to_bytes([bytes(width) if value is None else value for value in values])
    for value in raw:
        if len(value) != width:
            raise ArrowInvalid(could_not(value, f"expected {width} bytes, got {len(value)}"))
    return ArrayData(type_, len(raw), None, [view(b"".join(raw))])


def _number_or(value: Any, kind: str) -> int:
    """An already counted temporal value (int, whole part of a float or Decimal)."""
    if isinstance(value, bool):
        raise ArrowTypeError("Expected integer, got bool")
    dtype = getattr(value, "dtype", None)
    if getattr(value, "ndim", False):
        raise TypeError("only 0-dimensional arrays can be converted to Python scalars")
    if dtype is not None and kind != "any":
        raise ArrowNotImplementedError(f"Expected {kind} but got: {dtype}")
    if isinstance(value, (int, float, decimal.Decimal)) or (
        dtype is not None and dtype.kind in "iufb"
    ):
        return int(value)
    raise ArrowTypeError(f"object of type {type(value)} cannot be converted to int")


def _build_date(values: list[Any], type_: t.DataType, _classes: set[type]) -> ArrayData:
    factor = 1 if type_.id == t.DATE32 else t.DAY_MILLISECONDS
    days = [
        None
        if v is None
        else (v.toordinal() - EPOCH_ORDINAL) * factor
        if isinstance(v, date) and not is_nan(v)
        else _number_or(v, "any")
        for v in values
    ]
    return _pack_numbers(days, type_)


def _build_timestamp(values: list[Any], type_: t.DataType, _classes: set[type]) -> ArrayData:
    unit = type_.unit
    return _pack_numbers([_instant(value, unit) for value in values], type_)


def _instant(value: Any, unit: str) -> int | None:
    if value is None:
        return None
    if isinstance(value, datetime):
        if is_nan(value):
            raise ValueError("NaTType does not support utcoffset")
        if (offset := value.utcoffset()) is not None:
            value = value.replace(tzinfo=None) - offset
        if unit == "ns":
            return int((value - EPOCH) // MICROSECOND) * 1000 + getattr(value, "nanosecond", 0)
        return _microseconds_in((value - EPOCH), unit)
    if getattr(getattr(value, "dtype", None), "kind", "") == "M":
        return int(value.astype(f"M8[{unit}]").astype("i8"))
    return _number_or(value, "np.datetime64")


def _microseconds_in(delta: timedelta, unit: str) -> int:
    """A timedelta in whole `unit`s, cut off towards the past."""
    count = (delta.days * t.DAY_SECONDS + delta.seconds) * 1_000_000 + delta.microseconds
    per = t.PER_SECOND[unit]
    return count * 1000 if unit == "ns" else count // (1_000_000 // per)


def _build_duration(values: list[Any], type_: t.DataType, _classes: set[type]) -> ArrayData:
    unit = type_.unit
    return _pack_numbers([_elapsed(value, unit) for value in values], type_)


def _elapsed(value: Any, unit: str) -> int | None:
    if value is None:
        return None
    if isinstance(value, timedelta) and not is_nan(value):
        nanoseconds = getattr(value, "nanoseconds", 0) if unit == "ns" else 0
        return _microseconds_in(value, unit) + nanoseconds
    if getattr(getattr(value, "dtype", None), "kind", "") == "m":
        return int(value.astype(f"m8[{unit}]").astype("i8"))
    return _number_or(value, "np.timedelta64")


def _build_time(values: list[Any], type_: t.DataType, _classes: set[type]) -> ArrayData:
    unit = type_.unit
    return _pack_numbers([_time_of_day(value, unit) for value in values], type_)


def _time_of_day(value: Any, unit: str) -> int | None:
    if value is None:
        return None
    if isinstance(value, time):
        of_day = timedelta(
            0, value.hour * 3600 + value.minute * 60 + value.second, value.microsecond
        )
        return _microseconds_in(of_day, unit)
    return _number_or(value, "any")


def _build_interval(values: list[Any], type_: t.DataType, _classes: set[type]) -> ArrayData:
    pack = Struct("<iiq").pack
    return ArrayData(
        type_, len(values), None, [view(b"".join([pack(*_interval(v)) for v in values]))]
    )


def _interval(value: Any) -> tuple[int, int, int]:
    if value is None:
        return 0, 0, 0
    if isinstance(value, tuple) and len(value) == 3:
        return value
    if isinstance(value, timedelta):
        nanoseconds = getattr(value, "nanoseconds", 0)
        return 0, value.days, (value.seconds * 1_000_000 + value.microseconds) * 1000 + nanoseconds
    return _offset_parts(value)


_MONTHS = {"years": 12, "months": 1}
_DAYS = {"weeks": 7, "days": 1}
_NANOSECONDS = {
    "hours": 3_600_000_000_000, "minutes": 60_000_000_000, "seconds": 1_000_000_000,
    "milliseconds": 1_000_000, "microseconds": 1_000, "nanoseconds": 1,
}  # fmt: skip


def _offset_parts(value: Any) -> tuple[int, int, int]:
    """(months, days, nanoseconds) of the attributes of a pandas DateOffset or the like."""
    groups = (_MONTHS, _DAYS, _NANOSECONDS)
    if not any(hasattr(value, name) for group in groups for name in group):
        raise ArrowTypeError("No temporal attributes found on object.")
    months, days, nanoseconds = (
        sum(int(getattr(value, name, 0)) * factor for name, factor in group.items())
        for group in groups
    )
    return months, days, nanoseconds


_Builder = Callable[[list[Any], t.DataType, set[type]], ArrayData]
SCALAR_BUILDERS: dict[int, _Builder] = {
    **dict.fromkeys(t.INTEGERS, _build_int),
    **dict.fromkeys(t.FLOATS, _build_float),
    **dict.fromkeys(t.STRINGS, _build_text),
    **dict.fromkeys(t.BINARIES, _build_binary),
    t.BOOL: _build_bool,
    t.FIXED_SIZE_BINARY: _build_fixed_binary,
    t.DECIMAL128: _build_decimal,
    t.DATE32: _build_date,
    t.DATE64: _build_date,
    t.TIMESTAMP: _build_timestamp,
    t.DURATION: _build_duration,
    t.TIME32: _build_time,
    t.TIME64: _build_time,
    t.INTERVAL_MONTH_DAY_NANO: _build_interval,
}
