"""Columns to pandas Series and DataFrames, as Arrow C++ does it (`arrow_to_pandas.cc`)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy
import pandas

from .. import types as t
from ..compute.concat import concat
from ..errors import ArrowNotImplementedError, unsupported
from ..memory.data import ArrayData, empty
from ..types.timezones import tzinfo_of
from ..values.decode import dictionary_indices, no_garbage_collection
from .pandas_dtypes import dtype_of, extension_array
from .pandas_labels import Labels
from .to_numpy import Options, chunks_to_array, objects_of

_NO_EFFECT = {
    "memory_pool", "use_threads", "split_blocks", "self_destruct", "deduplicateobjects_of",
    "ignore_metadata", "safe", "zero_copy_only",
}  # fmt: skip


def _options(given: dict[str, Any]) -> tuple[Options, Any]:
    """The options, and the types_mapper; TypeError for an unknown one."""
    given = dict(given)
    mapper = given.pop("types_mapper", None)
    if given.pop("categories", None):
        raise unsupported("to_pandas with categories")
    if given.get("zero_copy_only"):
        raise unsupported("to_pandas with zero_copy_only")
    for name in _NO_EFFECT:
        given.pop(name, None)
    return Options(**given), mapper


def to_series(
    chunks: Sequence[ArrayData], type_: t.DataType, given: dict[str, Any], field: t.Field | None
) -> Any:
    """The pandas Series of a column; `given` are the keyword arguments of `to_pandas`."""
    options, mapper = _options(given)
    dtype = mapper(type_) if mapper is not None else None
    if dtype is None and field is not None:
        dtype = dtype_of(field)
    values = _pandas_values(chunks, type_, options, dtype)
    wanted = values.dtype
    if dtype is None and isinstance(type_, t.TimestampType) and options.timestamp_as_object:
        # Nanoseconds are objects of a Series only, and without their zone, as in pyarrow.
        values, wanted = chunks_to_array(chunks, type_, options), object
    name = None if field is None else field.name
    return pandas.Series(values, name=name, dtype=wanted, copy=False)


def _pandas_values(
    chunks: Sequence[ArrayData], type_: t.DataType, options: Options, dtype: Any = None
) -> Any:
    """A numpy array or pandas extension array, of `dtype` if that is given."""
    if dtype is not None:
        return extension_array(chunks, type_, dtype)
    with no_garbage_collection():
        return _by_type(chunks, type_, options)


def _by_type(chunks: Sequence[ArrayData], type_: t.DataType, options: Options) -> Any:
    if type_.id == t.INTERVAL_MONTHS:
        raise ArrowNotImplementedError(
            f"No known equivalent Pandas block for Arrow data of type {type_} is known."
        )
    if type_.id in t.STRINGS and not options.strings_to_categorical:
        return _string_array(chunks)
    if type_.id in t.VARIABLE and options.strings_to_categorical:
        return pandas.Categorical(objects_of(chunks))
    if isinstance(type_, t.DictionaryType):
        return _categorical(chunks, type_)
    values = chunks_to_array(chunks, type_, options)
    if isinstance(type_, t.TimestampType) and type_.tz and values.dtype.kind == "M":
        unit = values.dtype.str.partition("[")[2].rstrip("]")
        zone = pandas.DatetimeTZDtype(unit, tzinfo_of(type_.tz))
        return pandas.Series(values).dt.tz_localize("UTC").astype(zone).array
    return values


def _string_array(chunks: Sequence[ArrayData]) -> Any:
    """pandas' string dtype where it is the default (pandas 3), objects before."""
    values = objects_of(chunks)
    try:
        default = bool(pandas.options.future.infer_string) and int(pandas.__version__[0]) >= 3
    except AttributeError:
        default = False
    if not default:
        return values

    dtype: Any = pandas.StringDtype(na_value=numpy.nan)
    return pandas.array(values, dtype=dtype, copy=False)


def _categorical(chunks: Sequence[ArrayData], type_: t.DictionaryType) -> Any:
    if type_.value_type.id in t.NESTED:
        raise unsupported(f"A pandas categorical of {type_.value_type}")
    data = concat(chunks) if len(chunks) > 1 else chunks[0] if chunks else empty(type_)
    assert data.dictionary is not None
    codes = [-1 if i is None else i for i in dictionary_indices(data)]
    words = [data.dictionary]
    texts = type_.value_type.id in t.STRINGS
    categories = pandas.Index(
        objects_of(words) if texts else _pandas_values(words, type_.value_type, Options())
    )
    return pandas.Categorical.from_codes(codes, categories, ordered=type_.ordered)


def to_frame(
    columns: Sequence[Sequence[ArrayData]],
    fields: Sequence[t.Field],
    metadata: t.Metadata | None,
    rows: int,
    given: dict[str, Any],
) -> Any:
    """The pandas DataFrame of columns, each in chunks; `metadata` is that of their schema."""
    options, mapper = _options(given)
    labels = Labels(metadata, ignore=bool(given.get("ignore_metadata")))
    by_name = {field.name: column for column, field in zip(columns, fields, strict=True)}
    to_categorical = options.strings_to_categorical

    def values(column: Sequence[ArrayData], field: t.Field, how: Options, *, labelled: bool) -> Any:
        dtype = mapper(field.type) if mapper is not None else None
        dtype = dtype_of(field) if dtype is None else dtype
        if dtype is None and labelled:
            dtype = labels.dtype(field, strings_to_categorical=to_categorical)
        return _pandas_values(column, field.type, how, dtype)

    def level(name: str) -> Any:
        if name not in by_name:
            return None
        made = values(by_name[name], t.field_called(fields, name), Options(), labelled=False)
        return pandas.Series(made, dtype=made.dtype, copy=False)

    index = labels.index(rows, level)
    gone = labels.index_fields()
    kept = [
        (field.name, values(column, field, options, labelled=True))
        for field, column in zip(fields, columns, strict=True)
        if field.name not in gone
    ]
    arrays = {i: pandas.Series(one, dtype=one.dtype, copy=False) for i, (_, one) in enumerate(kept)}
    frame = pandas.DataFrame(arrays, index=pandas.RangeIndex(rows), copy=False)
    frame.index = index
    frame.columns = labels.columns([name for name, _ in kept])
    frame.attrs = labels.attributes
    return frame
