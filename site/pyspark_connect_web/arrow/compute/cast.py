"""Changing a column's type: `Array.cast`.

A pair of types without a rule raises ArrowNotImplementedError. With `safe`, a value that would
change (overflow, lost fraction, lost time resolution) raises ArrowInvalid.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from typing import Any

from .. import types as t
from ..errors import ArrowInvalid, no_cast
from ..memory.data import ArrayData, nulls, pack_offsets
from ..memory.slicing import compact
from ..values.stored import decode_dictionary, encode, rebuilt_as, stored
from .cast_numbers import cast_number, decimal_to, from_float_or_int
from .cast_temporal import cast_temporal
from .cast_text import from_text, to_text

_NUMBERS = t.INTEGERS | t.FLOATS | {t.BOOL}
_TEMPORAL = frozenset(
    {t.DATE32, t.DATE64, t.TIMESTAMP, t.DURATION, t.TIME32, t.TIME64}
)  # fmt: skip


def cast(data: ArrayData, target: t.DataType, safe: bool = True) -> ArrayData:
    """The values of `data` as `target`."""
    source = data.type
    if source == target:
        if source.id not in t.NESTED:
            return data.with_type(target)
        _check_view(data, target)
    if source.id == t.NULL:
        return nulls(target, data.length)
    if source.id == t.DICTIONARY or target.id == t.DICTIONARY:
        return _cast_dictionary(data, target, safe)
    if source.id in t.NESTED and target.id in t.NESTED:
        return _cast_nested(data, target, safe)
    rule = _rule(source, target)
    if rule is None:
        raise no_cast(source, target)
    return rule(data, target, safe)


def _check_view(data: ArrayData, target: t.DataType) -> None:
    """To an equal type Arrow casts by view (C++ `ArrayData::View`), which no null may hinder.

    Raises ArrowInvalid for a null in a field that has none, though its parent may be null too.
    """
    if _has_forbidden_null(data):
        raise ArrowInvalid(
            f"Can't view array of type {data.type} as {target}: nulls in input cannot be viewed as "
            "non-nullable"
        )


def _has_forbidden_null(data: ArrayData) -> bool:
    fields = [data.type.field(i) for i in range(len(data.children))]
    return any(
        (child.null_count > 0 and not field.nullable) or _has_forbidden_null(child)
        for child, field in zip(data.children, fields, strict=True)
    )


_Rule = Callable[[ArrayData, t.DataType, bool], ArrayData]


def _rule(source: t.DataType, target: t.DataType) -> _Rule | None:
    if source.id in _NUMBERS and target.id in _NUMBERS:
        return cast_number
    if source.id in t.VARIABLE or source.id == t.FIXED_SIZE_BINARY:
        return from_text
    if target.id in t.STRINGS:
        return to_text
    if source.id == t.DECIMAL128:
        return decimal_to
    if target.id == t.DECIMAL128 and source.id in t.INTEGERS | t.FLOATS:
        return from_float_or_int
    if source.id in _TEMPORAL or target.id in _TEMPORAL:
        return cast_temporal
    return None


def _cast_dictionary(data: ArrayData, target: t.DataType, safe: bool) -> ArrayData:
    if isinstance(target, t.DictionaryType):
        plain = data
        if isinstance(data.type, t.DictionaryType) and data.type.value_type == target.value_type:
            assert data.dictionary is not None
            positions = cast(data.positions(), target.index_type, safe)
            return positions.with_dictionary(target, data.dictionary)
        if isinstance(data.type, t.DictionaryType):
            plain = decode_dictionary(data)
        elif data.type != target.value_type and data.type.id not in t.VARIABLE:
            raise no_cast(data.type, target)
        return encode(cast(plain, target.value_type, safe), target)
    assert isinstance(data.type, t.DictionaryType)
    return cast(decode_dictionary(data), target, safe)


def _cast_nested(data: ArrayData, target: t.DataType, safe: bool) -> ArrayData:
    source = data.type
    if isinstance(target, t.StructType) and isinstance(source, t.StructType):
        return _cast_struct(data, source, target, safe)
    if source.id in t.LISTS and target.id in t.LISTS:
        return _cast_list(data, target, safe)
    if isinstance(target, t.FixedSizeListType) or isinstance(source, t.FixedSizeListType):
        return _cast_fixed_list(data, target, safe)
    raise no_cast(source, target)


def _cast_list(data: ArrayData, target: t.DataType, safe: bool) -> ArrayData:
    """Lists to lists (or maps) with other elements or offsets."""
    child_type = target.field(0).type
    if target.id == t.MAP and data.type.id != t.MAP:
        raise no_cast(data.type, target)
    if t.offset_width(data.type.id) == t.offset_width(target.id):
        whole = compact(data) if data.offset else data
        return whole.with_children(target, [_child(whole.children[0], target, child_type, safe)])
    data = compact(data)
    offsets = data.offsets()
    lengths = [b - a for a, b in pairwise(offsets)]
    child = cast(data.children[0], child_type, safe)
    return ArrayData(target, data.length, data.validity, [pack_offsets(target, lengths)], [child])


def _child(child: ArrayData, parent: t.DataType, child_type: t.DataType, safe: bool) -> ArrayData:
    """The elements as `child_type`; map entries go by position, whatever their names."""
    if isinstance(parent, t.MapType):
        assert isinstance(child_type, t.StructType)
        entries = compact(child)
        pairs = zip(entries.children, child_type.fields, strict=True)
        return entries.with_children(child_type, [cast(c, f.type, safe) for c, f in pairs])
    return cast(child, child_type, safe)


def _cast_fixed_list(data: ArrayData, target: t.DataType, safe: bool) -> ArrayData:
    source = data.type
    if isinstance(source, t.FixedSizeListType) and isinstance(target, t.FixedSizeListType):
        if source.list_size != target.list_size:
            raise ArrowInvalid(
                f"Size of FixedList is not the same. input list: {source} output list: {target}"
            )
        data = compact(data)
        return data.with_children(target, [cast(data.children[0], target.value_type, safe)])
    if not isinstance(source, t.ListType) or not isinstance(target, t.ListType):
        raise no_cast(source, target)
    values = stored(data)
    if isinstance(target, t.FixedSizeListType):
        for value in values:
            if value is not None and len(value) != target.list_size:
                raise ArrowInvalid(
                    "ListType can only be casted to FixedSizeListType if the lists are all the "
                    "expected size."
                )
    same_elements: Any = target.field(0).with_type(source.value_type)
    if isinstance(target, t.FixedSizeListType):
        between: t.DataType = t.list_(same_elements, target.list_size)
    else:
        between = (
            t.large_list(same_elements) if target.id == t.LARGE_LIST else t.list_(same_elements)
        )
    return cast(rebuilt_as(values, between, data), target, safe)


def _cast_struct(
    data: ArrayData, source: t.StructType, target: t.StructType, safe: bool
) -> ArrayData:
    """Fields are matched by name; one the source lacks becomes null, if it may be."""
    data = compact(data)
    by_name = {name: i for i, name in reversed(list(enumerate(source.names)))}
    same_names = source.names == target.names
    children = []
    for position, field in enumerate(target.fields):
        i = position if same_names else by_name.get(field.name)
        if i is None:
            if not field.nullable:
                raise ArrowInvalid(
                    "struct fields names do not match or are in the wrong orders: "
                    f"{source} {target}"
                )
            children.append(nulls(field.type, data.length))
            continue
        child = data.children[i]
        if not field.nullable and source.fields[i].nullable and child.null_count:
            raise ArrowInvalid(
                f"field '{field.name}' of type {child.type} has nulls. Can't cast to non-nullable "
                f"field '{field.name}' of type {field.type}"
            )
        children.append(cast(child, field.type, safe))
    return data.with_children(target, children)
