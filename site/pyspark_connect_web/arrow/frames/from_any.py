"""Whatever holds values to a column: what `pyarrow.array` does with what is not of Arrow."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from .. import frames
from .. import types as t
from ..memory.data import ArrayData
from ..values.build import build
from ..values.infer import infer_type


def is_numpy(obj: Any) -> bool:
    """Whether an object is a numpy array, or a Series, Index or extension array of pandas."""
    return hasattr(obj, "dtype") and hasattr(obj, "__array__") and bool(getattr(obj, "ndim", False))


def from_numpy(
    obj: Any, target: t.DataType | None, mask: Any, from_pandas: bool, safe: bool
) -> ArrayData:
    """The column of what `is_numpy`.

    `mask` marks nulls; `from_pandas` makes NaN null too, as it is always for objects of pandas.
    Raises ArrowInvalid when `safe` and a value does not fit `target`, ArrowTypeError for values of
    a class it does not take.
    """
    if type(obj).__module__.startswith("pandas"):
        return frames.from_series.convert(obj, target, mask, safe)
    return frames.from_numpy.convert(obj, target, mask, from_pandas, safe)


def from_values(
    values: Sequence[Any], target: t.DataType | None, mask: Any, from_pandas: bool
) -> ArrayData:
    """The column of Python values; the type is inferred without a `target`."""
    if mask is not None:
        flags = mask.to_pylist() if hasattr(mask, "to_pylist") else list(mask)
        values = [None if gone else v for v, gone in zip(values, flags, strict=True)]
    if target is None:
        target = infer_type(values, from_pandas)
    return build(values, target, from_pandas)
