"""Writing the Arrow IPC streaming format, metadata version 5, uncompressed.

Arrow columnar format, "Encapsulated message format": the continuation marker, the metadata's
length, the metadata padded to 8 bytes, then the body whose buffers start at multiples of 8.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from . import types as t
from .buffers import Buffer
from .data import ArrayData
from .errors import ArrowInvalid, Facade, unsupported
from .flatbuf import Builder
from .ipc_layout import flatten
from .ipc_reader import ALIGNMENT, DICTIONARY_BATCH, RECORD_BATCH, SCHEMA, V5
from .ipc_schema import write_schema
from .schema import Schema
from .slicing import compact
from .table import RecordBatch, Table

_MARKER = b"\xff\xff\xff\xff"
END_OF_STREAM = _MARKER + bytes(4)


class IpcWriteOptions(Facade):
    """Options of a writer; only the defaults are supported."""

    __slots__ = ("compression",)

    def __init__(self, *, compression: str | None = None, **_: Any) -> None:
        if compression is not None:
            raise unsupported(f"Writing an IPC stream with {compression} compression")
        self.compression = compression


class RecordBatchStreamWriter(Facade):
    """Writes a schema and batches to a sink with `write`, and the end marker on `close`."""

    __slots__ = ("_closed", "_dictionaries", "_ids", "_schema", "_sink")

    def __init__(
        self, sink: Any, schema: Schema, *, options: IpcWriteOptions | None = None, **_: Any
    ) -> None:
        if not isinstance(schema, Schema):
            raise TypeError(f"Schema expected, got {type(schema)}")
        self._sink = sink
        self._schema = schema
        self._closed = False
        self._ids = _number_dictionaries(schema)
        self._dictionaries: dict[int, ArrayData] = {}
        self._write(schema_message(schema, self._ids))

    def _write(self, parts: Iterable[bytes | memoryview]) -> None:
        for part in parts:
            self._sink.write(part)

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
        for column, field in zip(batch._columns, self._schema, strict=True):
            self._write_dictionaries(column, field.type)
        self._write(batch_message(batch))

    def _write_dictionaries(self, column: ArrayData, type_: t.DataType) -> None:
        for child, field in zip(column.children, type_._children(), strict=True):
            self._write_dictionaries(child, field.type)
        if column.dictionary is None:
            return
        id_ = self._ids[id(type_)]
        known = self._dictionaries.get(id_)
        if known is column.dictionary:
            return
        self._dictionaries[id_] = column.dictionary
        self._write(_dictionary_message(id_, column.dictionary))

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
            self._sink.write(END_OF_STREAM)

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
    return Buffer._of(b"".join(schema_message(schema, _number_dictionaries(schema))))


def _number_dictionaries(schema: Schema) -> dict[int, int]:
    """A dictionary id for every dictionary type object in a schema."""
    ids: dict[int, int] = {}

    def visit(type_: t.DataType) -> None:
        if isinstance(type_, t.DictionaryType):
            ids.setdefault(id(type_), len(ids))
            visit(type_.value_type)
        for child in type_._children():
            visit(child.type)

    for field in schema:
        visit(field.type)
    return ids


def schema_message(schema: Schema, ids: dict[int, int]) -> list[bytes | memoryview]:
    """The parts of a schema message."""
    builder = Builder()
    return _message(builder, SCHEMA, write_schema(builder, schema, ids), [], 0)


def batch_message(batch: RecordBatch) -> list[bytes | memoryview]:
    """The parts of a record batch message."""
    builder = Builder()
    header, parts, size = _record_batch(builder, batch._columns, batch.num_rows)
    return _message(builder, RECORD_BATCH, header, parts, size)


def _dictionary_message(id_: int, values: ArrayData) -> list[bytes | memoryview]:
    builder = Builder()
    data, parts, size = _record_batch(builder, [values], values.length)
    header = builder.table({0: ("q", id_), 1: ("*", data)})
    return _message(builder, DICTIONARY_BATCH, header, parts, size)


def _record_batch(
    builder: Builder, columns: Iterable[ArrayData], length: int
) -> tuple[int, list[bytes | memoryview], int]:
    """The RecordBatch table, the parts of the body and the body's size."""
    nodes: list[tuple[int, int]] = []
    buffers: list[tuple[int, int]] = []
    parts: list[bytes | memoryview] = []
    position = 0
    for data, node, buffer in _flat_buffers(columns):
        if node is not None:
            nodes.append(node)
        if data.type.id == t.NULL:
            continue
        buffers.append((position, len(buffer)))
        padding = -len(buffer) % ALIGNMENT
        parts += [buffer, bytes(padding)]
        position += len(buffer) + padding
    slots: dict[int, tuple[str, Any]] = {
        0: ("q", length),
        1: ("*", builder.structs("<qq", nodes)),
        2: ("*", builder.structs("<qq", buffers)),
    }
    return builder.table(slots), parts, position


def _flat_buffers(
    columns: Iterable[ArrayData],
) -> Iterator[tuple[ArrayData, tuple[int, int] | None, memoryview]]:
    for column in columns:
        yield from flatten(compact(column))


def _message(
    builder: Builder, kind: int, header: int, body: list[bytes | memoryview], body_size: int
) -> list[bytes | memoryview]:
    root = builder.table({0: ("h", V5), 1: ("B", kind), 2: ("*", header), 3: ("q", body_size)})
    metadata = builder.finish(root)
    prefix = _MARKER + len(metadata).to_bytes(4, "little")
    return [prefix, metadata, *(part for part in body if len(part))]
