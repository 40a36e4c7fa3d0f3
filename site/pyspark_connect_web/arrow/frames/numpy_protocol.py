"""``__array__``: what ``np.asarray`` makes of columns and tables.

https://numpy.org/doc/stable/user/basics.interoperability.html#the-array-method
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy

from .. import types as t
from ..memory.data import ArrayData


def as_numpy(owner: Any, values: Any, dtype: Any, copy: bool | None) -> Any:
    """``values`` of a column as ``__array__`` gives them.

    Raises:
        ValueError: ``copy=False``, where it cannot be told that nothing was copied.
    """
    _refuse_no_copy(owner, copy)
    if copy:
        values = values.copy()
    return values if dtype is None else numpy.asarray(values, dtype=dtype)


def shares_memory(data: ArrayData) -> bool:
    """Whether numpy can look at the values where they are."""
    clock = (t.DATE32, t.DATE64, t.TIME32, t.TIME64)
    return data.type.id in t.FORMATS and data.type.id not in clock and not data.null_count


def shared_with_numpy(values: Any, dtype: Any) -> Any:
    """``values``, which share their column's memory; ValueError when ``dtype`` is another."""
    return numpy.array(values, dtype=dtype, copy=False)


def rows_as_numpy(
    owner: Any, columns: Sequence[Any], rows: int, dtype: Any, copy: bool | None
) -> Any:
    """A table with a row of numpy for each of its rows.

    Raises:
        ValueError: ``copy=False``.
    """
    _refuse_no_copy(owner, copy)
    columns = [numpy.asarray(column, dtype=dtype) for column in columns]
    if not columns:
        return numpy.empty((rows, 0), dtype=dtype)
    return numpy.stack(columns, axis=1)


def _refuse_no_copy(owner: Any, copy: bool | None) -> None:
    if copy is False:
        raise ValueError(
            "Unable to avoid a copy while creating a numpy array as requested (converting a "
            f"pyarrow.{type(owner).__name__} always results in a copy).\n"
            "If using `np.array(obj, copy=False)` replace it with `np.asarray(obj)` to allow a "
            "copy when needed"
        )
