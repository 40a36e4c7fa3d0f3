"""The types of numpy dtypes."""

from __future__ import annotations

from typing import Any

from ..errors import unsupported
from .datatypes import (
    DataType,
    binary,
    bool_,
    date32,
    duration,
    float16,
    float32,
    float64,
    int8,
    int16,
    int32,
    int64,
    string,
    timestamp,
    uint8,
    uint16,
    uint32,
    uint64,
)
from .units import UNITS

_BY_DTYPE = {
    "i1": int8, "i2": int16, "i4": int32, "i8": int64, "u1": uint8, "u2": uint16,
    "u4": uint32, "u8": uint64, "f4": float32, "f8": float64, "b1": bool_,
    "f2": float16,
}  # fmt: skip


def type_of_dtype(dtype: Any) -> DataType:
    """The Arrow type of a numpy dtype; ArrowNotImplementedError when there is none."""
    if dtype.kind in "mM":
        unit = dtype.str.partition("[")[2].rstrip("]")
        if dtype.kind == "M" and unit == "D":
            return date32()
        if unit in UNITS:
            return timestamp(unit) if dtype.kind == "M" else duration(unit)
    elif dtype.kind == "U":
        return string()
    elif dtype.kind == "S":
        return binary()
    elif (factory := _BY_DTYPE.get(dtype.str[1:])) is not None:
        return factory()
    raise unsupported(f"A numpy array of dtype {dtype}")


def from_numpy_dtype(dtype: Any) -> DataType:
    """As `pyarrow.from_numpy_dtype`."""
    import numpy

    return type_of_dtype(numpy.dtype(dtype))
