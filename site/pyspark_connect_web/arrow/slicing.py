"""Moving windows of columns to the start of their own buffers, joining columns, counting bytes."""

from __future__ import annotations

import array
from collections.abc import Callable, Sequence
from itertools import pairwise

from . import bitmap
from . import types as t
from .builders import pack_offsets
from .data import ArrayData, view
from .errors import ArrowInvalid, unsupported


def compact(data: ArrayData) -> ArrayData:
    """The same values with offset 0, buffers and children cut to them (shared where possible)."""
    type_, offset, length = data.type, data.offset, data.length
    validity = _compact_validity(data)
    count = data.null_count
    if type_.id == t.NULL:
        return ArrayData(type_, length)
    if type_.id == t.BOOL:
        bits = data.buffers[0]
        cut = view(bitmap.copy(bits, offset, length)) if offset else bits[: (length + 7) >> 3]
        return ArrayData(type_, length, validity, [cut], null_count=count)
    if type_.id in t.VARIABLE or type_.id in t.LISTS:
        return _compact_offsets(data, validity, count)
    if type_.id == t.STRUCT:
        children = [compact(data.child(i)) for i in range(len(data.children))]
        return ArrayData(type_, length, validity, [], children, null_count=count)
    if type_.id == t.FIXED_SIZE_LIST:
        return ArrayData(
            type_, length, validity, [], [compact(data.list_values())], null_count=count
        )
    width = t.byte_width(type_)
    if width is None:
        t.no_arrays_of(type_)
    values, own = [data.window(width)], data.dictionary
    return ArrayData(type_, length, validity, values, null_count=count, dictionary=own)


def _compact_validity(data: ArrayData) -> memoryview | None:
    if data.validity is None or data.null_count == 0:
        return None
    if data.offset == 0:
        return data.validity[: (data.length + 7) >> 3]
    return view(bitmap.copy(data.validity, data.offset, data.length))


def _compact_offsets(data: ArrayData, validity: memoryview | None, count: int) -> ArrayData:
    offsets = data.offsets()
    start, end = offsets[0], offsets[-1]
    if start or data.length == 0:
        code = "q" if data.type.id in t.LARGE else "i"
        packed = view(memoryview(array.array(code, [offset - start for offset in offsets])))
    else:
        width = 8 if data.type.id in t.LARGE else 4
        packed = data.buffers[0][data.offset * width : (data.offset + data.length + 1) * width]
    if data.type.id in t.VARIABLE:
        buffers, children = [packed, data.buffers[1][start:end]], []
    else:
        buffers, children = [packed], [compact(data.children[0].slice(start, end - start))]
    return ArrayData(data.type, data.length, validity, buffers, children, null_count=count)


def concat(parts: Sequence[ArrayData]) -> ArrayData:
    """One column with the values of all `parts`, in new memory; ArrowInvalid for mixed types."""
    first = parts[0]
    for part in parts:
        if part.type != first.type:
            raise ArrowInvalid(
                "arrays to be concatenated must be identically typed, but "
                f"{first.type} and {part.type} were encountered."
            )
    parts = [compact(part) for part in parts]
    length = sum(part.length for part in parts)
    validity = _concat_validity(parts)
    count = sum(part.null_count for part in parts)
    if first.type.id == t.NULL:
        return ArrayData(first.type, length)
    join = _joiner(first.type)
    buffers, children, dictionary = join(parts)
    return ArrayData(
        first.type, length, validity, buffers, children, null_count=count, dictionary=dictionary
    )


_Joined = tuple[list[memoryview], list[ArrayData], ArrayData | None]


def _joiner(type_: t.DataType) -> Callable[[Sequence[ArrayData]], _Joined]:
    if type_.id == t.BOOL:
        return _join_bools
    if type_.id in t.VARIABLE or type_.id in t.LISTS:
        return _join_offsets
    if type_.id in (t.STRUCT, t.FIXED_SIZE_LIST):
        return _join_children
    if type_.id == t.DICTIONARY:
        return _join_dictionaries
    return _join_fixed


def _concat_validity(parts: Sequence[ArrayData]) -> memoryview | None:
    if all(part.null_count == 0 for part in parts):
        return None
    return view(bitmap.pack([bit for part in parts for bit in part.is_valid()]))


def _join_fixed(parts: Sequence[ArrayData]) -> _Joined:
    return [view(b"".join([part.buffers[0] for part in parts]))], [], None


def _join_bools(parts: Sequence[ArrayData]) -> _Joined:
    bits = [bit for part in parts for bit in bitmap.unpack(part.buffers[0], 0, part.length)]
    return [view(bitmap.pack(bits))], [], None


def _join_offsets(parts: Sequence[ArrayData]) -> _Joined:
    lengths = [b - a for part in parts for a, b in pairwise(part.offsets())]
    offsets = pack_offsets(parts[0].type, lengths)
    if parts[0].type.id in t.VARIABLE:
        return [offsets, view(b"".join([part.buffers[1] for part in parts]))], [], None
    return [offsets], [concat([part.children[0] for part in parts])], None


def _join_children(parts: Sequence[ArrayData]) -> _Joined:
    columns = zip(*(part.children for part in parts), strict=True)
    return [], [concat(column) for column in columns], None


def _join_dictionaries(parts: Sequence[ArrayData]) -> _Joined:
    # Nulls are at no word, so it does not matter which words they might be at.
    first = next((p.dictionary for p in parts if p.null_count < p.length), parts[0].dictionary)
    assert first is not None
    for part in parts:
        if part.dictionary is None or part.dictionary is first or part.null_count == part.length:
            continue
        from .stored import same_values

        if not same_values(part.dictionary, first):
            raise unsupported("Concatenating arrays with different dictionaries")
    buffers, children, _ = _join_fixed(parts)
    return buffers, children, first


def nbytes(data: ArrayData) -> int:
    """The bytes the window refers to, counted as `pyarrow.Array.nbytes` does: one offset per value,
    no validity for structs.
    """
    type_, length = data.type, data.length
    if type_.id == t.NULL:
        return 0
    bits = ((data.offset + length + 7) >> 3) - (data.offset >> 3)
    total = bits if data.validity is not None and type_.id != t.STRUCT else 0
    if type_.id == t.BOOL:
        return total + bits
    if type_.id in t.VARIABLE or type_.id in t.LISTS:
        offsets = data.offsets()
        start, count = offsets[0], offsets[-1] - offsets[0]
        total += length * (8 if type_.id in t.LARGE else 4)
        return total + (nbytes(data.children[0].slice(start, count)) if data.children else count)
    if type_.id == t.STRUCT:
        return total + sum(nbytes(data.child(i)) for i in range(len(data.children)))
    if type_.id == t.FIXED_SIZE_LIST:
        return total + nbytes(data.list_values())
    total += length * (t.byte_width(type_) or 0)
    return total + (nbytes(data.dictionary) if data.dictionary is not None else 0)
