"""`pyarrow.RecordBatch` and `pyarrow.Table`: named columns of one length."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, TypeVar

from . import display, streams
from . import types as t
from .arrays import StructArray, asarray, clip, make_array
from .chunked import ChunkedArray, as_chunked, concat_columns
from .data import ArrayData
from .decode import make_dicts
from .errors import ArrowInvalid, Facade
from .numpy_protocol import rows_as_numpy
from .schema import Schema
from .schema import schema as make_schema

Self = TypeVar("Self", bound="_Tabular")
_C = TypeVar("_C", ArrayData, ChunkedArray)
PREVIEW_COLUMNS = 10


class _Tabular(Facade):
    """What record batches and tables share; the columns differ (Array or ChunkedArray)."""

    __slots__ = ("_num_rows", "schema")
    schema: Schema
    _num_rows: int

    def __init__(self, *_args: object, **_kwargs: object) -> None:
        name = type(self).__name__
        raise TypeError(
            f"Do not call {name}'s constructor directly, use one of the `{name}.from_*` functions "
            "instead."
        )

    @property
    def columns(self) -> list[Any]:
        """The columns in order."""
        return list(self.itercolumns())

    def itercolumns(self) -> Iterator[Any]:
        """The columns one after the other."""
        raise NotImplementedError

    def _like(self: Self, columns: Sequence[Any], schema: Schema) -> Self:
        raise NotImplementedError

    @classmethod
    def from_arrays(cls, arrays: Any, names: Any = None, schema: Any = None) -> Any:
        """From columns in order."""
        raise NotImplementedError

    @property
    def num_rows(self) -> int:
        """The number of rows."""
        return self._num_rows

    @property
    def num_columns(self) -> int:
        """The number of columns."""
        return len(self.schema)

    @property
    def shape(self) -> tuple[int, int]:
        """(rows, columns)."""
        return self.num_rows, self.num_columns

    @property
    def column_names(self) -> list[str]:
        """The column names."""
        return self.schema.names

    @property
    def nbytes(self) -> int:
        """The bytes the columns refer to."""
        return sum(column.nbytes for column in self.itercolumns())

    def get_total_buffer_size(self) -> int:
        """The bytes of all buffers, used or not."""
        return sum(column.get_total_buffer_size() for column in self.itercolumns())

    def __len__(self) -> int:
        return self._num_rows

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> Any:
        return rows_as_numpy(self, dtype, copy)

    def __getattr__(self, name: str) -> Any:
        return streams.method_of(self, name) or super().__getattr__(name)

    def field(self, i: int | str) -> t.Field:
        """The field at a position or of a name."""
        return self.schema.field(self._column_index(i))

    def column(self, i: int | str) -> Any:
        """The column at a position (IndexError) or of a name that occurs once (KeyError)."""
        return self.columns[self._column_index(i)]

    def _column_index(self, i: int | str) -> int:
        if isinstance(i, str):
            found = self.schema.get_all_field_indices(i)
            if not found:
                raise KeyError(f'Field "{i}" does not exist in schema')
            if len(found) > 1:
                raise KeyError(f'Field "{i}" exists {len(found)} times in schema')
            return found[0]
        if not hasattr(i, "__index__"):
            raise TypeError("Index must either be string or integer")
        position = i.__index__()
        if not -self.num_columns <= position < self.num_columns:
            raise IndexError("index out of bounds")
        return position % self.num_columns

    def __getitem__(self, key: Any) -> Any:
        if isinstance(key, slice):
            start, stop, step = key.indices(self._num_rows)
            if step != 1:
                return self.take(list(range(start, stop, step)))
            return self.slice(start, max(stop - start, 0))
        return self.column(key)

    def slice(self, offset: int = 0, length: int | None = None) -> Any:
        """The rows from `offset` on, at most `length`."""
        offset, length = clip(self._num_rows, offset, length)
        made = self._like([c.slice(offset, length) for c in self.itercolumns()], self.schema)
        made._num_rows = length
        return made

    def take(self, indices: Any) -> Any:
        """The rows at the given positions."""
        made = self._like([column.take(indices) for column in self.itercolumns()], self.schema)
        if not len(self.schema):
            made._num_rows = len(indices)
        return made

    def filter(self, mask: Any, null_selection_behavior: str = "drop") -> Any:
        """The rows where `mask` (booleans) is true."""
        if not hasattr(mask, "to_pylist") and not isinstance(mask, (list, tuple)):
            from .errors import missing

            raise missing(f"pyarrow.{type(self).__name__}.filter with an expression")
        flags = mask.to_pylist() if hasattr(mask, "to_pylist") else mask
        return self.take([i for i, flag in enumerate(flags) if flag])

    def select(self, columns: Iterable[int | str]) -> Any:
        """The given columns, the number of rows kept."""
        positions = [self._column_index(column) for column in columns]
        mine = self.columns
        chosen = make_schema([self.schema.field(i) for i in positions], self.schema._metadata)
        made = self._like([mine[i] for i in positions], chosen)
        made._num_rows = self._num_rows
        return made

    def drop_columns(self, columns: str | Iterable[str]) -> Any:
        """All but the given columns; KeyError for an unknown one."""
        gone = {columns} if isinstance(columns, str) else set(columns)
        if unknown := gone - set(self.column_names):
            raise KeyError(f"Column {sorted(unknown)[0]!r} not found")
        return self.select([i for i, name in enumerate(self.column_names) if name not in gone])

    drop = drop_columns

    def rename_columns(self, names: Sequence[str] | Mapping[str, str]) -> Any:
        """The same columns under new names, one per column (ArrowInvalid) or as a mapping."""
        if isinstance(names, Mapping):
            if unknown := set(names) - set(self.column_names):
                raise KeyError(f"Column {sorted(unknown)[0]!r} not found")
            names = [names.get(name, name) for name in self.column_names]
        kind = "table" if isinstance(self, Table) else "record batch"
        if len(names) != self.num_columns:
            raise ArrowInvalid(
                f"tried to rename a {kind} of {self.num_columns} columns but only "
                f"{len(names)} names were provided"
            )
        fields = [f.with_name(n) for f, n in zip(self.schema, names, strict=True)]
        made = self._like(self.columns, make_schema(fields))
        made._num_rows = self._num_rows
        return made

    def add_column(self, i: int, field_: str | t.Field, column: Any) -> Any:
        """With one more column before position `i`."""
        made = as_chunked(column)
        if len(made) != self._num_rows and self.num_columns:
            raise ArrowInvalid(
                f"Added column's length must match table's length. Expected length "
                f"{self._num_rows} but got length {len(made)}"
            )
        field = field_ if isinstance(field_, t.Field) else t.field(field_, made.type)
        columns = self.columns
        columns.insert(i, made if isinstance(self, Table) else made.combine_chunks())
        return self._like(columns, self.schema.insert(i, field))

    def append_column(self, field_: str | t.Field, column: Any) -> Any:
        """With one more column at the end."""
        return self.add_column(self.num_columns, field_, column)

    def remove_column(self, i: int) -> Any:
        """Without the column at position `i`."""
        if not 0 <= i < self.num_columns:
            raise ArrowInvalid("Invalid column index to remove field.")
        position = i
        return self.select([k for k in range(self.num_columns) if k != position])

    def set_column(self, i: int, field_: str | t.Field, column: Any) -> Any:
        """With the column at position `i` replaced."""
        return self.add_column(i, field_, column).remove_column(i + 1)

    def replace_schema_metadata(self, metadata: Mapping[Any, Any] | None = None) -> Any:
        """The same columns with other schema metadata."""
        made = self._like(self.columns, self.schema.with_metadata(metadata))
        made._num_rows = self._num_rows
        return made

    def cast(self, target_schema: Schema, safe: bool | None = None, options: object = None) -> Any:
        """Every column as the type of the field of the same name and position.

        ValueError when names differ or a non-nullable target field would get nulls.
        """
        if self.schema.names != target_schema.names:
            raise ValueError(
                "Target schema's field names are not matching the table's field names: "
                f"{self.schema.names!r}, {target_schema.names!r}"
            )
        columns = []
        for column, field in zip(self.itercolumns(), target_schema, strict=True):
            if not field.nullable and column.null_count > 0:
                raise ValueError(f"Casting field {field.name!r} with null values to non-nullable")
            columns.append(column.cast(field.type, safe=safe))
        return self._like(columns, target_schema)

    def to_pydict(self, *, maps_as_pydicts: str | None = None) -> dict[str, list[Any]]:
        """Name to list of Python values."""
        columns = [c.to_pylist(maps_as_pydicts=maps_as_pydicts) for c in self.itercolumns()]
        return dict(zip(self.column_names, columns, strict=True))

    def to_pylist(self, *, maps_as_pydicts: str | None = None) -> list[dict[str, Any]]:
        """One dict per row; of columns with the same name the last one counts."""
        columns = [c.to_pylist(maps_as_pydicts=maps_as_pydicts) for c in self.itercolumns()]
        return make_dicts(self.column_names, columns, self._num_rows)

    def to_pandas(self, **options: Any) -> Any:
        """A pandas DataFrame; options as in `pyarrow.Table.to_pandas`."""
        from .to_pandas import to_frame

        return to_frame(self, options)

    def to_struct_array(self) -> Any:
        """The rows as one struct column."""
        made = StructArray.from_arrays(
            [
                asarray(c.combine_chunks() if isinstance(c, ChunkedArray) else c)
                for c in self.columns
            ],
            fields=list(self.schema),
        )
        return as_chunked(made) if isinstance(self, Table) else made

    def equals(self, other: Any, check_metadata: bool = False) -> bool:
        """Whether schemas agree and all values are equal."""
        if type(self) is not type(other) or not self.schema.equals(other.schema, check_metadata):
            return False
        pairs = zip(self.itercolumns(), other.itercolumns(), strict=True)
        return self.num_rows == other.num_rows and all(a.equals(b) for a, b in pairs)

    def __eq__(self, other: object) -> bool:
        return self.equals(other) if isinstance(other, _Tabular) else NotImplemented

    __hash__ = None  # type: ignore[assignment]

    def validate(self, *, full: bool = False) -> None:
        """Raise ArrowInvalid when a column is inconsistent."""
        for column in self.itercolumns():
            column.validate(full=full)

    @classmethod
    def from_pydict(
        cls, mapping: Mapping[str, Any], schema: Any = None, metadata: Any = None
    ) -> Any:
        """From a mapping of names to columns; with `schema` in its order and types."""
        if schema is not None:
            for name in schema.names:
                if name not in mapping:
                    raise KeyError(
                        "The passed mapping doesn't contain the following field(s) of the schema: "
                        f"{name}"
                    )
            return cls.from_arrays([mapping[name] for name in schema.names], schema=schema)
        made = cls.from_arrays(list(mapping.values()), names=list(mapping))
        return made.replace_schema_metadata(metadata) if metadata is not None else made

    @classmethod
    def from_pylist(
        cls, mapping: Sequence[Mapping[str, Any]], schema: Any = None, metadata: Any = None
    ) -> Any:
        """From one dict per row; the names of the first row count unless a schema is given."""
        names = schema.names if schema is not None else list(mapping[0]) if mapping else []
        columns = {name: [row.get(name) for row in mapping] for name in names}
        return cls.from_pydict(columns, schema=schema, metadata=metadata)

    @classmethod
    def from_pandas(
        cls,
        df: Any,
        schema: Any = None,
        preserve_index: bool | None = None,
        nthreads: int | None = None,
        columns: Sequence[str] | None = None,
        safe: bool = True,
    ) -> Any:
        """From a pandas DataFrame; see `from_pandas.columns_of_frame` for the index."""
        from .from_pandas import columns_of_frame

        found = columns_of_frame(df, schema, preserve_index, columns=columns, safe=safe)
        fields = make_schema(found.fields, found.metadata)
        made = cls.from_arrays(found.arrays, schema=fields)
        made._num_rows = len(df)
        return made


class RecordBatch(_Tabular):
    """Columns of one length, each in one piece."""

    __slots__ = ("_columns",)
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
        schema, columns = _columns_and_schema(arrays, names, schema, metadata)
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

    def serialize(self, memory_pool: object = None) -> Any:
        """The batch as an encapsulated IPC message without its schema."""
        from .buffers import Buffer
        from .ipc_writer import batch_message

        return Buffer._of(b"".join(batch_message(self)))

    def to_string(self, show_metadata: bool = False, preview_cols: int = 0) -> str:
        """The schema, then a line for each of the first `preview_cols` columns."""
        return _tabular_text(self, show_metadata, preview_cols, self._columns, display.inline_text)

    def __str__(self) -> str:
        return self.to_string(preview_cols=PREVIEW_COLUMNS)

    __repr__ = __str__

    def __reduce__(self) -> tuple[Callable[..., Any], tuple[Any, ...]]:
        return record_batch, (self.columns, None, self.schema)


class Table(_Tabular):
    """Columns of one length, each a ChunkedArray."""

    __slots__ = ("_chunked",)
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
        schema, columns = _columns_and_schema(arrays, names, schema, metadata)
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

    def to_batches(self, max_chunksize: int | None = None, **_: Any) -> list[RecordBatch]:
        """Batches cut wherever any column is cut, and after `max_chunksize` rows."""
        if max_chunksize is not None and max_chunksize <= 0:
            raise ValueError("'max_chunksize' should be strictly positive")
        if not self.num_columns:
            rows = range(0, self._num_rows, max_chunksize or max(self._num_rows, 1))
            step = max_chunksize or self._num_rows
            return [RecordBatch._of([], self.schema, min(step, self._num_rows - i)) for i in rows]
        batches = []
        start = 0
        for end in self._cuts(max_chunksize):
            pieces = [column.slice(start, end - start)._combined() for column in self._chunked]
            batches.append(RecordBatch._of(pieces, self.schema, end - start))
            start = end
        return batches

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
        from .ipc_reader import RecordBatchReader

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

        return _tabular_text(self, show_metadata, preview_cols, self._chunked, text)

    def __str__(self) -> str:
        return self.to_string(preview_cols=PREVIEW_COLUMNS)

    __repr__ = __str__

    def __reduce__(self) -> tuple[Callable[..., Any], tuple[Any, ...]]:
        return table, (self.columns, None, self.schema)


def _tabular_text(
    tabular: _Tabular,
    metadata: bool,
    preview: int,
    columns: Sequence[_C],
    text: Callable[[_C], str],
) -> str:
    schema = tabular.schema.to_string(show_field_metadata=metadata, show_schema_metadata=metadata)
    lines = [f"pyarrow.{type(tabular).__name__}\n{schema}"]
    if preview:
        lines.append("----")
        shown = zip(tabular.column_names, columns[:preview], strict=False)
        lines += [f"{name}: {text(column)}" for name, column in shown]
        if len(columns) > preview:
            lines.append("...")
    return "\n".join(lines)


def _columns_and_schema(
    arrays: Any, names: Any, schema: Any, metadata: Any
) -> tuple[Schema, list[ChunkedArray]]:
    arrays = list(arrays)
    if schema is None:
        if names is None:
            raise ValueError("Must pass names or schema when constructing Table or RecordBatch.")
        names = list(names)
        if len(names) != len(arrays):
            raise ValueError(
                f"Length of names ({len(names)}) does not match length of arrays ({len(arrays)})"
            )
        columns = [as_chunked(item) for item in arrays]
        fields = [
            name if isinstance(name, t.Field) else t.field(name, column.type)
            for name, column in zip(names, columns, strict=True)
        ]
        schema = make_schema(fields, metadata)
    else:
        schema = make_schema(schema)
        if len(schema) != len(arrays):
            raise ValueError(
                f"Schema and number of arrays unequal: {len(schema)} fields, {len(arrays)} arrays"
            )
        columns = [as_chunked(a, f.type) for a, f in zip(arrays, schema, strict=True)]
    return schema, columns


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
        raise streams.of_another_library(data)
    raise TypeError("Expected pandas DataFrame or list of arrays")


def _table_of(data: Any) -> Table:
    """Of a table, a batch, a reader, a struct column, or what hands over one of them."""
    if isinstance(data, Table):
        return data
    if isinstance(data, RecordBatch):
        return Table.from_batches([data])
    if isinstance(data, (StructArray, ChunkedArray)) and isinstance(data.type, t.StructType):
        return Table.from_struct_array(data)
    from .ipc_reader import RecordBatchReader

    if isinstance(data, RecordBatchReader):
        return data.read_all()
    if streams.offers(data):
        return _table_of(streams.take(data))
    if hasattr(type(data), "__arrow_c_array__"):
        raise streams.of_another_library(data)
    raise TypeError("Expected pandas DataFrame, python dictionary or list of arrays")


def concat_tables(
    tables: Iterable[Table], memory_pool: object = None, promote_options: str = "none", **_: Any
) -> Table:
    """The rows of all tables; ArrowInvalid when their schemas differ."""
    tables = list(tables)
    if not tables:
        raise ArrowInvalid("Must pass at least one table")
    if promote_options != "none":
        from .errors import unsupported

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
