"""Moving windows of columns to the start of their own buffers, joining columns, counting bytes."""

from __future__ import annotations

import array

from .. import types as t
from . import bitmap
from .data import ArrayData, view


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
        code = t.offset_format(data.type.id)
        packed = view(memoryview(array.array(code, [offset - start for offset in offsets])))
    else:
        width = t.offset_width(data.type.id)
        packed = data.buffers[0][data.offset * width : (data.offset + data.length + 1) * width]
    if data.type.id in t.VARIABLE:
        buffers, children = [packed, data.buffers[1][start:end]], []
    else:
        buffers, children = [packed], [compact(data.children[0].slice(start, end - start))]
    return ArrayData(data.type, data.length, validity, buffers, children, null_count=count)


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
        start, end = data.extent()
        count = end - start
        total += length * t.offset_width(type_.id)
        return total + (nbytes(data.children[0].slice(start, count)) if data.children else count)
    if type_.id == t.STRUCT:
        return total + sum(nbytes(data.child(i)) for i in range(len(data.children)))
    if type_.id == t.FIXED_SIZE_LIST:
        return total + nbytes(data.list_values())
    total += length * (t.byte_width(type_) or 0)
    return total + (nbytes(data.dictionary) if data.dictionary is not None else 0)
