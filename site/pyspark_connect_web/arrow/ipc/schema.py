"""Schemas in IPC metadata: `Schema.fbs` of the Arrow format, read and written.

Slot numbers are positions of the fields in the `.fbs` tables, type numbers those of its
`union Type`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, Final

from .. import types as t
from ..errors import ArrowInvalid, unsupported
from .flatbuf import Builder, TableReader

MAX_DEPTH = 64  # of nested types, as in Arrow C++
MAX_WIDTH = (2**31 - 1) // 8  # of fixed-size binary values, in bytes, as in Arrow C++
MAX_SCALE = 10_000  # of decimals; beyond any use, and within what Python's decimals can hold

# union Type
(
    _NULL, _INT, _FLOAT, _BINARY, _UTF8, _BOOL, _DECIMAL, _DATE, _TIME, _TIMESTAMP, _INTERVAL,
    _LIST, _STRUCT, _UNION, _FIXED_BINARY, _FIXED_LIST, _MAP, _DURATION, _LARGE_BINARY,
    _LARGE_UTF8, _LARGE_LIST,
) = range(1, 22)  # fmt: skip


_NAMES = {
    _UNION: "union", 22: "run_end_encoded", 23: "binary_view", 24: "string_view", 25: "list_view",
    26: "large_list_view",
}  # fmt: skip

# Slots of table Field
NAME, NULLABLE, TYPE_TYPE, TYPE, DICTIONARY, CHILDREN, CUSTOM_METADATA = range(7)

_INTS = {
    (8, True): t.int8, (16, True): t.int16, (32, True): t.int32, (64, True): t.int64,
    (8, False): t.uint8, (16, False): t.uint16, (32, False): t.uint32, (64, False): t.uint64,
}  # fmt: skip


class DictionaryIds:
    """Which field (by its path in the schema) has which dictionary, and each one's value type."""

    def __init__(self) -> None:
        self.by_type: dict[int, tuple[int, t.DictionaryType]] = {}
        self.value_types: dict[int, t.DataType] = {}

    def add(self, id_: int, type_: t.DictionaryType) -> None:
        """Remember a type object's dictionary id."""
        self.by_type[id(type_)] = (id_, type_)
        known = self.value_types.setdefault(id_, type_.value_type)
        if known != type_.value_type:
            raise ArrowInvalid(f"Dictionary {id_} is used with two value types")

    def id_of(self, type_: t.DataType) -> int:
        """The dictionary id of a type object."""
        return self.by_type[id(type_)][0]


class SchemaMessage:
    """What a `Schema` table says. It does not change."""

    __slots__ = ("fields", "ids", "metadata")

    def __init__(
        self, fields: list[t.Field], metadata: t.Metadata | None, ids: DictionaryIds
    ) -> None:
        self.fields: Final = fields
        self.metadata: Final = metadata
        self.ids: Final = ids


def read_schema(table: TableReader) -> SchemaMessage:
    """The fields and metadata in a `Schema` table; ArrowInvalid when malformed."""
    if table.scalar(0, "h") != 0:
        raise unsupported("A big-endian stream")
    if not table.has(1):
        raise ArrowInvalid("A schema without fields in IPC metadata")
    ids = DictionaryIds()
    fields = [_read_field(field, ids, 0) for field in table.tables(1)]
    return SchemaMessage(fields, _read_metadata(table, 2), ids)


def _read_metadata(table: TableReader, slot: int) -> t.Metadata | None:
    pairs = table.tables(slot)
    if not pairs:
        return None
    if not all(pair.has(0) and pair.has(1) for pair in pairs):
        raise ArrowInvalid("IPC metadata has a key or a value that is missing")
    return {(p.string(0) or "").encode(): (p.string(1) or "").encode() for p in pairs}


def _read_field(table: TableReader, ids: DictionaryIds, depth: int) -> t.Field:
    if depth > MAX_DEPTH:
        raise ArrowInvalid(f"Types nested deeper than {MAX_DEPTH} levels")
    children = [_read_field(child, ids, depth + 1) for child in table.tables(CHILDREN)]
    type_ = _read_type(table, children)
    if (encoding := table.table(DICTIONARY)) is not None:
        index = encoding.table(1)
        if index is None:
            raise ArrowInvalid("A dictionary without a type of its indices in IPC metadata")
        type_ = t.dictionary(_read_int(index, []), type_, bool(encoding.scalar(2, "?", False)))
        ids.add(encoding.scalar(0, "q"), type_)
    return t.make_field(
        table.string(NAME) or "",
        type_,
        bool(table.scalar(NULLABLE, "?", False)),
        _read_metadata(table, CUSTOM_METADATA),
    )


def _read_type(field: TableReader, children: list[t.Field]) -> t.DataType:
    number = field.scalar(TYPE_TYPE, "B")
    if number in _NAMES:
        raise unsupported(f"A column of type {_NAMES[number]}")
    reader = _TYPE_READERS.get(number)
    table = field.table(TYPE)
    if reader is None or table is None:
        raise ArrowInvalid(f"Unrecognized type {number} in IPC metadata")
    try:
        return reader(table, children)
    except (ValueError, TypeError, KeyError, IndexError) as error:
        if isinstance(error, ArrowInvalid):
            raise
        raise ArrowInvalid(f"Malformed type in IPC metadata: {error}") from None


def _unit(table: TableReader, slot: int, default: int) -> str:
    return t.UNITS[_checked(table.scalar(slot, "h", default), 4)]


def _checked(value: int, limit: int) -> int:
    if not 0 <= value < limit:
        raise ArrowInvalid(f"Unknown enumeration value {value} in IPC metadata")
    return value


def _read_int(table: TableReader, _children: list[t.Field]) -> t.DataType:
    width, signed = table.scalar(0, "i"), bool(table.scalar(1, "?", False))
    if (factory := _INTS.get((width, signed))) is None:
        raise ArrowInvalid(f"An integer type of {width} bits in IPC metadata")
    return factory()


def _read_float(table: TableReader, _children: list[t.Field]) -> t.DataType:
    return (t.float16, t.float32, t.float64)[_checked(table.scalar(0, "h"), 3)]()


def _read_decimal(table: TableReader, _children: list[t.Field]) -> t.DataType:
    if (width := table.scalar(2, "i", 128)) != 128:
        raise unsupported(f"A decimal of {width} bits")
    if abs(scale := table.scalar(1, "i")) > MAX_SCALE:
        raise ArrowInvalid(f"A decimal of scale {scale}")
    return t.decimal128(table.scalar(0, "i"), scale)


def _read_date(table: TableReader, _children: list[t.Field]) -> t.DataType:
    return (t.date32, t.date64)[_checked(table.scalar(0, "h", 1), 2)]()


def _read_time(table: TableReader, _children: list[t.Field]) -> t.DataType:
    unit, width = _unit(table, 0, 1), table.scalar(1, "i", 32)
    if width != (32 if unit in ("s", "ms") else 64):
        raise ArrowInvalid(f"A time in {unit} of {width} bits in IPC metadata")
    return t.time32(unit) if width == 32 else t.time64(unit)


def _read_timestamp(table: TableReader, _children: list[t.Field]) -> t.DataType:
    return t.timestamp(_unit(table, 0, 0), table.string(1))


def _read_interval(table: TableReader, _children: list[t.Field]) -> t.DataType:
    unit = _checked(table.scalar(0, "h"), 3)
    if unit == 1:
        raise unsupported("A column of type day_time_interval")
    return t.month_interval() if unit == 0 else t.month_day_nano_interval()


def _read_fixed_binary(table: TableReader, _children: list[t.Field]) -> t.DataType:
    return t.binary(_checked(table.scalar(0, "i"), MAX_WIDTH + 1))


def _only(children: list[t.Field]) -> t.Field:
    if len(children) != 1:
        raise ArrowInvalid("A list or map type needs exactly one child")
    return children[0]


def _read_fixed_list(table: TableReader, children: list[t.Field]) -> t.DataType:
    return t.list_(_only(children), _checked(table.scalar(0, "i"), 2**31))


def _read_map(table: TableReader, children: list[t.Field]) -> t.DataType:
    child = _only(children)
    entries = child.type
    if child.nullable:
        raise ArrowInvalid("The entries of a map must not be nullable")
    if not isinstance(entries, t.StructType) or len(entries) != 2:
        raise ArrowInvalid("The child of a map must be a struct of key and value")
    # As Arrow C++ does: whatever the children are called, they are "key" and "value".
    if entries.fields[0].nullable:
        raise ArrowInvalid("The keys of a map must not be nullable")
    key, value = entries.fields[0].with_name("key"), entries.fields[1].with_name("value")
    return t.map_(key, value, bool(table.scalar(0, "?", False)))


_TYPE_READERS: dict[int, Callable[[TableReader, list[t.Field]], t.DataType]] = {
    _NULL: lambda *_: t.null(),
    _INT: _read_int,
    _FLOAT: _read_float,
    _BINARY: lambda *_: t.binary(),
    _UTF8: lambda *_: t.string(),
    _BOOL: lambda *_: t.bool_(),
    _DECIMAL: _read_decimal,
    _DATE: _read_date,
    _TIME: _read_time,
    _TIMESTAMP: _read_timestamp,
    _INTERVAL: _read_interval,
    _LIST: lambda _, children: t.list_(_only(children)),
    _STRUCT: lambda _, children: t.struct(children),
    _FIXED_BINARY: _read_fixed_binary,
    _FIXED_LIST: _read_fixed_list,
    _MAP: _read_map,
    _DURATION: lambda table, _: t.duration(_unit(table, 0, 1)),
    _LARGE_BINARY: lambda *_: t.large_binary(),
    _LARGE_UTF8: lambda *_: t.large_string(),
    _LARGE_LIST: lambda _, children: t.large_list(_only(children)),
}


def write_schema(
    builder: Builder, fields: Iterable[t.Field], metadata: t.Metadata | None, ids: dict[int, int]
) -> int:
    """The `Schema` table; `ids` gives dictionary types (by `id()`) their dictionary ids."""
    vector = builder.offsets([_write_field(builder, field, ids) for field in fields])
    slots: dict[int, tuple[str, Any]] = {1: ("*", vector)}
    if metadata:
        slots[2] = ("*", _write_metadata(builder, metadata))
    return builder.table(slots)


def _write_metadata(builder: Builder, metadata: t.Metadata) -> int:
    pairs = [
        builder.table({0: ("*", builder.string(key)), 1: ("*", builder.string(value))})
        for key, value in metadata.items()
    ]
    return builder.offsets(pairs)


def _write_field(builder: Builder, field: t.Field, ids: dict[int, int]) -> int:
    type_ = field.type
    slots: dict[int, tuple[str, Any]] = {}
    if isinstance(type_, t.DictionaryType):
        slots[DICTIONARY] = ("*", _write_dictionary(builder, type_, ids))
        type_ = type_.value_type
    children = [_write_field(builder, child, ids) for child in type_._children()]
    slots[CHILDREN] = ("*", builder.offsets(children))
    if field._metadata:
        slots[CUSTOM_METADATA] = ("*", _write_metadata(builder, field._metadata))
    number, type_slots = _type_slots(builder, type_)
    slots[TYPE] = ("*", builder.table(type_slots))
    slots[TYPE_TYPE] = ("B", number)
    slots[NAME] = ("*", builder.string(field.name))
    slots[NULLABLE] = ("?", field.nullable)
    return builder.table(slots)


def _write_dictionary(builder: Builder, type_: t.DictionaryType, ids: dict[int, int]) -> int:
    _, index_slots = _type_slots(builder, type_.index_type)
    index = builder.table(index_slots)
    return builder.table(
        {0: ("q", ids[id(type_)]), 1: ("*", index), 2: ("?", type_.ordered)}
    )  # fmt: skip


_PLAIN = {
    t.NULL: _NULL, t.BINARY: _BINARY, t.STRING: _UTF8, t.BOOL: _BOOL, t.LIST: _LIST,
    t.STRUCT: _STRUCT, t.LARGE_BINARY: _LARGE_BINARY, t.LARGE_STRING: _LARGE_UTF8,
    t.LARGE_LIST: _LARGE_LIST,
}  # fmt: skip


def _type_slots(builder: Builder, type_: t.DataType) -> tuple[int, dict[int, tuple[str, Any]]]:
    """The number in `union Type` and the slots of its table."""
    id_ = type_.id
    if id_ in _PLAIN:
        return _PLAIN[id_], {}
    if id_ in t.INTEGERS:
        return _INT, {0: ("i", type_.bit_width), 1: ("?", id_ in t.SIGNED)}
    if id_ in (t.HALF, t.FLOAT, t.DOUBLE):
        return _FLOAT, {0: ("h", id_ - t.HALF)}
    if isinstance(type_, t.Decimal128Type):
        return _DECIMAL, {0: ("i", type_.precision), 1: ("i", type_.scale), 2: ("i", 128)}
    if isinstance(type_, t.FixedSizeBinaryType):
        return _FIXED_BINARY, {0: ("i", type_.byte_width)}
    if isinstance(type_, t.FixedSizeListType):
        return _FIXED_LIST, {0: ("i", type_.list_size)}
    if isinstance(type_, t.MapType):
        return _MAP, {0: ("?", type_.keys_sorted)}
    return _temporal_slots(builder, type_)


def _temporal_slots(builder: Builder, type_: t.DataType) -> tuple[int, dict[int, tuple[str, Any]]]:
    if type_.id in (t.DATE32, t.DATE64):
        return _DATE, {0: ("h", type_.id - t.DATE32)}
    if type_.id in (t.INTERVAL_MONTHS, t.INTERVAL_MONTH_DAY_NANO):
        return _INTERVAL, {0: ("h", 0 if type_.id == t.INTERVAL_MONTHS else 2)}
    if not isinstance(type_, t.UnitType):
        t.no_arrays_of(type_)
    unit = t.UNITS.index(type_.unit)
    if isinstance(type_, t.TimestampType):
        slots: dict[int, tuple[str, Any]] = {0: ("h", unit)}
        if type_.tz is not None:
            slots[1] = ("*", builder.string(type_.tz))
        return _TIMESTAMP, slots
    if isinstance(type_, t.DurationType):
        return _DURATION, {0: ("h", unit)}
    return _TIME, {0: ("h", unit), 1: ("i", type_.bit_width)}
