"""Where in a stream the numbers are that its meaning hangs on.

Follows the FlatBuffers of `Message.fbs` and `Schema.fbs` of the Arrow format, so that a mutation
can change a length, an offset, a count or a type instead of any byte.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from pyspark_connect_web.arrow.ipc.flatbuf import TableReader

SCHEMA, DICTIONARY_BATCH, RECORD_BATCH = 1, 2, 3
CONTINUATION = b"\xff\xff\xff\xff"
OFFSET = -4  # the size of an offset to something else, told from a number of 4 bytes
BODY_WORDS = 64  # of a body that count as places: enough for offsets and lengths of small columns


class Place(NamedTuple):
    """A little-endian number of `size` bytes at `position` of the stream."""

    position: int
    size: int


@dataclass
class Message:
    """The extent of one message, and the places of its body length and of its buffers."""

    start: int
    body: int
    end: int
    body_length: Place | None = None
    buffers: list[tuple[Place, Place]] = field(default_factory=list)
    """(offset, length) of each buffer of a record batch."""


class Stream(NamedTuple):
    """A well-formed stream with what is known about it."""

    data: bytes
    meaning: list[Place]
    """Lengths, counts, kinds, parameters of types, and the numbers in the bodies."""
    structure: list[Place]
    """What holds the FlatBuffers together: their offsets and vtables."""
    messages: list[Message]


def located(data: bytes) -> Stream:
    """The places and messages of a well-formed stream."""
    meaning: list[Place] = []
    structure: list[Place] = []
    messages: list[Message] = []
    position = 0
    while position < len(data):
        start = position
        marked = data[position : position + 4] == CONTINUATION
        position += 4 * marked
        size = struct.unpack_from("<I", data, position)[0]
        structure += [Place(start, 4), Place(position, 4)]
        position += 4
        if size == 0:
            messages.append(Message(start, position, position))
            break
        walk = _Walk(data, position, size)
        length = walk.root.scalar(3, "q")
        body = position + size
        message = Message(start, body, body + length)
        walk.message(message)
        meaning += walk.meaning
        structure += walk.structure
        meaning += [
            Place(p, 4) for p in range(body, min(body + length, body + 4 * BODY_WORDS) - 3, 4)
        ]
        messages.append(message)
        position = body + length
    return Stream(data, meaning, structure, messages)


class _Walk:
    """Collects the places of one message's metadata."""

    def __init__(self, data: bytes, start: int, size: int) -> None:
        self.base = start
        self.meaning: list[Place] = []
        self.structure: list[Place] = [Place(start, 4)]
        self.root = TableReader.root(memoryview(data)[start : start + size])

    def message(self, message: Message) -> None:
        self._slots(self.root, {0: 2, 1: 1, 2: OFFSET, 3: 8, 4: OFFSET})
        if at := self.root._at(3):
            message.body_length = Place(self.base + at, 8)
        header = self.root.table(2)
        kind = self.root.scalar(1, "B")
        assert header is not None
        if kind == SCHEMA:
            self._slots(header, {0: 2, 1: OFFSET, 2: OFFSET, 3: OFFSET})
            for child in self._tables(header, 1):
                self._field(child)
            self._metadata(header, 2)
            return
        if kind == DICTIONARY_BATCH:
            self._slots(header, {0: 8, 1: OFFSET, 2: 1})
            header = header.table(1)
            assert header is not None
        self._batch(header, message)

    def _batch(self, batch: TableReader, message: Message) -> None:
        self._slots(batch, {0: 8, 1: OFFSET, 2: OFFSET, 3: OFFSET, 4: OFFSET})
        for slot in (1, 2):
            first, count = batch.vector(slot, 16)
            self.meaning.append(Place(self.base + first - 4, 4))
            for i in range(count):
                pair = (
                    Place(self.base + first + 16 * i, 8),
                    Place(self.base + first + 16 * i + 8, 8),
                )
                self.meaning += pair
                if slot == 2:
                    message.buffers.append(pair)
        if (compression := batch.table(3)) is not None:
            self._slots(compression, {0: 1, 1: 1})

    def _field(self, table: TableReader) -> None:
        self._slots(table, {0: OFFSET, 1: 1, 2: 1, 3: OFFSET, 4: OFFSET, 5: OFFSET, 6: OFFSET})
        self._string(table, 0)
        if (type_ := table.table(3)) is not None:
            self._slots(type_, {0: 4, 1: 4, 2: 4})
        if (dictionary := table.table(4)) is not None:
            self._slots(dictionary, {0: 8, 1: OFFSET, 2: 1, 3: 2})
            if (index := dictionary.table(1)) is not None:
                self._slots(index, {0: 4, 1: 1})
        for child in self._tables(table, 5):
            self._field(child)
        self._metadata(table, 6)

    def _metadata(self, table: TableReader, slot: int) -> None:
        for pair in self._tables(table, slot):
            self._slots(pair, {0: OFFSET, 1: OFFSET})
            self._string(pair, 0)
            self._string(pair, 1)

    def _tables(self, table: TableReader, slot: int) -> Iterator[TableReader]:
        first, count = table.vector(slot, 4)
        if first:
            self.meaning.append(Place(self.base + first - 4, 4))
            self.structure += [Place(self.base + first + 4 * i, 4) for i in range(count)]
        yield from table.tables(slot)

    def _string(self, table: TableReader, slot: int) -> None:
        if at := table._target(slot):
            self.meaning.append(Place(self.base + at, 4))

    def _slots(self, table: TableReader, sizes: dict[int, int]) -> None:
        """The table's own numbers, its vtable and its way there."""
        position: Any = table._position
        vtable = position - struct.unpack_from("<i", table.buffer, position)[0]
        self.structure.append(Place(self.base + position, 4))
        self.structure += [
            Place(self.base + vtable + 2 * i, 2) for i in range(2 + len(table._fields))
        ]
        for slot, size in sizes.items():
            if at := table._at(slot):
                found = self.structure if size == OFFSET else self.meaning
                found.append(Place(self.base + at, abs(size)))
