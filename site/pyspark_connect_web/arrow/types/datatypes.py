"""Arrow data types and fields: their identity, their parameters and how they print.

Type ids are those of `pyarrow.lib` (the C++ `Type::type` enum), so `DataType.id` agrees. Equality
follows Arrow C++: names inside lists and maps do not count, nullability does, metadata only when
asked for.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, NoReturn

from ..errors import Facade, unsupported, wrong_argument
from .ids import (
    BINARY,
    BOOL,
    DATE32,
    DATE64,
    DECIMAL128,
    DICTIONARY,
    DOUBLE,
    DURATION,
    FIXED_SIZE_BINARY,
    FIXED_SIZE_LIST,
    FLOAT,
    FORMAT_SIZE,
    FORMATS,
    HALF,
    INT8,
    INT16,
    INT32,
    INT64,
    INTEGERS,
    INTERVAL_DAY_TIME,
    INTERVAL_MONTH_DAY_NANO,
    INTERVAL_MONTHS,
    LARGE_BINARY,
    LARGE_LIST,
    LARGE_STRING,
    LIST,
    MAP,
    NULL,
    STRING,
    STRUCT,
    TIME32,
    TIME64,
    TIMESTAMP,
    UINT8,
    UINT16,
    UINT32,
    UINT64,
)
from .timezones import zone_name
from .to_dtype import pandas_dtype
from .units import UNITS

Metadata = dict[bytes, bytes]


def encode_metadata(metadata: Mapping[Any, Any] | None) -> Metadata | None:
    """Key-value metadata with both sides as bytes; an empty mapping stays empty, None is None."""
    if metadata is None:
        return None
    if not isinstance(metadata, Mapping):
        raise TypeError("KeyValueMetadata expects a mapping of str or bytes")
    return {_to_bytes(key): _to_bytes(value) for key, value in metadata.items()}


def _to_bytes(text: Any) -> bytes:
    if isinstance(text, str):
        return text.encode()
    if isinstance(text, (bytes, bytearray, memoryview)):
        return bytes(text)
    raise TypeError(f"Metadata keys and values must be str or bytes, not {type(text).__name__}")


class DataType(Facade):
    """An Arrow type without parameters; the subclasses below carry the parameters.

    `id` is the number of `pyarrow.lib.Type_*`. Made by the factory functions, never directly.
    """

    __slots__ = ("_name", "id")
    id: int
    _name: str

    def __init__(self, *_args: object, **_kwargs: object) -> None:
        raise TypeError(
            f"Do not call {type(self).__name__}'s constructor directly, use public functions like "
            "pyarrow.int64, pyarrow.list_, etc. instead."
        )

    def __str__(self) -> str:
        return self._name

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self})"

    def __eq__(self, other: object) -> bool:
        try:
            return self.equals(other)
        except (TypeError, ValueError):
            return NotImplemented

    def __hash__(self) -> int:
        return hash(self._key(False))

    def __reduce__(self) -> tuple[Callable[..., Any], tuple[Any, ...]]:
        return type_for_alias, (str(self),)

    def equals(self, other: Any, *, check_metadata: bool = False) -> bool:
        """Whether `other` (a type or an alias such as ``"int64"``) is the same type."""
        other = ensure_type(other)
        return self is other or bool(self._key(check_metadata) == other._key(check_metadata))

    def _key(self, metadata: bool) -> tuple[Any, ...]:
        """What decides equality; with `metadata` field names and metadata of children count."""
        return (self.id,)

    @property
    def num_fields(self) -> int:
        """The number of child fields."""
        return len(self._children())

    def _children(self) -> list[Field]:
        return []

    def field(self, i: int | str) -> Field:
        """The child field at position `i`."""
        return child_at([], i)

    @property
    def bit_width(self) -> int:
        """Bits per value; ValueError for a type whose values have no fixed width."""
        if self.id == BOOL:
            return 1
        if (width := byte_width(self)) is None:
            raise ValueError("Non-fixed width type")
        return width * 8

    @property
    def byte_width(self) -> int:
        """Bytes per value; ValueError for a type whose values have no fixed width."""
        if self.id == BOOL or (width := byte_width(self)) is None:
            raise ValueError("Non-fixed width type")
        return width

    def to_pandas_dtype(self) -> Any:
        """The numpy dtype (or scalar type) pandas would hold values of this type in."""
        return pandas_dtype(self)


class FixedSizeBinaryType(DataType):
    """Values of `byte_width` bytes each."""

    __slots__ = ("_width",)
    _width: int

    def __reduce__(self) -> tuple[Callable[..., Any], tuple[Any, ...]]:
        return binary, (self._width,)

    def _key(self, metadata: bool) -> tuple[Any, ...]:
        return (self.id, self._width)


class Decimal128Type(FixedSizeBinaryType):
    """Exact numbers of up to `precision` digits, `scale` of them after the point."""

    __slots__ = ("precision", "scale")
    precision: int
    scale: int

    def __reduce__(self) -> tuple[Callable[..., Any], tuple[Any, ...]]:
        return decimal128, (self.precision, self.scale)

    def _key(self, metadata: bool) -> tuple[Any, ...]:
        return (self.id, self.precision, self.scale)


class UnitType(DataType):
    __slots__ = ("unit",)
    unit: str

    def _key(self, metadata: bool) -> tuple[Any, ...]:
        return (self.id, self.unit)


class TimestampType(UnitType):
    """Counts of `unit` since 1970-01-01T00:00 UTC (`tz` set) or on a wall clock (`tz` None)."""

    __slots__ = ("tz",)
    tz: str | None

    def __reduce__(self) -> tuple[Callable[..., Any], tuple[Any, ...]]:
        return timestamp, (self.unit, self.tz)

    def _key(self, metadata: bool) -> tuple[Any, ...]:
        return (self.id, self.unit, self.tz)


class Time32Type(UnitType):
    """Counts of `unit` (s, ms) since midnight, 32 bits."""

    __slots__ = ()


class Time64Type(UnitType):
    """Counts of `unit` (us, ns) since midnight, 64 bits."""

    __slots__ = ()


class DurationType(UnitType):
    """Counts of `unit`, an elapsed time."""

    __slots__ = ()


class ListType(DataType):
    """Lists with 32-bit offsets."""

    __slots__ = ("value_field",)
    value_field: Field

    def __reduce__(self) -> tuple[Callable[..., Any], tuple[Any, ...]]:
        return list_, (self.value_field,)

    @property
    def value_type(self) -> DataType:
        """The type of the elements."""
        return self.value_field.type

    def _children(self) -> list[Field]:
        return [self.value_field]

    def field(self, i: int | str) -> Field:
        return child_at(self._children(), i)

    def _key(self, metadata: bool) -> tuple[Any, ...]:
        return (self.id, self.value_field._key(metadata, named=metadata))


class LargeListType(ListType):
    """Lists with 64-bit offsets."""

    __slots__ = ()

    def __reduce__(self) -> tuple[Callable[..., Any], tuple[Any, ...]]:
        return large_list, (self.value_field,)


class FixedSizeListType(ListType):
    """Lists of exactly `list_size` elements."""

    __slots__ = ("list_size",)
    list_size: int

    def __reduce__(self) -> tuple[Callable[..., Any], tuple[Any, ...]]:
        return list_, (self.value_field, self.list_size)

    def _key(self, metadata: bool) -> tuple[Any, ...]:
        return (*super()._key(metadata), self.list_size)


class MapType(DataType):
    """Lists of (key, value) entries; keys are never null."""

    __slots__ = ("item_field", "key_field", "keys_sorted")
    key_field: Field
    item_field: Field
    keys_sorted: bool

    def __reduce__(self) -> tuple[Callable[..., Any], tuple[Any, ...]]:
        return map_, (self.key_field, self.item_field)

    @property
    def key_type(self) -> DataType:
        """The type of the keys."""
        return self.key_field.type

    @property
    def item_type(self) -> DataType:
        """The type of the values."""
        return self.item_field.type

    @property
    def entries_field(self) -> Field:
        """The one child in the columnar layout: a non-null struct of key and value."""
        return field("entries", struct([self.key_field, self.item_field]), nullable=False)

    def _children(self) -> list[Field]:
        return [self.entries_field]

    def field(self, i: int | str) -> Field:
        return child_at(self._children(), i)

    def _key(self, metadata: bool) -> tuple[Any, ...]:
        key, item = (f._key(metadata, named=metadata) for f in (self.key_field, self.item_field))
        return (self.id, key, item, self.keys_sorted)


class StructType(DataType):
    """A fixed sequence of named fields; iterating gives the fields."""

    __slots__ = ("fields",)
    fields: list[Field]

    def __reduce__(self) -> tuple[Callable[..., Any], tuple[Any, ...]]:
        return struct, (self.fields,)

    def __len__(self) -> int:
        return len(self.fields)

    def __iter__(self) -> Iterator[Field]:
        return iter(self.fields)

    def __getitem__(self, i: int | str) -> Field:
        return self.field(i)

    @property
    def names(self) -> list[str]:
        """The field names in order."""
        return [f.name for f in self.fields]

    def _children(self) -> list[Field]:
        return self.fields

    def field(self, i: int | str) -> Field:
        """The field at a position, or with a name that occurs once (KeyError otherwise)."""
        if not isinstance(i, str):
            return child_at(self.fields, i)
        if (position := self.get_field_index(i)) < 0:
            raise KeyError(i)
        return self.fields[position]

    def get_field_index(self, name: str) -> int:
        """The position of the only field called `name`; -1 when there is none, or several."""
        found = self.get_all_field_indices(name)
        if len(found) > 1:
            warnings.warn("Struct field name corresponds to more than one field", stacklevel=2)
        return found[0] if len(found) == 1 else -1

    def get_all_field_indices(self, name: str) -> list[int]:
        """The positions of all fields called `name`."""
        return positions_called(self.fields, name)

    def _key(self, metadata: bool) -> tuple[Any, ...]:
        return (self.id, *(f._key(metadata) for f in self.fields))


class DictionaryType(DataType):
    """Values stored once, rows as `index_type` positions among them."""

    __slots__ = ("index_type", "ordered", "value_type")
    index_type: DataType
    value_type: DataType
    ordered: bool

    def __reduce__(self) -> tuple[Callable[..., Any], tuple[Any, ...]]:
        return dictionary, (self.index_type, self.value_type, self.ordered)

    def _key(self, metadata: bool) -> tuple[Any, ...]:
        parts = (self.index_type._key(metadata), self.value_type._key(metadata))
        return (self.id, *parts, self.ordered)


class Field(Facade):
    """A name, a type, whether nulls may occur, and optional metadata (bytes to bytes)."""

    __slots__ = ("_metadata", "name", "nullable", "type")
    name: str
    type: DataType
    nullable: bool
    _metadata: Metadata | None

    def __init__(self, *_args: object, **_kwargs: object) -> None:
        raise TypeError("Do not call Field's constructor directly, use `pyarrow.field` instead.")

    @property
    def metadata(self) -> Metadata | None:
        """A copy of the metadata, or None when there is none."""
        return dict(self._metadata) if self._metadata is not None else None

    @property
    def _text(self) -> str:
        return f"{self.name}: {self.type}{'' if self.nullable else ' not null'}"

    def __repr__(self) -> str:
        return f"pyarrow.Field<{self._text}>"

    def __eq__(self, other: object) -> bool:
        return self.equals(other) if isinstance(other, Field) else NotImplemented

    def __hash__(self) -> int:
        return hash(self._key(False))

    def __reduce__(self) -> tuple[Callable[..., Any], tuple[Any, ...]]:
        return field, (self.name, self.type, self.nullable, self.metadata)

    def _key(self, metadata: bool, *, named: bool = True) -> tuple[Any, ...]:
        extra = frozenset((self._metadata or {}).items()) if metadata else None
        return (self.name if named else None, self.type._key(metadata), self.nullable, extra)

    def equals(self, other: Field, check_metadata: bool = False) -> bool:
        """Whether name, type and nullability (and with `check_metadata` the metadata) agree."""
        if not isinstance(other, Field):
            raise wrong_argument("other", "Field", other)
        return bool(self._key(check_metadata) == other._key(check_metadata))

    def with_name(self, name: str) -> Field:
        """The same field under another name."""
        return make_field(name, self.type, self.nullable, self._metadata)

    def with_type(self, new_type: DataType) -> Field:
        """The same field with another type."""
        return field(self.name, new_type, self.nullable, self._metadata)

    def with_nullable(self, nullable: bool) -> Field:
        """The same field with another nullability."""
        return make_field(self.name, self.type, nullable, self._metadata)

    def with_metadata(self, metadata: Mapping[Any, Any] | None) -> Field:
        """The same field with another metadata."""
        return make_field(self.name, self.type, self.nullable, metadata)

    def remove_metadata(self) -> Field:
        """The same field without metadata."""
        return self.with_metadata(None)


def child_at(fields: list[Field], i: int | str) -> Field:
    if isinstance(i, str) or not hasattr(i, "__index__"):
        raise TypeError("Expected integer index")
    position = i.__index__()
    if not -len(fields) <= position < len(fields):
        raise IndexError("index out of bounds")
    return fields[position]


def positions_called(fields: Sequence[Field], name: str) -> list[int]:
    """The positions of all fields of that name."""
    return [i for i, field in enumerate(fields) if field.name == name]


def position_called(fields: Sequence[Field], name: str) -> int:
    """The position of the only field of that name; -1 when there is none, or several."""
    found = positions_called(fields, name)
    return found[0] if len(found) == 1 else -1


def field_called(fields: Sequence[Field], name: str) -> Field:
    """The only field of that name; KeyError when there is none, or several."""
    if (position := position_called(fields, name)) < 0:
        raise KeyError(f"Column {name} does not exist in schema")
    return fields[position]


def byte_width(type_: DataType) -> int | None:
    """Bytes of one value in the data buffer, or None when that is not fixed (or is one bit)."""
    if (code := FORMATS.get(type_.id)) is not None:
        return FORMAT_SIZE[code]
    if isinstance(type_, FixedSizeBinaryType):
        return type_._width
    if isinstance(type_, DictionaryType):
        return byte_width(type_.index_type)
    return {HALF: 2, INTERVAL_DAY_TIME: 8, INTERVAL_MONTH_DAY_NANO: 16}.get(type_.id)


def _make(cls: type[DataType], id_: int, name: str, **attributes: Any) -> Any:
    made = object.__new__(cls)
    made.id = id_
    made._name = name
    for key, value in attributes.items():
        setattr(made, key, value)
    return made


_PRIMITIVES: dict[str, DataType] = {
    name: _make(DataType, id_, name)
    for id_, name in (
        (NULL, "null"), (BOOL, "bool"), (INT8, "int8"), (INT16, "int16"), (INT32, "int32"),
        (INT64, "int64"), (UINT8, "uint8"), (UINT16, "uint16"), (UINT32, "uint32"),
        (UINT64, "uint64"), (HALF, "halffloat"), (FLOAT, "float"), (DOUBLE, "double"),
        (STRING, "string"), (LARGE_STRING, "large_string"), (BINARY, "binary"),
        (LARGE_BINARY, "large_binary"), (DATE32, "date32[day]"), (DATE64, "date64[ms]"),
        (INTERVAL_MONTHS, "month_interval"), (INTERVAL_MONTH_DAY_NANO, "month_day_nano_interval"),
    )
}  # fmt: skip

_ALIASES = {
    "boolean": "bool", "i1": "int8", "i2": "int16", "i4": "int32", "i8": "int64", "u1": "uint8",
    "u2": "uint16", "u4": "uint32", "u8": "uint64", "f2": "halffloat", "float16": "halffloat",
    "f4": "float", "float32": "float", "f8": "double", "float64": "double", "str": "string",
    "utf8": "string", "large_str": "large_string", "large_utf8": "large_string",
    "date32": "date32[day]", "date64": "date64[ms]",
}  # fmt: skip


def null() -> DataType:
    """Every value is null."""
    return _PRIMITIVES["null"]


def bool_() -> DataType:
    """Booleans, one bit each."""
    return _PRIMITIVES["bool"]


def int8() -> DataType:
    """8-bit signed integers."""
    return _PRIMITIVES["int8"]


def int16() -> DataType:
    """16-bit signed integers."""
    return _PRIMITIVES["int16"]


def int32() -> DataType:
    """32-bit signed integers."""
    return _PRIMITIVES["int32"]


def int64() -> DataType:
    """64-bit signed integers."""
    return _PRIMITIVES["int64"]


def uint8() -> DataType:
    """8-bit unsigned integers."""
    return _PRIMITIVES["uint8"]


def uint16() -> DataType:
    """16-bit unsigned integers."""
    return _PRIMITIVES["uint16"]


def uint32() -> DataType:
    """32-bit unsigned integers."""
    return _PRIMITIVES["uint32"]


def uint64() -> DataType:
    """64-bit unsigned integers."""
    return _PRIMITIVES["uint64"]


def float16() -> DataType:
    """16-bit floats; the type exists, arrays of it are not supported here."""
    return _PRIMITIVES["halffloat"]


def float32() -> DataType:
    """32-bit floats."""
    return _PRIMITIVES["float"]


def float64() -> DataType:
    """64-bit floats."""
    return _PRIMITIVES["double"]


def string() -> DataType:
    """UTF-8 text, 32-bit offsets."""
    return _PRIMITIVES["string"]


def large_string() -> DataType:
    """UTF-8 text, 64-bit offsets."""
    return _PRIMITIVES["large_string"]


def large_binary() -> DataType:
    """Bytes, 64-bit offsets."""
    return _PRIMITIVES["large_binary"]


def date32() -> DataType:
    """Days since 1970-01-01, 32 bits."""
    return _PRIMITIVES["date32[day]"]


def date64() -> DataType:
    """Milliseconds since 1970-01-01, whole days, 64 bits."""
    return _PRIMITIVES["date64[ms]"]


def month_interval() -> DataType:
    """Whole months, 32 bits: how Spark sends YEAR-MONTH intervals (pyarrow has no factory)."""
    return _PRIMITIVES["month_interval"]


def month_day_nano_interval() -> DataType:
    """(months, days, nanoseconds), 16 bytes: how Spark sends calendar intervals."""
    return _PRIMITIVES["month_day_nano_interval"]


def binary(length: int = -1) -> DataType:
    """Bytes: of any length with 32-bit offsets, or all of `length` bytes."""
    if length == -1:
        return _PRIMITIVES["binary"]
    if length < 0:
        raise ValueError("Expected a non-negative length")
    name = f"fixed_size_binary[{length}]"
    made: DataType = _make(FixedSizeBinaryType, FIXED_SIZE_BINARY, name, _width=length)
    return made


def decimal128(precision: int, scale: int = 0) -> Decimal128Type:
    """Exact numbers; `precision` is 1 to 38, `scale` may be negative (ValueError otherwise)."""
    if not 1 <= precision <= 38:
        raise ValueError("precision should be between 1 and 38")
    name = f"decimal128({precision}, {scale})"
    made: Decimal128Type = _make(
        Decimal128Type, DECIMAL128, name, _width=16, precision=precision, scale=scale
    )
    return made


def _check_unit(unit: str, kind: str, allowed: tuple[str, ...]) -> None:
    if unit not in UNITS:
        raise ValueError(f"Invalid time unit{kind}: {unit!r}")
    if unit not in allowed:
        raise ValueError(f"Invalid time unit{kind}: {unit!r}")


def timestamp(unit: str, tz: Any = None) -> TimestampType:
    """Instants (with `tz`, a zone name or tzinfo) or wall-clock times, in s, ms, us or ns."""
    _check_unit(unit, "", UNITS)
    if tz is not None and not isinstance(tz, str):
        tz = zone_name(tz)
    name = f"timestamp[{unit}, tz={tz}]" if tz else f"timestamp[{unit}]"
    made: TimestampType = _make(TimestampType, TIMESTAMP, name, unit=unit, tz=tz or None)
    return made


def time32(unit: str) -> Time32Type:
    """Times of day in s or ms."""
    _check_unit(unit, " for time32", ("s", "ms"))
    made: Time32Type = _make(Time32Type, TIME32, f"time32[{unit}]", unit=unit)
    return made


def time64(unit: str) -> Time64Type:
    """Times of day in us or ns."""
    _check_unit(unit, " for time64", ("us", "ns"))
    made: Time64Type = _make(Time64Type, TIME64, f"time64[{unit}]", unit=unit)
    return made


def duration(unit: str) -> DurationType:
    """Elapsed times in s, ms, us or ns."""
    _check_unit(unit, "", UNITS)
    made: DurationType = _make(DurationType, DURATION, f"duration[{unit}]", unit=unit)
    return made


def _value_field(value: Any, what: str) -> Field:
    if isinstance(value, Field):
        return value
    if isinstance(value, DataType):
        return field("item", value)
    raise TypeError(f"{what} requires DataType or Field")


def list_(value_type: Any, list_size: int = -1) -> ListType:
    """Lists of `value_type` (a type or a field); of exactly `list_size` elements if given."""
    child = _value_field(value_type, "List")
    if list_size == -1:
        made: ListType = _make(ListType, LIST, f"list<{child._text}>", value_field=child)
        return made
    name = f"fixed_size_list<{child._text}>[{list_size}]"
    made = _make(FixedSizeListType, FIXED_SIZE_LIST, name, value_field=child, list_size=list_size)
    return made


def large_list(value_type: Any) -> LargeListType:
    """Lists of `value_type` with 64-bit offsets."""
    child = _value_field(value_type, "List")
    made: LargeListType = _make(
        LargeListType, LARGE_LIST, f"large_list<{child._text}>", value_field=child
    )
    return made


def map_(key_type: Any, item_type: Any, keys_sorted: bool = False) -> MapType:
    """Maps; a key given as a field must be non-nullable (TypeError)."""
    key = key_type if isinstance(key_type, Field) else field("key", key_type, nullable=False)
    item = item_type if isinstance(item_type, Field) else field("value", item_type)
    if key.nullable:
        raise TypeError("Map key field should be non-nullable")
    key_text = f"{key.type}" + (f" ('{key.name}')" if key.name != "key" else "")
    item_text = f"{item.type}" + (f" ('{item.name}')" if item.name != "value" else "")
    name = f"map<{key_text}, {item_text}{', keys_sorted' if keys_sorted else ''}>"
    made: MapType = _make(
        MapType, MAP, name, key_field=key, item_field=item, keys_sorted=bool(keys_sorted)
    )
    return made


def struct(fields: Any) -> StructType:
    """A struct of fields, (name, type) pairs, or a mapping or schema of them."""
    items = fields.items() if isinstance(fields, Mapping) else fields
    made_fields = [f if isinstance(f, Field) else field(*f) for f in items]
    name = f"struct<{', '.join(f._text for f in made_fields)}>"
    made: StructType = _make(StructType, STRUCT, name, fields=made_fields)
    return made


def dictionary(index_type: Any, value_type: Any, ordered: bool = False) -> DictionaryType:
    """Dictionary-encoded values; `index_type` is an integer type (TypeError)."""
    index, values = ensure_type(index_type), ensure_type(value_type)
    if index.id not in INTEGERS:
        raise TypeError("The dictionary index type should be integer.")
    name = f"dictionary<values={values}, indices={index}, ordered={int(ordered)}>"
    made: DictionaryType = _make(
        DictionaryType, DICTIONARY, name, index_type=index, value_type=values, ordered=bool(ordered)
    )
    return made


def field(name: Any, type: Any = None, nullable: bool | None = None, metadata: Any = None) -> Field:
    """A field; `type` may be an alias. Given a Field alone, that field with changes applied."""
    if isinstance(name, Field):
        nullable = name.nullable if nullable is None else nullable
        metadata = name._metadata if metadata is None else metadata
        name, type = name.name, name.type if type is None else type
    made = make_field(name, ensure_type(type), nullable is None or nullable, metadata)
    if made.type.id == NULL and not made.nullable:
        raise ValueError("A null type field may not be non-nullable")
    return made


def make_field(name: Any, type: DataType, nullable: bool, metadata: Any) -> Field:
    """A field as it is said to be: unlike `field`, also a null one that is not nullable."""
    made = object.__new__(Field)
    made.name = name.decode() if isinstance(name, bytes) else str(name)
    made.type = type
    made.nullable = bool(nullable)
    made._metadata = encode_metadata(metadata) or None
    return made


def ensure_type(type_: Any, allow_none: bool = False) -> Any:
    """`type_` itself, or the type an alias names; TypeError for anything else."""
    if isinstance(type_, DataType) or (allow_none and type_ is None):
        return type_
    if isinstance(type_, str):
        return type_for_alias(type_)
    raise TypeError(f"DataType expected, got {type_.__class__}")


def type_for_alias(name: str) -> DataType:
    """The type called `name`, such as ``"int64"`` or ``"timestamp[us]"``; ValueError if none is."""
    plain = _PRIMITIVES.get(_ALIASES.get(name, name))
    if plain is not None:
        return plain
    makers: dict[str, Callable[[str], DataType]] = {
        "timestamp": timestamp, "duration": duration, "time32": time32, "time64": time64,
    }  # fmt: skip
    head, _, unit = name.removesuffix("]").partition("[")
    if head in makers and unit in UNITS:
        return makers[head](unit)
    raise ValueError(f"No type alias for {name}")


def no_arrays_of(type_: DataType) -> NoReturn:
    """Refuse a type this module can name but not hold values of."""
    raise unsupported(f"An array of type {type_}")


def field_names_unique(fields: Iterable[Field]) -> bool:
    """Whether no two fields share a name."""
    names = [f.name for f in fields]
    return len(set(names)) == len(names)
