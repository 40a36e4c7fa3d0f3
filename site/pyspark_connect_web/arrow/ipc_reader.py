"""Reading the Arrow IPC streaming format.

Arrow columnar format, "IPC Streaming Format" and "Encapsulated message format": a schema message,
then dictionary and record batch messages, then an end-of-stream marker or the end of the input.
Each message is a continuation marker (absent before format 0.15), the metadata's length, the
metadata (a FlatBuffer) and a body of which the columns are zero-copy views.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from . import streams
from . import types as t
from .buffers import Buffer, BufferReader
from .data import ArrayData, view
from .errors import ArrowInvalid, Facade, unsupported
from .flatbuf import TableReader
from .ipc_compression import LZ4_FRAME, MAX_PLAIN_BYTES, ZSTD, decompress
from .ipc_layout import BodyReader, FreeValues
from .ipc_schema import DictionaryIds, read_schema
from .ipc_verify import verify_message
from .schema import Schema
from .schema import schema as make_schema
from .slicing import concat
from .table import RecordBatch, Table, table

CONTINUATION = 0xFFFFFFFF
V4, V5 = 3, 4
SCHEMA, DICTIONARY_BATCH, RECORD_BATCH = 1, 2, 3
ALIGNMENT = 8  # of buffers in a body


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


class RecordBatchReader(Facade):
    """Batches of one schema, one after the other; also a context manager."""

    __slots__ = ("_batches", "schema")
    schema: Schema
    _batches: Iterator[RecordBatch]

    def __init__(self, *_args: object, **_kwargs: object) -> None:
        raise TypeError(
            "Do not call RecordBatchReader's constructor directly, use one of the "
            "RecordBatchReader.from_* functions instead."
        )

    @classmethod
    def _of(cls, schema: Schema, batches: Iterator[RecordBatch]) -> Any:
        made = object.__new__(cls)
        made.schema = schema
        made._batches = batches
        return made

    @staticmethod
    def from_batches(schema: Schema, batches: Iterable[RecordBatch]) -> Any:
        """A reader over batches that are already there."""
        return RecordBatchReader._of(make_schema(schema), iter(batches))

    @staticmethod
    def from_stream(data: Any, schema: Schema | None = None) -> Any:
        """A reader over what ``data`` hands over by ``__arrow_c_stream__``."""
        source = streams.take(data)
        made = source if isinstance(source, RecordBatchReader) else table(source).to_reader()
        if schema is not None and not made.schema.equals(schema):
            made = table(made).cast(schema).to_reader()
        return made

    def __getattr__(self, name: str) -> Any:
        return streams.method_of(self, name) or super().__getattr__(name)

    def read_next_batch(self) -> RecordBatch:
        """The next batch; StopIteration at the end."""
        return next(self._batches)

    def __iter__(self) -> Any:
        return self

    def __next__(self) -> RecordBatch:
        return self.read_next_batch()

    def read_all(self) -> Table:
        """All that is left as a Table."""
        return Table.from_batches(list(self), schema=self.schema)

    def read_pandas(self, **options: Any) -> Any:
        """All that is left as a pandas DataFrame."""
        return self.read_all().to_pandas(**options)

    def close(self) -> None:
        """Let go of what is unread."""
        self._batches = iter(())

    def __enter__(self) -> Any:
        return self

    def __exit__(self, *_exc: object) -> None:
        self.close()


class RecordBatchStreamReader(RecordBatchReader):
    """The batches of an IPC stream (bytes-like, Buffer, or a file with `read`)."""

    __slots__ = ()

    def __init__(self, source: Any, *, options: object = None, memory_pool: object = None) -> None:
        data = _bytes_of(source)
        messages = read_messages(data)
        first = next(messages, None)
        if first is None:
            raise ArrowInvalid("Tried reading schema message, was null or length 0")
        if first.kind != SCHEMA:
            raise ArrowInvalid("The first message of an IPC stream must be its schema")
        if len(first.body):
            raise ArrowInvalid("The schema message of an IPC stream has a body")
        self.schema, ids = read_schema(first.header)
        self._batches = _Batches(self.schema, ids, FreeValues(len(data))).read(messages)


def _bytes_of(source: Any) -> memoryview:
    if isinstance(source, Buffer):
        return source._view
    if isinstance(source, BufferReader):
        return source.read_buffer()._view
    if hasattr(source, "read"):
        return view(source.read())
    try:
        return view(source)
    except TypeError:
        raise TypeError(f"Unable to read from object of type: {type(source)}") from None


class _Batches:
    """Turns messages into batches; holds the dictionaries seen so far."""

    def __init__(self, schema: Schema, ids: DictionaryIds, free: FreeValues) -> None:
        self._free = free
        self._schema = schema
        self._ids = ids
        self._dictionaries: dict[int, ArrayData] = {}

    def read(self, messages: Iterator[Message]) -> Iterator[RecordBatch]:
        for message in messages:
            if message.kind == RECORD_BATCH:
                yield self._record_batch(message)
            elif message.kind == DICTIONARY_BATCH:
                self._add_dictionary(message)
            else:
                raise ArrowInvalid(f"Unexpected message type {message.kind} in an IPC stream")

    def _record_batch(self, message: Message) -> RecordBatch:
        columns, length = self._columns(message, message.header, self._schema.types)
        for column in columns:
            if column.length != length:
                raise ArrowInvalid(
                    f"A column has {column.length} values in a record batch of {length} rows"
                )
        return RecordBatch._of(columns, self._schema, length)

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


def open_stream(
    source: Any, *, options: object = None, memory_pool: object = None
) -> RecordBatchStreamReader:
    """A reader for an IPC stream; ArrowInvalid when its schema message is missing or malformed."""
    return RecordBatchStreamReader(source)


def read_schema_message(obj: Any, dictionary_memo: object = None) -> Schema:
    """The schema of a stream or schema message."""
    return RecordBatchStreamReader(obj).schema
