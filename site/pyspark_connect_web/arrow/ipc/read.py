"""Reading the Arrow IPC streaming format.

Arrow columnar format, "IPC Streaming Format" and "Encapsulated message format": a schema message,
then dictionary and record batch messages, then an end-of-stream marker or the end of the input.
Each message is a continuation marker (absent before format 0.15), the metadata's length, the
metadata (a FlatBuffer) and a body of which the columns are zero-copy views.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from .. import types as t
from ..compute.concat import concat
from ..errors import ArrowInvalid, unsupported
from ..memory.data import ArrayData
from .body import BodyReader, FreeValues
from .compression import LZ4_FRAME, MAX_PLAIN_BYTES, ZSTD, decompress
from .flatbuf import TableReader
from .format import ALIGNMENT, CONTINUATION, DICTIONARY_BATCH, RECORD_BATCH, SCHEMA, V4, V5
from .schema import DictionaryIds, read_schema
from .verify import verify_message


class Message(NamedTuple):
    """One message: its version, its type (union MessageHeader), that table, and its body."""

    version: int
    kind: int
    header: TableReader
    body: memoryview


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
        message, body_size = _read_header(metadata)
        body = stream[position : position + body_size]
        if len(body) != body_size:
            raise ArrowInvalid(
                f"Expected to be able to read {body_size} bytes for message body, got {len(body)}"
            )
        position += body_size
        yield message._replace(body=body)


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


def _read_header(metadata: memoryview) -> tuple[Message, int]:
    verify_message(metadata)
    root = TableReader.root(metadata)
    version = root.scalar(0, "h")
    if version not in (V4, V5):
        raise ArrowInvalid(f"Old or unknown metadata version {version} in an IPC message")
    header = root.table(2)
    body_size = root.scalar(3, "q")
    if header is None or body_size < 0:
        raise ArrowInvalid("An IPC message without a header or with a negative body length")
    if version == V4 and root.has(4) and root.scalar(1, "B") != SCHEMA:
        raise ArrowInvalid("A batch of metadata version 4 with custom metadata may be compressed")
    return Message(version, root.scalar(1, "B"), header, memoryview(b"")), body_size


Batch = tuple[list[ArrayData], int]
"""The columns of one record batch, and how many values each has."""


def read_stream(
    stream: memoryview,
) -> tuple[list[t.Field], t.Metadata | None, Iterator[Batch]]:
    """The fields and metadata of the schema, and the batches as they are asked for.

    Raises ArrowInvalid when the schema message is missing or malformed; so do the batches.
    """
    messages = read_messages(stream)
    first = next(messages, None)
    if first is None:
        raise ArrowInvalid("Tried reading schema message, was null or length 0")
    if first.kind != SCHEMA:
        raise ArrowInvalid("The first message of an IPC stream must be its schema")
    if len(first.body):
        raise ArrowInvalid("The schema message of an IPC stream has a body")
    fields, metadata, ids = read_schema(first.header)
    types = [field.type for field in fields]
    return fields, metadata, _Batches(types, ids, FreeValues(len(stream))).read(messages)


class _Batches:
    """Turns messages into batches; holds the dictionaries seen so far."""

    def __init__(self, types: list[t.DataType], ids: DictionaryIds, free: FreeValues) -> None:
        self._free = free
        self._types = types
        self._ids = ids
        self._dictionaries: dict[int, ArrayData] = {}

    def read(self, messages: Iterator[Message]) -> Iterator[Batch]:
        for message in messages:
            if message.kind == RECORD_BATCH:
                yield self._record_batch(message)
            elif message.kind == DICTIONARY_BATCH:
                self._add_dictionary(message)
            else:
                raise ArrowInvalid(f"Unexpected message type {message.kind} in an IPC stream")

    def _record_batch(self, message: Message) -> Batch:
        columns, length = self._columns(message, message.header, self._types)
        for column in columns:
            if column.length != length:
                raise ArrowInvalid(
                    f"A column has {column.length} values in a record batch of {length} rows"
                )
        return columns, length

    def _columns(
        self, message: Message, header: TableReader, types: list[t.DataType]
    ) -> tuple[list[ArrayData], int]:
        length = header.scalar(0, "q")
        if length < 0:
            raise ArrowInvalid(f"A record batch of {length} rows")
        if not types:
            self._free.take(length)
        if header.vector(4, 8)[1]:
            raise unsupported("A record batch with view types")
        if not (header.has(1) and header.has(2)):
            raise ArrowInvalid("A record batch without field nodes or without buffers")
        nodes = header.structs(1, "<qq")
        codec = _codec(header)
        if message.version == V4 and codec is not None:
            raise ArrowInvalid("A compressed record batch of metadata version 4")
        buffers = _buffers(header.structs(2, "<qq"), message.body, codec)
        reader = BodyReader(nodes, buffers, self._dictionary_of, self._free)
        columns = [reader.column(type_) for type_ in types]
        return columns, length

    def _dictionary_of(self, type_: t.DataType) -> ArrayData:
        id_ = self._ids.id_of(type_)
        if id_ not in self._dictionaries:
            raise ArrowInvalid(f"Dictionary {id_} comes after a batch that uses it")
        return self._dictionaries[id_]

    def _add_dictionary(self, message: Message) -> None:
        id_ = message.header.scalar(0, "q")
        batch = message.header.table(1)
        if id_ not in self._ids.value_types or batch is None:
            raise ArrowInvalid(f"A dictionary batch for unknown dictionary {id_}")
        [values], _ = self._columns(message, batch, [self._ids.value_types[id_]])
        if message.header.scalar(2, "?", False):
            if id_ not in self._dictionaries:
                raise ArrowInvalid(f"Dictionary {id_} is added to before it is there")
            values = concat([self._dictionaries[id_], values])
        self._dictionaries[id_] = values


def _codec(header: TableReader) -> int | None:
    """How the buffers of a batch are compressed (enum CompressionType), None when they are not."""
    compression = header.table(3)
    if compression is None:
        return None
    codec: int = compression.scalar(0, "b")
    if codec not in (LZ4_FRAME, ZSTD) or compression.scalar(1, "b") != 0:
        raise ArrowInvalid(f"Unknown codec {codec} or method of body compression")
    return codec


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
