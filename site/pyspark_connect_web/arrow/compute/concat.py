"""Joining columns."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise

from .. import types as t
from ..errors import ArrowInvalid, unsupported
from ..memory import bitmap
from ..memory.data import ArrayData, pack_offsets, view
from ..memory.slicing import compact
from ..values.stored import same_values


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
        if not same_values(part.dictionary, first):
            raise unsupported("Concatenating arrays with different dictionaries")
    buffers, children, _ = _join_fixed(parts)
    return buffers, children, first
