"""Whether buffers and children are long enough for the values that an array says it has."""

from __future__ import annotations

from .. import types as t
from ..errors import ArrowInvalid
from .data import ArrayData


def buffer_count(type_: t.DataType) -> int:
    """The number of buffers after the validity bitmap."""
    if type_.id in (t.STRUCT, t.FIXED_SIZE_LIST, t.NULL):
        return 0
    return 2 if type_.id in t.VARIABLE else 1


def check_buffers(data: ArrayData) -> None:
    """Raise ArrowInvalid unless every buffer and child is long enough for the values.

    Offsets themselves are checked where they are used (`ArrayData.offsets`).
    """
    end = data.offset + data.length
    if data.length < 0 or data.offset < 0:
        raise ArrowInvalid("An array has a negative length or offset")
    if data.validity is not None and len(data.validity) * 8 < end:
        raise ArrowInvalid("A validity bitmap is shorter than its array")
    if len(data.buffers) != buffer_count(data.type):
        raise ArrowInvalid(f"An array of type {data.type} has {len(data.buffers)} buffers")
    if data.buffers and len(data.buffers[0]) < _needed(data, end):
        raise ArrowInvalid(f"A buffer of an array of type {data.type} is shorter than its array")
    for child, field in zip(data.children, data.type._children(), strict=True):
        if child.type != field.type:
            raise ArrowInvalid(f"A child of type {child.type} in an array of type {data.type}")
        if child.length < needed_child(data, end):
            raise ArrowInvalid(f"A child of an array of type {data.type} is shorter than it")


def _needed(data: ArrayData, end: int) -> int:
    """The bytes the first buffer must have; an array without values may lack its offsets."""
    if data.type.id == t.BOOL:
        return (end + 7) >> 3
    if data.type.id in t.VARIABLE or data.type.id in t.LISTS:
        return (end + 1) * t.offset_width(data.type.id) if end else 0
    return end * (t.byte_width(data.type) or 0)


def needed_child(data: ArrayData, end: int) -> int:
    """How many values children must have for the first `end` of their parent."""
    if isinstance(data.type, t.FixedSizeListType):
        return end * data.type.list_size
    return end if data.type.id == t.STRUCT else 0
