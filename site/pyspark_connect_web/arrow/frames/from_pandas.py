"""pandas DataFrames to columns: which there are, how they are called, what is said of them."""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import pandas

from .. import types as t
from ..errors import ArrowException
from ..memory.data import ArrayData
from .from_any import from_numpy
from .pandas_dtypes import extension_of
from .pandas_metadata import Described, metadata_of


@dataclass
class FrameColumns:
    """The columns of a DataFrame with their fields and the schema metadata that says more."""

    columns: list[ArrayData]
    fields: list[t.Field]
    metadata: dict[bytes, bytes] | None


def columns_of_frame(
    frame: Any,
    schema: Sequence[t.Field] | None,
    preserve_index: bool | None,
    columns: Sequence[str] | None = None,
    safe: bool = True,
    *,
    metadata: t.Metadata | None = None,
) -> FrameColumns:
    """The columns of a DataFrame, then those of its index; with `schema` those that it names.

    `metadata` is what the schema has, to which what is remembered of the DataFrame is added.

    An index that just counts is remembered in the metadata alone, unless `preserve_index`; any
    other becomes columns ``__index_level_N__`` (or its names), unless `preserve_index` is False.

    Raises:
        ValueError: two columns have one name, or a null is where the schema has none.
        KeyError: the schema or `columns` names what the DataFrame has not.
        ArrowInvalid, ArrowTypeError: values that the type of the schema does not take.
    """
    if schema is not None and columns is not None:
        raise ValueError("Schema and columns arguments are mutually exclusive, pass only one")
    if not frame.columns.is_unique:
        raise ValueError(f"Duplicate column names found: {list(frame.columns)}")
    keep = preserve_index is not False
    if schema is not None:
        picked = list(_by_schema(frame, schema, preserve_index))
        index: list[Any] = [name for name, _, is_level in picked if is_level]
    else:
        picked = list(_columns(frame, columns))
        taken = [name for name, _, _ in picked]
        index = []
        if keep and preserve_index is None and (counts := _counting(frame.index)):
            index.append(counts)
        elif keep:
            picked += [(name, level, True) for name, level in _index_levels(frame.index, taken)]
            index += [name for name, _, is_level in picked if is_level]
    made_columns, described = [], []
    for name, values, is_level in picked:
        wanted = t.field_called(schema, str(name)) if schema is not None else None
        made = _converted(values, wanted, safe)
        noted = extension_of(values.dtype, made.type)
        field = wanted or t.make_field(name, made.type, True, noted)
        label = _text(values.name) if is_level and schema is None else name
        made_columns.append(made)
        described.append((is_level, Described(values, label, field)))
    notes = metadata_of(
        frame,
        [one for is_level, one in described if not is_level or schema is not None],
        [one for is_level, one in described if is_level and schema is None],
        index,
        keep_index=keep,
    )
    own = metadata or {}
    return FrameColumns(made_columns, [one.field for _, one in described], {**own, **notes})


_Picked = tuple[Any, Any, bool]
"""The name of a column, its values, whether it is a level of the index."""


def _columns(frame: Any, columns: Sequence[str] | None) -> Iterator[_Picked]:
    for name in frame.columns if columns is None else columns:
        yield _text(name), frame[name], False


def _by_schema(
    frame: Any, schema: Sequence[t.Field], preserve_index: bool | None
) -> Iterator[_Picked]:
    for name in (field.name for field in schema):
        if name in frame.columns:
            yield name, frame[name], False
            continue
        level = _level_called(frame, name)
        if level is None:
            raise KeyError(
                f"name '{name}' present in the specified schema is not found in the columns or "
                "index"
            )
        if preserve_index is False or (
            preserve_index is None and isinstance(level, pandas.RangeIndex)
        ):
            raise ValueError(
                f"name '{name}' present in the specified schema is the index, which is not made a "
                "column: pass preserve_index=True, or remove it from the schema"
            )
        yield name, level, True


def _level_called(frame: Any, name: str) -> Any:
    generated = re.fullmatch(r"__index_level_(\d+)__", name)
    try:
        if name in frame.index.names or generated is None:
            return frame.index.get_level_values(name)
        return frame.index.get_level_values(int(generated[1]))
    except (KeyError, IndexError):
        return None


def _counting(index: Any) -> dict[str, Any] | None:
    """How an index counts, None for one that does not just count."""
    if not isinstance(index, pandas.RangeIndex):
        return None
    name = index.name
    name = name if name is None or isinstance(name, (str, int, float, bool)) else str(name)
    return {
        "kind": "range", "name": name, "start": index.start, "stop": index.stop,
        "step": index.step,
    }  # fmt: skip


def _index_levels(index: Any, taken: Sequence[Any]) -> Iterator[tuple[str, Any]]:
    """The levels of an index with the names of their columns."""
    names = list(taken)
    if odd := [name for name in index.names if name is not None and not isinstance(name, str)]:
        warnings.warn(
            f"The DataFrame has non-str index name `{odd}` which will be converted to string and "
            "not roundtrip correctly.",
            UserWarning,
            stacklevel=4,
        )
    for i in range(index.nlevels):
        level = index.get_level_values(i)
        name = _text(level.name)
        if level.name is None or level.name in names:
            while (name := f"__index_level_{i}__") in names:
                i += 1
        names.append(name)
        yield name, level


def _text(name: Any) -> Any:
    """The name of a column or level for Arrow; None and NaN stay."""
    if isinstance(name, str) or name is None or name != name:
        return name
    if isinstance(name, bytes):
        return name.decode()
    return str(tuple(map(_text, name))) if isinstance(name, tuple) else str(name)


def _converted(values: Any, field: t.Field | None, safe: bool) -> ArrayData:
    wanted = None if field is None else field.type
    try:
        made = from_numpy(values, wanted, None, True, safe)
    except ArrowException as error:
        note = f"Conversion failed for column {values.name} with type {values.dtype}"
        error.args = (*error.args, note)
        raise
    if field is not None and not field.nullable and made.null_count:
        raise ValueError(
            f"Field {field} was non-nullable but pandas column had {made.null_count} null values"
        )
    return made
