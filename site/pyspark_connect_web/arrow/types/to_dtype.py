"""The numpy dtypes of types.

Types ask for theirs (`DataType.to_pandas_dtype`), so this knows of them only ids, units and zones.
numpy and pandas take seconds to import in a tab, so only a call does.
"""

from __future__ import annotations

from typing import Any

from . import ids
from .timezones import tzinfo_of

_DTYPES = {
    "b": "<i1", "B": "<u1", "h": "<i2", "H": "<u2", "i": "<i4", "I": "<u4", "q": "<i8", "Q": "<u8",
    "f": "<f4", "d": "<f8",
}  # fmt: skip


def dtype_text(type_: Any) -> str:
    """The name that numpy has for values of a type that are numbers, instants or durations."""
    if type_.id == ids.TIMESTAMP:
        return f"<M8[{type_.unit}]"
    if type_.id == ids.DURATION:
        return f"<m8[{type_.unit}]"
    return _DTYPES[ids.FORMATS[type_.id]]


def pandas_dtype(type_: Any) -> Any:
    """What `DataType.to_pandas_dtype` returns; NotImplementedError for nested types."""
    import numpy

    if type_.id == ids.BOOL:
        return numpy.bool_
    if type_.id in ids.INTEGERS or type_.id in ids.FLOATS:
        return numpy.dtype(dtype_text(type_)).type
    if type_.id == ids.TIMESTAMP and type_.tz:
        import pandas

        return pandas.DatetimeTZDtype(type_.unit, tzinfo_of(type_.tz))
    if type_.id in (ids.TIMESTAMP, ids.DURATION):
        return numpy.dtype(dtype_text(type_))
    if type_.id in (ids.DATE32, ids.DATE64):
        return numpy.dtype("datetime64[ms]")
    objects = (ids.DECIMAL128, ids.LIST, ids.MAP, ids.NULL, ids.FIXED_SIZE_BINARY)
    if type_.id in ids.VARIABLE or type_.id in objects:
        return numpy.object_
    raise NotImplementedError(str(type_))
