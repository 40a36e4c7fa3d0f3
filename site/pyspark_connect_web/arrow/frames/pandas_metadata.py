"""What a schema remembers of the DataFrame that it was made of, in its metadata.

https://pandas.pydata.org/docs/development/developer.html: names and dtypes of columns and indexes,
as JSON under the key ``pandas``. Real pyarrow reads and writes it in `pyarrow/pandas_compat.py`.
"""

from __future__ import annotations

import json
import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pandas

from .. import types as t
from ..types.timezones import zone_name

KEY = b"pandas"
_LOGICAL = {
    t.NULL: "empty", t.BOOL: "bool", t.FLOAT: "float32", t.DOUBLE: "float64", t.DATE32: "date",
    t.DATE64: "date", t.TIME32: "time", t.TIME64: "time", t.BINARY: "bytes",
    t.FIXED_SIZE_BINARY: "bytes", t.STRING: "unicode", t.DICTIONARY: "categorical",
    t.DECIMAL128: "decimal",
}  # fmt: skip


_FROM_NUMPY = {"str_": "string", "bytes_": "bytes"}
_PLAIN_KINDS = frozenset("iufb")


@dataclass
class Described:
    """A column of the table: its values in pandas, its name there, its field."""

    values: Any
    name: str | None
    field: t.Field


def metadata_of(
    frame: Any,
    columns: Sequence[Described],
    levels: Sequence[Described],
    index: Sequence[Any],
    *,
    keep_index: bool,
) -> dict[bytes, bytes]:
    """The metadata: `index` are the names of the fields with its levels, or how it counts."""
    notes = {
        "index_columns": list(index) if keep_index else [],
        "column_indexes": _column_indexes(frame) if keep_index else [],
        "columns": [_column_note(one) for one in [*columns, *levels]],
        "attributes": _attributes(frame),
        "creator": {"library": "pyspark_connect_web"},
        "pandas_version": pandas.__version__,
    }
    return {KEY: json.dumps(notes).encode()}


def _attributes(frame: Any) -> Any:
    try:
        json.dumps(frame.attrs)
    except (TypeError, ValueError) as error:
        warnings.warn(
            f"Could not serialize pd.DataFrame.attrs: {error}, defaulting to empty attributes.",
            UserWarning,
            stacklevel=5,
        )
        return {}
    return frame.attrs


def _column_note(column: Described) -> dict[str, Any]:
    type_ = column.field.type
    physical, more = _physical(column.values)
    if isinstance(type_, t.Decimal128Type):
        physical, more = "object", {"precision": type_.precision, "scale": type_.scale}
    named = isinstance(column.field._metadata, dict) and b"ARROW:extension:name" in (
        column.field._metadata
    )
    return {
        "name": column.name,
        "field_name": column.field.name,
        "pandas_type": "object" if named else _logical(type_),
        "numpy_type": physical,
        "metadata": more,
    }


def _logical(type_: t.DataType) -> str:
    if type_.id in t.INTEGERS:
        return str(type_)
    if isinstance(type_, t.TimestampType):
        return "datetime" if type_.tz is None else "datetimetz"
    if type_.id == t.LIST and isinstance(type_, t.ListType):
        return f"list[{_logical(type_.value_type)}]"
    return _LOGICAL.get(type_.id, "object")


def _physical(values: Any) -> tuple[str, dict[str, Any] | None]:
    """The dtype under which the values lie in memory, and what else makes their dtype."""
    dtype = values.dtype
    if str(dtype) == "category":
        categories = getattr(values, "cat", values)
        more = {"num_categories": len(categories.categories), "ordered": categories.ordered}
        return str(categories.codes.dtype), more
    if hasattr(dtype, "tz"):
        return f"datetime64[{dtype.unit}]", {"timezone": zone_name(dtype.tz)}
    return str(dtype), None


def _column_indexes(frame: Any) -> list[dict[str, Any]]:
    """The levels of the names of the columns."""
    levels = getattr(frame.columns, "levels", [frame.columns])
    names = getattr(frame.columns, "names", [frame.columns.name])
    return [_level_note(level, name) for level, name in zip(levels, names, strict=True)]


def _level_note(level: Any, name: Any) -> dict[str, Any]:
    physical, more = _physical(level)
    kind = _kind_of_names(level)
    if "mixed" in kind:
        warnings.warn(
            "The DataFrame has column names of mixed type. They will be converted to strings and "
            "not roundtrip correctly.",
            UserWarning,
            stacklevel=7,
        )
    if kind == "unicode":
        more = {"encoding": "UTF-8"}
    return {
        "name": name,
        "field_name": name,
        "pandas_type": kind,
        "numpy_type": physical,
        "metadata": more,
    }


def _kind_of_names(level: Any) -> str:
    dtype = level.dtype
    kind = getattr(dtype, "kind", "O")
    if kind in _PLAIN_KINDS and type(dtype).__module__.startswith("numpy"):
        return str(dtype)
    if type(dtype).__module__.startswith("numpy") and dtype.type.__name__ in _FROM_NUMPY:
        return _FROM_NUMPY[dtype.type.__name__]
    if hasattr(dtype, "tz"):
        return "datetimetz"
    if str(dtype).startswith("datetime64"):
        return str(dtype)
    found = str(pandas.api.types.infer_dtype(level, skipna=False))
    return "unicode" if found == "string" else found
