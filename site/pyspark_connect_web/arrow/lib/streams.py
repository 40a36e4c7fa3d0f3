"""Readers and writers of IPC streams: `pyarrow.ipc`."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from ..errors import ArrowInvalid, Facade, unsupported
from ..ipc.headers import REMEMBERED
from ..ipc.read import read_stream
from ..ipc.schema import SchemaMessage
from ..ipc.write import StreamWriter, schema_message
from ..memory.data import view
from .buffers import Buffer, BufferReader
from .schema import Schema
from .schema import schema as make_schema
from .table import RecordBatch, RecordBatchReader, Table


class RecordBatchStreamReader(RecordBatchReader):
    """The batches of an IPC stream (bytes-like, Buffer, or a file with `read`)."""

    __slots__ = ()

    def __init__(self, source: Any, *, options: object = None, memory_pool: object = None) -> None:
        said, batches = read_stream(_bytes_of(source))
        self.schema = _schema_of(said)
        self._batches = (RecordBatch._of(columns, self.schema, rows) for columns, rows in batches)


@lru_cache(maxsize=REMEMBERED)
def _schema_of(said: SchemaMessage) -> Schema:
    return make_schema(said.fields, said.metadata)


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


def open_stream(
    source: Any, *, options: object = None, memory_pool: object = None
) -> RecordBatchStreamReader:
    """A reader for an IPC stream; ArrowInvalid when its schema message is missing or malformed."""
    return RecordBatchStreamReader(source)


def read_schema_message(obj: Any, dictionary_memo: object = None) -> Schema:
    """The schema of a stream or schema message."""
    return RecordBatchStreamReader(obj).schema


class IpcWriteOptions(Facade):
    """Options of a writer; only the defaults are supported."""

    __slots__ = ("compression",)

    def __init__(self, *, compression: str | None = None, **_: Any) -> None:
        if compression is not None:
            raise unsupported(f"Writing an IPC stream with {compression} compression")
        self.compression = compression


class RecordBatchStreamWriter(Facade):
    """Writes a schema and batches to a sink with `write`, and the end marker on `close`."""

    __slots__ = ("_closed", "_schema", "_stream")

    def __init__(
        self, sink: Any, schema: Schema, *, options: IpcWriteOptions | None = None, **_: Any
    ) -> None:
        if not isinstance(schema, Schema):
            raise TypeError(f"Schema expected, got {type(schema)}")
        self._schema = schema
        self._closed = False
        self._stream = StreamWriter(sink.write, schema._fields, schema._metadata)

    def write_batch(self, batch: RecordBatch, custom_metadata: object = None) -> None:
        """Append one batch; ArrowInvalid when its schema is another or the writer is closed."""
        if self._closed:
            raise ArrowInvalid("Destination already closed")
        if custom_metadata is not None:
            raise unsupported("write_batch with custom_metadata")
        if batch.schema is not self._schema and not batch.schema.equals(self._schema):
            raise ArrowInvalid(
                "Tried to write record batch with different schema\n"
                f"Expected:\n{self._schema}\nGot:\n{batch.schema}"
            )
        self._stream.batch(batch._columns, batch.num_rows)

    def write_table(self, table: Table, max_chunksize: int | None = None) -> None:
        """Append all rows of a table as batches of at most `max_chunksize` rows."""
        for batch in table.to_batches(max_chunksize):
            self.write_batch(batch)

    def write(self, table_or_batch: Table | RecordBatch) -> None:
        """Append a table or batch."""
        if isinstance(table_or_batch, RecordBatch):
            self.write_batch(table_or_batch)
        elif isinstance(table_or_batch, Table):
            self.write_table(table_or_batch)
        else:
            raise ValueError(type(table_or_batch))

    def close(self) -> None:
        """Write the end-of-stream marker once."""
        if not self._closed:
            self._closed = True
            self._stream.end()

    def __enter__(self) -> RecordBatchStreamWriter:
        return self

    def __exit__(self, *_exc: object) -> None:
        self.close()


def new_stream(
    sink: Any, schema: Schema, *, options: IpcWriteOptions | None = None, **_: Any
) -> RecordBatchStreamWriter:
    """A writer of the IPC streaming format to a file-like `sink`."""
    return RecordBatchStreamWriter(sink, schema, options=options)


def serialize_schema(schema: Schema) -> Buffer:
    """The schema as one encapsulated message."""
    return Buffer._of(b"".join(schema_message(schema._fields, schema._metadata)))
