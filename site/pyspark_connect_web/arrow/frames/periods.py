"""pandas' periods and intervals: integers, and pairs of bounds.

For real pyarrow pandas wraps these in extension types of its own; Spark reads what is in them.
"""

from __future__ import annotations

from typing import Any

import numpy

from .. import types as t
from ..memory.bitmap import pack
from ..memory.data import ArrayData, view
from ..types.from_dtype import from_numpy_dtype
from .from_numpy import from_numbers


def from_periods(values: Any, target: t.DataType | None) -> ArrayData:
    """A PeriodArray as the numbers of its periods since 1970; missing ones are null.

    Raises:
        TypeError: a type was asked for that is not one of integers, as pandas words it.
    """
    if target is not None and target.id not in t.INTEGERS:
        raise TypeError(f"Not supported to convert PeriodArray to '{target}' type")
    return from_numbers(values.asi8, target or t.int64(), _missing(values), False, True)


def from_intervals(values: Any, target: t.DataType | None) -> ArrayData:
    """An IntervalArray as structs of ``left`` and ``right``; missing ones are null.

    Raises:
        TypeError: a type was asked for that is another one, as pandas words it.
    """
    bound = from_numpy_dtype(_bound_dtype(values))
    own = t.struct([t.field("left", bound), t.field("right", bound)])
    if target is not None and target != own:
        raise TypeError(f"Not supported to convert IntervalArray to '{target}' type")
    missing = _missing(values)
    children = [
        from_numbers(numpy.asarray(side), None, None, True, True)
        for side in (values.left, values.right)
    ]
    validity = None
    if missing is not None and missing.any():
        validity = view(pack([not gone for gone in missing.tolist()]))
    return ArrayData(own, len(values), validity, [], children)


def _bound_dtype(values: Any) -> Any:
    """Of bounds with a zone pandas itself says that there is no type."""
    subtype = values.dtype.subtype
    try:
        from_numpy_dtype(subtype)
    except (NotImplementedError, TypeError) as error:
        raise TypeError(f"Conversion to arrow with subtype '{subtype}' is not supported") from error
    return subtype


def _missing(values: Any) -> Any:
    absent = values.isna()
    return absent if absent.any() else None
