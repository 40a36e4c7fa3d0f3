"""Columns as what is stored in them: to compare values, to tell repeated ones, to pick some.

Python's own classes cannot hold every value (nanoseconds, years after 9999, structs with two fields
of one name). What is stored of a value always exists, and is hashable.
"""

from __future__ import annotations

import array
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

from .. import types as t
from ..errors import ArrowCapacityError, unsupported
from ..memory import bitmap
from ..memory.data import ArrayData, nulls, pack_offsets, view
from .decode import dictionary_indices


def stored(data: ArrayData) -> list[Any]:
    """Per value what its memory holds, None for a null.

    Numbers, and counts for dates and times; bytes for texts, binaries, decimals and calendar
    intervals; tuples for lists, maps and structs; positions for dictionary-encoded values.
    """
    if data.type.id == t.NULL:
        return [None] * data.length
    values = _present(data)
    if not data.null_count:
        return values
    return [value if valid else None for value, valid in zip(values, data.is_valid(), strict=True)]


def _present(data: ArrayData) -> list[Any]:
    type_ = data.type
    if type_.id in t.FORMATS:
        return data.numbers().tolist()
    if type_.id == t.BOOL:
        return bitmap.unpack(data.buffers[0], data.offset, data.length)
    if isinstance(type_, t.DictionaryType):
        return data.with_type(type_.index_type).numbers().tolist()
    if type_.id == t.STRUCT:
        columns = [stored(data.child(i)) for i in range(len(data.children))]
        return list(zip(*columns, strict=True)) if columns else [()] * data.length
    if isinstance(type_, t.FixedSizeListType):
        size = type_.list_size
        elements = stored(data.list_values())
        return [tuple(elements[i * size : (i + 1) * size]) for i in range(data.length)]
    if type_.id in t.VARIABLE:
        offsets = data.offsets()
        start = offsets[0]
        raw = data.buffers[1][start : offsets[-1]].tobytes()
        return [raw[a - start : b - start] for a, b in pairwise(offsets)]
    if type_.id in t.LISTS:
        offsets = data.offsets()
        start = offsets[0]
        elements = stored(data.children[0].slice(start, offsets[-1] - start))
        return [tuple(elements[a - start : b - start]) for a, b in pairwise(offsets)]
    if (width := t.byte_width(type_)) is None:
        t.no_arrays_of(type_)
    raw = data.window(width).tobytes()
    return [raw[i * width : (i + 1) * width] for i in range(data.length)]


def rebuilt_as(values: Sequence[Any], type_: t.DataType, like: ArrayData | None) -> ArrayData:
    """The column of these stored values; `like` has the words of dictionary-encoded ones."""
    if type_.id == t.NULL:
        return ArrayData(type_, len(values))
    absent = [value is None for value in values]
    if all(absent):
        made = nulls(type_, len(values))
        if like is not None and like.dictionary is not None:
            return made.with_dictionary(type_, like.dictionary)
        return made
    buffers, children = _memory(values, type_, like)
    count = sum(absent)
    validity = view(bitmap.pack([not gone for gone in absent])) if count else None
    words = like.dictionary if like is not None else None
    if words is None and type_.id == t.DICTIONARY:
        raise unsupported(f"Picking values of type {type_} inside of others")
    return ArrayData(
        type_, len(values), validity, buffers, children, null_count=count, dictionary=words
    )


def _memory(
    values: Sequence[Any], type_: t.DataType, like: ArrayData | None
) -> tuple[list[memoryview], list[ArrayData]]:
    """The buffers and children; what is under a null is zero or empty."""
    plain = type_.index_type if isinstance(type_, t.DictionaryType) else type_
    if (code := t.FORMATS.get(plain.id)) is not None:
        numbers = [0 if value is None else value for value in values]
        return [view(memoryview(array.array(code, numbers)))], []
    if type_.id == t.BOOL:
        return [view(bitmap.pack([bool(value) for value in values]))], []
    if isinstance(type_, t.StructType):
        empty = (None,) * len(type_.fields)
        rows = [empty if value is None else value for value in values]
        columns = zip(*rows, strict=True)
        return [], [
            rebuilt_as(column, field.type, _child(like, i))
            for i, (column, field) in enumerate(zip(columns, type_.fields, strict=True))
        ]
    if isinstance(type_, t.FixedSizeListType):
        empty = (None,) * type_.list_size
        elements = [e for v in values for e in (empty if v is None else v)]
        return [], [rebuilt_as(elements, type_.value_type, _child(like, 0))]
    if type_.id in t.VARIABLE or type_.id in t.LISTS:
        items = [() if value is None else value for value in values]
        offsets = pack_offsets(type_, list(map(len, items)))
        if type_.id in t.VARIABLE:
            return [offsets, view(b"".join([item or b"" for item in items]))], []
        elements = [element for item in items for element in item]
        return [offsets], [rebuilt_as(elements, type_.field(0).type, _child(like, 0))]
    if (width := t.byte_width(type_)) is None:
        t.no_arrays_of(type_)
    blank = bytes(width)
    return [view(b"".join([blank if value is None else value for value in values]))], []


def _child(like: ArrayData | None, i: int) -> ArrayData | None:
    return like.children[i] if like is not None and like.children else None


def same_values(mine: ArrayData, other: ArrayData) -> bool:
    """Whether two columns of one type hold equal values (a NaN equals nothing).

    As in Arrow C++, dictionary-encoded values are equal if words and positions are.
    """
    if mine.length != other.length or not _same_words(mine, other):
        return False
    width = t.byte_width(mine.type) if mine.type.id not in t.FLOATS else None
    if width and not mine.null_count and not other.null_count:
        return mine.window(width) == other.window(width)
    return stored(mine) == stored(other)


def _same_words(mine: ArrayData, other: ArrayData) -> bool:
    if mine.dictionary is not None and other.dictionary is not None:
        return mine.dictionary is other.dictionary or same_values(mine.dictionary, other.dictionary)
    return all(map(_same_words, mine.children, other.children))


def same_chunks(mine: Sequence[ArrayData], other: Sequence[ArrayData]) -> bool:
    """Whether two columns of one type and length are equal, however they are cut."""
    mine, other = ([chunk for chunk in chunks if chunk.length] for chunks in (mine, other))
    i = j = start = begin = 0
    while i < len(mine) and j < len(other):
        count = min(mine[i].length - start, other[j].length - begin)
        if not same_values(mine[i].slice(start, count), other[j].slice(begin, count)):
            return False
        start, begin = start + count, begin + count
        if start == mine[i].length:
            i, start = i + 1, 0
        if begin == other[j].length:
            j, begin = j + 1, 0
    return True


def keys(data: ArrayData) -> list[Any]:
    """Per value what tells it from others: all NaNs are one value, and 0.0 is not -0.0."""
    return _keys(stored(data), data.type)


def _keys(values: list[Any], type_: t.DataType) -> list[Any]:
    return list(map(_key, values)) if type_.id in t.FLOATS | t.NESTED else values


def _key(value: Any) -> Any:
    if isinstance(value, float) and (value != value or value == 0):
        return repr(value)
    return tuple(map(_key, value)) if isinstance(value, tuple) else value


def encode(data: ArrayData, type_: t.DictionaryType) -> ArrayData:
    """The column dictionary-encoded: each distinct value once, in order of appearance.

    Raises ArrowCapacityError for more of them than the type of the positions can count.
    """
    known: dict[Any, int] = {}
    values = stored(data)
    words: list[Any] = []
    indices = []
    for value, key in zip(values, _keys(values, data.type), strict=True):
        if value is not None and key not in known:
            known[key] = len(words)
            words.append(value)
        indices.append(None if value is None else known[key])
    if data.type.id == t.NULL and data.length:  # as in Arrow C++: one word, and nothing is it
        words.append(None)
    if len(words) - 1 > t.RANGES[t.FORMATS[type_.index_type.id]][1]:
        raise ArrowCapacityError(f"{len(words)} distinct values are too many for {type_}")
    positions = rebuilt_as(indices, type_.index_type, None)
    return positions.with_dictionary(type_, rebuilt_as(words, data.type, data))


def is_valid(data: ArrayData) -> list[bool]:
    """Per value whether it is not null, nor a position of a word that is."""
    if data.dictionary is None or not data.dictionary.null_count:
        return data.is_valid()
    words = data.dictionary.is_valid()
    return [i is not None and words[i] for i in dictionary_indices(data)]


def decode_dictionary(data: ArrayData) -> ArrayData:
    """The plain values of a dictionary-encoded column; ArrowInvalid for a position out of it."""
    words = data.dictionary
    assert words is not None
    values = stored(words)
    picked = [None if i is None else values[i] for i in dictionary_indices(data)]
    return rebuilt_as(picked, words.type, words)
