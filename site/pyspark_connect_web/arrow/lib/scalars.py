"""`pyarrow.Scalar` and its classes: one value with its Arrow type."""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterator
from typing import Any

from .. import compute
from .. import types as t
from ..errors import Facade
from ..frames.from_any import from_values
from ..memory.data import ArrayData, nulls
from ..values.decode import to_pylist
from ..values.moments import timestamp_text
from ..values.stored import keys, same_values
from .wrap import SCALAR_CLASSES, make_array, make_scalar


class Scalar(Facade):
    """One value of a column, or None for a null."""

    __slots__ = ("_data",)
    _data: ArrayData

    def __init__(self) -> None:
        raise TypeError("Do not call Scalar's constructor directly, use pa.scalar() instead.")

    @property
    def type(self) -> t.DataType:
        """The Arrow type."""
        return self._data.type

    @property
    def is_valid(self) -> bool:
        """Whether the value is not null."""
        return self._data.null_count == 0

    def as_py(self, *, maps_as_pydicts: str | None = None) -> Any:
        """The value as a Python object."""
        return to_pylist(self._data, maps_as_pydicts)[0]

    def cast(self, target_type: Any, safe: bool | None = None, options: object = None) -> Scalar:
        """The value as another type; see `Array.cast` for the errors."""
        made: Scalar = make_scalar(
            compute.cast.cast(self._data, t.ensure_type(target_type), safe is not False)
        )
        return made

    def equals(self, other: Any) -> bool:
        """Whether type and value agree."""
        return isinstance(other, Scalar) and self.type == other.type and self._same(other)

    def _same(self, other: Scalar) -> bool:
        if not self.is_valid or not other.is_valid:
            return self.is_valid == other.is_valid
        return same_values(self._data, other._data)

    def __eq__(self, other: object) -> bool:
        return self.equals(other) if isinstance(other, Scalar) else NotImplemented

    def __hash__(self) -> int:
        return hash((self.type, keys(self._data)[0]))

    def __reduce__(self) -> tuple[Callable[..., Any], tuple[Any, ...]]:
        return operator.getitem, (make_array(self._data), 0)

    def __str__(self) -> str:
        return str(self.as_py())

    def __repr__(self) -> str:
        return f"<pyarrow.{type(self).__name__}: {self.as_py()!r}>"


class _IntegerScalar(Scalar):
    """An integer, and Python takes it for one; TypeError for a null."""

    __slots__ = ()

    def __index__(self) -> int:
        return int(_number(self))


class _FloatScalar(Scalar):
    """A float, and Python takes it for one; TypeError for a null."""

    __slots__ = ()

    def __float__(self) -> float:
        return float(_number(self))

    def __int__(self) -> int:
        return int(_number(self))


def _number(scalar: Scalar) -> Any:
    if not scalar.is_valid:
        raise TypeError(f"A null {scalar.type} is no number")
    return scalar.as_py()


class BooleanScalar(Scalar):
    """A boolean; a null one is false."""

    __slots__ = ()

    def __bool__(self) -> bool:
        return bool(self.as_py())


class ListScalar(Scalar):
    """A list: has a length, elements, and `values` as an array."""

    __slots__ = ()

    @property
    def values(self) -> Any:
        """The elements as an Array, None for a null list."""
        if not self.is_valid:
            return None
        if self.type.id == t.FIXED_SIZE_LIST:
            return make_array(self._data.list_values())
        start, end = self._data.offsets()
        return make_array(self._data.children[0].slice(start, end - start))

    def __len__(self) -> int:
        return len(self.values)

    def __getitem__(self, i: int) -> Any:
        return self.values[operator.index(i)]

    def __iter__(self) -> Iterator[Any]:
        return iter(self.values)


class MapScalar(ListScalar):
    """A map; iterating gives (key, value) pairs."""

    __slots__ = ()

    def __iter__(self) -> Iterator[Any]:
        return iter(self.as_py() or ())

    def __getitem__(self, i: Any) -> Any:
        """The (key, value) scalars at a position, or the value scalar of a key (KeyError)."""
        entries = self.values
        if hasattr(i, "__index__"):
            position = i.__index__()
            if not self.is_valid or not -len(entries) <= position < len(entries):
                raise IndexError(i)
            return tuple(entries[position].values())
        for entry in entries if self.is_valid else ():
            if entry["key"].as_py() == i:
                return entry["value"]
        raise KeyError(i)


class TimestampScalar(Scalar):
    """A timestamp."""

    __slots__ = ()

    def __repr__(self) -> str:
        assert isinstance(self.type, t.TimestampType)
        shown = "None"
        if self.is_valid:
            shown = timestamp_text(self._data.numbers()[0], self.type)
        return f"<pyarrow.TimestampScalar: {shown!r}>"


class StructScalar(Scalar):
    """A struct; fields by name or position."""

    __slots__ = ()

    def __str__(self) -> str:
        if not self.is_valid:
            return "None"
        return str([(name, scalar.as_py()) for name, scalar in self.items()])

    def __repr__(self) -> str:
        return f"<pyarrow.StructScalar: {self}>"

    def _field(self, key: int | str) -> Scalar:
        assert isinstance(self.type, t.StructType)
        position = self.type.get_field_index(key) if isinstance(key, str) else key
        if isinstance(key, str) and position < 0:
            raise KeyError(key)
        if not 0 <= position < len(self.type):
            raise IndexError(position)
        child = self._data.child(position)
        made: Scalar = make_scalar(child if self.is_valid else nulls(child.type, 1))
        return made

    def __getitem__(self, key: int | str) -> Scalar:
        return self._field(key)

    def __len__(self) -> int:
        return self.type.num_fields

    def __iter__(self) -> Iterator[str]:
        return (self.type.field(i).name for i in range(len(self)))

    def keys(self) -> list[str]:
        """The field names."""
        return list(self)

    def items(self) -> Iterator[tuple[str, Scalar]]:
        """The (name, scalar) pairs."""
        return ((name, self._field(i)) for i, name in enumerate(self))

    def values(self) -> list[Scalar]:
        """The field scalars."""
        return [self._field(i) for i in range(len(self))]


def _scalar_class(name: str, base: type[Scalar] = Scalar) -> type[Scalar]:
    return type(
        name, (base,), {"__slots__": (), "__doc__": f"A {name.removesuffix('Scalar')} value."}
    )


_INTEGERS = {
    t.INT8: "Int8", t.INT16: "Int16", t.INT32: "Int32", t.INT64: "Int64", t.UINT8: "UInt8",
    t.UINT16: "UInt16", t.UINT32: "UInt32", t.UINT64: "UInt64",
}  # fmt: skip
_FLOATS = {t.FLOAT: "Float", t.DOUBLE: "Double"}
_NAMES = {
    t.NULL: "Null", t.DECIMAL128: "Decimal128", t.STRING: "String",
    t.LARGE_STRING: "LargeString", t.BINARY: "Binary", t.LARGE_BINARY: "LargeBinary",
    t.FIXED_SIZE_BINARY: "FixedSizeBinary", t.DATE32: "Date32", t.DATE64: "Date64",
    t.TIME32: "Time32", t.TIME64: "Time64", t.DURATION: "Duration",
    t.INTERVAL_MONTH_DAY_NANO: "MonthDayNanoInterval", t.DICTIONARY: "Dictionary",
    t.INTERVAL_MONTHS: "MonthInterval", t.LARGE_LIST: "LargeList",
    t.FIXED_SIZE_LIST: "FixedSizeList",
}  # fmt: skip

SCALAR_CLASSES |= {
    t.BOOL: BooleanScalar,
    t.LIST: ListScalar,
    t.MAP: MapScalar,
    t.STRUCT: StructScalar,
    t.TIMESTAMP: TimestampScalar,
    **{id_: _scalar_class(f"{name}Scalar", _IntegerScalar) for id_, name in _INTEGERS.items()},
    **{id_: _scalar_class(f"{name}Scalar", _FloatScalar) for id_, name in _FLOATS.items()},
    **{
        id_: _scalar_class(f"{name}Scalar", ListScalar if name.endswith("List") else Scalar)
        for id_, name in _NAMES.items()
    },
}


def scalar(value: Any, type: Any = None, *, from_pandas: bool | None = None, **_: Any) -> Scalar:
    """The Scalar of one Python value."""
    if isinstance(value, Scalar):
        return value if type is None else value.cast(type)
    target = t.ensure_type(type, allow_none=True)
    made: Scalar = make_scalar(from_values([value], target, None, bool(from_pandas)))
    return made
