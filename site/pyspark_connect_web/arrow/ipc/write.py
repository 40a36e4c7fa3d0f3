"""Writing the Arrow IPC streaming format, metadata version 5, uncompressed.

Arrow columnar format, "Encapsulated message format": the continuation marker, the metadata's
length, the metadata padded to 8 bytes, then the body whose buffers start at multiples of 8.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from .. import types as t
from ..memory.data import ArrayData
from ..memory.slicing import compact
from .body import flatten
from .flatbuf import Builder
from .format import ALIGNMENT, DICTIONARY_BATCH, RECORD_BATCH, SCHEMA, V5
from .schema import write_schema

_MARKER = b"\xff\xff\xff\xff"
END_OF_STREAM = _MARKER + bytes(4)


class StreamWriter:
    """Writes a schema, then batches, to `write`; holds which dictionaries have been written."""

    def __init__(
        self,
        write: Callable[[bytes | memoryview], object],
        fields: Sequence[t.Field],
        metadata: t.Metadata | None,
    ) -> None:
        self._to = write
        self._fields = fields
        self._ids = _number_dictionaries(fields)
        self._dictionaries: dict[int, ArrayData] = {}
        self._write(_schema_message(fields, metadata, self._ids))

    def batch(self, columns: Sequence[ArrayData], length: int) -> None:
        """Append columns of `length` values, and the dictionaries that are new in them."""
        for column, field in zip(columns, self._fields, strict=True):
            self._write_dictionaries(column, field.type)
        self._write(batch_message(columns, length))

    def end(self) -> None:
        """Append the end-of-stream marker."""
        self._to(END_OF_STREAM)

    def _write(self, parts: Iterable[bytes | memoryview]) -> None:
        for part in parts:
            self._to(part)

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


def _number_dictionaries(fields: Iterable[t.Field]) -> dict[int, int]:
    """A dictionary id for every dictionary type object in a schema."""
    ids: dict[int, int] = {}

    def visit(type_: t.DataType) -> None:
        if isinstance(type_, t.DictionaryType):
            ids.setdefault(id(type_), len(ids))
            visit(type_.value_type)
        for child in type_._children():
            visit(child.type)

    for field in fields:
        visit(field.type)
    return ids


def schema_message(
    fields: Sequence[t.Field], metadata: t.Metadata | None
) -> list[bytes | memoryview]:
    """The parts of a schema message."""
    return _schema_message(fields, metadata, _number_dictionaries(fields))


def _schema_message(
    fields: Sequence[t.Field], metadata: t.Metadata | None, ids: dict[int, int]
) -> list[bytes | memoryview]:
    builder = Builder()
    return _message(builder, SCHEMA, write_schema(builder, fields, metadata, ids), [], 0)


def batch_message(columns: Iterable[ArrayData], length: int) -> list[bytes | memoryview]:
    """The parts of a record batch message."""
    builder = Builder()
    header, parts, size = _record_batch(builder, columns, length)
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
