"""`pyarrow.Array`, its classes, and `array()`: the public face of one column."""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from . import bitmap, display
from . import types as t
from .buffers import Buffer
from .builders import build
from .data import ArrayData, view
from .data import nulls as null_data
from .decode import to_pylist
from .errors import (
    ArrowIndexError,
    ArrowInvalid,
    ArrowNotImplementedError,
    Facade,
    unsupported,
    wrong_argument,
)
from .infer import infer_type
from .numpy_protocol import as_numpy, shared_with_numpy, shares_memory
from .scalars import Scalar, make_scalar
from .slicing import compact, concat, nbytes
from .stored import decode_dictionary, encode, is_valid, keys, same_values


class Array(Facade):
    """A column in one piece of memory. Immutable; slices share memory."""

    __slots__ = ("_data", "_field")
    _data: ArrayData
    _field: t.Field | None

    def __init__(self, *_args: object, **_kwargs: object) -> None:
        raise TypeError(
            f"Do not call {type(self).__name__}'s constructor directly, use one of the "
            "`pyarrow.Array.from_*` functions instead."
        )

    @staticmethod
    def from_pandas(
        obj: Any,
        mask: Any = None,
        type: Any = None,
        safe: bool = True,
        memory_pool: object = None,
    ) -> Any:
        """An Array from a pandas Series or sequence, NaN, NaT and NA as null; see `array`."""
        return array(obj, mask=mask, type=type, safe=safe, from_pandas=True)

    @staticmethod
    def from_buffers(
        type: t.DataType,
        length: int,
        buffers: Sequence[Buffer | None],
        null_count: int = -1,
        offset: int = 0,
        children: Sequence[Array] | None = None,
    ) -> Any:
        """An Array over given memory: the validity bitmap (or None), then the type's buffers.

        Raises ArrowInvalid when a buffer is too short for `length`.
        """
        validity, *rest = [None if b is None else b._view for b in buffers] or [None]
        data = ArrayData(
            t.ensure_type(type),
            length,
            validity,
            [view(b"") if buffer is None else buffer for buffer in rest],
            [child._data for child in children or ()],
            offset=offset,
            null_count=null_count,
        )
        from .ipc_layout import check_buffers

        check_buffers(data)
        return make_array(data)

    @property
    def type(self) -> t.DataType:
        """The Arrow type."""
        return self._data.type

    @property
    def null_count(self) -> int:
        """The number of nulls."""
        return self._data.null_count

    @property
    def offset(self) -> int:
        """The position of the first value in the buffers."""
        return self._data.offset

    @property
    def nbytes(self) -> int:
        """The bytes this array refers to."""
        return nbytes(self._data)

    def get_total_buffer_size(self) -> int:
        """The bytes of all buffers, used or not."""
        return sum(len(buffer) for buffer in self.buffers() if buffer is not None)

    def buffers(self) -> list[Buffer | None]:
        """The buffers of this array and its children, depth first; None for a missing bitmap."""
        return [None if b is None else Buffer._of(b) for b in _all_buffers(self._data)]

    def _pieces(self) -> list[ArrayData]:
        return [self._data]

    def __len__(self) -> int:
        return self._data.length

    def __getitem__(self, key: Any) -> Any:
        if isinstance(key, slice):
            return slice_by(self, key)
        return make_scalar(self._data.slice(normalize_index(key, len(self)), 1))

    def __iter__(self) -> Iterator[Scalar]:
        return (make_scalar(self._data.slice(i, 1)) for i in range(len(self)))

    def slice(self, offset: int = 0, length: int | None = None) -> Any:
        """The values from `offset` on, at most `length`; IndexError for a negative offset."""
        offset, length = clip(len(self), offset, length)
        return make_array(self._data.slice(offset, length))

    def to_pylist(self, *, maps_as_pydicts: str | None = None) -> list[Any]:
        """The values as Python objects, nulls as None."""
        return to_pylist(self._data, maps_as_pydicts)

    tolist = to_pylist

    def to_numpy(self, zero_copy_only: bool = True, writable: bool = False) -> Any:
        """The values as a numpy array; ArrowInvalid when that needs a copy and none is allowed."""
        from .to_pandas import array_to_numpy

        return array_to_numpy(self._data, zero_copy_only, writable)

    def to_pandas(self, **options: Any) -> Any:
        """The values as a pandas Series; options as in `pyarrow.Array.to_pandas`."""
        from .to_pandas import to_series

        return to_series([self._data], self.type, options, self._field)

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> Any:
        """As numpy asks; ValueError when `copy` is False and the memory cannot be shared."""
        if copy is False and shares_memory(self._data):
            return shared_with_numpy(self.to_numpy(), dtype)
        return as_numpy(self, self.to_numpy(zero_copy_only=False), dtype, copy)

    def cast(
        self, target_type: Any = None, safe: bool | None = None, options: object = None, **_: Any
    ) -> Any:
        """The values as another type.

        Raises ArrowInvalid when `safe` and a value does not survive, ArrowNotImplementedError for
        a pair of types without a cast.
        """
        from .cast import cast

        return make_array(cast(self._data, t.ensure_type(target_type), safe is not False))

    def view(self, target_type: Any) -> Any:
        """The same memory read as another type of the same width."""
        target = t.ensure_type(target_type)
        width = t.byte_width(self.type)
        if width is None or width != t.byte_width(target):
            raise unsupported(f"A view of {self.type} as {target}")
        return make_array(self._data.with_type(target))

    def is_null(self, *, nan_is_null: bool = False) -> Any:
        """Per value whether it is null (or NaN, with `nan_is_null`)."""
        missing = [not valid for valid in is_valid(self._data)]
        if nan_is_null and self.type.id in t.FLOATS:
            values = zip(missing, self.to_pylist(), strict=True)
            missing = [gone or value != value for gone, value in values]
        return make_array(bool_data(missing))

    def is_valid(self) -> Any:
        """Per value whether it is not null."""
        return make_array(bool_data(is_valid(self._data)))

    def drop_null(self) -> Any:
        """The values that are not null."""
        return self.take([i for i, valid in enumerate(self._data.is_valid()) if valid])

    def filter(self, mask: Any, *, null_selection_behavior: str = "drop") -> Any:
        """The values where `mask` (booleans) is true; nulls in the mask drop theirs."""
        if null_selection_behavior != "drop":
            raise unsupported("filter with null_selection_behavior other than 'drop'")
        flags = mask.to_pylist() if hasattr(mask, "to_pylist") else list(mask)
        if len(flags) != len(self):
            raise ArrowInvalid("Filter inputs must all be the same length")
        return self.take([i for i, flag in enumerate(flags) if flag])

    def take(self, indices: Any) -> Any:
        """The values at the given positions; ArrowIndexError when one is out of bounds."""
        from .take import take

        positions = indices.to_pylist() if hasattr(indices, "to_pylist") else list(indices)
        return make_array(take(self._data, positions))

    def unique(self) -> Any:
        """The distinct values in order of appearance."""
        self._need_hashes("unique")
        first: dict[Any, int] = {}
        for i, key in enumerate(keys(self._data)):
            first.setdefault(key, i)
        return self.take(list(first.values()))

    def dictionary_encode(self, null_encoding: str = "mask") -> Any:
        """The same values, each distinct one stored once."""
        self._need_hashes("dictionary_encode")
        if self.type.id == t.DICTIONARY:
            return self
        if null_encoding != "mask":
            raise unsupported("dictionary_encode with null_encoding other than 'mask'")
        return make_array(encode(self._data, t.dictionary(t.int32(), self.type)))

    def _need_hashes(self, function: str) -> None:
        if self.type.id in t.NESTED:
            raise ArrowNotImplementedError(
                f"Function '{function}' has no kernel matching input types ({self.type})"
            )

    def equals(self, other: Any) -> bool:
        """Whether types agree and all values are equal (a NaN equals nothing)."""
        if not isinstance(other, Array):
            raise wrong_argument("other", "Array", other)
        if len(self) != len(other) or self.type != other.type:
            return False
        return same_values(self._data, other._data)

    def __eq__(self, other: object) -> bool:
        return self.equals(other) if isinstance(other, Array) else NotImplemented

    __hash__ = None  # type: ignore[assignment]

    def validate(self, *, full: bool = False) -> None:
        """Raise ArrowInvalid when offsets or buffers are inconsistent."""
        from .ipc_layout import check_buffers

        check_buffers(self._data)
        if full:
            from .validate import check_values

            check_values(self._data)

    def to_string(
        self,
        *,
        indent: int = 2,
        top_level_indent: int = 0,
        window: int = 10,
        container_window: int = 2,
        skip_new_lines: bool = False,
        element_size_limit: int = 100,
    ) -> str:
        """A readable rendering with at most `window` values (`container_window` lists) per end."""
        printer = display.Printer(
            indent, window, container_window, skip_new_lines, element_size_limit
        )
        return printer.text(self._data, top_level_indent)

    def __str__(self) -> str:
        return self.to_string()

    def __repr__(self) -> str:
        return f"<pyarrow.lib.{type(self).__name__} object at {id(self):#x}>\n{self}"

    def __reduce__(self) -> tuple[Callable[..., Any], tuple[Any, ...]]:
        data = compact(self._data)
        buffers = [None if b is None else Buffer._of(b) for b in (data.validity, *data.buffers)]
        children = [make_array(child) for child in data.children]
        count = data.null_count
        return Array.from_buffers, (self.type, len(self), buffers, count, 0, children)


class _ListLike(Array):
    """What list and map arrays share."""

    __slots__ = ()

    @property
    def offsets(self) -> Any:
        """The offsets, one more than values, relative to `values`."""
        width = 8 if self.type.id in t.LARGE else 4
        offset_type = t.int64() if width == 8 else t.int32()
        data = self._data
        raw = data.buffers[0]
        if len(raw) == 0:
            raw = view(bytes(width))
        window = ArrayData(offset_type, data.length + 1, None, [raw], offset=data.offset)
        data.offsets()  # checks them
        return make_array(window)

    @property
    def values(self) -> Any:
        """All elements, without regard to this array's window."""
        return make_array(self._data.children[0])

    def flatten(self, recursive: bool = False) -> Any:
        """The elements of the lists that are not null, as one array."""
        if self.type.id == t.MAP:
            raise unsupported("Flattening a map array")
        offsets = self._data.offsets()
        values = self._data.children[0]
        if not self.null_count:
            start = offsets[0]
            return make_array(values.slice(start, offsets[-1] - start))
        valid = self._data.is_valid()
        parts = [
            values.slice(offsets[i], offsets[i + 1] - offsets[i])
            for i, ok in enumerate(valid)
            if ok
        ]
        return make_array(concat(parts or [values.slice(0, 0)]))

    @classmethod
    def _with_offsets(
        cls, make_type: Callable[[], t.DataType], offsets: Any, child: ArrayData, mask: Any
    ) -> Any:
        """Lists over `child`; a null offset (or a true `mask`) makes a null list."""
        type_ = make_type()
        large = type_.id in t.LARGE
        offsets = asarray(offsets, t.int64() if large else t.int32())
        if len(offsets) == 0:
            raise ArrowInvalid("List offsets must have non-zero length")
        data = compact(offsets._data)
        length = len(offsets) - 1
        validity = mask_to_validity(mask, length)
        if data.null_count:
            if validity is not None:
                raise unsupported("List offsets with nulls and a mask together")
            data, validity = _fill_null_offsets(data)
        made = ArrayData(type_, length, validity, data.buffers, [child])
        made.offsets()
        return make_array(made)


def _fill_null_offsets(data: ArrayData) -> tuple[ArrayData, memoryview]:
    """A null offset starts a null list that ends where the next list starts."""
    values = to_pylist(data)
    if values[-1] is None:
        raise ArrowInvalid("Last list offset should be non-null")
    valid = [value is not None for value in values[:-1]]
    following = values[-1]
    for i in range(len(values) - 1, -1, -1):
        following = values[i] = following if values[i] is None else values[i]
    return build(values, data.type), view(bitmap.pack(valid))


class ListArray(_ListLike):
    """Lists with 32-bit offsets."""

    __slots__ = ()

    @classmethod
    def from_arrays(
        cls, offsets: Any, values: Any, type: Any = None, pool: object = None, mask: Any = None
    ) -> Any:
        """Lists of `values` between consecutive `offsets`; a null offset makes a null list."""
        values = asarray(values)
        return cls._with_offsets(
            lambda: t.list_(values.type) if type is None else type, offsets, values._data, mask
        )


class LargeListArray(_ListLike):
    """Lists with 64-bit offsets."""

    __slots__ = ()

    @classmethod
    def from_arrays(
        cls, offsets: Any, values: Any, type: Any = None, pool: object = None, mask: Any = None
    ) -> Any:
        """Lists of `values` between consecutive `offsets`; a null offset makes a null list."""
        values = asarray(values)
        return cls._with_offsets(
            lambda: t.large_list(values.type) if type is None else type, offsets, values._data, mask
        )


class MapArray(_ListLike):
    """Maps; `keys` and `items` are their flat columns."""

    __slots__ = ()

    @classmethod
    def from_arrays(
        cls,
        offsets: Any,
        keys: Any,
        items: Any,
        type: Any = None,
        pool: object = None,
        mask: Any = None,
    ) -> Any:
        """Maps whose entries lie between consecutive `offsets` of `keys` and `items`."""
        keys, items = asarray(keys), asarray(items)
        if keys.null_count:
            raise ArrowInvalid("Map keys cannot contain null values")
        if len(keys) != len(items):
            raise ArrowInvalid("Map key and item arrays must be equal length")
        map_type = t.map_(keys.type, items.type) if type is None else type
        entries = ArrayData(
            map_type.entries_field.type, len(keys), None, [], [keys._data, items._data]
        )
        return cls._with_offsets(lambda: map_type, offsets, entries, mask)

    @property
    def keys(self) -> Any:
        """The keys of all entries."""
        return make_array(self._data.children[0].child(0))

    @property
    def items(self) -> Any:
        """The values of all entries."""
        return make_array(self._data.children[0].child(1))


class FixedSizeListArray(Array):
    """Lists of one size."""

    __slots__ = ()

    @classmethod
    def from_arrays(
        cls, values: Any, list_size: int | None = None, type: Any = None, mask: Any = None
    ) -> Any:
        """Lists of `list_size` consecutive `values` each."""
        values = asarray(values)
        list_type = t.list_(values.type, list_size or 0) if type is None else type
        size = list_type.list_size
        if size <= 0 or len(values) % size:
            raise ArrowInvalid(f"The length of the values array needs to be a multiple of {size}")
        length = len(values) // size
        validity = mask_to_validity(mask, length)
        return make_array(ArrayData(list_type, length, validity, [], [values._data]))

    @property
    def values(self) -> Any:
        """All elements, without regard to this array's window."""
        return make_array(self._data.children[0])

    def flatten(self, recursive: bool = False) -> Any:
        """The elements of the lists that are not null."""
        if not self.null_count:
            return make_array(self._data.list_values())
        size = self.type.list_size
        values = self._data.list_values()
        valid = self._data.is_valid()
        parts = [values.slice(i * size, size) for i, ok in enumerate(valid) if ok]
        return make_array(concat(parts or [values.slice(0, 0)]))


class StructArray(Array):
    """Structs; `field` gives a child column."""

    __slots__ = ()

    @staticmethod
    def from_arrays(
        arrays: Sequence[Any],
        names: Sequence[str] | None = None,
        fields: Any = None,
        mask: Any = None,
        memory_pool: object = None,
        type: Any = None,
    ) -> Any:
        """Structs whose fields are the given columns, all of one length (ArrowInvalid)."""
        columns = [asarray(item) for item in arrays]
        if type is not None:
            fields = list(type)
        if fields is None:
            if names is None or len(names) != len(columns):
                raise ArrowInvalid("Must pass either names or fields, one per array")
            fields = [t.field(n, c.type) for n, c in zip(names, columns, strict=True)]
        struct_type = t.struct(list(fields))
        if len(struct_type) != len(columns):
            raise ValueError("Must pass same number of arrays as fields")
        for i, (column, field) in enumerate(zip(columns, struct_type, strict=True)):
            if column.type != field.type:
                raise ArrowInvalid(
                    f"Field {i} of type {field.type} does not match array type {column.type}"
                )
            if len(column) != len(columns[0]):
                raise ArrowInvalid("Mismatching child array lengths")
        length = len(columns[0]) if columns else 0
        validity = mask_to_validity(mask, length)
        children = [column._data for column in columns]
        return make_array(ArrayData(struct_type, length, validity, [], children))

    def field(self, index: int | str) -> Any:
        """The column of a field by name (KeyError) or position (IndexError), its own nulls only."""
        return make_array(self._data.child(self._position(index)))

    def _position(self, index: int | str) -> int:
        assert isinstance(self.type, t.StructType)
        if isinstance(index, str):
            position = self.type.get_field_index(index)
            if position < 0:
                raise KeyError(index)
            return position
        position = operator.index(index)
        if not -len(self.type) <= position < len(self.type):
            raise IndexError(f"Index {index} out of range")
        return position % len(self.type)

    def flatten(self) -> list[Any]:
        """The field columns; rows that are null here are null in each of them."""
        columns = [compact(self._data.child(i)) for i in range(len(self._data.children))]
        if self.null_count:
            mine = self._data.is_valid()
            columns = [_and_validity(column, mine) for column in columns]
        return [make_array(column) for column in columns]


def _and_validity(column: ArrayData, valid: list[bool]) -> ArrayData:
    if column.type.id == t.NULL:
        return column
    both = map(operator.and_, column.is_valid(), valid)
    made = column.with_type(column.type)
    made.validity, made._null_count = view(bitmap.pack(both)), -1
    return made


class DictionaryArray(Array):
    """Dictionary-encoded values."""

    __slots__ = ()

    @staticmethod
    def from_arrays(
        indices: Any,
        dictionary: Any,
        mask: Any = None,
        ordered: bool = False,
        from_pandas: bool = False,
        safe: bool = True,
        memory_pool: object = None,
    ) -> Any:
        """Values given by positions in `dictionary`; with `safe` ArrowIndexError beyond it."""
        indices, dictionary = asarray(indices), asarray(dictionary)
        if mask is not None:
            raise unsupported("DictionaryArray.from_arrays with a mask")
        data = indices._data.with_type(t.dictionary(indices.type, dictionary.type, ordered))
        data.dictionary = dictionary._data
        for i in indices.to_pylist() if safe else ():
            if i is not None and not 0 <= i < len(dictionary):
                raise ArrowIndexError(f"Index {i} out of bounds")
        return make_array(data)

    @property
    def indices(self) -> Any:
        """The positions in the dictionary."""
        data = self._data.with_type(self.type.index_type)
        data.dictionary = None
        return make_array(data)

    @property
    def dictionary(self) -> Any:
        """The distinct values."""
        assert self._data.dictionary is not None
        return make_array(self._data.dictionary)

    def __reduce__(self) -> tuple[Callable[..., Any], tuple[Any, ...]]:
        assert isinstance(self.type, t.DictionaryType)
        ordered = self.type.ordered
        return DictionaryArray.from_arrays, (self.indices, self.dictionary, None, ordered)

    def dictionary_decode(self) -> Any:
        """The plain values."""
        return make_array(decode_dictionary(self._data))


class NumericArray(Array):
    """Numbers and what is stored as numbers."""

    __slots__ = ()


class IntegerArray(NumericArray):
    """Integers of any width."""

    __slots__ = ()


class FloatingPointArray(NumericArray):
    """Floats of any width."""

    __slots__ = ()


def _array_class(name: str, base: type[Array] = Array) -> type[Array]:
    return type(
        name, (base,), {"__slots__": (), "__doc__": f"A {name.removesuffix('Array')} column."}
    )


_INTEGER_NAMES = {
    t.INT8: "Int8", t.INT16: "Int16", t.INT32: "Int32", t.INT64: "Int64", t.UINT8: "UInt8",
    t.UINT16: "UInt16", t.UINT32: "UInt32", t.UINT64: "UInt64",
}  # fmt: skip
_TEMPORAL_NAMES = {
    t.DATE32: "Date32", t.DATE64: "Date64", t.TIMESTAMP: "Timestamp", t.TIME32: "Time32",
    t.TIME64: "Time64", t.DURATION: "Duration",
}  # fmt: skip
_OTHER_NAMES = {
    t.NULL: "Null", t.BOOL: "Boolean", t.STRING: "String", t.LARGE_STRING: "LargeString",
    t.BINARY: "Binary", t.LARGE_BINARY: "LargeBinary", t.FIXED_SIZE_BINARY: "FixedSizeBinary",
    t.INTERVAL_MONTHS: "MonthInterval", t.INTERVAL_MONTH_DAY_NANO: "MonthDayNanoInterval",
}  # fmt: skip

FixedSizeBinaryArray = _array_class("FixedSizeBinaryArray")

ARRAY_CLASSES: dict[int, type[Array]] = {
    **{i: _array_class(f"{n}Array", IntegerArray) for i, n in _INTEGER_NAMES.items()},
    **{i: _array_class(f"{n}Array", NumericArray) for i, n in _TEMPORAL_NAMES.items()},
    **{i: _array_class(f"{n}Array") for i, n in _OTHER_NAMES.items()},
    t.FIXED_SIZE_BINARY: FixedSizeBinaryArray,
    t.DECIMAL128: _array_class("Decimal128Array", FixedSizeBinaryArray),
    t.FLOAT: _array_class("FloatArray", FloatingPointArray),
    t.DOUBLE: _array_class("DoubleArray", FloatingPointArray),
    t.LIST: ListArray,
    t.LARGE_LIST: LargeListArray,
    t.FIXED_SIZE_LIST: FixedSizeListArray,
    t.MAP: MapArray,
    t.STRUCT: StructArray,
    t.DICTIONARY: DictionaryArray,
}


def make_array(data: ArrayData, field: t.Field | None = None) -> Any:
    """The Array of the class its type asks for; `field` is that of its table, for `to_pandas()`."""
    cls = ARRAY_CLASSES.get(data.type.id)
    if cls is None:
        t.no_arrays_of(data.type)
    made = object.__new__(cls)
    made._data = data
    made._field = field
    return made


def bool_data(values: Iterable[bool]) -> ArrayData:
    """A column of booleans without nulls."""
    flags = list(values)
    return ArrayData(t.bool_(), len(flags), None, [view(bitmap.pack(flags))])


def mask_to_validity(mask: Any, length: int) -> memoryview | None:
    """The validity bitmap of a mask (an Array or sequence) whose true values mean null."""
    if mask is None:
        return None
    flags = mask.to_pylist() if hasattr(mask, "to_pylist") else list(mask)
    if len(flags) != length:
        raise ArrowInvalid("Mask must be the same length as the array")
    return view(bitmap.pack([not flag for flag in flags])) if any(flags) else None


def clip(size: int, offset: int, length: int | None) -> tuple[int, int]:
    """`offset` and `length` of a slice cut to `size`; IndexError or ValueError when negative."""
    if offset < 0:
        raise IndexError("Offset must be non-negative")
    if length is not None and length < 0:
        raise ValueError("Length must be non-negative")
    offset = min(offset, size)
    rest = size - offset
    return offset, rest if length is None else min(length, rest)


def normalize_index(key: Any, size: int) -> int:
    """A position with negative ones counted from the end; IndexError when out of bounds."""
    index = operator.index(key)
    if index < 0:
        index += size
    if not 0 <= index < size:
        raise IndexError("index out of bounds")
    return index


def slice_by(sliceable: Any, key: slice) -> Any:
    """`sliceable[key]` through its `slice` method; a step other than 1 takes value by value."""
    start, stop, step = key.indices(len(sliceable))
    if step == 1:
        return sliceable.slice(start, max(stop - start, 0))
    return sliceable.take(list(range(start, stop, step)))


def asarray(values: Any, type: Any = None) -> Any:
    """`values` as an Array (of `type`); an Array or ChunkedArray of that type is taken as it is."""
    from .chunked import ChunkedArray

    if isinstance(values, (Array, ChunkedArray)):
        return values if type is None or values.type == type else values.cast(type)
    return array(values, type=type)


def array(
    obj: Any,
    type: Any = None,
    mask: Any = None,
    size: int | None = None,
    from_pandas: bool | None = None,
    safe: bool = True,
    memory_pool: object = None,
) -> Any:
    """An Array of a sequence, numpy array, pandas Series or object with `__arrow_array__`.

    `mask` (booleans) marks nulls; `type` is inferred when absent; `safe` refuses lossy conversion
    of numpy data. Raises ArrowInvalid, ArrowTypeError, OverflowError for unfit values.
    """
    target = t.ensure_type(type, allow_none=True)
    from .chunked import ChunkedArray

    if isinstance(obj, (Array, ChunkedArray)):
        if mask is not None:
            raise unsupported("array() of an Arrow array with a mask")
        return obj if target is None else obj.cast(target, safe=safe)
    if hasattr(obj, "dtype") and hasattr(obj, "__array__") and getattr(obj, "ndim", False):
        from .from_numpy import convert

        return make_array(convert(obj, target, mask, bool(from_pandas), _is_series(obj), safe))
    if hasattr(obj, "__arrow_array__"):
        return obj.__arrow_array__(type=target)
    values = obj if isinstance(obj, (list, tuple)) else list(obj)
    if values and isinstance(values[0], Scalar):
        values = [v.as_py() if isinstance(v, Scalar) else v for v in values]
    if mask is not None:
        flags = mask.to_pylist() if hasattr(mask, "to_pylist") else list(mask)
        values = [None if gone else v for v, gone in zip(values, flags, strict=True)]
    if target is None:
        target = infer_type(values, bool(from_pandas))
    return make_array(build(values, target, bool(from_pandas)))


def _is_series(obj: Any) -> bool:
    return type(obj).__module__.startswith("pandas")


def nulls(size: int, type: Any = None, memory_pool: object = None) -> Any:
    """`size` nulls of a type (of the null type without one)."""
    return make_array(null_data(t.ensure_type(type) if type is not None else t.null(), size))


def scalar(value: Any, type: Any = None, *, from_pandas: bool | None = None, **_: Any) -> Scalar:
    """The Scalar of one Python value."""
    if isinstance(value, Scalar):
        return value if type is None else value.cast(type)
    made: Scalar = array([value], type=type, from_pandas=from_pandas)[0]
    return made


def concat_arrays(arrays: Iterable[Array], memory_pool: object = None) -> Any:
    """One Array with the values of all, in newly allocated memory."""
    parts = [item._data for item in arrays]
    if not parts:
        raise ArrowInvalid("Must pass at least one array")
    return make_array(concat(parts))


def _all_buffers(data: ArrayData) -> Iterator[memoryview | None]:
    yield data.validity
    yield from data.buffers
    for child in data.children:
        yield from _all_buffers(child)
