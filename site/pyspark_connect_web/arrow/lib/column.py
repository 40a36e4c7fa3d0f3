"""What `Array` and `ChunkedArray` share."""

from __future__ import annotations

import operator
from typing import Any

from ..errors import Facade
from ..memory.data import ArrayData


class Column(Facade):
    """Values of one type, in one or several pieces of memory."""

    __slots__ = ()

    def _pieces(self) -> list[ArrayData]:
        raise NotImplementedError


def clip(size: int, offset: int, length: int | None) -> tuple[int, int]:
    """`offset` and `length` of a slice cut to `size`; IndexError or ValueError when negative."""
    if offset < 0:
        raise IndexError("Offset must be non-negative")
    if length is not None and length < 0:
        raise ValueError("Length must be non-negative")
    offset = min(offset, size)
    rest = size - offset
    return offset, rest if length is None else min(length, rest)


def normalize_index(key: Any, size: int) -> int:
    """A position with negative ones counted from the end; IndexError when out of bounds."""
    index = operator.index(key)
    if index < 0:
        index += size
    if not 0 <= index < size:
        raise IndexError("index out of bounds")
    return index


def slice_by(sliceable: Any, key: slice) -> Any:
    """`sliceable[key]` through its `slice` method; a step other than 1 takes value by value."""
    start, stop, step = key.indices(len(sliceable))
    if step == 1:
        return sliceable.slice(start, max(stop - start, 0))
    return sliceable.take(list(range(start, stop, step)))
