"""`pyarrow.ChunkedArray`: one column in several pieces."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from .. import frames
from .. import types as t
from ..compute.concat import concat
from ..errors import ArrowInvalid, ArrowTypeError, unsupported, wrong_argument
from ..memory.data import ArrayData, empty
from ..values import text as display
from ..values.stored import same_chunks
from .arrays import Array, array
from .column import Column, clip
from .wrap import make_array


class ChunkedArray(Column):
    """A column made of Arrays of one type."""

    __slots__ = ("_chunks", "_type")
    _chunks: list[ArrayData]
    _type: t.DataType

    def __init__(self, *_args: object, **_kwargs: object) -> None:
        raise TypeError(
            "Do not call ChunkedArray's constructor directly, use `chunked_array` function instead."
        )

    @classmethod
    def _of(
        cls, chunks: Sequence[ArrayData], type: t.DataType, field: t.Field | None = None
    ) -> ChunkedArray:
        made = object.__new__(cls)
        made._chunks = list(chunks)
        made._type = type
        made._field = field
        return made

    @property
    def type(self) -> t.DataType:
        """The Arrow type."""
        return self._type

    @property
    def chunks(self) -> list[Any]:
        """The pieces as Arrays."""
        return list(self.iterchunks())

    @property
    def num_chunks(self) -> int:
        """The number of pieces."""
        return len(self._chunks)

    def chunk(self, i: int) -> Any:
        """The piece at position `i`; IndexError when out of bounds."""
        if not 0 <= i < len(self._chunks):
            raise IndexError("Chunk index out of range.")
        return make_array(self._chunks[i])

    def iterchunks(self) -> Iterator[Any]:
        """The pieces one after the other."""
        return (make_array(chunk) for chunk in self._chunks)

    def slice(self, offset: int = 0, length: int | None = None) -> ChunkedArray:
        """The values from `offset` on, at most `length`; IndexError for a negative offset."""
        offset, length = clip(len(self), offset, length)
        pieces = []
        for chunk in self._chunks:
            if length and offset < chunk.length:
                count = min(length, chunk.length - offset)
                pieces.append(chunk.slice(offset, count))
                length -= count
            offset = max(offset - chunk.length, 0)
        if not pieces:
            pieces = [self._chunks[0].slice(0, 0) if self._chunks else empty(self.type)]
        return ChunkedArray._of(pieces, self.type, self._field)

    def combine_chunks(self, memory_pool: object = None) -> Any:
        """All values in one Array."""
        return make_array(self._combined())

    def _pieces(self) -> list[ArrayData]:
        return self._chunks

    def _like(self, pieces: Sequence[ArrayData], type_: t.DataType) -> ChunkedArray:
        return ChunkedArray._of(pieces, type_)

    def _combined(self) -> ArrayData:
        if len(self._chunks) == 1:
            return self._chunks[0]
        return concat(self._chunks) if self._chunks else empty(self.type)

    def to_numpy(self, zero_copy_only: bool = False) -> Any:
        """The values as a numpy array; always a copy, so `zero_copy_only` must be false."""
        if zero_copy_only:
            raise ValueError("zero_copy_only must be False for pyarrow.ChunkedArray.to_numpy")
        return frames.to_numpy.chunks_to_numpy(self._chunks, self.type)

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> Any:
        return frames.numpy_protocol.as_numpy(self, self.to_numpy(), dtype, copy)

    def cast(
        self, target_type: Any = None, safe: bool | None = None, options: object = None, **_: Any
    ) -> ChunkedArray:
        """The values as another type; see `Array.cast` for the errors."""
        target = t.ensure_type(target_type)
        if target == self.type and not self._chunks:
            return self
        pieces = [chunk.cast(target, safe=safe)._data for chunk in self.iterchunks()]
        if not pieces:
            make_array(empty(self.type)).cast(target)  # raises where there is no cast
        field = self._field and t.make_field(self._field.name, target, True, None)
        return ChunkedArray._of(pieces, target, field)

    def flatten(self, memory_pool: object = None) -> list[ChunkedArray]:
        """One column per field of a struct column; the column itself otherwise."""
        if not isinstance(self.type, t.StructType):
            return [self]
        parts = [chunk.flatten() for chunk in self.iterchunks()]
        return [
            ChunkedArray._of([p[i]._data for p in parts], field.type)
            for i, field in enumerate(self.type.fields)
        ]

    def equals(self, other: Any) -> bool:
        """Whether types agree and all values are equal, however they are cut into pieces."""
        if not isinstance(other, ChunkedArray):
            raise wrong_argument("other", "ChunkedArray", other)
        if self.type != other.type:
            return False
        return len(self) == len(other) and same_chunks(self._chunks, other._chunks)

    def __eq__(self, other: object) -> bool:
        return self.equals(other) if isinstance(other, ChunkedArray) else NotImplemented

    def to_string(
        self,
        *,
        indent: int = 0,
        window: int = 5,
        container_window: int = 2,
        skip_new_lines: bool = False,
        element_size_limit: int = 100,
    ) -> str:
        """A readable rendering."""
        if indent:
            raise unsupported("ChunkedArray.to_string with an indent")
        return display.chunks_text(
            self._chunks,
            window=window,
            container_window=container_window,
            inline=skip_new_lines,
            limit=element_size_limit,
        )

    def __reduce__(self) -> tuple[Callable[..., Any], tuple[Any, ...]]:
        return chunked_array, (self.chunks, self.type)


def chunked_array(arrays: Any, type: Any = None) -> ChunkedArray:
    """A ChunkedArray of arrays or sequences, all of one type (ArrowTypeError otherwise).

    ValueError for no arrays and no type.
    """
    target = t.ensure_type(type, allow_none=True)
    if isinstance(arrays, Array):
        arrays = [arrays]
    chunks = []
    for item in arrays:
        made = item if isinstance(item, Array) else array(item, type=target)
        if target is None:
            target = made.type
        if made.type != target:
            if type is None:
                raise ArrowTypeError(
                    f"Array chunks must all be same type, got {target} and {made.type}"
                )
            made = made.cast(target)
        chunks.append(made._data)
    if target is None:
        raise ArrowInvalid("cannot construct ChunkedArray from empty vector and omitted type")
    return ChunkedArray._of(chunks, target)


def as_chunked(values: Any, type: t.DataType | None = None) -> ChunkedArray:
    """`values` (ChunkedArray, Array or sequence) as a column of `type`."""
    if isinstance(values, ChunkedArray):
        return values if type is None or values.type == type else values.cast(type)
    if isinstance(values, Array):
        made = values if type is None or values.type == type else values.cast(type)
        return ChunkedArray._of([made._data], made.type)
    made = array(values, type=type)
    return made if isinstance(made, ChunkedArray) else ChunkedArray._of([made._data], made.type)


def concat_columns(columns: Iterable[ChunkedArray], type: t.DataType) -> ChunkedArray:
    """One column with the pieces of all."""
    return ChunkedArray._of([chunk for column in columns for chunk in column._chunks], type)
