"""`pyarrow.ListArray` and the other arrays with children or a dictionary."""

from __future__ import annotations

import operator
from collections.abc import Callable, Sequence
from typing import Any

from .. import types as t
from ..compute.concat import concat
from ..errors import ArrowIndexError, ArrowInvalid, unsupported
from ..memory import bitmap
from ..memory.data import ArrayData, view
from ..memory.slicing import compact
from ..values.build import build
from ..values.decode import to_pylist
from ..values.stored import decode_dictionary
from .arrays import Array, asarray, mask_to_validity
from .wrap import ARRAY_CLASSES, make_array


class _ListLike(Array):
    """What list and map arrays share."""

    __slots__ = ()

    @property
    def offsets(self) -> Any:
        """The offsets, one more than values, relative to `values`."""
        width = t.offset_width(self.type.id)
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
    return column.with_validity(view(bitmap.pack(both)))


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
        type_ = t.dictionary(indices.type, dictionary.type, ordered)
        data = indices._data.with_dictionary(type_, dictionary._data)
        for i in indices.to_pylist() if safe else ():
            if i is not None and not 0 <= i < len(dictionary):
                raise ArrowIndexError(f"Index {i} out of bounds")
        return make_array(data)

    @property
    def indices(self) -> Any:
        """The positions in the dictionary."""
        return make_array(self._data.positions())

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


ARRAY_CLASSES |= {
    t.LIST: ListArray,
    t.LARGE_LIST: LargeListArray,
    t.FIXED_SIZE_LIST: FixedSizeListArray,
    t.MAP: MapArray,
    t.STRUCT: StructArray,
    t.DICTIONARY: DictionaryArray,
}
