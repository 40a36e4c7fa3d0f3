"""What `Array.validate(full=True)` looks at: whether each value is one that its type can have."""

from __future__ import annotations

from .. import types as t
from ..errors import ArrowInvalid
from ..memory.data import ArrayData
from .decode import dictionary_indices, to_pylist


def check_values(data: ArrayData) -> None:
    """Raise ArrowInvalid for a value that is none of its type; what is under a null may be any."""
    type_ = data.type
    if type_.id == t.DATE64 or isinstance(type_, (t.Time32Type, t.Time64Type)):
        _check_counts(data)
    elif type_.id in t.VARIABLE or type_.id == t.DECIMAL128:
        to_pylist(data)
    elif type_.id in t.LISTS:
        offsets = data.offsets()
        check_values(data.children[0].slice(offsets[0], offsets[-1] - offsets[0]))
    elif type_.id == t.FIXED_SIZE_LIST:
        check_values(data.list_values())
    elif type_.id == t.STRUCT:
        for i in range(len(data.children)):
            check_values(data.child(i))
    elif data.dictionary is not None:
        dictionary_indices(data)
        check_values(data.dictionary)


def _check_counts(data: ArrayData) -> None:
    """Times lie within one day, and a date64 has nothing of a day."""
    type_ = data.type
    for value, valid in zip(data.numbers().tolist(), data.is_valid(), strict=True):
        if not valid:
            continue
        if isinstance(type_, t.UnitType):
            day = t.DAY_SECONDS * t.PER_SECOND[type_.unit]
            if not 0 <= value < day:
                raise ArrowInvalid(f"{type_} {value} is not within the acceptable range [0, {day})")
        elif value % t.DAY_MILLISECONDS:
            raise ArrowInvalid(f"{type_} {value} does not represent a whole number of days")
