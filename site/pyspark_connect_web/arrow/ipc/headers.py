"""What the metadata of a message says: of a schema, of a batch, of a dictionary.

Spark sends each batch as a stream of its own, so the same schema comes with every batch, and often
the same header: what was read of the last few is remembered by its bytes.
"""

from __future__ import annotations

from functools import cached_property, lru_cache
from typing import NamedTuple

from ..errors import ArrowInvalid, unsupported
from .compression import LZ4_FRAME, ZSTD
from .flatbuf import TableReader
from .format import SCHEMA, V4, V5
from .schema import SchemaMessage, read_schema
from .verify import verify_message

REMEMBERED = 16
"""Headers of different bytes."""
MOST_REMEMBERED_BYTES = 1 << 16
"""Of one header; a larger one is read each time."""


class BatchHeader(NamedTuple):
    """Rows, (length, null count) of each array, (offset, size) of each buffer, codec."""

    length: int
    nodes: list[tuple[int, int]]
    places: list[tuple[int, int]]
    codec: int | None


class DictionaryHeader(NamedTuple):
    """Which dictionary it is of, its values, and whether they come after those that are there."""

    id: int
    values: BatchHeader | None
    is_delta: bool


class Header:
    """The metadata of one message: a sound FlatBuffer, of which the parts are read when asked for.

    Raises ArrowInvalid where it is no message; so do the parts where they are malformed.
    """

    def __init__(self, metadata: bytes) -> None:
        self._metadata = memoryview(metadata)
        verify_message(self._metadata)
        root = TableReader.root(self._metadata)
        self.version: int = root.scalar(0, "h")
        if self.version not in (V4, V5):
            raise ArrowInvalid(f"Old or unknown metadata version {self.version} in an IPC message")
        self.kind: int = root.scalar(1, "B")
        self.body_size: int = root.scalar(3, "q")
        if root.table(2) is None or self.body_size < 0:
            raise ArrowInvalid("An IPC message without a header or with a negative body length")
        if self.version == V4 and root.has(4) and self.kind != SCHEMA:
            raise ArrowInvalid(
                "A batch of metadata version 4 with custom metadata may be compressed"
            )

    def _table(self) -> TableReader:
        """What the message is about; anew, since reading uses up what may be read."""
        table = TableReader.root(self._metadata).table(2)
        assert table is not None
        return table

    @cached_property
    def schema(self) -> SchemaMessage:
        """Of a schema message."""
        return read_schema(self._table())

    @cached_property
    def batch(self) -> BatchHeader:
        """Of a record batch message."""
        return self._batch_of(self._table())

    @cached_property
    def dictionary(self) -> DictionaryHeader:
        """Of a dictionary batch message."""
        table = self._table()
        values = table.table(1)
        return DictionaryHeader(
            table.scalar(0, "q"),
            None if values is None else self._batch_of(values),
            table.scalar(2, "?", False),
        )

    def _batch_of(self, table: TableReader) -> BatchHeader:
        length = table.scalar(0, "q")
        if length < 0:
            raise ArrowInvalid(f"A record batch of {length} rows")
        if table.vector(4, 8)[1]:
            raise unsupported("A record batch with view types")
        if not (table.has(1) and table.has(2)):
            raise ArrowInvalid("A record batch without field nodes or without buffers")
        codec = _codec(table)
        if self.version == V4 and codec is not None:
            raise ArrowInvalid("A compressed record batch of metadata version 4")
        return BatchHeader(length, table.structs(1, "<qq"), table.structs(2, "<qq"), codec)


def _codec(header: TableReader) -> int | None:
    """How the buffers of a batch are compressed (enum CompressionType), None when they are not."""
    compression = header.table(3)
    if compression is None:
        return None
    codec: int = compression.scalar(0, "b")
    if codec not in (LZ4_FRAME, ZSTD) or compression.scalar(1, "b") != 0:
        raise ArrowInvalid(f"Unknown codec {codec} or method of body compression")
    return codec


_remembered = lru_cache(maxsize=REMEMBERED)(Header)


def read_header(metadata: memoryview) -> Header:
    """What these bytes say; ArrowInvalid where they are no message."""
    made = bytes(metadata)
    return _remembered(made) if len(made) <= MOST_REMEMBERED_BYTES else Header(made)
