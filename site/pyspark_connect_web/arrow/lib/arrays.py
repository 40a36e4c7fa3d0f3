"""`pyarrow.Array`, its classes, and `array()`: the public face of one column."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from .. import compute, frames
from .. import types as t
from ..compute.concat import concat
from ..errors import (
    ArrowInvalid,
    unsupported,
    wrong_argument,
)
from ..frames.from_any import from_numpy, from_values, is_numpy
from ..memory import bitmap
from ..memory.checks import check_buffers
from ..memory.data import ArrayData, all_buffers, view
from ..memory.data import nulls as null_data
from ..memory.slicing import compact
from ..values import text as display
from ..values.stored import encode, same_values
from .buffers import Buffer
from .column import Column, clip
from .scalars import Scalar
from .wrap import ARRAY_CLASSES, make_array


class Array(Column):
    """A column in one piece of memory. Immutable; slices share memory."""

    __slots__ = ("_data",)
    _data: ArrayData

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
        check_buffers(data)
        return make_array(data)

    @property
    def type(self) -> t.DataType:
        """The Arrow type."""
        return self._data.type

    @property
    def offset(self) -> int:
        """The position of the first value in the buffers."""
        return self._data.offset

    def buffers(self) -> list[Buffer | None]:
        """The buffers of this array and its children, depth first; None for a missing bitmap."""
        return [None if b is None else Buffer._of(b) for b in all_buffers(self._data)]

    def _pieces(self) -> list[ArrayData]:
        return [self._data]

    def _combined(self) -> ArrayData:
        return self._data

    def _like(self, pieces: Sequence[ArrayData], type_: t.DataType) -> Any:
        [data] = pieces
        return make_array(data)

    def __len__(self) -> int:
        return self._data.length

    def slice(self, offset: int = 0, length: int | None = None) -> Any:
        """The values from `offset` on, at most `length`; IndexError for a negative offset."""
        offset, length = clip(len(self), offset, length)
        return make_array(self._data.slice(offset, length))

    tolist = Column.to_pylist

    def to_numpy(self, zero_copy_only: bool = True, writable: bool = False) -> Any:
        """The values as a numpy array; ArrowInvalid when that needs a copy and none is allowed."""
        return frames.to_numpy.array_to_numpy(self._data, zero_copy_only, writable)

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> Any:
        """As numpy asks; ValueError when `copy` is False and the memory cannot be shared."""
        if copy is False and frames.numpy_protocol.shares_memory(self._data):
            return frames.numpy_protocol.shared_with_numpy(self.to_numpy(), dtype)
        return frames.numpy_protocol.as_numpy(
            self, self.to_numpy(zero_copy_only=False), dtype, copy
        )

    def cast(
        self, target_type: Any = None, safe: bool | None = None, options: object = None, **_: Any
    ) -> Any:
        """The values as another type.

        Raises ArrowInvalid when `safe` and a value does not survive, ArrowNotImplementedError for
        a pair of types without a cast.
        """
        return make_array(
            compute.cast.cast(self._data, t.ensure_type(target_type), safe is not False)
        )

    def view(self, target_type: Any) -> Any:
        """The same memory read as another type of the same width."""
        target = t.ensure_type(target_type)
        width = t.byte_width(self.type)
        if width is None or width != t.byte_width(target):
            raise unsupported(f"A view of {self.type} as {target}")
        return make_array(self._data.with_type(target))

    def dictionary_encode(self, null_encoding: str = "mask") -> Any:
        """The same values, each distinct one stored once."""
        self._need_hashes("dictionary_encode")
        if self.type.id == t.DICTIONARY:
            return self
        if null_encoding != "mask":
            raise unsupported("dictionary_encode with null_encoding other than 'mask'")
        return make_array(encode(self._data, t.dictionary(t.int32(), self.type)))

    def equals(self, other: Any) -> bool:
        """Whether types agree and all values are equal (a NaN equals nothing)."""
        if not isinstance(other, Array):
            raise wrong_argument("other", "Array", other)
        if len(self) != len(other) or self.type != other.type:
            return False
        return same_values(self._data, other._data)

    def __eq__(self, other: object) -> bool:
        return self.equals(other) if isinstance(other, Array) else NotImplemented

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

    def __reduce__(self) -> tuple[Callable[..., Any], tuple[Any, ...]]:
        data = compact(self._data)
        buffers = [None if b is None else Buffer._of(b) for b in (data.validity, *data.buffers)]
        children = [make_array(child) for child in data.children]
        count = data.null_count
        return Array.from_buffers, (self.type, len(self), buffers, count, 0, children)


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

ARRAY_CLASSES |= {
    **{i: _array_class(f"{n}Array", IntegerArray) for i, n in _INTEGER_NAMES.items()},
    **{i: _array_class(f"{n}Array", NumericArray) for i, n in _TEMPORAL_NAMES.items()},
    **{i: _array_class(f"{n}Array") for i, n in _OTHER_NAMES.items()},
    t.FIXED_SIZE_BINARY: FixedSizeBinaryArray,
    t.DECIMAL128: _array_class("Decimal128Array", FixedSizeBinaryArray),
    t.FLOAT: _array_class("FloatArray", FloatingPointArray),
    t.DOUBLE: _array_class("DoubleArray", FloatingPointArray),
}


def mask_to_validity(mask: Any, length: int) -> memoryview | None:
    """The validity bitmap of a mask (an Array or sequence) whose true values mean null."""
    if mask is None:
        return None
    flags = mask.to_pylist() if hasattr(mask, "to_pylist") else list(mask)
    if len(flags) != length:
        raise ArrowInvalid("Mask must be the same length as the array")
    return view(bitmap.pack([not flag for flag in flags])) if any(flags) else None


def asarray(values: Any, type: Any = None) -> Any:
    """`values` as an Array (of `type`); an Array or ChunkedArray of that type is taken as it is."""
    if isinstance(values, Column):
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
    if isinstance(obj, Column):
        if mask is not None:
            raise unsupported("array() of an Arrow array with a mask")
        return obj if target is None else obj.cast(target, safe=safe)
    if is_numpy(obj):
        return make_array(from_numpy(obj, target, mask, bool(from_pandas), safe))
    if hasattr(obj, "__arrow_array__"):
        return obj.__arrow_array__(type=target)
    values = obj if isinstance(obj, (list, tuple)) else list(obj)
    if values and isinstance(values[0], Scalar):
        values = [v.as_py() if isinstance(v, Scalar) else v for v in values]
    return make_array(from_values(values, target, mask, bool(from_pandas)))


def nulls(size: int, type: Any = None, memory_pool: object = None) -> Any:
    """`size` nulls of a type (of the null type without one)."""
    return make_array(null_data(t.ensure_type(type) if type is not None else t.null(), size))


def concat_arrays(arrays: Iterable[Array], memory_pool: object = None) -> Any:
    """One Array with the values of all, in newly allocated memory."""
    parts = [item._data for item in arrays]
    if not parts:
        raise ArrowInvalid("Must pass at least one array")
    return make_array(concat(parts))
