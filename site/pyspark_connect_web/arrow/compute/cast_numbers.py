"""Casts among numbers, booleans and decimals."""

from __future__ import annotations

import array
import decimal
import math
import struct
from collections.abc import Sequence
from typing import Any

from .. import types as t
from ..errors import ArrowInvalid, no_cast, unsupported
from ..memory.bitmap import pack, unpack
from ..memory.data import ArrayData, view
from ..memory.slicing import compact
from ..types.units import EXACT
from ..values.decode import unscaled_decimals


def present(data: ArrayData, values: Sequence[Any], filler: Any = 0) -> list[Any]:
    """The values with whatever lies under nulls replaced by `filler`."""
    if not data.null_count:
        return list(values)
    return [v if ok else filler for v, ok in zip(values, data.is_valid(), strict=True)]


def rebuilt(data: ArrayData, type_: t.DataType, buffer: Any) -> ArrayData:
    """A fixed-width column of other values with the nulls of `data`, which is compact."""
    return ArrayData(
        type_, data.length, data.validity, [view(memoryview(buffer))], null_count=data.null_count
    )


def cast_number(data: ArrayData, target: t.DataType, safe: bool) -> ArrayData:
    """Integers, floats and booleans to each other."""
    data = compact(data)
    if data.type.id == t.BOOL:
        values: list[Any] = [int(bit) for bit in unpack(data.buffers[0], 0, data.length)]
    else:
        values = present(data, data.numbers().tolist())
    if target.id == t.BOOL:
        return rebuilt(data, target, pack(values))
    if target.id in t.FLOATS:
        return rebuilt(data, target, _floats(values, data.type, target, safe))
    if data.type.id in t.FLOATS:
        values = _whole(values, target, safe)
    return rebuilt(data, target, fit_integers(values, target, safe))


def fit_integers(
    values: list[int], target: t.DataType, safe: bool, message: str | None = None
) -> array.array[int]:
    """The integers in the target's width; too large ones raise, or wrap around unless `safe`."""
    code = t.FORMATS[target.id]
    try:
        return array.array(code, values)
    except OverflowError:
        pass
    low, high = t.RANGES[code]
    if safe:
        odd = next(v for v in values if not low <= v <= high)
        raise ArrowInvalid(message or f"Integer value {odd} not in range: {low} to {high}")
    return array.array(code, [((v - low) & (high - low)) + low for v in values])


def _whole(values: list[float], target: t.DataType, safe: bool) -> list[int]:
    """Floats without their fractions; ArrowInvalid when `safe` and there is one."""
    try:
        whole = [int(v) for v in values]
    except (ValueError, OverflowError):
        whole = []
    low, high = t.RANGES[t.FORMATS[target.id]]
    if len(whole) != len(values) or (whole and not low <= min(whole) <= max(whole) <= high):
        odd = next(v for v in values if not math.isfinite(v) or not low <= int(v) <= high)
        if safe:
            raise ArrowInvalid(f"Float value {odd:f} was truncated converting to {target}")
        raise unsupported(f"An unsafe cast of {odd} to {target}")
    if safe and whole != values:
        odd = next(v for v, w in zip(values, whole, strict=True) if v != w)
        raise ArrowInvalid(f"Float value {odd:f} was truncated converting to {target}")
    return whole


def _floats(
    values: list[Any], source: t.DataType, target: t.DataType, safe: bool
) -> array.array[float]:
    limit = 2**53 if target.id == t.DOUBLE else 2**24
    if (
        safe
        and source.id in t.INTEGERS
        and values
        and not -limit <= min(values) <= max(values) <= limit
    ):
        odd = next(v for v in values if not -limit <= v <= limit)
        low = -limit if source.id in t.SIGNED else 0
        raise ArrowInvalid(f"Integer value {odd} not in range: {low} to {limit}")
    if target.id == t.DOUBLE:
        return array.array("d", values)
    return array.array("f", [_single(v) for v in values])


def _single(value: float) -> float:
    """The nearest single-precision value; beyond its range infinity."""
    try:
        return float(struct.unpack("f", struct.pack("f", value))[0])
    except OverflowError:
        return math.inf if value > 0 else -math.inf


def pack_decimals(data: ArrayData, target: t.DataType, unscaled: list[int]) -> ArrayData:
    """A decimal column of these unscaled integers with the nulls of `data`."""
    try:
        raw = b"".join([value.to_bytes(16, "little", signed=True) for value in unscaled])
    except OverflowError:
        raise ArrowInvalid(f"Decimal value does not fit in precision {target}") from None
    return rebuilt(data, target, raw)


def _check_precision(values: list[int], target: t.Decimal128Type) -> None:
    limit = 10**target.precision
    if values and not -limit < min(values) <= max(values) < limit:
        raise ArrowInvalid(f"Decimal value does not fit in precision {target.precision}")


_DIGITS = {8: 3, 16: 5, 32: 10, 64: 19}


def from_float_or_int(data: ArrayData, target: t.DataType, safe: bool) -> ArrayData:
    """Numbers to decimals; an integer type needs room for its largest value."""
    assert isinstance(target, t.Decimal128Type)
    data = compact(data)
    if data.type.id in t.FLOATS:
        return _float_to_decimal(data, target, safe)
    digits = 20 if data.type.id == t.UINT64 else _DIGITS[data.type.bit_width]
    if target.scale < 0:
        raise unsupported(f"A cast of {data.type} to {target}")
    if target.precision < digits + target.scale:
        raise ArrowInvalid(
            "Precision is not great enough for the result. It should be at least "
            f"{digits + target.scale}"
        )
    factor = 10**target.scale
    values = present(data, data.numbers().tolist())
    return pack_decimals(data, target, [value * factor for value in values])


def _float_to_decimal(data: ArrayData, target: t.Decimal128Type, safe: bool) -> ArrayData:
    if data.type.id == t.FLOAT:
        raise unsupported(f"A cast of float to {target}")
    unscaled = []
    for value in present(data, data.numbers().tolist(), 0.0):
        if not math.isfinite(value):
            raise ArrowInvalid(f"Cannot convert {value} to Decimal128")
        exact = EXACT.scaleb(decimal.Decimal(value), target.scale)
        whole = int(exact.to_integral_value(decimal.ROUND_HALF_EVEN))
        if abs(whole) >= 10**target.precision:
            raise ArrowInvalid(
                f"Cannot convert {value} to Decimal128(precision = {target.precision}, "
                f"scale = {target.scale}): overflow"
            )
        unscaled.append(whole)
    return pack_decimals(data, target, unscaled)


def decimal_to(data: ArrayData, target: t.DataType, safe: bool) -> ArrayData:
    """Decimals to decimals of another scale, to integers and to floats."""
    assert isinstance(data.type, t.Decimal128Type)
    data = compact(data)
    scale = data.type.scale
    values = present(data, unscaled_decimals(data))
    if isinstance(target, t.Decimal128Type):
        moved = _rescale(values, target.scale - scale, safe)
        if safe:
            _check_precision(moved, target)
        return pack_decimals(data, target, moved)
    if target.id in t.INTEGERS:
        whole = fit_integers(
            _rescale(values, -scale, safe), target, safe, "Integer value out of bounds"
        )
        return rebuilt(data, target, whole)
    if target.id in t.FLOATS:
        divided = [float(decimal.Decimal(v).scaleb(-scale, EXACT)) for v in values]
        code = t.FORMATS[target.id]
        return rebuilt(data, target, array.array(code, divided))
    raise no_cast(data.type, target)


def _rescale(values: list[int], by: int, safe: bool) -> list[int]:
    """Multiplied by 10**by; a lost digit raises when `safe`, else the rest is cut off."""
    if by >= 0:
        factor = 10**by
        return [value * factor for value in values]
    factor = 10**-by
    if safe and any(value % factor for value in values):
        raise ArrowInvalid("Rescaling Decimal value would cause data loss")
    return [abs(value) // factor * (1 if value >= 0 else -1) for value in values]
