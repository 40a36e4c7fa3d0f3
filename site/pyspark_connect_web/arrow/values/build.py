"""Python values to columns: what `pyarrow.array(values, type)` does."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from .. import types as t
from ..errors import ArrowInvalid, ArrowTypeError
from ..memory import bitmap
from ..memory.data import ArrayData, pack_offsets, view
from .build_scalars import SCALAR_BUILDERS, could_not
from .infer import is_nan

NONE = type(None)


def build(values: Sequence[Any], type_: t.DataType, from_pandas: bool = False) -> ArrayData:
    """The column of `values` as `type_`; None is null, and with `from_pandas` NaN, NaT and NA too.

    Raises ArrowInvalid, ArrowTypeError, OverflowError for values the type does not take.
    """
    if not isinstance(values, list):
        values = list(values)
    if from_pandas:
        values = [None if v is not None and is_nan(v) else v for v in values]
    if type_.id == t.NULL:
        return _build_null(values, type_)
    if isinstance(type_, t.DictionaryType):
        return _build_dictionary(values, type_, from_pandas)
    classes = set(map(type, values))
    has_nulls = NONE in classes
    valid = [value is not None for value in values] if has_nulls else None
    if scalar_builder := SCALAR_BUILDERS.get(type_.id):
        made = scalar_builder(values, type_, classes - {NONE})
    elif nested_builder := _NESTED_BUILDERS.get(type_.id):
        made = nested_builder(values, type_, from_pandas, classes - {NONE})
    else:
        t.no_arrays_of(type_)
    if valid is not None:
        return made.with_validity(view(bitmap.pack(valid)), len(valid) - sum(valid))
    return made


def _build_null(values: Sequence[Any], type_: t.DataType) -> ArrayData:
    if any(value is not None for value in values):
        raise ArrowInvalid("Invalid null value")
    return ArrayData(type_, len(values))


def _build_list(
    values: list[Any], type_: t.DataType, from_pandas: bool, _classes: set[type]
) -> ArrayData:
    assert isinstance(type_, t.ListType)
    lists = [() if value is None else _to_sequence(value) for value in values]
    offsets = pack_offsets(type_, list(map(len, lists)))
    child = build([item for items in lists for item in items], type_.value_type, from_pandas)
    return ArrayData(type_, len(values), None, [offsets], [child])


def _to_sequence(value: Any) -> Sequence[Any]:
    if isinstance(value, (list, tuple, str)):
        return value
    if isinstance(value, dict) or not hasattr(value, "__iter__") or getattr(value, "ndim", 1) != 1:
        why = "was not a sequence or recognized null for conversion to list type"
        raise ArrowTypeError(could_not(value, why))
    if getattr(getattr(value, "dtype", None), "kind", "OmM") not in "OmM":
        made: list[Any] = value.tolist()  # a numpy array of numbers
        return made
    return list(value)


def _build_fixed_list(
    values: list[Any], type_: t.DataType, from_pandas: bool, _classes: set[type]
) -> ArrayData:
    assert isinstance(type_, t.FixedSizeListType)
    size = type_.list_size
    lists = [(None,) * size if value is None else _to_sequence(value) for value in values]
    for items in lists:
        if len(items) != size:
            raise ArrowInvalid(
                f"Length of item not correct: expected {size} but got array of size {len(items)}"
            )
    child = build([item for items in lists for item in items], type_.value_type, from_pandas)
    return ArrayData(type_, len(values), None, [], [child])


def _build_map(
    values: list[Any], type_: t.DataType, from_pandas: bool, _classes: set[type]
) -> ArrayData:
    assert isinstance(type_, t.MapType)
    maps = [_to_pairs(value) for value in values]
    pairs = [pair for items in maps for pair in items]
    keys = [key for key, _ in pairs]
    if None in set(map(type, keys)) or any(key is None for key in keys):
        raise ArrowInvalid("Invalid Map: key field cannot contain null values")
    entries = ArrayData(
        type_.entries_field.type,
        len(pairs),
        None,
        [],
        [
            build(keys, type_.key_type, from_pandas),
            build([item for _, item in pairs], type_.item_type, from_pandas),
        ],
    )
    offsets = pack_offsets(type_, list(map(len, maps)))
    return ArrayData(type_, len(values), None, [offsets], [entries])


def _to_pairs(value: Any) -> Sequence[tuple[Any, Any]]:
    if value is None:
        return ()
    if isinstance(value, dict):
        return list(value.items())
    pairs = _to_sequence(value)
    for pair in pairs:
        if isinstance(pair, tuple) and len(pair) == 2:
            continue
        if isinstance(pair, dict) and set(pair) == {"key", "value"}:
            return [(p["key"], p["value"]) if isinstance(p, dict) else p for p in pairs]
        if isinstance(pair, tuple):
            raise ArrowInvalid("Tuple size must be equal to number of struct fields")
        why = "was not a dict, tuple, or recognized null value for conversion to struct type"
        if isinstance(pair, str):
            why = "was expecting tuple of (key, value) pair"
        raise ArrowTypeError(could_not(pair, why))
    return pairs


def _build_struct(
    values: list[Any], type_: t.DataType, from_pandas: bool, classes: set[type]
) -> ArrayData:
    assert isinstance(type_, t.StructType)
    missing = [i for i, value in enumerate(values) if value is None]
    if classes <= {dict}:
        rows = [{} if value is None else value for value in values] if missing else values
        columns = [[row.get(name) for row in rows] for name in type_.names]
    else:
        columns = _struct_columns(values, type_)
    children = []
    for column, field in zip(columns, type_.fields, strict=True):
        child = build(column, field.type, from_pandas)
        children.append(_filled(child, missing) if missing else child)
    return ArrayData(type_, len(values), None, [], children)


def _struct_columns(values: list[Any], type_: t.StructType) -> list[list[Any]]:
    width = len(type_.fields)
    rows = [(None,) * width if v is None else _struct_row(v, type_, width) for v in values]
    return (
        [list(column) for column in zip(*rows, strict=True)] if rows else [[] for _ in range(width)]
    )


def _struct_row(value: Any, type_: t.StructType, width: int) -> Sequence[Any]:
    if isinstance(value, dict):
        return [value.get(name) for name in type_.names]
    if isinstance(value, tuple):
        if len(value) != width:
            raise ArrowInvalid("Tuple size must be equal to number of struct fields")
        return value
    if isinstance(value, list):
        for pair in value:
            if not isinstance(pair, tuple) or len(pair) != 2:
                raise ArrowTypeError(could_not(pair, "was expecting tuple of (key, value) pair"))
        pairs = dict(value)
        return [pairs.get(name) for name in type_.names]
    why = "was not a dict, tuple, or recognized null value for conversion to struct type"
    raise ArrowTypeError(could_not(value, why))


def _filled(child: ArrayData, rows: list[int]) -> ArrayData:
    """The values under null structs valid (zero, empty), as Arrow's StructBuilder makes them.

    It shows: a child that has no nulls of its own converts to an integer column, not to floats.
    """
    if child.type.id == t.NULL or child.validity is None:
        return child
    bits = child.is_valid()
    for row in rows:
        bits[row] = True
    unset = bits.count(False)
    if child.type.id == t.STRUCT:
        children = [_filled(grandchild, rows) for grandchild in child.children]
        child = child.with_children(child.type, children)
    elif isinstance(child.type, t.FixedSizeListType):
        size = child.type.list_size
        elements = [row * size + i for row in rows for i in range(size)]
        child = child.with_children(child.type, [_filled(child.children[0], elements)])
    return child.with_validity(view(bitmap.pack(bits)) if unset else None, unset)


def _build_dictionary(values: list[Any], type_: t.DictionaryType, from_pandas: bool) -> ArrayData:
    positions: dict[Any, int] = {}
    indices = [None if v is None else positions.setdefault(v, len(positions)) for v in values]
    words = build(list(positions), type_.value_type, from_pandas)
    return build(indices, type_.index_type).with_dictionary(type_, words)


_Builder = Callable[[list[Any], t.DataType, bool, set[type]], ArrayData]
_NESTED_BUILDERS: dict[int, _Builder] = {
    t.LIST: _build_list,
    t.LARGE_LIST: _build_list,
    t.FIXED_SIZE_LIST: _build_fixed_list,
    t.MAP: _build_map,
    t.STRUCT: _build_struct,
}
