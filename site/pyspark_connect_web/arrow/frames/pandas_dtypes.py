"""Columns as pandas' own dtypes: nullable numbers, texts, periods and intervals.

Real pyarrow asks the dtype for it (``__from_arrow__``); pandas sees no pyarrow here, so this does.
A period or interval is written as pandas writes it: its storage, in a field that names the
extension type. https://arrow.apache.org/docs/format/Columnar.html#extension-types
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import numpy
import pandas

from .. import types as t
from ..compute.cast import cast
from ..errors import unsupported
from ..memory.data import ArrayData
from ..types.from_dtype import from_numpy_dtype
from ..values.decode import to_pylist
from ..values.stored import stored
from .to_numpy import chunks_to_numpy

_NAME = b"ARROW:extension:name"
_METADATA = b"ARROW:extension:metadata"


_PERIOD, _INTERVAL = b"pandas.period", b"pandas.interval"


def extension_of(dtype: Any, type_: t.DataType) -> t.Metadata | None:
    """What a field of `type_` says of the pandas dtype that its values had, if that is one."""
    if type(dtype).__name__ == "PeriodDtype" and type_.id == t.INT64:
        return {_METADATA: json.dumps({"freq": dtype._freqstr}).encode(), _NAME: _PERIOD}
    if type(dtype).__name__ == "IntervalDtype" and isinstance(type_, t.StructType):
        subtype = str(type_.fields[0].type)
        text = json.dumps({"subtype": subtype, "closed": dtype.closed})
        return {_METADATA: text.encode(), _NAME: _INTERVAL}
    return None


def dtype_of(field: t.Field) -> Any:
    """The pandas dtype that a field names, None for another field.

    Raises:
        ValueError, KeyError: the field's metadata is not what pandas writes.
    """
    metadata = field._metadata or {}
    name = metadata.get(_NAME)
    if name not in (_PERIOD, _INTERVAL):
        return None
    notes = json.loads(metadata.get(_METADATA, b"{}"))
    if name == _PERIOD:
        return pandas.PeriodDtype(notes["freq"])
    bound = t.type_for_alias(notes["subtype"]).to_pandas_dtype()
    return pandas.IntervalDtype(bound, notes["closed"])


def extension_array(chunks: Sequence[ArrayData], type_: t.DataType, dtype: Any) -> Any:
    """A column as pandas' array of `dtype`.

    Raises:
        TypeError, ValueError: values of `type_` are none of that dtype.
        ArrowNotImplementedError: the dtype is one that Arrow itself holds the values of.
    """
    kind = type(dtype).__name__
    if kind == "ArrowDtype":
        raise unsupported("A pandas column backed by Arrow (ArrowDtype)")
    if not hasattr(dtype, "__from_arrow__") or not hasattr(dtype, "construct_array_type"):
        raise ValueError("This column does not support to be converted to a pandas ExtensionArray")
    if kind == "PeriodDtype":
        return _periods(chunks, type_, dtype)
    if kind == "IntervalDtype":
        return _intervals(chunks, type_, dtype)
    if hasattr(dtype, "numpy_dtype") and type_.id in t.INTEGERS | t.FLOATS | {t.BOOL, t.NULL}:
        return _masked(chunks, dtype)
    return pandas.array([value for chunk in chunks for value in to_pylist(chunk)], dtype=dtype)


def _masked(chunks: Sequence[ArrayData], dtype: Any) -> Any:
    """Numbers or booleans beside a mask of those that are missing."""
    target = from_numpy_dtype(dtype.numpy_dtype)
    values = [value for chunk in chunks for value in stored(cast(chunk, target))]
    mask = numpy.array([value is None for value in values], dtype=bool)
    present = [0 if value is None else value for value in values]
    data = numpy.array(present, dtype=dtype.numpy_dtype)
    return dtype.construct_array_type()(data, mask)


def _periods(chunks: Sequence[ArrayData], type_: t.DataType, dtype: Any) -> Any:
    if type_.id != t.INT64:
        raise TypeError(f"Expected array of {dtype} type, got {type_} instead")
    values = [t.NOT_A_TIME if v is None else v for chunk in chunks for v in stored(chunk)]
    return dtype.construct_array_type()(numpy.array(values, dtype="i8"), dtype=dtype)


def _intervals(chunks: Sequence[ArrayData], type_: t.DataType, dtype: Any) -> Any:
    if not isinstance(type_, t.StructType) or type_.names != ["left", "right"]:
        raise TypeError(f"Expected array of {dtype} type, got {type_} instead")
    left, right = (
        numpy.asarray(
            chunks_to_numpy([chunk.child(i) for chunk in chunks], field.type), dtype=dtype.subtype
        )
        for i, field in enumerate(type_.fields)
    )
    return dtype.construct_array_type().from_arrays(left, right, closed=dtype.closed)
