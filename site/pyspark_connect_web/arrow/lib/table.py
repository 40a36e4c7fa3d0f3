"""`pyarrow.RecordBatch` and `pyarrow.Table`: named columns of one length."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from .. import types as t
from ..errors import ArrowInvalid, Facade, unsupported
from ..ipc.write import batch_message
from ..memory.data import ArrayData
from ..values import text as display
from . import capsule
from .buffers import Buffer
from .chunked import ChunkedArray, as_chunked, concat_columns
from .column import Column
from .nested import StructArray
from .schema import Schema
from .schema import schema as make_schema
from .tabular import PREVIEW_COLUMNS, Tabular, columns_and_schema, tabular_text
from .wrap import make_array, register_table


class RecordBatch(Tabular):
    """Columns of one length, each in one piece."""

    __slots__ = ("_columns",)
    _KIND = "record batch"
    _columns: list[ArrayData]

    @classmethod
    def _of(cls, columns: Sequence[ArrayData], schema: Schema, num_rows: int) -> RecordBatch:
        made = object.__new__(cls)
        made._columns = list(columns)
        made.schema = schema
        made._num_rows = num_rows
        return made

    @classmethod
    def from_arrays(
        cls, arrays: Any, names: Any = None, schema: Any = None, metadata: Any = None
    ) -> RecordBatch:
        """A batch of columns in order; ValueError for different lengths or for names."""
        schema, columns = columns_and_schema(arrays, names, schema, metadata)
        for column in columns:
            if len(column) != len(columns[0]):
                raise ValueError(
                    f"Arrays were not all the same length: {len(column)} vs {len(columns[0])}"
                )
        pieces = [column._combined() for column in columns]
        return cls._of(pieces, schema, pieces[0].length if pieces else 0)

    @classmethod
    def from_struct_array(cls, struct_array: Any) -> RecordBatch:
        """A batch whose columns are the fields; rows that are null give nulls."""
        columns = struct_array.flatten()
        return cls._of(
            [c._data for c in columns], make_schema(struct_array.type), len(struct_array)
        )

    def itercolumns(self) -> Iterator[Any]:
        pairs = zip(self._columns, self.schema, strict=True)
        return (make_array(column, field) for column, field in pairs)

    def __iter__(self) -> Iterator[Any]:
        return self.itercolumns()

    def _like(self, columns: Sequence[Any], schema: Schema) -> RecordBatch:
        pieces = [column._data for column in columns]
        return RecordBatch._of(pieces, schema, pieces[0].length if pieces else self._num_rows)

    def _column(self, values: ChunkedArray) -> Any:
        return values.combine_chunks()

    def serialize(self, memory_pool: object = None) -> Any:
        """The batch as an encapsulated IPC message without its schema."""
        return Buffer._of(b"".join(batch_message(self._columns, self._num_rows)))

    def to_string(self, show_metadata: bool = False, preview_cols: int = 0) -> str:
        """The schema, then a line for each of the first `preview_cols` columns."""
        return tabular_text(self, show_metadata, preview_cols, self._columns, display.inline_text)

    def __str__(self) -> str:
        return self.to_string(preview_cols=PREVIEW_COLUMNS)

    __repr__ = __str__

    def __reduce__(self) -> tuple[Callable[..., Any], tuple[Any, ...]]:
        return record_batch, (self.columns, None, self.schema)


@register_table
class Table(Tabular):
    """Columns of one length, each a ChunkedArray."""

    __slots__ = ("_chunked",)
    _KIND = "table"
    _chunked: list[ChunkedArray]

    @classmethod
    def _of(cls, columns: Sequence[ChunkedArray], schema: Schema, num_rows: int) -> Table:
        made = object.__new__(cls)
        made._chunked = list(columns)
        made.schema = schema
        made._num_rows = num_rows
        return made

    @classmethod
    def from_arrays(
        cls, arrays: Any, names: Any = None, schema: Any = None, metadata: Any = None
    ) -> Table:
        """A table of columns in order; ArrowInvalid for different lengths, ValueError for names."""
        schema, columns = columns_and_schema(arrays, names, schema, metadata)
        for i, column in enumerate(columns):
            if len(column) != len(columns[0]):
                raise ArrowInvalid(
                    f"Column {i} named {schema.names[i]} expected length {len(columns[0])} but "
                    f"got length {len(column)}"
                )
        return cls._of(columns, schema, len(columns[0]) if columns else 0)

    @classmethod
    def from_batches(cls, batches: Iterable[RecordBatch], schema: Schema | None = None) -> Table:
        """The rows of all batches, without copying; ArrowInvalid when their schemas differ."""
        batches = list(batches)
        if schema is None:
            if not batches:
                raise ValueError("Must pass schema, or at least one RecordBatch")
            schema = batches[0].schema
        for i, batch in enumerate(batches):
            if batch.schema is not schema and not batch.schema.equals(schema):
                raise ArrowInvalid(
                    f"Schema at index {i} was different: \n{schema}\nvs\n{batch.schema}"
                )
        columns = [
            ChunkedArray._of([batch._columns[i] for batch in batches], field.type)
            for i, field in enumerate(schema)
        ]
        return cls._of(columns, schema, sum(batch.num_rows for batch in batches))

    @classmethod
    def from_struct_array(cls, struct_array: Any) -> Table:
        """A table whose columns are the fields of a struct column."""
        chunks = as_chunked(struct_array).chunks
        batches = [RecordBatch.from_struct_array(chunk) for chunk in chunks]
        return cls.from_batches(batches, schema=make_schema(struct_array.type))

    def itercolumns(self) -> Iterator[Any]:
        for column, field in zip(self._chunked, self.schema, strict=True):
            yield ChunkedArray._of(column._chunks, field.type, field)

    def _like(self, columns: Sequence[Any], schema: Schema) -> Table:
        return Table._of(columns, schema, len(columns[0]) if columns else self._num_rows)

    def _column(self, values: ChunkedArray) -> Any:
        return values

    def to_batches(self, max_chunksize: int | None = None, **_: Any) -> list[RecordBatch]:
        """Batches cut wherever any column is cut, and after `max_chunksize` rows."""
        if max_chunksize is not None and max_chunksize <= 0:
            raise ValueError("'max_chunksize' should be strictly positive")
        if not self.num_columns:
            rows = range(0, self._num_rows, max_chunksize or max(self._num_rows, 1))
            step = max_chunksize or self._num_rows
            return [RecordBatch._of([], self.schema, min(step, self._num_rows - i)) for i in rows]
        cuts = self._cuts(max_chunksize)
        columns = [_cut(column._chunks, cuts) for column in self._chunked]
        return [
            RecordBatch._of(pieces, self.schema, pieces[0].length)
            for pieces in zip(*columns, strict=True)
        ]

    def _cuts(self, max_chunksize: int | None) -> list[int]:
        """The row numbers at which a batch ends."""
        ends = set()
        for column in self._chunked:
            position = 0
            for chunk in column._chunks:
                position += chunk.length
                ends.add(position)
        cuts: list[int] = []
        start = 0
        for end in sorted(ends - {0}):
            cuts += range(start + max_chunksize, end, max_chunksize) if max_chunksize else ()
            cuts.append(end)
            start = end
        return cuts

    def to_reader(self, max_chunksize: int | None = None) -> Any:
        """The batches as a RecordBatchReader."""
        return RecordBatchReader.from_batches(self.schema, self.to_batches(max_chunksize))

    def combine_chunks(self, memory_pool: object = None) -> Table:
        """The same rows with every column in one piece."""
        pieces = [ChunkedArray._of([c._combined()], c.type) for c in self._chunked]
        return Table._of(pieces, self.schema, self._num_rows)

    def flatten(self, memory_pool: object = None) -> Table:
        """Struct columns replaced by one column per field, named ``struct.field``."""
        columns: list[ChunkedArray] = []
        fields: list[t.Field] = []
        for column, field in zip(self._chunked, self.schema, strict=True):
            columns += column.flatten()
            if isinstance(field.type, t.StructType):
                fields += [
                    f.with_name(f"{field.name}.{f.name}").with_nullable(
                        f.nullable or field.nullable
                    )
                    for f in field.type
                ]
            else:
                fields.append(field)
        return Table._of(columns, make_schema(fields, self.schema._metadata), self._num_rows)

    def to_string(self, *, show_metadata: bool = False, preview_cols: int = 0) -> str:
        """The schema, then a line for each of the first `preview_cols` columns."""

        def text(column: ChunkedArray) -> str:
            return display.chunks_text(column._chunks, window=5, inline=True)

        return tabular_text(self, show_metadata, preview_cols, self._chunked, text)

    def __str__(self) -> str:
        return self.to_string(preview_cols=PREVIEW_COLUMNS)

    __repr__ = __str__

    def __reduce__(self) -> tuple[Callable[..., Any], tuple[Any, ...]]:
        return table, (self.columns, None, self.schema)


def _cut(chunks: Iterable[ArrayData], ends: Iterable[int]) -> list[ArrayData]:
    """The values up to each of the row numbers `ends`, among which the ends of all chunks are."""
    cut = []
    wanted = iter(ends)
    begin = start = 0
    for chunk in chunks:
        while start < begin + chunk.length:
            end = next(wanted)
            cut.append(chunk.slice(start - begin, end - start))
            start = end
        begin += chunk.length
    return cut


def record_batch(data: Any, names: Any = None, schema: Any = None, metadata: Any = None) -> Any:
    """A RecordBatch of a mapping, a sequence of columns or a DataFrame."""
    return _from_any(RecordBatch, data, names, schema, metadata)


def table(
    data: Any,
    names: Any = None,
    schema: Any = None,
    metadata: Any = None,
    nthreads: int | None = None,
) -> Any:
    """A Table of a mapping, a sequence of columns or a DataFrame."""
    return _from_any(Table, data, names, schema, metadata)


def _from_any(cls: Any, data: Any, names: Any, schema: Any, metadata: Any) -> Any:
    if isinstance(names, Schema) and schema is None:
        names, schema = None, names
    if isinstance(data, (list, tuple)):
        return cls.from_arrays(data, names=names, schema=schema, metadata=metadata)
    if isinstance(data, Mapping):
        if names is not None:
            raise ValueError("The 'names' argument is not valid when passing a dictionary")
        return cls.from_pydict(data, schema=schema, metadata=metadata)
    if cls is Table and (names is not None or metadata is not None):
        raise ValueError(
            "The 'names' and 'metadata' arguments are not valid when passing a pandas DataFrame or "
            "using Arrow PyCapsule Interface"
        )
    if _is_pandas_frame(data):
        return cls.from_pandas(data, schema=schema)
    made = _table_of(data) if cls is Table else _batch_of(data)
    return made if schema is None or made.schema == schema else made.cast(schema)


def _is_pandas_frame(data: Any) -> bool:
    """Whether this is a DataFrame of pandas or of a subclass, without importing pandas."""
    return any(
        base.__name__ == "DataFrame" and base.__module__.partition(".")[0] == "pandas"
        for base in type(data).__mro__
    )


def _batch_of(data: Any) -> RecordBatch:
    """Of a batch or a struct column; TypeError for what is neither."""
    if isinstance(data, RecordBatch):
        return data
    if isinstance(data, StructArray):
        return RecordBatch.from_struct_array(data)
    if hasattr(type(data), "__arrow_c_array__"):
        raise capsule.of_another_library(data)
    raise TypeError("Expected pandas DataFrame or list of arrays")


def _table_of(data: Any) -> Table:
    """Of a table, a batch, a reader, a struct column, or what hands over one of them."""
    if isinstance(data, Table):
        return data
    if isinstance(data, RecordBatch):
        return Table.from_batches([data])
    if isinstance(data, Column) and isinstance(data.type, t.StructType):
        return Table.from_struct_array(data)
    if isinstance(data, RecordBatchReader):
        return data.read_all()
    if capsule.offers(data):
        return _table_of(capsule.take(data))
    if hasattr(type(data), "__arrow_c_array__"):
        raise capsule.of_another_library(data)
    raise TypeError("Expected pandas DataFrame, python dictionary or list of arrays")


def concat_tables(
    tables: Iterable[Table], memory_pool: object = None, promote_options: str = "none", **_: Any
) -> Table:
    """The rows of all tables; ArrowInvalid when their schemas differ."""
    tables = list(tables)
    if not tables:
        raise ArrowInvalid("Must pass at least one table")
    if promote_options != "none":
        raise unsupported("concat_tables with promote_options other than 'none'")
    first = tables[0].schema
    for i, item in enumerate(tables):
        if not item.schema.equals(first):
            raise ArrowInvalid(f"Schema at index {i} was different: \n{first}\nvs\n{item.schema}")
    columns = [
        concat_columns([item._chunked[i] for item in tables], field.type)
        for i, field in enumerate(first)
    ]
    return Table._of(columns, first, sum(item.num_rows for item in tables))


def concat_batches(batches: Iterable[RecordBatch], memory_pool: object = None) -> RecordBatch:
    """One batch with the rows of all."""
    batches = list(batches)
    if not batches:
        raise ArrowInvalid("Must pass at least one recordbatch")
    merged = Table.from_batches(batches).combine_chunks()
    pieces = [column._chunks[0] for column in merged._chunked]
    return RecordBatch._of(pieces, merged.schema, merged.num_rows)


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
        source = capsule.take(data)
        made = source if isinstance(source, RecordBatchReader) else table(source).to_reader()
        if schema is not None and not made.schema.equals(schema):
            made = table(made).cast(schema).to_reader()
        return made

    def __getattr__(self, name: str) -> Any:
        return capsule.method_of(self, name) or super().__getattr__(name)

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
