"""`pyarrow.Schema`: the ordered fields of a table, with metadata."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from .. import frames
from .. import types as t
from ..errors import ArrowInvalid, ArrowTypeError, Facade
from ..memory.data import empty
from ..types import text as display
from .wrap import make_table


class Schema(Facade):
    """An ordered sequence of fields; iterating gives them."""

    __slots__ = ("_fields", "_metadata")
    _fields: list[t.Field]
    _metadata: t.Metadata | None

    def __init__(self, *_args: object, **_kwargs: object) -> None:
        raise TypeError("Do not call Schema's constructor directly, use `pyarrow.schema` instead.")

    @classmethod
    def from_pandas(cls, df: Any, preserve_index: bool | None = None) -> Schema:
        """The schema `Table.from_pandas(df)` would have."""
        columns_of_frame = frames.from_pandas.columns_of_frame
        return schema(columns_of_frame(df, None, preserve_index, safe=True).fields)

    @property
    def names(self) -> list[str]:
        """The field names."""
        return [field.name for field in self._fields]

    @property
    def types(self) -> list[t.DataType]:
        """The field types."""
        return [field.type for field in self._fields]

    @property
    def metadata(self) -> t.Metadata | None:
        """A copy of the metadata, or None."""
        return dict(self._metadata) if self._metadata is not None else None

    def __len__(self) -> int:
        return len(self._fields)

    def __iter__(self) -> Iterator[t.Field]:
        return iter(self._fields)

    def __getitem__(self, key: int) -> t.Field:
        return t.child_at(self._fields, key)

    def field(self, i: int | str | bytes) -> t.Field:
        """The field at a position (IndexError), or the only one of that name (KeyError)."""
        if isinstance(i, (str, bytes)):
            return t.field_called(self._fields, i.decode() if isinstance(i, bytes) else i)
        return t.child_at(self._fields, i)

    def get_field_index(self, name: str) -> int:
        """The position of the only field of that name; -1 when there is none, or several."""
        return t.position_called(self._fields, name)

    def get_all_field_indices(self, name: str) -> list[int]:
        """The positions of all fields of that name."""
        return t.positions_called(self._fields, name)

    def equals(self, other: Schema, check_metadata: bool = False) -> bool:
        """Whether the fields (and with `check_metadata` all metadata) agree."""
        if not isinstance(other, Schema):
            raise TypeError(f"Schema expected, got {type(other)}")
        if check_metadata and (self._metadata or {}) != (other._metadata or {}):
            return False
        if len(self) != len(other):
            return False
        pairs = zip(self._fields, other._fields, strict=True)
        return all(mine.equals(its, check_metadata) for mine, its in pairs)

    def __eq__(self, other: object) -> bool:
        return self.equals(other) if isinstance(other, Schema) else NotImplemented

    def __hash__(self) -> int:
        return hash(tuple(self._fields))

    def append(self, field: t.Field) -> Schema:
        """The schema with one more field at the end."""
        return self.insert(len(self), field)

    def insert(self, i: int, field: t.Field) -> Schema:
        """The schema with a field put before position `i`; ArrowInvalid beyond the end."""
        if not 0 <= i <= len(self):
            raise ArrowInvalid("Invalid column index to add field.")
        return schema([*self._fields[:i], field, *self._fields[i:]], self._metadata)

    def remove(self, i: int) -> Schema:
        """The schema without the field at position `i`."""
        if not 0 <= i < len(self):
            raise ArrowInvalid("Invalid column index to remove field.")
        return schema([f for k, f in enumerate(self._fields) if k != i], self._metadata)

    def set(self, i: int, field: t.Field) -> Schema:
        """The schema with the field at position `i` replaced."""
        if not 0 <= i < len(self):
            raise ArrowInvalid("Invalid column index to set field.")
        return schema([field if k == i else f for k, f in enumerate(self._fields)], self._metadata)

    def with_metadata(self, metadata: Mapping[Any, Any] | None) -> Schema:
        """The same fields with another metadata."""
        return schema(self._fields, metadata)

    def remove_metadata(self) -> Schema:
        """The same fields without schema metadata."""
        return schema(self._fields)

    def empty_table(self) -> Any:
        """A table of this schema without rows."""
        return make_table([empty(field.type) for field in self._fields], self)

    def to_string(
        self,
        truncate_metadata: bool = True,
        show_field_metadata: bool = True,
        show_schema_metadata: bool = True,
        element_size_limit: int = 100,
    ) -> str:
        """One line per field, its children indented below, types cut after so many characters."""
        lines = []
        for field in self._fields:
            lines.append(display.field_text(field, element_size_limit))
            if inner := display.type_text(field.type, show_field_metadata, element_size_limit):
                lines.append(inner)
            if show_field_metadata:
                lines += display.metadata_text(
                    field._metadata, "field metadata", 2, element_size_limit
                )
        if show_schema_metadata:
            below = display.metadata_text(self._metadata, "schema metadata", 0, element_size_limit)
            lines += ["", *below] if below and not lines else below
        return "\n".join(lines)

    def __str__(self) -> str:
        return self.to_string()

    __repr__ = __str__

    def __reduce__(self) -> tuple[Callable[..., Any], tuple[Any, ...]]:
        return schema, (list(self._fields), self.metadata)


def schema(fields: Any, metadata: Mapping[Any, Any] | None = None) -> Schema:
    """A schema of fields, (name, type) pairs, or a mapping, struct type or schema of them."""
    if isinstance(fields, Schema):
        metadata = fields._metadata if metadata is None else metadata
    items: Iterable[Any] = fields.items() if isinstance(fields, Mapping) else fields
    made = object.__new__(Schema)
    made._fields = [item if isinstance(item, t.Field) else t.field(*item) for item in items]
    made._metadata = t.encode_metadata(metadata)
    return made


def unify_schemas(schemas: Iterable[Schema], *, promote_options: str = "default") -> Schema:
    """One schema with the fields of all; ArrowInvalid when a name has different types."""
    merged: dict[str, t.Field] = {}
    first: Schema | None = None
    for item in schemas:
        first = item if first is None else first
        for field in item:
            known = merged.setdefault(field.name, field)
            if known.type != field.type and known.type.id != t.NULL and field.type.id != t.NULL:
                raise ArrowTypeError(
                    f"Unable to merge: Field {field.name} has incompatible types: "
                    f"{known.type} vs {field.type}"
                )
            if known.type.id == t.NULL:
                merged[field.name] = field
    return schema(list(merged.values()), first._metadata if first is not None else None)
