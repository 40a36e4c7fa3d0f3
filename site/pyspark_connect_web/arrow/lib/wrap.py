"""Which class shows a column: the public classes enter themselves here.

So a module makes arrays, scalars and tables without importing those that define them.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from .. import types as t
from ..memory.data import ArrayData

ARRAY_CLASSES: dict[int, type[Any]] = {}
"""The class of Array for each type id."""
SCALAR_CLASSES: dict[int, type[Any]] = {}
"""The class of Scalar for each type id."""
_tables: list[type[Any]] = []


def register_table(cls: type[Any]) -> type[Any]:
    """Have `make_table` make objects of this class."""
    _tables[:] = [cls]
    return cls


def make_array(data: ArrayData, field: t.Field | None = None) -> Any:
    """The Array of the class its type asks for; `field` is that of its table, for `to_pandas()`."""
    cls = ARRAY_CLASSES.get(data.type.id)
    if cls is None:
        t.no_arrays_of(data.type)
    made = object.__new__(cls)
    made._data = data
    made._field = field
    return made


def make_scalar(data: ArrayData) -> Any:
    """The scalar of a column of one value."""
    made = object.__new__(SCALAR_CLASSES[data.type.id])
    made._data = data
    return made


def make_table(columns: Sequence[ArrayData], schema: Any) -> Any:
    """The Table of a schema and its columns, each in one piece."""
    return _tables[0].from_arrays([make_array(column) for column in columns], schema=schema)
