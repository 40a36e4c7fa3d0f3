"""Record batch bodies: which buffers a type has, and how they become columns.

Arrow columnar format, "Recordbatch message": field nodes and buffers of all columns in pre-order.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from .. import types as t
from ..errors import ArrowInvalid
from ..memory.bitmap import count_unset
from ..memory.checks import buffer_count, check_buffers, needed_child
from ..memory.data import EMPTY, ArrayData

Node = tuple[int, int]  # length, null count
FREE_VALUES = 1 << 22
FREE_VALUES_PER_BYTE = 64


class FreeValues:
    """How many more values may come without bytes of their own: nulls of the null type, structs
    without fields, rows without columns. A stream of few bytes could claim any number of them.
    """

    def __init__(self, stream_size: int) -> None:
        self._left = FREE_VALUES + FREE_VALUES_PER_BYTE * stream_size

    def take(self, count: int) -> None:
        """Count some of them; ArrowInvalid when there are none left."""
        self._left -= count
        if self._left < 0:
            raise ArrowInvalid(
                f"{count} values that take no bytes in one record batch are too many; set "
                "spark.sql.execution.arrow.maxRecordsPerBatch to less"
            )


class BodyReader:
    """Hands out the field nodes and buffers of one batch in order and builds columns from them."""

    def __init__(
        self,
        nodes: list[Node],
        buffers: Iterator[memoryview],
        dictionary_of: Callable[[t.DataType], ArrayData],
        free: FreeValues,
    ) -> None:
        self._nodes = iter(nodes)
        self._buffers = buffers
        self._dictionary_of = dictionary_of
        self._free = free

    def column(self, type_: t.DataType) -> ArrayData:
        """The next column; ArrowInvalid when nodes or buffers run out or are too short."""
        length, null_count = self._next_node()
        if type_.id == t.NULL:
            self._free.take(length)
            return ArrayData(type_, length)
        validity: memoryview | None = self._next_buffer()
        if null_count == 0 or not validity:
            if null_count > 0:
                raise ArrowInvalid("A column with nulls has no validity bitmap")
            validity = None
        if validity is None and _takes_no_bytes(type_):
            self._free.take(length)
        buffers = [self._next_buffer() for _ in range(buffer_count(type_))]
        dictionary = self._dictionary_of(type_) if type_.id == t.DICTIONARY else None
        children = [] if type_.id == t.DICTIONARY else self._children(type_)
        data = ArrayData(
            type_, length, validity, buffers, children, null_count=null_count, dictionary=dictionary
        )
        check_buffers(data)
        if validity is not None and null_count != count_unset(validity, 0, length):
            raise ArrowInvalid("A validity bitmap has more or fewer nulls than its column says")
        if type_.id == t.MAP:
            _check_entries(data.children[0])
        for child in data.children:
            if child.length > _referred(data):
                _check_offsets(child)
        return data

    def _children(self, type_: t.DataType) -> list[ArrayData]:
        return [self.column(field.type) for field in type_._children()]

    def _next_node(self) -> Node:
        node = next(self._nodes, None)
        if node is None:
            raise ArrowInvalid("A record batch has fewer field nodes than its schema has fields")
        length, null_count = node
        if length < 0 or not 0 <= null_count <= length:
            raise ArrowInvalid(f"A field node has length {length} and null count {null_count}")
        return node

    def _next_buffer(self) -> memoryview:
        buffer = next(self._buffers, None)
        if buffer is None:
            raise ArrowInvalid("A record batch has fewer buffers than its schema needs")
        return buffer


def _referred(data: ArrayData) -> int:
    """How many values of its children an array that starts at 0 refers to, if from the first on."""
    if data.type.id not in t.LISTS:
        return needed_child(data, data.length)
    width = t.offset_width(data.type.id)
    ends = [data.buffers[0][i * width : (i + 1) * width] for i in (0, data.length)]
    first, last = (int.from_bytes(end, "little", signed=True) for end in ends)
    return last if first == 0 else -1


def _check_entries(entries: ArrayData) -> None:
    """As Arrow C++ does (`MapArray::ValidateChildData`)."""
    if entries.null_count:
        raise ArrowInvalid("Map array child array should have no nulls")
    if entries.children[0].null_count:
        raise ArrowInvalid("Map array keys array should have no nulls")


def _check_offsets(data: ArrayData) -> None:
    """Check what nobody will look at, as a damaged child can be told from an unused one only so."""
    if data.type.id in t.VARIABLE or data.type.id in t.LISTS:
        data.offsets()
    for child in data.children:
        _check_offsets(child)


def _takes_no_bytes(type_: t.DataType) -> bool:
    """Whether neither the values nor children bound the number of values."""
    if isinstance(type_, t.FixedSizeListType):
        return type_.list_size == 0
    if isinstance(type_, t.StructType):
        return not type_.fields
    return type_.id == t.FIXED_SIZE_BINARY and t.byte_width(type_) == 0


def flatten(data: ArrayData) -> Iterator[tuple[ArrayData, Node | None, memoryview]]:
    """(array, field node, buffer) of a compact column in pre-order; the node once per array."""
    node = (data.length, data.null_count)
    yield data, node, data.validity if data.validity is not None else EMPTY
    for buffer in data.buffers:
        yield data, None, buffer
    for child in data.children:
        yield from flatten(child)
