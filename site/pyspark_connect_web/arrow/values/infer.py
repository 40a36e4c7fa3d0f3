"""The Arrow type of Python values, as `pyarrow.array(values)` chooses it."""

from __future__ import annotations

import decimal
from collections.abc import Iterable, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

from .. import types as t
from ..errors import ArrowInvalid, ArrowTypeError, unsupported
from ..types.from_dtype import type_of_dtype
from ..types.timezones import zone_name
from ..types.units import MonthDayNano

_KINDS: tuple[tuple[type | tuple[type, ...], str], ...] = (
    (bool, "bool"), (int, "int"), (float, "float"), (str, "str"),
    ((bytes, bytearray, memoryview), "bytes"), (decimal.Decimal, "decimal"),
    (MonthDayNano, "interval"), (datetime, "datetime"), (date, "date"), (time, "time"),
    (timedelta, "timedelta"),
    (dict, "dict"), ((list, tuple, set, frozenset), "list"),
)  # fmt: skip

_SIMPLE = {
    "bool": t.bool_, "int": t.int64, "float": t.float64, "str": t.string, "bytes": t.binary,
    "date": t.date32, "null": t.null, "interval": t.month_day_nano_interval,
}  # fmt: skip


def is_nan(value: object) -> bool:
    """Whether a value is a float or decimal NaN, pandas' NaT or NA: null when from pandas."""
    if isinstance(value, float):
        return value != value
    if isinstance(value, decimal.Decimal):
        return value.is_nan()
    return type(value).__name__ in ("NaTType", "NAType") or _is_numpy_nan(value)


def _is_numpy_nan(value: object) -> bool:
    dtype = getattr(value, "dtype", None)
    if dtype is None or getattr(value, "ndim", True):
        return False
    return bool(dtype.kind in "fmM" and value != value)


def _kind(value: object) -> str:
    for classes, kind in _KINDS:
        if isinstance(value, classes):
            return kind
    if type(value).__name__ == "DateOffset":
        return "interval"
    if hasattr(value, "__array__") and hasattr(value, "dtype"):
        return "numpy array" if value.ndim else "numpy scalar"  # type: ignore[attr-defined]
    raise ArrowInvalid(
        f"Could not convert {value!r} with type {type(value).__name__}: "
        "did not recognize Python value type when inferring an Arrow data type"
    )


def infer_type(values: Iterable[Any], from_pandas: bool = False) -> t.DataType:
    """The narrowest type for `values`; null for none at all.

    Raises ArrowInvalid for a value of an unknown class or a mix that has no common type.
    """
    present = [v for v in values if v is not None and not (from_pandas and is_nan(v))]
    kinds = _by_kind(present)
    if not kinds:
        return t.null()
    if "numpy array" in kinds:
        kinds.setdefault("list", []).extend(kinds.pop("numpy array"))
    if "numpy scalar" in kinds:
        _spread_numpy_scalars(kinds)
    if len(kinds) == 1:
        [(kind, members)] = kinds.items()
        return _type_of(kind, members, from_pandas)
    return _common_type(kinds, from_pandas)


def _by_kind(values: Sequence[Any]) -> dict[str, list[Any]]:
    kind_of_class = dict.fromkeys(set(map(type, values)), "")
    grouped: dict[str, list[Any]] = {}
    for value in values:
        cls = type(value)
        if not (kind := kind_of_class[cls]):
            kind = kind_of_class[cls] = _kind(value)
        grouped.setdefault(kind, []).append(value)
    return grouped


def _spread_numpy_scalars(kinds: dict[str, list[Any]]) -> None:
    scalars = kinds.pop("numpy scalar")
    dtypes = {scalar.dtype for scalar in scalars}
    if not kinds and len(dtypes) == 1:
        kinds["numpy:" + scalars[0].dtype.str] = scalars
        return
    plain = {"i": "int", "u": "int", "f": "float", "b": "bool"}
    for scalar in scalars:
        if (kind := plain.get(scalar.dtype.kind)) is None:
            raise unsupported(f"A mix of numpy scalars of dtype {scalar.dtype} and other values")
        kinds.setdefault(kind, []).append(scalar.item())


def _type_of(kind: str, values: list[Any], from_pandas: bool) -> t.DataType:
    if kind in _SIMPLE:
        return _SIMPLE[kind]()
    if kind.startswith("numpy:"):
        return type_of_dtype(values[0].dtype)
    if kind == "decimal":
        return _decimal_type(values)
    if kind == "datetime":
        zone = values[0].tzinfo
        return t.timestamp("us", zone_name(zone) if zone is not None else None)
    if kind == "time":
        return t.time64("us")
    if kind == "timedelta":
        return t.duration("us")
    if kind == "dict":
        return _struct_type(values, from_pandas)
    return t.list_(_element_type(values, from_pandas))


def _element_type(lists: list[Any], from_pandas: bool) -> t.DataType:
    dtypes = {getattr(v, "dtype", None) for v in lists}
    if len(dtypes) == 1 and (dtype := dtypes.pop()) is not None and dtype.kind not in "OUS":
        return type_of_dtype(dtype)
    return infer_type((element for items in lists for element in items), from_pandas)


def _struct_type(dicts: list[dict[Any, Any]], from_pandas: bool) -> t.DataType:
    names = dict.fromkeys(key for d in dicts for key in d)
    for name in names:
        if not isinstance(name, (str, bytes)):
            raise ArrowTypeError(
                f"Expected dict key of type str or bytes, got '{type(name).__name__}'"
            )
    return t.struct([(n, infer_type([d.get(n) for d in dicts], from_pandas)) for n in names])


def _decimal_type(values: Sequence[Any]) -> t.DataType:
    """Enough digits before and after the point for every value."""
    whole = scale = 0
    for value in values:
        digits, exponent = _digits_and_exponent(decimal.Decimal(value))
        scale = max(scale, -exponent)
        whole = max(whole, digits + exponent)
    precision = max(whole + scale, 1)
    if precision > 38:
        raise unsupported(f"A decimal with {precision} digits")
    return t.decimal128(precision, scale)


def _digits_and_exponent(value: decimal.Decimal) -> tuple[int, int]:
    parts = value.as_tuple()
    if not isinstance(parts.exponent, int):
        raise ArrowInvalid(f"Decimal precision out of range [1, 38]: {value} is not a number")
    return len(parts.digits), parts.exponent


def _common_type(kinds: dict[str, list[Any]], from_pandas: bool) -> t.DataType:
    names = set(kinds)
    if names <= {"int", "float"}:
        return t.float64()
    if names == {"int", "decimal"}:
        return _decimal_type([value for values in kinds.values() for value in values])
    if names == {"str", "bytes"}:
        return t.binary()
    for nested, name in (("list", "list"), ("dict", "struct")):
        if nested in names and next(iter(kinds)) not in ("str", "bytes"):
            raise ArrowInvalid(f"cannot mix {name} and non-{name}, non-null values")
    # The first value decides; building the column refuses the others, or converts them.
    first = next(iter(kinds))
    return _type_of(first, kinds[first], from_pandas)
