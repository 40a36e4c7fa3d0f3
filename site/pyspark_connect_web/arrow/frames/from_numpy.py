"""numpy arrays to columns: what `pyarrow.array` does with them.

Numbers and datetimes go from memory to memory, without a Python object per value.
"""

from __future__ import annotations

from typing import Any

import numpy

from .. import types as t
from ..compute.cast import cast
from ..errors import ArrowInvalid, ArrowTypeError
from ..memory.data import ArrayData, view
from ..types.from_dtype import type_of_dtype
from ..values.build import build
from ..values.decode import to_pylist
from ..values.infer import infer_type


def convert(
    values: Any, target: t.DataType | None, mask: Any, from_pandas: bool, safe: bool
) -> ArrayData:
    """The column of a numpy array, or of another sequence with a dtype.

    `mask` marks nulls; `from_pandas` makes NaN null too. Raises ArrowInvalid when `safe` and a
    value does not fit `target`, ArrowTypeError for values of a class it does not take.
    """
    if not isinstance(values, numpy.ndarray):
        target = infer_type(values, True) if target is None else target
        return build(masked(list(values), mask), target, True)
    if values.ndim != 1:
        raise ArrowInvalid("only handle 1-dimensional arrays")
    if values.dtype == numpy.float16 and target is None:
        t.no_arrays_of(t.float16())
    missing = flags(mask, len(values))
    if values.dtype.kind in "OUS" or values.dtype == numpy.float16:
        return _from_objects(values, target, missing, from_pandas)
    return from_numbers(values, target, missing, from_pandas, safe)


def flags(mask: Any, length: int) -> Any:
    """The mask as a numpy array of booleans, or None when nothing is masked."""
    if mask is None:
        return None
    made = numpy.asarray(mask.to_pylist() if hasattr(mask, "to_pylist") else mask)
    if made.dtype != bool:
        raise TypeError("Mask must be boolean dtype")
    if len(made) != length:
        raise ValueError("Mask must be a 1D array of the same length")
    return made if made.any() else None


def masked(values: list[Any], flags: Any) -> list[Any]:
    """The values with None where `flags`, if there are any, are true."""
    if flags is None:
        return values
    return [None if gone else value for value, gone in zip(values, flags, strict=True)]


def _from_objects(
    values: Any, target: t.DataType | None, flags: Any, from_pandas: bool
) -> ArrayData:
    items = masked(values.tolist(), flags)
    if target is None and values.dtype.kind in "US":
        target = type_of_dtype(values.dtype)
    if target is None:
        target = infer_type(items, from_pandas)
    return build(items, target, from_pandas)


def from_numbers(
    values: Any, target: t.DataType | None, missing: Any, from_pandas: bool, safe: bool
) -> ArrayData:
    """The column of an array of numbers, booleans, instants or durations; `missing` are null."""
    if values.dtype.kind in "mM" or (from_pandas and values.dtype.kind == "f"):
        absent = numpy.isnat(values) if values.dtype.kind in "mM" else numpy.isnan(values)
        if absent.any():
            missing = absent if missing is None else missing | absent
    data = _wrap(values, missing)
    if target is None or target == data.type:
        return data
    return _to_target(data, target, safe)


def _to_target(data: ArrayData, target: t.DataType, safe: bool) -> ArrayData:
    """Numbers as another type, by the rules for numpy data (stricter than those of a cast)."""
    source = data.type
    if target.id in t.VARIABLE or target.id == t.FIXED_SIZE_BINARY:
        return build(to_pylist(data), target)
    if isinstance(source, t.TimestampType) and isinstance(target, t.TimestampType):
        # Naive numpy values are UTC when the target has a zone.
        plain = cast(data, t.timestamp(target.unit), safe)
        return plain.with_type(target)
    if target.id == t.STRUCT:
        raise ArrowTypeError(f"Could not convert numpy values of type {source} to {target}")
    if target.id == t.DECIMAL128:  # pyarrow refuses too: numpy has no such values
        raise ArrowInvalid(f"Could not convert numpy values of type {source} to {target}")
    return cast(data, target, safe)


def _wrap(values: Any, missing: Any) -> ArrayData:
    """A column over the memory of a numpy array; booleans are packed, days narrowed to 32 bits."""
    type_ = type_of_dtype(values.dtype)
    validity = None
    count = 0
    if missing is not None:
        count = int(missing.sum())
        validity = view(numpy.packbits(~missing, bitorder="little").tobytes())
    if type_.id == t.BOOL:
        buffer = view(numpy.packbits(values, bitorder="little").tobytes())
    else:
        if type_.id == t.DATE32:
            values = values.astype("i8").astype("i4")
        little = values.astype(values.dtype.newbyteorder("<"), copy=False)
        if missing is not None and values.dtype.kind in "mM":
            little = numpy.where(missing, numpy.zeros(1, little.dtype), little)
        buffer = view(numpy.ascontiguousarray(little).view("u1").data)
    return ArrayData(type_, len(values), validity, [buffer], null_count=count)
