"""The columnar layout of one array, independent of the public classes.

Arrow columnar format, "Physical memory layout": per type a validity bitmap and further buffers,
child arrays for nested types, and a window (offset, length) on all of them. Buffers are
memoryviews of bytes, so slices and IPC reads share memory with their source.
"""

from __future__ import annotations

import array
from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate
from typing import Any, Final

from .. import types as t
from ..errors import ArrowCapacityError, ArrowInvalid
from . import bitmap

EMPTY = memoryview(b"")


class ArrayData:
    """One array: `length` values from position `offset` of the buffers and children. It does not
    change: what differs is another one, made by `slice` and the methods called `with_`.

    `validity` is None when nothing is null. `buffers` are those after the validity bitmap: one
    for fixed-width values, offsets then bytes for variable ones, offsets for lists, none for
    structs and fixed-size lists.
    """

    __slots__ = (
        "_null_count", "buffers", "children", "dictionary", "length", "offset", "type", "validity"
    )  # fmt: skip

    def __init__(
        self,
        type: t.DataType,
        length: int,
        validity: memoryview | None = None,
        buffers: Sequence[memoryview] = (),
        children: Sequence[ArrayData] = (),
        *,
        offset: int = 0,
        null_count: int = -1,
        dictionary: ArrayData | None = None,
    ) -> None:
        self.type: Final = type
        self.length: Final = length
        self.validity: Final = validity
        self.buffers: Final = tuple(buffers)
        self.children: Final = tuple(children)
        self.offset: Final = offset
        self.dictionary: Final = dictionary
        self._null_count = null_count if validity is not None else 0

    @property
    def null_count(self) -> int:
        """The number of nulls in the window; every value of a null-typed array is one."""
        if self.type.id == t.NULL:
            return self.length
        if self._null_count < 0 and self.validity is not None:
            self._null_count = bitmap.count_unset(self.validity, self.offset, self.length)
        return self._null_count

    def slice(self, offset: int, length: int) -> ArrayData:
        """The window of `length` values from `offset` on; both are within this window."""
        if offset == 0 and length == self.length:
            return self
        return ArrayData(
            self.type,
            length,
            self.validity,
            self.buffers,
            self.children,
            offset=self.offset + offset,
            null_count=-1 if self._null_count else 0,
            dictionary=self.dictionary,
        )

    def with_type(self, type: t.DataType) -> ArrayData:
        """The same memory read as another type of the same layout."""
        return ArrayData(
            type,
            self.length,
            self.validity,
            self.buffers,
            self.children,
            offset=self.offset,
            null_count=self._null_count,
            dictionary=self.dictionary,
        )

    def with_children(self, type: t.DataType, children: Sequence[ArrayData]) -> ArrayData:
        """The same lists or structs over other children."""
        return ArrayData(
            type,
            self.length,
            self.validity,
            self.buffers,
            children,
            offset=self.offset,
            null_count=self._null_count,
            dictionary=self.dictionary,
        )

    def with_buffers(self, type: t.DataType, buffers: Sequence[memoryview]) -> ArrayData:
        """The same nulls over other buffers and no children."""
        return ArrayData(
            type,
            self.length,
            self.validity,
            buffers,
            offset=self.offset,
            null_count=self._null_count,
        )

    def with_validity(self, validity: memoryview | None, null_count: int = -1) -> ArrayData:
        """The same values with other nulls, counted when asked for unless `null_count` is given."""
        return ArrayData(
            self.type,
            self.length,
            validity,
            self.buffers,
            self.children,
            offset=self.offset,
            null_count=null_count,
            dictionary=self.dictionary,
        )

    def with_dictionary(self, type: t.DataType, dictionary: ArrayData) -> ArrayData:
        """These integers as positions in a dictionary; `type` is the dictionary type."""
        return ArrayData(
            type,
            self.length,
            self.validity,
            self.buffers,
            offset=self.offset,
            null_count=self._null_count,
            dictionary=dictionary,
        )

    def positions(self) -> ArrayData:
        """The positions in the dictionary of a dictionary-encoded array, as integers."""
        assert isinstance(self.type, t.DictionaryType)
        return ArrayData(
            self.type.index_type,
            self.length,
            self.validity,
            self.buffers,
            offset=self.offset,
            null_count=self._null_count,
        )

    def is_valid(self) -> list[bool]:
        """Per value whether it is not null."""
        if self.type.id == t.NULL:
            return [False] * self.length
        if self.validity is None:
            return [True] * self.length
        return bitmap.unpack(self.validity, self.offset, self.length)

    def window(self, width: int) -> memoryview:
        """The bytes of the values in the window, for values of `width` bytes each."""
        return self.buffers[0][self.offset * width : (self.offset + self.length) * width]

    def numbers(self) -> memoryview[Any]:
        """The values as a memoryview of numbers, nulls included (their slots hold anything)."""
        code = t.FORMATS[self.type.id]
        return typed(self.window(t.FORMAT_SIZE[code]), code)

    def offsets(self) -> list[int]:
        """The `length + 1` offsets of a variable-size or list array, checked.

        Raises ArrowInvalid when one is negative, decreases, or points behind the values.
        """
        if self.length == 0 and len(self.buffers[0]) == 0:
            return [0]
        width, code = t.offset_width(self.type.id), t.offset_format(self.type.id)
        window = self.buffers[0][self.offset * width : (self.offset + self.length + 1) * width]
        if len(window) != (self.length + 1) * width:
            raise ArrowInvalid(f"An array of type {self.type} has too few offsets")
        offsets: list[int] = typed(window, code).tolist()
        end = self.children[0].length if self.children else len(self.buffers[1])
        if offsets[0] < 0 or offsets[-1] > end:
            raise ArrowInvalid(f"Offsets of an array of type {self.type} are out of bounds")
        # Sorting sorted numbers is one comparison each: the fastest monotonicity check here.
        if offsets != sorted(offsets):
            raise ArrowInvalid(f"Offsets of an array of type {self.type} decrease")
        return offsets

    def extent(self) -> tuple[int, int]:
        """The first and the last of the offsets; those between are not looked at.

        Raises ArrowInvalid when they are out of bounds.
        """
        width = t.offset_width(self.type.id)
        places = (self.offset, self.offset + self.length)
        ends = [self.buffers[0][i * width : (i + 1) * width] for i in places]
        first, last = (int.from_bytes(end, "little", signed=True) for end in ends)
        limit = self.children[0].length if self.children else len(self.buffers[1])
        if len(ends[1]) != width or not 0 <= first <= last <= limit:
            offsets = self.offsets()  # says what is wrong, unless there are no values
            return offsets[0], offsets[-1]
        return first, last

    def child(self, i: int) -> ArrayData:
        """The child array of struct field `i`, cut to this window (its own nulls only)."""
        child = self.children[i]
        return child.slice(self.offset, self.length)

    def list_values(self) -> ArrayData:
        """The elements of a fixed-size list array, cut to this window."""
        assert isinstance(self.type, t.FixedSizeListType)
        size = self.type.list_size
        return self.children[0].slice(self.offset * size, self.length * size)


def typed(buffer: memoryview, code: str) -> memoryview[Any]:
    """The same bytes as numbers; `code` as in the `struct` module."""
    cast: Any = buffer.cast
    made: memoryview[Any] = cast(code)
    return made


def view(data: bytes | bytearray | memoryview) -> memoryview:
    """`data` as a one-dimensional memoryview of bytes."""
    return memoryview(data).cast("B") if len(data) else EMPTY


def nulls(type_: t.DataType, length: int) -> ArrayData:
    """`length` nulls of a type."""
    if type_.id == t.NULL:
        return ArrayData(type_, length)
    validity = view(bytes((length + 7) >> 3))
    if isinstance(type_, t.DictionaryType):
        width = t.byte_width(type_.index_type) or 0
        return ArrayData(
            type_, length, validity, [view(bytes(length * width))],
            null_count=length, dictionary=nulls(type_.value_type, 0),
        )  # fmt: skip
    children: list[ArrayData] = []
    buffers: list[memoryview] = []
    if isinstance(type_, t.FixedSizeListType):
        children = [nulls(type_.value_type, length * type_.list_size)]
    elif isinstance(type_, t.StructType):
        children = [nulls(f.type, length) for f in type_.fields]
    elif type_.id in t.LISTS or type_.id in t.VARIABLE:
        buffers = [view(bytes((length + 1) * t.offset_width(type_.id)))]
        if type_.id in t.VARIABLE:
            buffers.append(EMPTY)
        else:
            children = [nulls(type_.field(0).type, 0)]
    elif type_.id == t.BOOL:
        buffers = [view(bytes((length + 7) >> 3))]
    else:
        if (size := t.byte_width(type_)) is None or type_.id == t.HALF:
            t.no_arrays_of(type_)
        buffers = [view(bytes(length * size))]
    return ArrayData(type_, length, validity, buffers, children, null_count=length)


def empty(type_: t.DataType) -> ArrayData:
    """An array of a type without values."""
    return nulls(type_, 0).with_validity(None)


def pack_offsets(type_: t.DataType, lengths: Sequence[int]) -> memoryview:
    """The offsets buffer of values with these lengths; ArrowCapacityError beyond 32 bits."""
    code = t.offset_format(type_.id)
    try:
        return view(memoryview(array.array(code, accumulate(lengths, initial=0))))
    except OverflowError:
        raise ArrowCapacityError(
            f"array of type {type_} cannot contain more than 2147483646 bytes or elements"
        ) from None


def bool_data(values: Iterable[bool]) -> ArrayData:
    """A column of booleans without nulls."""
    flags = list(values)
    return ArrayData(t.bool_(), len(flags), None, [view(bitmap.pack(flags))])


def all_buffers(data: ArrayData) -> Iterator[memoryview | None]:
    """The buffers of an array and its children, depth first; None for a missing bitmap."""
    yield data.validity
    yield from data.buffers
    for child in data.children:
        yield from all_buffers(child)
