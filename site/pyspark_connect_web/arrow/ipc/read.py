"""Reading the Arrow IPC streaming format.

Arrow columnar format, "IPC Streaming Format" and "Encapsulated message format": a schema message,
then dictionary and record batch messages, then an end-of-stream marker or the end of the input.
Each message is a continuation marker (absent before format 0.15), the metadata's length, the
metadata (a FlatBuffer) and a body of which the columns are zero-copy views.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from .. import types as t
from ..compute.concat import concat
from ..errors import ArrowInvalid
from ..memory.data import ArrayData
from .body import BodyReader, FreeValues
from .compression import MAX_PLAIN_BYTES, decompress
from .format import ALIGNMENT, CONTINUATION, DICTIONARY_BATCH, RECORD_BATCH, SCHEMA
from .headers import BatchHeader, DictionaryHeader, Header, read_header
from .schema import SchemaMessage

Message = tuple[Header, memoryview]
"""What a message says, and its body."""


def read_messages(stream: memoryview) -> Iterator[Message]:
    """The messages of a stream up to its end marker or end; ArrowInvalid when cut or malformed."""
    position = 0
    while position < len(stream):
        size, position = _read_prefix(stream, position)
        if size == 0:
            return
        metadata = stream[position : position + size]
        if len(metadata) != size:
            raise ArrowInvalid(
                f"Expected to read {size} metadata bytes, but only read {len(metadata)}"
            )
        position += size
        header = read_header(metadata)
        body = stream[position : position + header.body_size]
        if len(body) != header.body_size:
            raise ArrowInvalid(
                f"Expected to be able to read {header.body_size} bytes for message body, got "
                f"{len(body)}"
            )
        position += header.body_size
        yield header, body


def _read_prefix(stream: memoryview, position: int) -> tuple[int, int]:
    """(metadata size, where the metadata starts)."""
    size, position = _read_u32(stream, position)
    if size == CONTINUATION:
        size, position = _read_u32(stream, position)
    if size > 2**31 - 1:
        raise ArrowInvalid(f"Negative metadata length in an IPC message: {size - 2**32}")
    return size, position


def _read_u32(stream: memoryview, position: int) -> tuple[int, int]:
    raw = stream[position : position + 4]
    if len(raw) != 4:
        raise ArrowInvalid("Corrupted message, only part of a message length is there")
    return int.from_bytes(raw, "little"), position + 4


Batch = tuple[list[ArrayData], int]
"""The columns of one record batch, and how many values each has."""


def read_stream(stream: memoryview) -> tuple[SchemaMessage, Iterator[Batch]]:
    """What the schema message says, the same object for the same bytes; the batches as asked for.

    Raises ArrowInvalid when the schema message is missing or malformed; so do the batches.
    """
    messages = read_messages(stream)
    first = next(messages, None)
    if first is None:
        raise ArrowInvalid("Tried reading schema message, was null or length 0")
    header, body = first
    if header.kind != SCHEMA:
        raise ArrowInvalid("The first message of an IPC stream must be its schema")
    if len(body):
        raise ArrowInvalid("The schema message of an IPC stream has a body")
    schema = header.schema
    return schema, _Batches(schema, FreeValues(len(stream))).read(messages)


class _Batches:
    """Turns messages into batches; holds the dictionaries seen so far."""

    def __init__(self, schema: SchemaMessage, free: FreeValues) -> None:
        self._free = free
        self._types = [field.type for field in schema.fields]
        self._ids = schema.ids
        self._dictionaries: dict[int, ArrayData] = {}

    def read(self, messages: Iterator[Message]) -> Iterator[Batch]:
        for header, body in messages:
            if header.kind == RECORD_BATCH:
                yield self._record_batch(header.batch, body)
            elif header.kind == DICTIONARY_BATCH:
                self._add_dictionary(header.dictionary, body)
            else:
                raise ArrowInvalid(f"Unexpected message type {header.kind} in an IPC stream")

    def _record_batch(self, header: BatchHeader, body: memoryview) -> Batch:
        columns = self._columns(header, body, self._types)
        for column in columns:
            if column.length != header.length:
                raise ArrowInvalid(
                    f"A column has {column.length} values in a record batch of {header.length} rows"
                )
        return columns, header.length

    def _columns(
        self, header: BatchHeader, body: memoryview, types: list[t.DataType]
    ) -> list[ArrayData]:
        if not types:
            self._free.take(header.length)
        buffers = _buffers(header.places, body, header.codec)
        reader = BodyReader(header.nodes, buffers, self._dictionary_of, self._free)
        return [reader.column(type_) for type_ in types]

    def _dictionary_of(self, type_: t.DataType) -> ArrayData:
        id_ = self._ids.id_of(type_)
        if id_ not in self._dictionaries:
            raise ArrowInvalid(f"Dictionary {id_} comes after a batch that uses it")
        return self._dictionaries[id_]

    def _add_dictionary(self, header: DictionaryHeader, body: memoryview) -> None:
        id_ = header.id
        if id_ not in self._ids.value_types or header.values is None:
            raise ArrowInvalid(f"A dictionary batch for unknown dictionary {id_}")
        [values] = self._columns(header.values, body, [self._ids.value_types[id_]])
        if header.is_delta:
            if id_ not in self._dictionaries:
                raise ArrowInvalid(f"Dictionary {id_} is added to before it is there")
            values = concat([self._dictionaries[id_], values])
        self._dictionaries[id_] = values


def _buffers(
    places: Iterable[tuple[int, int]], body: memoryview, codec: int | None
) -> Iterator[memoryview]:
    """The buffers at (offset, size) in a body, in order, decompressed when they are handed out."""
    room = len(body)
    plain_room = MAX_PLAIN_BYTES
    for offset, size in places:
        if offset < 0 or size < 0 or offset + size > len(body):
            raise ArrowInvalid("A buffer lies outside of its message body")
        if offset % ALIGNMENT:
            raise ArrowInvalid(f"A buffer starts at {offset}, not at a multiple of {ALIGNMENT}")
        room -= size
        if room < 0:  # else few bytes could be read as many values
            raise ArrowInvalid("The buffers of a message body overlap")
        buffer = body[offset : offset + size]
        if codec is not None:
            buffer = decompress(buffer, codec, plain_room)
            plain_room -= len(buffer)
        yield buffer
