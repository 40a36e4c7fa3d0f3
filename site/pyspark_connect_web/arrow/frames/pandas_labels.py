"""Names, indexes and dtypes of a DataFrame, back from the metadata of its schema."""

from __future__ import annotations

import ast
import decimal
import json
import re
from collections.abc import Callable, Sequence
from typing import Any

import numpy
import pandas

from .. import types as t
from ..types.timezones import tzinfo_of
from .pandas_metadata import KEY

_NUMPY_TYPES = frozenset(
    {
        "int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64", "float16",
        "float32", "float64", "object", "bool",
    }
)  # fmt: skip


_GENERATED = re.compile(r"__index_level_\d+__")


class Labels:
    """What is known of the DataFrame that a table was made of; nothing for another table."""

    def __init__(self, metadata: t.Metadata | None, *, ignore: bool) -> None:
        notes = {} if ignore else _notes(metadata)
        self.attributes: dict[Any, Any] = notes.get("attributes") or {}
        self._columns = {_field_name(one): one for one in notes.get("columns") or ()}
        self._names: list[dict[str, Any]] = list(notes.get("column_indexes") or ())
        self._index: list[Any] = list(notes.get("index_columns") or ())

    def dtype(self, field: t.Field, *, strings_to_categorical: bool) -> Any:
        """The extension dtype of pandas that a column had, None for numpy's."""
        text = self._columns.get(field.name, {}).get("numpy_type", "object")
        if text in _NUMPY_TYPES:
            return None

        dtype = pandas.api.types.pandas_dtype(text)
        if not hasattr(dtype, "__from_arrow__"):
            return None
        if isinstance(dtype, pandas.StringDtype) and (
            strings_to_categorical or field.type.id == t.DICTIONARY
        ):
            return None
        return dtype

    def index_fields(self) -> set[str]:
        """The names of the fields that are levels of the index."""
        return {one for one in self._index if isinstance(one, str)}

    def index(self, rows: int, level: Callable[[str], Any]) -> Any:
        """The index; `level` gives the values of a field, None where it is gone."""
        found = []
        for one in self._index:
            if isinstance(one, str):
                values, name = level(one), self._level_name(one)
            else:
                values = pandas.RangeIndex(one["start"], one["stop"], step=one["step"])
                values, name = values if len(values) == rows else None, one["name"]
            if values is not None:
                found.append((values, name))
        if len(found) > 1:
            arrays, names = zip(*found, strict=True)
            return pandas.MultiIndex.from_arrays(list(arrays), names=list(names))
        return pandas.Index(found[0][0], name=found[0][1]) if found else pandas.RangeIndex(rows)

    def _level_name(self, field: str) -> Any:
        name = self._columns.get(field, {}).get("name", field)
        return None if name == field and _GENERATED.fullmatch(field) else name

    def columns(self, fields: Sequence[str]) -> Any:
        """The names of these columns.

        Raises:
            TypeError: pandas cannot make again what the names were.
        """
        names = [self._columns.get(field, {"name": field})["name"] for field in fields]
        if len(self._names) > 1:
            tuples = [ast.literal_eval(name) for name in names]
            levels = pandas.MultiIndex.from_tuples(tuples, names=[n["name"] for n in self._names])
            return _restored_levels(levels, self._names)
        if not self._names:
            return pandas.Index(names)
        made = pandas.Index(names, name=self._names[0]["name"])
        return pandas.Index(_restored(made, self._names[0]), name=made.name)


def _notes(metadata: t.Metadata | None) -> dict[str, Any]:
    try:
        found = json.loads((metadata or {}).get(KEY, b"{}"))
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _field_name(note: dict[str, Any]) -> Any:
    return note.get("field_name", note.get("name"))


def _restored_levels(columns: Any, notes: Sequence[dict[str, Any]]) -> Any:
    levels = [_restored(level, note) for level, note in zip(columns.levels, notes, strict=True)]
    return pandas.MultiIndex(levels, columns.codes, names=columns.names)


def _restored(level: Any, note: dict[str, Any]) -> Any:
    """Names, which are texts in Arrow, as what they were."""
    kind, physical = note.get("pandas_type", str(level.dtype)), note.get("numpy_type")
    if kind == "datetimetz":
        zone = tzinfo_of(note["metadata"]["timezone"])
        made = pandas.to_datetime(level, utc=True).tz_convert(zone)
        return made.as_unit(numpy.datetime_data(physical)[0]) if physical else made
    if kind == "decimal":
        return pandas.Index([decimal.Decimal(one) for one in level])
    if kind == "bytes":
        return level.map(lambda one: one.encode())
    if (
        level.dtype == "str"
        and physical == "object"
        and ("mixed" in kind or kind in ("unicode", "string"))
    ):
        return level
    try:
        wanted = _dtype_of_kind(kind)
        made = level if level.dtype == wanted else level.astype(wanted)
        return made if physical is None or made.dtype == physical else made.astype(physical)
    except TypeError as error:
        raise TypeError(
            f"Column names of pandas' type {kind!r} cannot be made again ({error}): pass "
            "ignore_metadata=True"
        ) from error


def _dtype_of_kind(kind: str) -> Any:
    known: dict[str, Any] = {
        "date": "datetime64[D]", "datetime": "datetime64[ns]", "unicode": "str", "string": "str",
        "integer": numpy.int64, "floating": numpy.float64, "empty": numpy.object_,
    }  # fmt: skip
    if kind in known:
        return known[kind]
    return numpy.object_ if "mixed" in kind else numpy.dtype(kind)
