"""What `Array` and `ChunkedArray` share: values of one type in pieces of memory."""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from .. import compute, frames
from .. import types as t
from ..errors import ArrowInvalid, ArrowNotImplementedError, Facade, unsupported
from ..memory.checks import check_buffers
from ..memory.data import ArrayData, all_buffers, bool_data
from ..memory.slicing import nbytes
from ..values.decode import to_pylist
from ..values.stored import is_valid, keys
from ..values.validate import check_values
from .scalars import Scalar
from .wrap import make_array, make_scalar


class Column(Facade):
    """Values of one type, in one or several pieces of memory."""

    __slots__ = ("_field",)
    _field: t.Field | None
    """That of its table, for `to_pandas()`."""

    @property
    def type(self) -> t.DataType:
        """The Arrow type."""
        raise NotImplementedError

    def _pieces(self) -> list[ArrayData]:
        raise NotImplementedError

    def _combined(self) -> ArrayData:
        """All values in one piece."""
        raise NotImplementedError

    def _like(self, pieces: Sequence[ArrayData], type_: t.DataType) -> Any:
        """A column of this class over other pieces, as many as this one has, or one."""
        raise NotImplementedError

    def _map(self, change: Callable[[ArrayData], ArrayData], type_: t.DataType) -> Any:
        """The column with each piece changed to one of `type_`."""
        return self._like([change(piece) for piece in self._pieces()], type_)

    @property
    def null_count(self) -> int:
        """The number of nulls."""
        return sum(piece.null_count for piece in self._pieces())

    @property
    def nbytes(self) -> int:
        """The bytes this column refers to."""
        return sum(map(nbytes, self._pieces()))

    def get_total_buffer_size(self) -> int:
        """The bytes of all buffers, used or not."""
        buffers = (buffer for piece in self._pieces() for buffer in all_buffers(piece))
        return sum(len(buffer) for buffer in buffers if buffer is not None)

    def __len__(self) -> int:
        return sum(piece.length for piece in self._pieces())

    def __getitem__(self, key: Any) -> Any:
        if isinstance(key, slice):
            return slice_by(self, key)
        position = normalize_index(key, len(self))
        for piece in self._pieces():
            if position < piece.length:
                return make_scalar(piece.slice(position, 1))
            position -= piece.length
        raise IndexError("index out of bounds")

    def __iter__(self) -> Iterator[Scalar]:
        return (
            make_scalar(piece.slice(i, 1)) for piece in self._pieces() for i in range(piece.length)
        )

    def to_pylist(self, *, maps_as_pydicts: str | None = None) -> list[Any]:
        """The values as Python objects, nulls as None."""
        pieces = self._pieces()
        if len(pieces) == 1:
            return to_pylist(pieces[0], maps_as_pydicts)
        values: list[Any] = []
        for piece in pieces:
            values += to_pylist(piece, maps_as_pydicts)
        return values

    def to_pandas(self, **options: Any) -> Any:
        """The values as a pandas Series; options as in `pyarrow.Array.to_pandas`."""
        return frames.to_pandas.to_series(self._pieces(), self.type, options, self._field)

    def is_null(self, *, nan_is_null: bool = False) -> Any:
        """Per value whether it is null (or NaN, with `nan_is_null`)."""
        return self._map(lambda piece: _is_null(piece, nan_is_null), t.bool_())

    def is_valid(self) -> Any:
        """Per value whether it is not null."""
        return self._map(lambda piece: bool_data(is_valid(piece)), t.bool_())

    def drop_null(self) -> Any:
        """The values that are not null."""
        return self._map(
            lambda piece: compute.take.take(
                piece, [i for i, valid in enumerate(piece.is_valid()) if valid]
            ),
            self.type,
        )

    def filter(self, mask: Any, *, null_selection_behavior: str = "drop") -> Any:
        """The values where `mask` (booleans) is true; nulls in the mask drop theirs."""
        if null_selection_behavior != "drop":
            raise unsupported("filter with null_selection_behavior other than 'drop'")
        flags = mask.to_pylist() if hasattr(mask, "to_pylist") else list(mask)
        if len(flags) != len(self):
            raise ArrowInvalid("Filter inputs must all be the same length")
        return self.take([i for i, flag in enumerate(flags) if flag])

    def take(self, indices: Any) -> Any:
        """The values at the given positions; ArrowIndexError when one is out of bounds."""
        positions = indices.to_pylist() if hasattr(indices, "to_pylist") else list(indices)
        return self._like([compute.take.take(self._combined(), positions)], self.type)

    def unique(self) -> Any:
        """The distinct values in order of appearance, as an Array."""
        self._need_hashes("unique")
        data = self._combined()
        first: dict[Any, int] = {}
        for i, key in enumerate(keys(data)):
            first.setdefault(key, i)
        return make_array(compute.take.take(data, list(first.values())))

    def _need_hashes(self, function: str) -> None:
        if self.type.id in t.NESTED:
            raise ArrowNotImplementedError(
                f"Function '{function}' has no kernel matching input types ({self.type})"
            )

    def validate(self, *, full: bool = False) -> None:
        """Raise ArrowInvalid when offsets or buffers are inconsistent, `full`: or a value is."""
        for piece in self._pieces():
            check_buffers(piece)
            if full:
                check_values(piece)

    def to_string(self) -> str:
        """A readable rendering."""
        raise NotImplementedError

    def __str__(self) -> str:
        return self.to_string()

    def __repr__(self) -> str:
        return f"<pyarrow.lib.{type(self).__name__} object at {id(self):#x}>\n{self}"


def _is_null(data: ArrayData, nan_is_null: bool) -> ArrayData:
    missing = [not valid for valid in is_valid(data)]
    if nan_is_null and data.type.id in t.FLOATS:
        values = zip(missing, to_pylist(data), strict=True)
        missing = [gone or value != value for gone, value in values]
    return bool_data(missing)


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
