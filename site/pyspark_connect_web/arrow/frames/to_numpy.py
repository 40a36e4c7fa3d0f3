"""Columns to numpy arrays.

Follows Arrow C++ `arrow_to_pandas.cc`: integers with nulls become floats, nested values become
objects whose elements are numpy arrays, dicts and lists of pairs.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import chain, pairwise
from typing import Any

import numpy

from .. import types as t
from ..errors import ArrowInvalid
from ..memory.data import ArrayData
from ..types.to_dtype import dtype_text
from ..values.decode import dates_of, make_dicts, to_pylist, whole_days
from ..values.stored import decode_dictionary, stored
from .numpy_protocol import shares_memory


@dataclass(frozen=True)
class Options:
    """The options of `to_pandas` that change values; `nested` is set inside of nested columns."""

    integer_object_nulls: bool = False
    date_as_object: bool = True
    timestamp_as_object: bool = False
    coerce_temporal_nanoseconds: bool = False
    strings_to_categorical: bool = False
    maps_as_pydicts: str | None = None
    for_numpy: bool = False
    nested: bool = False

    def inside(self, *, as_object: bool) -> Options:
        """The options for the values inside of lists (or structs and maps: `as_object`)."""
        return replace(
            self,
            nested=True,
            coerce_temporal_nanoseconds=False,
            strings_to_categorical=False,
            timestamp_as_object=self.timestamp_as_object or as_object,
        )


def _date_offset(value: Any) -> Any:
    from pandas.tseries.offsets import DateOffset

    return DateOffset(months=value.months, days=value.days, nanoseconds=value.nanoseconds)


def chunks_to_numpy(chunks: Sequence[ArrayData], type_: t.DataType) -> Any:
    """A new numpy array, as `ChunkedArray.to_numpy`."""
    if isinstance(type_, t.DictionaryType):
        plain = type_.value_type
        return chunks_to_numpy([decode_dictionary(chunk) for chunk in chunks], plain)
    return chunks_to_array(chunks, type_, Options(date_as_object=False, for_numpy=True))


def array_to_numpy(data: ArrayData, zero_copy_only: bool, writable: bool) -> Any:
    """As `Array.to_numpy`; ArrowInvalid when `zero_copy_only` and memory cannot be shared."""
    shared = shares_memory(data)
    if zero_copy_only and not shared:
        raise ArrowInvalid(
            f"Needed to copy 1 chunks with {data.null_count} nulls, but zero_copy_only was True"
        )
    if zero_copy_only and writable:
        raise ValueError("Cannot return a writable array if asking for zero-copy")
    if not shared:
        return chunks_to_numpy([data], data.type)
    values = numpy.frombuffer(data.numbers(), dtype=dtype_text(data.type))
    if writable:
        return values.copy()
    # What is written there would be written into the column, and into what it was made of.
    values.flags.writeable = False
    return values


def chunks_to_array(chunks: Sequence[ArrayData], type_: t.DataType, options: Options) -> Any:
    """One numpy array with the values of all chunks."""
    if type_.id in t.INTEGERS or type_.id in t.FLOATS:
        return _numbers(chunks, type_, options)
    if type_.id == t.BOOL:
        return _bools(chunks)
    if type_.id in (t.DATE32, t.DATE64):
        if options.date_as_object:
            return objects_of(chunks) if type_.id == t.DATE32 else _date64_objects(chunks)
        days = options.for_numpy and type_.id == t.DATE32
        return _dates(chunks).astype("M8[D]") if days else _dates(chunks)
    if type_.id in (t.TIME32, t.TIME64):
        _check_times(chunks, type_)
    if type_.id in (t.TIMESTAMP, t.DURATION):
        return _instants(chunks, type_, options)
    if type_.id == t.STRUCT:
        return _object_array([row for chunk in chunks for row in _structs(chunk, options)])
    if type_.id == t.MAP:
        return _object_array(_maps(chunks, options))
    if isinstance(type_, t.ListType):
        return _object_array(_lists(chunks, type_, options))
    if type_.id == t.INTERVAL_MONTH_DAY_NANO:
        return _object_array([v and _date_offset(v) for c in chunks for v in to_pylist(c)])
    return objects_of(chunks)


def _object_array(values: list[Any]) -> Any:
    """A one-dimensional array of objects, also when the objects are arrays of one length."""
    return numpy.fromiter(values, dtype=object, count=len(values))


def objects_of(chunks: Sequence[ArrayData]) -> Any:
    """One numpy array with the Python objects that the values are."""
    values = chain.from_iterable(map(to_pylist, chunks))
    return numpy.fromiter(values, dtype=object, count=sum(chunk.length for chunk in chunks))


def _date64_objects(chunks: Sequence[ArrayData]) -> Any:
    """Dates, where what a date64 has beside whole days is dropped towards 1970 as in Arrow C++."""
    days = [whole_days(value or 0) for chunk in chunks for value in stored(chunk)]
    valid = [flag for chunk in chunks for flag in chunk.is_valid()]
    made = dates_of(days)
    return _object_array([day if ok else None for day, ok in zip(made, valid, strict=True)])


def _check_times(chunks: Sequence[ArrayData], type_: t.DataType) -> None:
    """ArrowInvalid for nanoseconds, which datetime.time has not, ValueError for another day."""
    assert isinstance(type_, t.UnitType)
    values = _raw(chunks, "<i4" if type_.id == t.TIME32 else "<i8")
    if _has_nulls(chunks):
        values[_null_mask(chunks)] = 0
    if type_.unit == "ns" and len(odd := values[values % 1000 != 0]):
        raise ArrowInvalid(f"Value {odd[0]} has non-zero nanoseconds")
    day = t.DAY_SECONDS * t.PER_SECOND[type_.unit]
    if len(odd := values[(values < 0) | (values >= day)]):
        raise ValueError(f"{type_} {odd[0]}: hour must be in 0..23")


def _raw(chunks: Sequence[ArrayData], dtype: str) -> Any:
    """The fixed-width values of all chunks in new memory, nulls' slots included."""
    if not chunks:
        return numpy.empty(0, dtype=dtype)
    return numpy.concatenate([numpy.frombuffer(chunk.numbers(), dtype=dtype) for chunk in chunks])


def _null_mask(chunks: Sequence[ArrayData]) -> Any:
    """Per value whether it is null, as a numpy array of booleans."""
    parts = []
    for chunk in chunks:
        if chunk.validity is None or not chunk.null_count:
            parts.append(numpy.zeros(chunk.length, dtype=bool))
        else:
            parts.append(~_unpack(chunk.validity, chunk.offset, chunk.length))
    return numpy.concatenate(parts)


def _unpack(bits: memoryview, offset: int, length: int) -> Any:
    raw = numpy.frombuffer(bits[offset >> 3 : (offset + length + 7) >> 3], dtype="u1")
    start = offset & 7
    return numpy.unpackbits(raw, bitorder="little")[start : start + length].view(bool)


def _has_nulls(chunks: Sequence[ArrayData]) -> bool:
    return any(chunk.null_count for chunk in chunks)


def _numbers(chunks: Sequence[ArrayData], type_: t.DataType, options: Options) -> Any:
    values = _raw(chunks, dtype_text(type_))
    if not _has_nulls(chunks):
        return values
    if type_.id in t.INTEGERS:
        if options.integer_object_nulls:
            return objects_of(chunks)
        values = values.astype("f8")
    values[_null_mask(chunks)] = numpy.nan
    return values


def _bools(chunks: Sequence[ArrayData]) -> Any:
    if _has_nulls(chunks):
        return objects_of(chunks)
    if not chunks:
        return numpy.empty(0, dtype=bool)
    return numpy.concatenate([_unpack(c.buffers[0], c.offset, c.length) for c in chunks])


def _dates(chunks: Sequence[ArrayData]) -> Any:
    """datetime64[ms], as Arrow C++ does for both date types."""
    if not chunks:
        return numpy.empty(0, dtype="M8[ms]")
    days = chunks[0].type.id == t.DATE32
    values = _raw(chunks, "<i4" if days else "<i8").astype("i8") * (
        t.DAY_MILLISECONDS if days else 1
    )
    if _has_nulls(chunks):
        values[_null_mask(chunks)] = numpy.iinfo("i8").min
    return values.view("M8[ms]")


def _instants(chunks: Sequence[ArrayData], type_: t.DataType, options: Options) -> Any:
    assert isinstance(type_, t.UnitType)
    # As in Arrow C++: nanoseconds are no objects, for numpy holds all of them.
    if type_.id == t.TIMESTAMP and options.timestamp_as_object and type_.unit != "ns":
        return objects_of(chunks)
    values = _raw(chunks, "<i8")
    unit = type_.unit
    missing = _null_mask(chunks) if _has_nulls(chunks) else None
    if options.coerce_temporal_nanoseconds and unit != "ns":
        values = _to_nanoseconds(values, missing, type_)
        unit = "ns"
    if missing is not None:
        values[missing] = numpy.iinfo("i8").min
    return values.view(f"{'M' if type_.id == t.TIMESTAMP else 'm'}8[{unit}]")


def _to_nanoseconds(values: Any, missing: Any, type_: Any) -> Any:
    factor = t.PER_SECOND["ns"] // t.PER_SECOND[type_.unit]
    if missing is not None:
        values[missing] = 0
    limit = (2**63 - 1) // factor
    if type_.id == t.TIMESTAMP:
        outside = values[(values > limit) | (values < -limit)]
        if len(outside):
            raise ArrowInvalid(
                f"Casting from {type_} to timestamp[ns] would result in out of bounds timestamp: "
                f"{outside[0]}"
            )
    return values * factor


def _lists(chunks: Sequence[ArrayData], type_: t.ListType, options: Options) -> list[Any]:
    """Per row a numpy array of the elements, None for null."""
    spans = [_spans(chunk) for chunk in chunks]
    windows = [
        chunk.list_values()
        if chunk.type.id == t.FIXED_SIZE_LIST
        else chunk.children[0].slice(offsets[0], offsets[-1] - offsets[0])
        for chunk, offsets in zip(chunks, spans, strict=True)
    ]
    flat = chunks_to_array(windows, type_.value_type, options.inside(as_object=False))
    rows: list[Any] = []
    base = 0
    for chunk, offsets, window in zip(chunks, spans, windows, strict=True):
        shift = base - offsets[0]
        lists = [flat[a + shift : b + shift] for a, b in pairwise(offsets)]
        rows += _with_none(chunk, lists)
        base += window.length
    return rows


def _spans(chunk: ArrayData) -> list[int]:
    if isinstance(chunk.type, t.FixedSizeListType):
        size = chunk.type.list_size
        return [i * size for i in range(chunk.length + 1)]
    return chunk.offsets()


def _with_none(chunk: ArrayData, values: list[Any]) -> list[Any]:
    if not chunk.null_count:
        return values
    return [v if ok else None for v, ok in zip(values, chunk.is_valid(), strict=True)]


def _structs(data: ArrayData, options: Options) -> list[Any]:
    """Per row a dict; a null field is None whatever its column would use."""
    assert isinstance(data.type, t.StructType)
    columns = []
    for i in range(len(data.children)):
        columns.append(_cells([data.child(i)], data.type.fields[i].type, options))
    return _with_none(data, make_dicts(data.type.names, columns, data.length))


def _cells(chunks: Sequence[ArrayData], type_: t.DataType, options: Options) -> list[Any]:
    """Python values taken out of the numpy column of a struct field or map side."""
    values: list[Any] = chunks_to_array(chunks, type_, options.inside(as_object=True)).tolist()
    if not _has_nulls(chunks):
        return values
    valid = [bit for chunk in chunks for bit in chunk.is_valid()]
    return [v if ok else None for v, ok in zip(values, valid, strict=True)]


def _maps(chunks: Sequence[ArrayData], options: Options) -> list[Any]:
    """Per row a list of (key, value), or a dict with `maps_as_pydicts`."""
    rows: list[Any] = []
    spans = [chunk.offsets() for chunk in chunks]
    # All entries, whatever the window: as in Arrow C++ a null outside of it makes floats, too.
    entries = [chunk.children[0] for chunk in chunks]
    if not chunks:
        return rows
    assert isinstance(chunks[0].type, t.MapType)
    keys = _cells([e.child(0) for e in entries], chunks[0].type.key_type, options)
    items = _cells([e.child(1) for e in entries], chunks[0].type.item_type, options)
    pairs = list(zip(keys, items, strict=True))
    base = 0
    for chunk, offsets, window in zip(chunks, spans, entries, strict=True):
        shift = base
        maps: list[Any] = [pairs[a + shift : b + shift] for a, b in pairwise(offsets)]
        if options.maps_as_pydicts is not None:
            maps = [_as_dict(pairs_, options.maps_as_pydicts) for pairs_ in maps]
        rows += _with_none(chunk, maps)
        base += window.length
    return rows


def _as_dict(pairs: list[tuple[Any, Any]], mode: str) -> dict[Any, Any]:
    made = dict(pairs)
    if mode == "strict" and len(made) != len(pairs):
        raise KeyError("Encountered duplicate key in a map")
    return made
