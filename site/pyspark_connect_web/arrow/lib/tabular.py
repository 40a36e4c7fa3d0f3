"""What record batches and tables share."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, ClassVar, TypeVar

from .. import frames
from .. import types as t
from ..errors import ArrowInvalid, Facade, missing
from ..memory.data import ArrayData
from ..values.decode import make_dicts
from . import capsule
from .chunked import ChunkedArray, as_chunked
from .column import clip
from .nested import StructArray
from .schema import Schema
from .schema import schema as make_schema
from .wrap import make_array

Self = TypeVar("Self", bound="Tabular")
_C = TypeVar("_C", ArrayData, ChunkedArray)
PREVIEW_COLUMNS = 10


class Tabular(Facade):
    """What record batches and tables share; the columns differ (Array or ChunkedArray)."""

    __slots__ = ("_num_rows", "schema")
    _KIND: ClassVar[str]
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

    def _column(self, values: ChunkedArray) -> Any:
        """Values as a column of this class."""
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
        return frames.numpy_protocol.rows_as_numpy(self, self.columns, self._num_rows, dtype, copy)

    def __getattr__(self, name: str) -> Any:
        return capsule.method_of(self, name) or super().__getattr__(name)

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
        if len(names) != self.num_columns:
            raise ArrowInvalid(
                f"tried to rename a {self._KIND} of {self.num_columns} columns but only "
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
        columns.insert(i, self._column(made))
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
        columns = [column._pieces() for column in self.itercolumns()]
        return frames.to_pandas.to_frame(
            columns, self.schema._fields, self.schema._metadata, self._num_rows, options
        )

    def to_struct_array(self) -> Any:
        """The rows as one struct column."""
        columns = [as_chunked(column).combine_chunks() for column in self.columns]
        made = StructArray.from_arrays(columns, fields=list(self.schema))
        return self._column(as_chunked(made))

    def equals(self, other: Any, check_metadata: bool = False) -> bool:
        """Whether schemas agree and all values are equal."""
        if type(self) is not type(other) or not self.schema.equals(other.schema, check_metadata):
            return False
        pairs = zip(self.itercolumns(), other.itercolumns(), strict=True)
        return self.num_rows == other.num_rows and all(a.equals(b) for a, b in pairs)

    def __eq__(self, other: object) -> bool:
        return self.equals(other) if isinstance(other, Tabular) else NotImplemented

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
        wanted = (None, None) if schema is None else (schema._fields, schema._metadata)
        found = frames.from_pandas.columns_of_frame(
            df, wanted[0], preserve_index, columns=columns, safe=safe, metadata=wanted[1]
        )
        fields = make_schema(found.fields, found.metadata)
        made = cls.from_arrays([make_array(column) for column in found.columns], schema=fields)
        made._num_rows = len(df)
        return made


def tabular_text(
    tabular: Tabular,
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


def columns_and_schema(
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
