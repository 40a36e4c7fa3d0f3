"""pandas Series, Indexes and extension arrays to columns."""

from __future__ import annotations

from typing import Any

import numpy
import pandas

from .. import types as t
from ..compute.cast import cast
from ..errors import ArrowTypeError
from ..memory.data import ArrayData
from ..values.build import build
from .from_numpy import convert as convert_numpy
from .from_numpy import flags, masked
from .periods import from_intervals, from_periods


def convert(obj: Any, target: t.DataType | None, mask: Any, safe: bool) -> ArrayData:
    """The column of a pandas Series, Index or extension array; NaN, NaT and NA are null.

    `mask` marks more nulls. Raises ArrowInvalid when `safe` and a value does not fit `target`,
    ArrowTypeError for values of a class it does not take.
    """
    kind = type(obj.dtype).__name__
    if kind == "StringDtype":
        return _from_strings(obj, mask, target, safe)
    if convert_own := _OWN_TYPES.get(kind):
        if mask is not None:
            raise ValueError(
                "Cannot specify a mask or a size when passing an object that is converted with the "
                "__arrow_array__ protocol."
            )
        return convert_own(getattr(obj, "array", obj), target)
    if target is None and kind == "CategoricalDtype":
        return _from_categories(getattr(obj, "array", obj), mask)
    values, mask, target = _unwrap(obj, mask, target)
    # pandas' nullable arrays convert themselves for pyarrow, and always safely.
    safe = safe or hasattr(getattr(obj, "array", obj), "_mask")
    return convert_numpy(values, target, mask, True, safe)


def _from_categories(values: Any, mask: Any) -> ArrayData:
    """The dictionary-encoded column of a Categorical: its categories, and codes as positions."""
    missing = values.codes < 0
    more = flags(mask, len(values))
    missing = missing if more is None else missing | more
    codes = convert_numpy(values.codes, None, missing, False, True)
    words = convert(values.categories, None, None, True)
    return codes.with_dictionary(t.dictionary(codes.type, words.type, bool(values.ordered)), words)


_OWN_TYPES = {"PeriodDtype": from_periods, "IntervalDtype": from_intervals}
"""Kinds of pandas columns that are neither numbers nor objects."""


def _from_strings(obj: Any, mask: Any, target: t.DataType | None, safe: bool) -> ArrayData:
    """pandas' string dtype: large strings (as pandas stores them with pyarrow), then a cast."""
    missing = numpy.asarray(pandas.isna(obj))
    if mask is not None:
        missing = missing | numpy.asarray(mask)
    values = numpy.asarray(getattr(obj, "array", obj), dtype=object).tolist()
    items = masked(values, missing if missing.any() else None)
    if target is not None and target.id in t.VARIABLE:
        return build(items, target)
    data = build(items, t.large_string())
    return data if target is None else cast(data, target, safe)


def _unwrap(obj: Any, mask: Any, target: t.DataType | None) -> tuple[Any, Any, Any]:
    """The numpy values (or list), the mask and the target type behind a pandas object."""
    values = getattr(obj, "array", obj)
    dtype = obj.dtype
    if isinstance(mask, pandas.Series):
        mask = mask.to_numpy()
    if isinstance(dtype, pandas.CategoricalDtype):
        return numpy.asarray(values, dtype=object), mask, target
    if isinstance(dtype, pandas.SparseDtype):  # as pyarrow, which says less
        raise ArrowTypeError(f"A pandas column of dtype {dtype}: make it dense first")
    if isinstance(dtype, pandas.DatetimeTZDtype):
        # As pyarrow: the instants are kept, the type says in which zone to show them.
        target = t.timestamp(dtype.unit, dtype.tz) if target is None else target
        return values.tz_convert("UTC").tz_localize(None).to_numpy(), mask, target
    if hasattr(values, "_mask") and hasattr(values, "_data"):  # pandas' nullable numbers, booleans
        own = values._mask
        return values._data, own if mask is None else own | numpy.asarray(mask), target
    return numpy.asarray(values), mask, target
