"""pandas DataFrames to columns, and the index back from the schema's metadata."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from . import types as t
from .arrays import array
from .schema import Schema

KEY = b"pandas"


@dataclass
class FrameColumns:
    """The columns of a DataFrame with their fields and the schema metadata that says more."""

    arrays: list[Any]
    fields: list[t.Field]
    metadata: dict[bytes, bytes] | None


def columns_of_frame(
    frame: Any,
    schema: Schema | None,
    preserve_index: bool | None,
    columns: Sequence[str] | None = None,
    safe: bool = True,
) -> FrameColumns:
    """The columns of a DataFrame, then those of its index.

    An index that just counts is remembered in the metadata alone, unless `preserve_index`; any
    other becomes columns ``__index_level_N__`` (or its names), unless `preserve_index` is False.
    """
    if schema is not None:
        columns = [name for name in schema.names if name in frame.columns]
    names = list(frame.columns) if columns is None else list(columns)
    series = (
        [frame.iloc[:, i] for i in range(len(names))]
        if columns is None
        else [frame[name] for name in names]
    )
    index_names, levels, described = _index_levels(frame, preserve_index)
    fields, arrays = [], []
    for name, values in zip([*map(str, names), *index_names], [*series, *levels], strict=True):
        wanted = schema.field(name) if schema is not None and name in schema.names else None
        made = array(values, type=wanted.type if wanted else None, from_pandas=True, safe=safe)
        arrays.append(made)
        fields.append(wanted or t.field(name, made.type))
    text = json.dumps(
        {"index_columns": described, "column_indexes": [], "columns": [], "attributes": {}}
    )
    return FrameColumns(arrays, fields, {KEY: text.encode()})


def _index_levels(
    frame: Any, preserve_index: bool | None
) -> tuple[list[str], list[Any], list[Any]]:
    """(column names, values, description for the metadata) of the index levels to keep."""
    import pandas

    index = frame.index
    if preserve_index is False:
        return [], [], []
    if isinstance(index, pandas.RangeIndex) and not preserve_index:
        described = {
            "kind": "range", "name": index.name, "start": index.start, "stop": index.stop,
            "step": index.step,
        }  # fmt: skip
        return [], [], [described]
    names = []
    levels = []
    for i in range(index.nlevels):
        level = index.get_level_values(i)
        free = level.name is not None and level.name not in frame.columns
        names.append(str(level.name) if free else f"__index_level_{i}__")
        levels.append(level)
    return names, levels, list(names)


def restore_index(frame: Any, schema: Schema) -> Any:
    """The DataFrame with the index its schema's metadata describes, if it does."""
    described = _described_index(schema)
    columns = [item for item in described if isinstance(item, str) and item in frame.columns]
    if columns:
        frame = frame.set_index(columns)
        names = [None if name.startswith("__index_level_") else name for name in frame.index.names]
        frame.index.names = names
    elif described and isinstance(described[0], dict) and described[0].get("kind") == "range":
        import pandas

        start, stop, step = (int(described[0][key]) for key in ("start", "stop", "step"))
        index = pandas.RangeIndex(start, stop, step, name=described[0].get("name"))
        if len(index) == len(frame):
            frame.index = index
    return frame


def _described_index(schema: Schema) -> list[Any]:
    try:
        found = json.loads((schema._metadata or {}).get(KEY, b"{}"))
    except ValueError:
        return []
    columns = found.get("index_columns", []) if isinstance(found, dict) else []
    return columns if isinstance(columns, list) else []
