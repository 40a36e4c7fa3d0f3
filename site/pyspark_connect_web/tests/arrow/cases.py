"""What is done with each name that the facade offers, for both modules to do.

`CASES` maps a name of `inventory.offered()` to calls of (subject, module). The part of the name
before the dot says which subjects there are: `test_cases.py` makes them, of every Spark type.
"""

from __future__ import annotations

import datetime as dt
import pickle
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import numpy as np
import pandas as pd

from .samples import MOMENTS

Call = Callable[[Any, Any], Any]
FACTORIES = (
    "null",
    "bool_",
    "int8",
    "int16",
    "int32",
    "int64",
    "uint8",
    "uint16",
    "uint32",
    "uint64",
    "float16",
    "float32",
    "float64",
    "string",
    "utf8",
    "large_string",
    "large_utf8",
    "binary",
    "large_binary",
    "date32",
    "date64",
    "month_day_nano_interval",
)

ARRAYS: dict[str, list[Call]] = {
    "Array.from_pandas": [
        lambda a, pa: pa.Array.from_pandas(a.to_pylist(), type=a.type),
        lambda a, pa: pa.Array.from_pandas(pd.Series(a.to_pylist(), dtype=object), type=a.type),
        lambda a, pa: pa.Array.from_pandas(
            a.to_pylist(), mask=np.array([True] * len(a)), type=a.type
        ),
    ],
    "Array.from_buffers": [
        lambda a, pa: _from_buffers(a, pa),
        lambda a, pa: _from_buffers(a.slice(1), pa),
    ],
    "Array.type": [lambda a, pa: a.type],
    "Array.null_count": [lambda a, pa: a.null_count, lambda a, pa: a.slice(1).null_count],
    "Array.offset": [lambda a, pa: a.offset, lambda a, pa: a.slice(2).offset],
    "Array.nbytes": [lambda a, pa: a.nbytes, lambda a, pa: a.slice(1, 2).nbytes],
    "Array.get_total_buffer_size": [lambda a, pa: a.get_total_buffer_size() > 0],
    "Array.buffers": [
        lambda a, pa: len(a.buffers()),
        lambda a, pa: [b is None or b.size > 0 for b in a.buffers()],
    ],
    "Array.__len__": [lambda a, pa: len(a), lambda a, pa: len(a.slice(9))],
    "Array.__getitem__": [
        *(lambda a, pa, i=i: a[i] for i in (0, 1, -1, 4, 5, -6)),
        lambda a, pa: a[1:3],
        lambda a, pa: a[::2],
        lambda a, pa: a[::-1],
        lambda a, pa: a[9:],
        lambda a, pa: a["x"],
        lambda a, pa: a[1.5],
    ],
    "Array.__iter__": [lambda a, pa: list(a), lambda a, pa: list(a.slice(1, 2))],
    "Array.slice": [
        *(
            lambda a, pa, w=w: a.slice(*w)
            for w in ((), (1,), (1, 2), (0, 0), (5,), (9, 2), (2, 99))
        ),
        lambda a, pa: a.slice(-1),
        lambda a, pa: a.slice(1, -1),
        lambda a, pa: a.slice(1).slice(1, 2),
    ],
    "Array.to_pylist": [
        lambda a, pa: a.to_pylist(),
        lambda a, pa: a.slice(1, 3).to_pylist(),
        lambda a, pa: a.to_pylist(maps_as_pydicts="lossy"),
        lambda a, pa: a.to_pylist(maps_as_pydicts="strict"),
        lambda a, pa: a.to_pylist(maps_as_pydicts="nonsense"),
    ],
    "Array.tolist": [lambda a, pa: a.tolist()],
    "Array.to_numpy": [
        lambda a, pa: a.to_numpy(),
        lambda a, pa: a.slice(2).to_numpy(),
        lambda a, pa: a.to_numpy(zero_copy_only=False),
        lambda a, pa: a.drop_null().to_numpy(),
        lambda a, pa: a.to_numpy(zero_copy_only=False, writable=True),
    ],
    "Array.to_pandas": [
        lambda a, pa: a.to_pandas(),
        lambda a, pa: a.slice(2).to_pandas(),
        lambda a, pa: a.drop_null().to_pandas(),
        lambda a, pa: a.slice(0, 0).to_pandas(),
        lambda a, pa: a.to_pandas(date_as_object=False),
        lambda a, pa: a.to_pandas(integer_object_nulls=True, timestamp_as_object=True),
        lambda a, pa: a.to_pandas(coerce_temporal_nanoseconds=True),
        lambda a, pa: a.to_pandas(maps_as_pydicts="lossy"),
        lambda a, pa: a.to_pandas(strings_to_categorical=True),
        lambda a, pa: a.to_pandas(nonsense=True),
    ],
    "Array.__array__": [lambda a, pa: np.asarray(a), lambda a, pa: np.asarray(a, dtype=object)],
    "Array.cast": [
        *(lambda a, pa, t=t: a.cast(t) for t in ("string", "int64", "float64", "nonsense")),
        lambda a, pa: a.cast(a.type),
        lambda a, pa: a.slice(1, 3).cast(a.type),
        lambda a, pa: a.cast(pa.int8(), safe=False),
        lambda a, pa: a.cast(pa.large_string()),
        lambda a, pa: a.cast(None),
    ],
    "Array.view": [
        lambda a, pa: a.view(a.type),
        lambda a, pa: a.view("int64"),
        lambda a, pa: a.view(pa.binary()).to_pylist(),
    ],
    "Array.is_null": [
        lambda a, pa: a.is_null(),
        lambda a, pa: a.is_null(nan_is_null=True),
        lambda a, pa: a.slice(1, 2).is_null(),
    ],
    "Array.is_valid": [lambda a, pa: a.is_valid(), lambda a, pa: a.slice(1, 2).is_valid()],
    "Array.drop_null": [lambda a, pa: a.drop_null(), lambda a, pa: a.slice(1, 2).drop_null()],
    "Array.filter": [
        lambda a, pa: a.filter(pa.array([True, False, True, None, False])),
        lambda a, pa: a.filter(pa.array([True])),
        lambda a, pa: a.filter(pa.array([False] * 5)),
    ],
    "Array.take": [
        lambda a, pa: a.take(pa.array([3, 0, 0])),
        lambda a, pa: a.take([1, 1]),
        lambda a, pa: a.take(pa.array([], pa.int64())),
        lambda a, pa: a.take(pa.array([0, 99])),
        lambda a, pa: a.take(pa.array([0, None])),
        lambda a, pa: a.slice(1).take([0, 2]),
    ],
    "Array.unique": [lambda a, pa: a.unique(), lambda a, pa: a.slice(2).unique()],
    "Array.dictionary_encode": [
        lambda a, pa: a.dictionary_encode(),
        lambda a, pa: a.slice(1).dictionary_encode(),
    ],
    "Array.equals": [
        lambda a, pa: a.equals(a),
        lambda a, pa: a.equals(a.slice(0)),
        lambda a, pa: a.equals(pa.array(a.to_pylist(), a.type)),
        lambda a, pa: a.equals(a.slice(1)),
        lambda a, pa: a.slice(4).equals(a.slice(0, 1)),
        lambda a, pa: a.equals(pa.array([1])),
        lambda a, pa: a.slice(0, 2).equals(pa.concat_arrays([a.slice(0, 1), a.slice(1, 1)])),
        lambda a, pa: a.equals(None),
        lambda a, pa: a.equals([1]),
    ],
    "Array.__eq__": [
        lambda a, pa: a == a.slice(0),
        lambda a, pa: a == a.slice(1),
        lambda a, pa: a == 5,
        lambda a, pa: a != a.slice(1),
        lambda a, pa: a == None,  # noqa: E711
    ],
    "Array.validate": [lambda a, pa: a.validate(), lambda a, pa: a.validate(full=True)],
    "Array.to_string": [
        lambda a, pa: a.to_string(),
        lambda a, pa: a.slice(1, 2).to_string(),
        lambda a, pa: a.to_string(indent=4),
        lambda a, pa: a.to_string(window=1),
        lambda a, pa: a.slice(0, 0).to_string(),
    ],
    "Array.__str__": [lambda a, pa: str(a)],
    "Array.__repr__": [lambda a, pa: repr(a).partition("\n")[2], lambda a, pa: repr(a).split()[0]],
    "Array.__reduce__": [lambda a, pa: _rebuilt(a), lambda a, pa: _rebuilt(a.slice(1, 2))],
    "ListLike.offsets": [lambda a, pa: a.offsets, lambda a, pa: a.slice(1, 2).offsets],
    "ListLike.values": [lambda a, pa: a.values, lambda a, pa: a.slice(1, 2).values],
    "ListLike.flatten": [lambda a, pa: a.flatten(), lambda a, pa: a.slice(2).flatten()],
    "FixedSizeListArray.values": [lambda a, pa: a.values, lambda a, pa: a.slice(1).values],
    "FixedSizeListArray.flatten": [lambda a, pa: a.flatten(), lambda a, pa: a.slice(2).flatten()],
    "FixedSizeListArray.from_arrays": [
        lambda a, pa: pa.FixedSizeListArray.from_arrays(a.slice(0, 4), 2),
        lambda a, pa: pa.FixedSizeListArray.from_arrays(a, 2),
        lambda a, pa: pa.FixedSizeListArray.from_arrays(
            a.slice(0, 4), 2, mask=pa.array([True, False])
        ),
        lambda a, pa: pa.FixedSizeListArray.from_arrays(a.slice(0, 4), type=pa.list_(a.type, 2)),
    ],
    "ListArray.from_arrays": [
        lambda a, pa: pa.ListArray.from_arrays([0, 2, 2, 5], a),
        lambda a, pa: pa.ListArray.from_arrays(pa.array([0, None, 5], pa.int32()), a),
        lambda a, pa: pa.ListArray.from_arrays([0, 9], a).validate(),
        lambda a, pa: pa.ListArray.from_arrays([0, 2], a, mask=pa.array([True])),
        lambda a, pa: pa.ListArray.from_arrays([0, 2], a, type=pa.list_(pa.field("e", a.type))),
        lambda a, pa: pa.ListArray.from_arrays([], a),
    ],
    "LargeListArray.from_arrays": [
        lambda a, pa: pa.LargeListArray.from_arrays([0, 2, 2, 5], a),
        lambda a, pa: pa.LargeListArray.from_arrays(pa.array([0, None, 5], pa.int64()), a),
    ],
    "MapArray.from_arrays": [
        lambda a, pa: pa.MapArray.from_arrays([0, 1, 5], pa.array(list("abcde")), a),
        lambda a, pa: pa.MapArray.from_arrays([0, 1, 5], a, pa.array(list("abcde"))),
        lambda a, pa: pa.MapArray.from_arrays([0, 1], pa.array(["a"]), a),
        lambda a, pa: pa.MapArray.from_arrays(
            pa.array([0, None, 5], pa.int32()), pa.array(list("abcde")), a
        ),
    ],
    "MapArray.keys": [lambda a, pa: a.keys, lambda a, pa: a.slice(3).keys],
    "MapArray.items": [lambda a, pa: a.items, lambda a, pa: a.slice(3).items],
    "StructArray.from_arrays": [
        lambda a, pa: pa.StructArray.from_arrays([a, a.slice(0)], ["x", "y"]),
        lambda a, pa: pa.StructArray.from_arrays([a], fields=[pa.field("x", a.type)]),
        lambda a, pa: pa.StructArray.from_arrays(
            [a], ["x"], mask=pa.array([True, False, False, True, False])
        ),
        lambda a, pa: pa.StructArray.from_arrays([a, a.slice(1)], ["x", "y"]),
        lambda a, pa: pa.StructArray.from_arrays([a], ["x", "y"]),
        lambda a, pa: pa.StructArray.from_arrays([a], fields=[pa.field("x", pa.int8())]).type,
    ],
    "StructArray.field": [
        lambda a, pa: a.field(0),
        lambda a, pa: a.field("b"),
        lambda a, pa: a.slice(1).field(1),
        lambda a, pa: a.field("nonsense"),
        lambda a, pa: a.field(9),
        lambda a, pa: a.field(-1),
    ],
    "StructArray.flatten": [lambda a, pa: a.flatten(), lambda a, pa: a.slice(1, 2).flatten()],
    "DictionaryArray.from_arrays": [
        lambda a, pa: pa.DictionaryArray.from_arrays(pa.array([0, None, 4]), a),
        lambda a, pa: pa.DictionaryArray.from_arrays(pa.array([0, 9]), a),
        lambda a, pa: (
            pa.DictionaryArray.from_arrays(pa.array([0], pa.int8()), a, ordered=True).type
        ),
    ],
    "DictionaryArray.indices": [lambda a, pa: a.indices, lambda a, pa: a.slice(1).indices],
    "DictionaryArray.dictionary": [lambda a, pa: a.dictionary],
    "DictionaryArray.dictionary_decode": [lambda a, pa: a.dictionary_decode()],
    "concat_arrays": [
        lambda a, pa: pa.concat_arrays([a, a.slice(1, 2)]),
        lambda a, pa: pa.concat_arrays([a]),
        lambda a, pa: pa.concat_arrays([a.slice(0, 0)]),
        lambda a, pa: pa.concat_arrays([]),
        lambda a, pa: pa.concat_arrays([a, pa.array([1.5], pa.float32()), a]),
    ],
    "nulls": [lambda a, pa: pa.nulls(3, a.type), lambda a, pa: pa.nulls(0, a.type)],
    "array": [
        lambda a, pa: pa.array(a.to_pylist(), a.type),
        lambda a, pa: pa.array(a.to_pylist()),
        lambda a, pa: pa.array(tuple(a.to_pylist()), a.type),
        lambda a, pa: pa.array(a),
        lambda a, pa: pa.array([], a.type),
        lambda a, pa: pa.array(a.to_pylist(), a.type, mask=np.array([False] * 4 + [True])),
        lambda a, pa: pa.array(a.to_pandas()),
        lambda a, pa: pa.array(a.to_pandas(), a.type),
        lambda a, pa: pa.array([object()], a.type),
        lambda a, pa: pa.array(5, a.type),
    ],
    "asarray": [
        lambda a, pa: pa.lib.asarray(a),
        lambda a, pa: pa.lib.asarray([1, None], pa.int8()),
    ],
    "scalar": [
        lambda a, pa: pa.scalar(a.to_pylist()[0], a.type),
        lambda a, pa: pa.scalar(None, a.type),
    ],
    "infer_type": [lambda a, pa: pa.infer_type(a.to_pylist())],
    "compute.cast": [lambda a, pa: pa.compute.cast(a, pa.string())],
    "compute.is_null": [
        lambda a, pa: pa.compute.is_null(a),
        lambda a, pa: pa.compute.is_null(a, nan_is_null=True),
    ],
    "compute.is_valid": [lambda a, pa: pa.compute.is_valid(a)],
    "compute.assume_timezone": [
        lambda a, pa: pa.compute.assume_timezone(a, "Europe/Berlin"),
        lambda a, pa: pa.compute.assume_timezone(
            a, "America/New_York", ambiguous="earliest", nonexistent="latest"
        ),
        lambda a, pa: pa.compute.assume_timezone(a, "No/Where"),
    ],
    "compute.local_timestamp": [lambda a, pa: pa.compute.local_timestamp(a)],
    "compute.floor_temporal": [
        lambda a, pa: pa.compute.floor_temporal(a, unit="second"),
        lambda a, pa: pa.compute.floor_temporal(a, unit="day"),
    ],
}


def _from_buffers(array: Any, pa: Any) -> Any:
    """The same column over its own buffers; pyarrow does not survive missing children."""
    if array.type.num_fields or pa.types.is_dictionary(array.type):
        raise TypeError("has children")
    return pa.Array.from_buffers(array.type, len(array), array.buffers(), offset=array.offset)


def _rebuilt(thing: Any) -> Any:
    """What unpickling makes of it; the facade's classes are pickled under pyarrow's names."""
    factory, arguments = thing.__reduce__()[:2]
    return factory(*arguments)


SCALARS: dict[str, list[Call]] = {
    "Scalar.type": [lambda s, pa: s.type],
    "Scalar.is_valid": [lambda s, pa: s.is_valid],
    "Scalar.as_py": [lambda s, pa: s.as_py(), lambda s, pa: s.as_py(maps_as_pydicts="lossy")],
    "Scalar.cast": [lambda s, pa: s.cast(pa.string()), lambda s, pa: s.cast(s.type)],
    "Scalar.equals": [
        lambda s, pa: s.equals(pa.scalar(s.as_py(), s.type)),
        lambda s, pa: s.equals(pa.scalar(5)),
    ],
    "Scalar.__eq__": [
        lambda s, pa: s == pa.scalar(s.as_py(), s.type),
        lambda s, pa: s == pa.scalar(5),
        lambda s, pa: s == 5,
        lambda s, pa: s != s,
    ],
    "Scalar.__hash__": [lambda s, pa: isinstance(hash(s), int)],
    "Scalar.__reduce__": [lambda s, pa: _rebuilt(s)],
    "Scalar.__str__": [lambda s, pa: str(s)],
    "Scalar.__repr__": [lambda s, pa: repr(s)],
    "TimestampScalar.__repr__": [lambda s, pa: repr(s)],
    "StructScalar.__str__": [lambda s, pa: str(s)],
    "StructScalar.__repr__": [lambda s, pa: repr(s)],
    "ListScalar.values": [lambda s, pa: s.values],
    "ListScalar.__len__": [lambda s, pa: len(s)],
    "ListScalar.__getitem__": [lambda s, pa: s[0], lambda s, pa: s[-1], lambda s, pa: s[9]],
    "ListScalar.__iter__": [lambda s, pa: list(s)],
    "MapScalar.__iter__": [lambda s, pa: list(s)],
    "MapScalar.__getitem__": [lambda s, pa: s[0], lambda s, pa: s["a"], lambda s, pa: s["nope"]],
    "StructScalar.__getitem__": [
        lambda s, pa: s["a"],
        lambda s, pa: s[0],
        lambda s, pa: s["nope"],
        lambda s, pa: s[9],
    ],
    "StructScalar.__len__": [lambda s, pa: len(s)],
    "StructScalar.__iter__": [lambda s, pa: list(s)],
    "StructScalar.keys": [lambda s, pa: list(s.keys())],
    "StructScalar.items": [lambda s, pa: list(s.items())],
    "StructScalar.values": [lambda s, pa: list(s.values())],
}

CHUNKED: dict[str, list[Call]] = {
    "ChunkedArray.type": [lambda c, pa: c.type],
    "ChunkedArray.chunks": [lambda c, pa: c.chunks],
    "ChunkedArray.num_chunks": [lambda c, pa: c.num_chunks],
    "ChunkedArray.chunk": [
        lambda c, pa: c.chunk(0),
        lambda c, pa: c.chunk(2),
        lambda c, pa: c.chunk(9),
    ],
    "ChunkedArray.iterchunks": [lambda c, pa: list(c.iterchunks())],
    "ChunkedArray.null_count": [lambda c, pa: c.null_count],
    "ChunkedArray.nbytes": [lambda c, pa: c.nbytes],
    "ChunkedArray.get_total_buffer_size": [lambda c, pa: c.get_total_buffer_size() > 0],
    "ChunkedArray.__len__": [lambda c, pa: len(c)],
    "ChunkedArray.__getitem__": [
        *(lambda c, pa, i=i: c[i] for i in (0, 5, 6, -1, 99)),
        lambda c, pa: c[1:6],
        lambda c, pa: c[::3],
        lambda c, pa: c[9:],
    ],
    "ChunkedArray.__iter__": [lambda c, pa: list(c)],
    "ChunkedArray.slice": [
        *(lambda c, pa, w=w: c.slice(*w) for w in ((1,), (4, 2), (5, 1), (99,), (0, 0))),
        lambda c, pa: c.slice(-1),
        lambda c, pa: c.slice(4, 2).num_chunks,
    ],
    "ChunkedArray.combine_chunks": [
        lambda c, pa: c.combine_chunks(),
        lambda c, pa: c.slice(4, 2).combine_chunks(),
    ],
    "ChunkedArray.to_pylist": [
        lambda c, pa: c.to_pylist(),
        lambda c, pa: c.to_pylist(maps_as_pydicts="lossy"),
    ],
    "ChunkedArray.to_numpy": [
        lambda c, pa: c.to_numpy(),
        lambda c, pa: c.to_numpy(zero_copy_only=True),
    ],
    "ChunkedArray.to_pandas": [
        lambda c, pa: c.to_pandas(),
        lambda c, pa: c.to_pandas(coerce_temporal_nanoseconds=True),
        lambda c, pa: c.slice(99).to_pandas(),
    ],
    "ChunkedArray.__array__": [lambda c, pa: np.asarray(c)],
    "ChunkedArray.cast": [
        lambda c, pa: c.cast(pa.string()),
        lambda c, pa: c.cast(c.type),
        lambda c, pa: c.cast("int8"),
    ],
    "ChunkedArray.is_null": [lambda c, pa: c.is_null(), lambda c, pa: c.is_null(nan_is_null=True)],
    "ChunkedArray.is_valid": [lambda c, pa: c.is_valid()],
    "ChunkedArray.take": [lambda c, pa: c.take(pa.array([6, 0])), lambda c, pa: c.take([99])],
    "ChunkedArray.filter": [
        lambda c, pa: c.filter(pa.array([True, False, None, True, False, True, True]))
    ],
    "ChunkedArray.drop_null": [lambda c, pa: c.drop_null()],
    "ChunkedArray.unique": [lambda c, pa: c.unique()],
    "ChunkedArray.flatten": [lambda c, pa: c.flatten()],
    "ChunkedArray.equals": [
        lambda c, pa: c.equals(c),
        lambda c, pa: c.equals(pa.chunked_array([c.combine_chunks()])),
        lambda c, pa: c.equals(c.slice(1)),
    ],
    "ChunkedArray.__eq__": [lambda c, pa: c == c.slice(0), lambda c, pa: c == 5],
    "ChunkedArray.validate": [lambda c, pa: c.validate(), lambda c, pa: c.validate(full=True)],
    "ChunkedArray.to_string": [lambda c, pa: c.to_string(), lambda c, pa: c.to_string(window=1)],
    "ChunkedArray.__str__": [lambda c, pa: str(c)],
    "ChunkedArray.__repr__": [lambda c, pa: repr(c).partition("\n")[2]],
    "ChunkedArray.__reduce__": [lambda c, pa: _rebuilt(c)],
    "chunked_array": [
        lambda c, pa: pa.chunked_array(c.chunks),
        lambda c, pa: pa.chunked_array([], c.type),
        lambda c, pa: pa.chunked_array([c.chunk(0).to_pylist()], c.type),
        lambda c, pa: pa.chunked_array([c.chunk(0), pa.array([1.5], pa.float32())]),
        lambda c, pa: pa.chunked_array([]),
    ],
}

TYPES: dict[str, list[Call]] = {
    "DataType.id": [lambda t, pa: t.id],
    "DataType.__str__": [lambda t, pa: str(t)],
    "DataType.__repr__": [lambda t, pa: repr(t)],
    "DataType.__eq__": [
        lambda t, pa: t == t,
        lambda t, pa: t == pa.int32(),
        lambda t, pa: t == "int32",
        lambda t, pa: t == 5,
        lambda t, pa: t != pa.string(),
    ],
    "DataType.__hash__": [lambda t, pa: hash(t) == hash(_rebuilt(t)), lambda t, pa: len({t, t})],
    "DataType.__reduce__": [lambda t, pa: _rebuilt(t)],
    "DataType.equals": [
        lambda t, pa: t.equals(t),
        lambda t, pa: t.equals("int32"),
        lambda t, pa: t.equals(5),
        lambda t, pa: t.equals(_rebuilt(t), check_metadata=True),
    ],
    "DataType.num_fields": [lambda t, pa: t.num_fields],
    "DataType.field": [
        lambda t, pa: t.field(0),
        lambda t, pa: t.field(9),
        lambda t, pa: t.field("a"),
    ],
    "DataType.bit_width": [lambda t, pa: t.bit_width],
    "DataType.byte_width": [lambda t, pa: t.byte_width],
    "DataType.to_pandas_dtype": [lambda t, pa: str(t.to_pandas_dtype())],
    **{
        f"{cls}.__reduce__": [lambda t, pa: _rebuilt(t)]
        for cls in (
            "FixedSizeBinaryType",
            "Decimal128Type",
            "TimestampType",
            "ListType",
            "LargeListType",
            "FixedSizeListType",
            "MapType",
            "StructType",
            "DictionaryType",
        )
    },
    **{
        f"{cls}.{name}": [lambda t, pa, name=name: getattr(t, name)]
        for cls, names in {
            "Decimal128Type": ("precision", "scale"),
            "UnitType": ("unit",),
            "TimestampType": ("tz",),
            "ListType": ("value_field", "value_type"),
            "FixedSizeListType": ("list_size",),
            "MapType": ("key_field", "key_type", "item_field", "item_type", "keys_sorted"),
            "StructType": ("names", "fields"),
            "DictionaryType": ("index_type", "value_type", "ordered"),
        }.items()
        for name in names
    },
    "MapType.entries_field": [lambda t, pa: t.field(0)],
    "ListType.field": [
        lambda t, pa: t.field(0),
        lambda t, pa: t.field(1),
        lambda t, pa: t.field(-1),
    ],
    "MapType.field": [lambda t, pa: t.field(0), lambda t, pa: t.field(1)],
    "StructType.field": [
        lambda t, pa: t.field(0),
        lambda t, pa: t.field("b"),
        lambda t, pa: t.field("nope"),
        lambda t, pa: t.field(9),
        lambda t, pa: t.field(-1),
        lambda t, pa: t.field(1.5),
    ],
    "StructType.__len__": [lambda t, pa: len(t)],
    "StructType.__iter__": [lambda t, pa: list(t)],
    "StructType.__getitem__": [lambda t, pa: t[0], lambda t, pa: t["a"], lambda t, pa: t["nope"]],
    "StructType.get_field_index": [
        lambda t, pa: t.get_field_index("a"),
        lambda t, pa: t.get_field_index("z"),
    ],
    "StructType.get_all_field_indices": [lambda t, pa: t.get_all_field_indices("b")],
    "list_": [
        lambda t, pa: pa.list_(t),
        lambda t, pa: pa.list_(t, 3),
        lambda t, pa: pa.list_(pa.field("e", t)),
        lambda t, pa: pa.list_("int8"),
    ],
    "large_list": [lambda t, pa: pa.large_list(t), lambda t, pa: pa.large_list(5)],
    "map_": [
        lambda t, pa: pa.map_(pa.string(), t),
        lambda t, pa: pa.map_(t, pa.int8(), keys_sorted=True),
        lambda t, pa: pa.map_(pa.field("k", t), t),
    ],
    "struct": [
        lambda t, pa: pa.struct([("a", t)]),
        lambda t, pa: pa.struct({"a": t}),
        lambda t, pa: pa.struct([pa.field("a", t, False, {"k": "v"})]),
        lambda t, pa: pa.struct(5),
    ],
    "dictionary": [
        lambda t, pa: pa.dictionary(pa.int8(), t),
        lambda t, pa: pa.dictionary(pa.int16(), t, ordered=True),
        lambda t, pa: pa.dictionary(pa.string(), t),
    ],
    "field": [
        lambda t, pa: pa.field("a", t),
        lambda t, pa: pa.field("a", t, nullable=False),
        lambda t, pa: pa.field("a", t, metadata={"k": b"v"}),
        lambda t, pa: pa.field(pa.field("a", t)),
        lambda t, pa: pa.field("a", 5),
    ],
}

FIELDS: dict[str, list[Call]] = {
    "Field.name": [lambda f, pa: f.name],
    "Field.type": [lambda f, pa: f.type],
    "Field.nullable": [lambda f, pa: f.nullable],
    "Field.metadata": [lambda f, pa: f.metadata],
    "Field.__repr__": [lambda f, pa: repr(f), lambda f, pa: str(f)],
    "Field.__eq__": [
        lambda f, pa: f == f.with_name("z"),
        lambda f, pa: f == _rebuilt(f),
        lambda f, pa: f == 5,
    ],
    "Field.__hash__": [lambda f, pa: hash(f) == hash(f.remove_metadata())],
    "Field.__reduce__": [lambda f, pa: _rebuilt(f), lambda f, pa: _rebuilt(f).metadata],
    "Field.equals": [
        lambda f, pa: f.equals(f.remove_metadata()),
        lambda f, pa: f.equals(f.remove_metadata(), check_metadata=True),
        lambda f, pa: f.equals(5),
    ],
    "Field.with_name": [lambda f, pa: f.with_name("ä")],
    "Field.with_type": [lambda f, pa: f.with_type(pa.int8()), lambda f, pa: f.with_type(5)],
    "Field.with_nullable": [lambda f, pa: f.with_nullable(False)],
    "Field.with_metadata": [lambda f, pa: f.with_metadata({"x": "y"}).metadata],
    "Field.remove_metadata": [lambda f, pa: f.remove_metadata().metadata],
}

SCHEMAS: dict[str, list[Call]] = {
    "Schema.names": [lambda s, pa: s.names],
    "Schema.types": [lambda s, pa: s.types],
    "Schema.metadata": [lambda s, pa: s.metadata],
    "Schema.__len__": [lambda s, pa: len(s)],
    "Schema.__iter__": [lambda s, pa: list(s)],
    "Schema.__getitem__": [lambda s, pa: s[0], lambda s, pa: s[-1], lambda s, pa: s[999]],
    "Schema.field": [
        lambda s, pa: s.field(0),
        lambda s, pa: s.field("map"),
        lambda s, pa: s.field("nope"),
        lambda s, pa: s.field(999),
        lambda s, pa: s.field(b"map"),
        lambda s, pa: s.field(1.5),
    ],
    "Schema.get_field_index": [
        lambda s, pa: s.get_field_index("map"),
        lambda s, pa: s.get_field_index("z"),
    ],
    "Schema.get_all_field_indices": [lambda s, pa: s.get_all_field_indices("map")],
    "Schema.equals": [
        lambda s, pa: s.equals(s.remove_metadata()),
        lambda s, pa: s.equals(5),
        lambda s, pa: s.equals(s.remove_metadata(), check_metadata=True),
    ],
    "Schema.__eq__": [
        lambda s, pa: s == s.remove(0),
        lambda s, pa: s == _rebuilt(s),
        lambda s, pa: s == 5,
    ],
    "Schema.__hash__": [lambda s, pa: hash(s) == hash(_rebuilt(s))],
    "Schema.__reduce__": [lambda s, pa: _rebuilt(s)],
    "Schema.__str__": [lambda s, pa: str(s)],
    "Schema.__repr__": [lambda s, pa: repr(s)],
    "Schema.to_string": [
        lambda s, pa: s.to_string(),
        lambda s, pa: s.to_string(show_field_metadata=False),
        lambda s, pa: s.to_string(show_schema_metadata=False),
        lambda s, pa: s.to_string(element_size_limit=50),
        lambda s, pa: s.to_string(truncate_metadata=False),
    ],
    "Schema.append": [
        lambda s, pa: s.append(pa.field("new", pa.int8())),
        lambda s, pa: s.append(5),
    ],
    "Schema.insert": [
        lambda s, pa: s.insert(1, pa.field("new", pa.int8())),
        lambda s, pa: s.insert(999, s.field(0)),
    ],
    "Schema.remove": [lambda s, pa: s.remove(1), lambda s, pa: s.remove(999)],
    "Schema.set": [
        lambda s, pa: s.set(1, pa.field("new", pa.int8())),
        lambda s, pa: s.set(999, s.field(0)),
    ],
    "Schema.with_metadata": [lambda s, pa: s.with_metadata({"x": "y"}).metadata],
    "Schema.remove_metadata": [lambda s, pa: s.remove_metadata().metadata],
    "Schema.empty_table": [lambda s, pa: s.empty_table()],
    "Schema.from_pandas": [
        lambda s, pa: pa.Schema.from_pandas(pd.DataFrame({"a": [1], "s": ["x"]})).names
    ],
    "schema": [
        lambda s, pa: pa.schema(list(s)),
        lambda s, pa: pa.schema(s, {"a": "b"}).metadata,
        lambda s, pa: pa.schema({"a": pa.int8()}),
        lambda s, pa: pa.schema([("a", "int8")]),
        lambda s, pa: pa.schema([5]),
        lambda s, pa: pa.schema([]),
    ],
    "unify_schemas": [
        lambda s, pa: pa.unify_schemas([s, pa.schema([("new", pa.int8())])]),
        lambda s, pa: pa.unify_schemas([s, pa.schema([("map", pa.int8())])]),
        lambda s, pa: pa.unify_schemas(
            [pa.schema([("a", pa.null())]), pa.schema([("a", pa.int8())])]
        ),
    ],
    "ipc.read_schema": [lambda s, pa: pa.ipc.read_schema(_stream(pa, s.empty_table()))],
}


def _stream(pa: Any, table: Any) -> Any:
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, table.schema) as writer:
        writer.write_table(table)
    return sink.getvalue()


TABULAR: dict[str, list[Call]] = {
    "Tabular.schema": [lambda t, pa: t.schema],
    "Tabular.columns": [lambda t, pa: t.columns],
    "Tabular.num_rows": [lambda t, pa: t.num_rows],
    "Tabular.num_columns": [lambda t, pa: t.num_columns],
    "Tabular.shape": [lambda t, pa: t.shape],
    "Tabular.column_names": [lambda t, pa: t.column_names],
    "Tabular.nbytes": [lambda t, pa: t.nbytes],
    "Tabular.get_total_buffer_size": [lambda t, pa: t.get_total_buffer_size() > 0],
    "Tabular.itercolumns": [lambda t, pa: list(t.itercolumns())],
    "Tabular.from_arrays": [lambda t, pa: type(t).from_arrays(t.columns, t.column_names)],
    "Tabular.from_pydict": [
        lambda t, pa: type(t).from_pydict({"a": [1], "b": ["x"]}),
        lambda t, pa: type(t).from_pydict(t.to_pydict(), schema=t.schema),
        lambda t, pa: type(t).from_pydict({"a": [1]}, metadata={"k": "v"}).schema.metadata,
        lambda t, pa: type(t).from_pydict({"a": [1]}, schema=pa.schema([("z", pa.int8())])),
    ],
    "Tabular.from_pylist": [
        lambda t, pa: type(t).from_pylist([{"a": 1, "b": "x"}, {"a": None}]),
        lambda t, pa: type(t).from_pylist(t.to_pylist(), schema=t.schema),
        lambda t, pa: type(t).from_pylist([]),
    ],
    "Tabular.from_pandas": [
        lambda t, pa: type(t).from_pandas(pd.DataFrame({"a": [1, 2], "s": ["x", None]})),
        lambda t, pa: type(t).from_pandas(pd.DataFrame({"a": [1, 2]}), preserve_index=True),
        lambda t, pa: type(t).from_pandas(
            pd.DataFrame({"a": [1.5]}), schema=pa.schema([("a", "int8")])
        ),
    ],
    "Tabular.__len__": [lambda t, pa: len(t)],
    "Tabular.field": [
        lambda t, pa: t.field(0),
        lambda t, pa: t.field("map"),
        lambda t, pa: t.field("nope"),
    ],
    "Tabular.column": [
        lambda t, pa: t.column(0),
        lambda t, pa: t.column("map"),
        lambda t, pa: t.column("nope"),
        lambda t, pa: t.column(999),
        lambda t, pa: t.column(1.5),
        lambda t, pa: t.column(-1),
    ],
    "Tabular.__getitem__": [
        lambda t, pa: t["map"],
        lambda t, pa: t[1:3],
        lambda t, pa: t[::2],
        lambda t, pa: t[0],
    ],
    "Tabular.slice": [
        *(lambda t, pa, w=w: t.slice(*w) for w in ((), (1,), (1, 2), (99,), (0, 0))),
        lambda t, pa: t.slice(-1),
    ],
    "Tabular.take": [
        lambda t, pa: t.take([3, 0]),
        lambda t, pa: t.take(pa.array([0, None])),
        lambda t, pa: t.take([99]),
    ],
    "Tabular.filter": [lambda t, pa: t.filter(pa.array([True, False, None, True, False]))],
    "Tabular.select": [
        lambda t, pa: t.select(["map", "long"]),
        lambda t, pa: t.select([1, 0]),
        lambda t, pa: t.select([]),
        lambda t, pa: t.select(["nope"]),
    ],
    "Tabular.drop_columns": [
        lambda t, pa: t.drop_columns(["map"]),
        lambda t, pa: t.drop_columns("map"),
        lambda t, pa: t.drop_columns(["nope"]),
    ],
    "Tabular.drop": [lambda t, pa: pa.table(t).drop(["map"])],
    "Tabular.rename_columns": [
        lambda t, pa: t.rename_columns([f"x{i}" for i in range(t.num_columns)]),
        lambda t, pa: t.rename_columns({"map": "x"}),
        lambda t, pa: t.rename_columns(["x"]),
    ],
    "Tabular.add_column": [
        lambda t, pa: t.add_column(0, "n", pa.array(range(5))),
        lambda t, pa: t.add_column(0, "n", pa.array([1])),
        lambda t, pa: t.add_column(1, pa.field("n", pa.int8()), pa.array(range(5), pa.int8())),
    ],
    "Tabular.append_column": [lambda t, pa: t.append_column("n", pa.array(range(5)))],
    "Tabular.remove_column": [lambda t, pa: t.remove_column(0), lambda t, pa: t.remove_column(999)],
    "Tabular.set_column": [lambda t, pa: t.set_column(0, "n", pa.array(range(5)))],
    "Tabular.replace_schema_metadata": [
        lambda t, pa: t.replace_schema_metadata({"a": "b"}).schema.metadata,
        lambda t, pa: t.replace_schema_metadata().schema.metadata,
    ],
    "Tabular.cast": [
        lambda t, pa: t.cast(t.schema),
        lambda t, pa: t.cast(pa.schema([("a", "int8")])),
        lambda t, pa: t.select(["byte"]).cast(pa.schema([("byte", pa.int64())])),
    ],
    "Tabular.to_pydict": [
        lambda t, pa: t.to_pydict(),
        lambda t, pa: t.to_pydict(maps_as_pydicts="lossy"),
    ],
    "Tabular.to_pylist": [
        lambda t, pa: t.to_pylist(),
        lambda t, pa: t.to_pylist(maps_as_pydicts="lossy"),
    ],
    "Tabular.to_pandas": [
        lambda t, pa: t.drop_columns(["calendar interval"]).to_pandas(),
        lambda t, pa: t.to_pandas(),
        lambda t, pa: t.select([]).to_pandas(),
        lambda t, pa: t.select(["date", "timestamp", "long"]).to_pandas(
            date_as_object=False, coerce_temporal_nanoseconds=False, split_blocks=True
        ),
    ],
    "Tabular.to_struct_array": [lambda t, pa: t.to_struct_array()],
    "Tabular.equals": [
        lambda t, pa: t.equals(t.slice(0)),
        lambda t, pa: t.select(["map"]).equals(t.select(["map"])),
        lambda t, pa: t.equals(t.replace_schema_metadata({"a": "b"}), check_metadata=True),
        lambda t, pa: t.equals(t.slice(1)),
    ],
    "Tabular.__eq__": [lambda t, pa: t.select(["map"]) == t.select(["map"]), lambda t, pa: t == 5],
    "Tabular.validate": [lambda t, pa: t.validate(), lambda t, pa: t.validate(full=True)],
}

TABLES: dict[str, list[Call]] = {
    "Table.from_arrays": [
        lambda t, pa: pa.Table.from_arrays(t.columns, schema=t.schema),
        lambda t, pa: (
            pa.Table.from_arrays([pa.array([1])], ["a"], metadata={"k": "v"}).schema.metadata
        ),
        lambda t, pa: pa.Table.from_arrays([pa.array([1])], ["a", "b"]),
        lambda t, pa: pa.Table.from_arrays([pa.array([1]), pa.array([])], ["a", "b"]),
        lambda t, pa: pa.Table.from_arrays([pa.array([1])]),
    ],
    "Table.from_batches": [
        lambda t, pa: pa.Table.from_batches(t.to_batches()),
        lambda t, pa: pa.Table.from_batches([]),
        lambda t, pa: pa.Table.from_batches([], t.schema),
    ],
    "Table.from_struct_array": [
        lambda t, pa: pa.Table.from_struct_array(pa.array([{"a": 1}, None]))
    ],
    "Table.itercolumns": [lambda t, pa: list(t.itercolumns())],
    "Table.to_batches": [
        lambda t, pa: t.to_batches(),
        lambda t, pa: t.to_batches(max_chunksize=2),
        lambda t, pa: t.to_batches(max_chunksize=0),
        lambda t, pa: t.slice(0, 0).to_batches(),
    ],
    "Table.to_reader": [
        lambda t, pa: t.to_reader().read_all(),
        lambda t, pa: t.to_reader(2).read_next_batch(),
    ],
    "Table.combine_chunks": [lambda t, pa: t.combine_chunks()],
    "Table.flatten": [lambda t, pa: t.flatten()],
    "Table.to_string": [
        lambda t, pa: t.to_string(),
        lambda t, pa: t.to_string(preview_cols=3),
        lambda t, pa: t.to_string(show_metadata=True),
    ],
    "Table.__str__": [lambda t, pa: str(t)],
    "Table.__repr__": [lambda t, pa: repr(t)],
    "Table.__reduce__": [lambda t, pa: _rebuilt(t)],
    "table": [
        lambda t, pa: pa.table({"a": [1, None]}),
        lambda t, pa: pa.table([[1], ["x"]], names=["a", "b"]),
        lambda t, pa: pa.table(pd.DataFrame({"a": [1]})),
        lambda t, pa: pa.table({"a": [1]}, schema=pa.schema([("a", "int8")])),
        lambda t, pa: pa.table(t.to_batches()[0]),
        lambda t, pa: pa.table(5),
        lambda t, pa: pa.table({}),
    ],
    "concat_tables": [
        lambda t, pa: pa.concat_tables([t, t.slice(2)]),
        lambda t, pa: pa.concat_tables([]),
        lambda t, pa: pa.concat_tables([t, t.select(["map"])]),
    ],
    "concat_batches": [
        lambda t, pa: pa.concat_batches(t.to_batches(2)),
        lambda t, pa: pa.concat_batches([]),
    ],
}

BATCHES: dict[str, list[Call]] = {
    "RecordBatch.from_arrays": [
        lambda b, pa: pa.RecordBatch.from_arrays(b.columns, schema=b.schema),
        lambda b, pa: pa.RecordBatch.from_arrays([pa.array([1])], ["a", "b"]),
        lambda b, pa: pa.RecordBatch.from_arrays([pa.array([1]), pa.array([])], ["a", "b"]),
    ],
    "RecordBatch.from_struct_array": [
        lambda b, pa: pa.RecordBatch.from_struct_array(pa.array([{"a": 1}, None]))
    ],
    "RecordBatch.itercolumns": [lambda b, pa: list(b.itercolumns())],
    "RecordBatch.__iter__": [lambda b, pa: list(b)],
    "RecordBatch.serialize": [lambda b, pa: b.serialize().size > 0],
    "RecordBatch.to_string": [lambda b, pa: b.to_string()],
    "RecordBatch.__str__": [lambda b, pa: str(b)],
    "RecordBatch.__repr__": [lambda b, pa: repr(b)],
    "RecordBatch.__reduce__": [lambda b, pa: _rebuilt(b)],
    "record_batch": [
        lambda b, pa: pa.record_batch({"a": [1, None]}),
        lambda b, pa: pa.record_batch([[1]], names=["a"]),
        lambda b, pa: pa.record_batch(pd.DataFrame({"a": [1]})),
    ],
    "ipc.new_stream": [lambda b, pa: _stream(pa, pa.table(b)).size > 0],
    "ipc.open_stream": [
        lambda b, pa: pa.ipc.open_stream(_stream(pa, pa.table(b))).read_all(),
        lambda b, pa: pa.ipc.open_stream(b""),
        lambda b, pa: pa.ipc.open_stream(5),
        lambda b, pa: pa.ipc.open_stream(b"nonsense"),
    ],
    "RecordBatchReader.schema": [lambda b, pa: _reader(pa, b).schema],
    "RecordBatchReader.from_batches": [
        lambda b, pa: pa.RecordBatchReader.from_batches(b.schema, [b, b]).read_all(),
    ],
    "RecordBatchReader.read_next_batch": [lambda b, pa: _reader(pa, b).read_next_batch()],
    "RecordBatchReader.__iter__": [lambda b, pa: list(_reader(pa, b))],
    "RecordBatchReader.__next__": [lambda b, pa: next(_reader(pa, b))],
    "RecordBatchReader.read_all": [lambda b, pa: _reader(pa, b).read_all()],
    "RecordBatchReader.read_pandas": [lambda b, pa: _reader(pa, b.select(["long"])).read_pandas()],
    "RecordBatchReader.close": [lambda b, pa: _reader(pa, b).close()],
    "RecordBatchReader.__enter__": [lambda b, pa: _entered(_reader(pa, b))],
    "RecordBatchReader.__exit__": [lambda b, pa: _entered(_reader(pa, b))],
    "RecordBatchStreamWriter.write_batch": [lambda b, pa: _written(pa, b, "write_batch", b)],
    "RecordBatchStreamWriter.write_table": [
        lambda b, pa: _written(pa, b, "write_table", pa.table(b)),
        lambda b, pa: _written(pa, b, "write_table", pa.table(b), 2),
    ],
    "RecordBatchStreamWriter.write": [
        lambda b, pa: _written(pa, b, "write", b),
        lambda b, pa: _written(pa, b, "write", 5),
    ],
    "RecordBatchStreamWriter.close": [lambda b, pa: _written(pa, b, "close")],
    "RecordBatchStreamWriter.__enter__": [lambda b, pa: _stream(pa, pa.table(b)).size > 0],
    "RecordBatchStreamWriter.__exit__": [lambda b, pa: _stream(pa, pa.table(b)).size > 0],
    "IpcWriteOptions.compression": [
        lambda b, pa: pa.ipc.IpcWriteOptions().compression,
        lambda b, pa: pa.ipc.IpcWriteOptions(compression="zstd").compression,
    ],
}


def _reader(pa: Any, batch: Any) -> Any:
    return pa.ipc.open_stream(_stream(pa, pa.table(batch)))


def _entered(reader: Any) -> Any:
    with reader as same:
        return same.read_all()


def _written(pa: Any, batch: Any, method: str, *arguments: Any) -> Any:
    """What a reader finds after one call of a writer's method."""
    sink = pa.BufferOutputStream()
    writer = pa.ipc.new_stream(sink, batch.schema)
    getattr(writer, method)(*arguments)
    writer.close()
    return [b.num_rows for b in pa.ipc.open_stream(sink.getvalue())]


BUFFERS: dict[str, list[Call]] = {
    "Buffer.size": [lambda b, pa: b.size],
    "Buffer.__len__": [lambda b, pa: len(b)],
    "Buffer.__getitem__": [
        lambda b, pa: b[1:3],
        lambda b, pa: b[0],
        lambda b, pa: b[-1],
        lambda b, pa: b[99],
    ],
    "Buffer.__buffer__": [
        lambda b, pa: bytes(memoryview(b)),
        lambda b, pa: np.frombuffer(b, "u1").tolist(),
    ],
    "Buffer.__eq__": [
        lambda b, pa: b == pa.py_buffer(b.to_pybytes()),
        lambda b, pa: b == b"x",
        lambda b, pa: b == 5,
    ],
    "Buffer.equals": [lambda b, pa: b.equals(b.slice(0)), lambda b, pa: b.equals(b.slice(1))],
    "Buffer.to_pybytes": [lambda b, pa: b.to_pybytes()],
    "Buffer.slice": [
        lambda b, pa: b.slice(1),
        lambda b, pa: b.slice(1, 2),
        lambda b, pa: b.slice(99),
        lambda b, pa: b.slice(-1),
    ],
    "Buffer.__repr__": [lambda b, pa: repr(b).split()[0]],
    "py_buffer": [
        lambda b, pa: pa.py_buffer(b"ab"),
        lambda b, pa: pa.py_buffer(bytearray(b"ab")),
        lambda b, pa: pa.py_buffer(np.arange(3)),
        lambda b, pa: pa.py_buffer("x"),
        lambda b, pa: pa.py_buffer(b),
    ],
    "BufferOutputStream.write": [
        lambda b, pa: _sunk(pa, b"ab").getvalue(),
        lambda b, pa: _sunk(pa, b).getvalue(),
        lambda b, pa: _sunk(pa, 5),
    ],
    "BufferOutputStream.tell": [lambda b, pa: _sunk(pa, b"ab").tell()],
    "BufferOutputStream.getvalue": [lambda b, pa: _sunk(pa, b"ab").getvalue()],
    "BufferOutputStream.flush": [lambda b, pa: _sunk(pa, b"ab").flush()],
    "BufferOutputStream.close": [
        lambda b, pa: _closed(_sunk(pa, b"ab")).write(b"x"),
        lambda b, pa: _closed(_sunk(pa, b"ab")).getvalue(),
    ],
    "BufferOutputStream.closed": [
        lambda b, pa: _sunk(pa, b"ab").closed,
        lambda b, pa: _closed(_sunk(pa, b"")).closed,
    ],
    "BufferOutputStream.__enter__": [lambda b, pa: _sunk(pa, b"ab").__enter__().tell()],
    "BufferOutputStream.__exit__": [lambda b, pa: _with(_sunk(pa, b"ab")).closed],
    "BufferReader.read": [
        lambda b, pa: pa.BufferReader(b).read(),
        lambda b, pa: pa.BufferReader(b).read(2),
        lambda b, pa: pa.BufferReader(b).read(99),
        lambda b, pa: _closed(pa.BufferReader(b)).read(),
    ],
    "BufferReader.read_buffer": [lambda b, pa: pa.BufferReader(b).read_buffer(2)],
    "BufferReader.tell": [lambda b, pa: pa.BufferReader(b).tell()],
    "BufferReader.size": [lambda b, pa: pa.BufferReader(b).size()],
    "BufferReader.close": [lambda b, pa: pa.BufferReader(b).close()],
    "BufferReader.closed": [
        lambda b, pa: pa.BufferReader(b).closed,
        lambda b, pa: _closed(pa.BufferReader(b)).closed,
    ],
    "BufferReader.__enter__": [lambda b, pa: pa.BufferReader(b).__enter__().read()],
    "BufferReader.__exit__": [lambda b, pa: _with(pa.BufferReader(b)).closed],
}


def _sunk(pa: Any, data: Any) -> Any:
    sink = pa.BufferOutputStream()
    sink.write(data)
    return sink


def _closed(file: Any) -> Any:
    file.close()
    return file


def _with(file: Any) -> Any:
    with file:
        pass
    return file


ALONE: dict[str, list[Call]] = {
    **{name: [lambda _, pa, name=name: getattr(pa, name)()] for name in FACTORIES},
    "decimal128": [
        *(lambda _, pa, p=p: pa.decimal128(*p) for p in ((1,), (38, 38), (5, -2), (0, 0), (39, 1))),
        lambda _, pa: pa.decimal128("x"),
    ],
    "timestamp": [
        *(lambda _, pa, u=u: pa.timestamp(u) for u in ("s", "ms", "us", "ns", "x", None)),
        lambda _, pa: pa.timestamp("us", "UTC"),
        lambda _, pa: pa.timestamp("us", dt.UTC),
        lambda _, pa: pa.timestamp("us", tz="+02:00"),
    ],
    "time32": [*(lambda _, pa, u=u: pa.time32(u) for u in ("s", "ms", "us"))],
    "time64": [*(lambda _, pa, u=u: pa.time64(u) for u in ("s", "us", "ns"))],
    "duration": [*(lambda _, pa, u=u: pa.duration(u) for u in ("s", "ms", "us", "ns", "x"))],
    "from_numpy_dtype": [
        *(
            lambda _, pa, d=d: pa.from_numpy_dtype(np.dtype(d))
            for d in ("i1", "u8", "f4", "?", "M8[us]", "m8[ns]", "U3", "S3", "O", "c16")
        ),
    ],
    "type_for_alias": [
        *(
            lambda _, pa, a=a: pa.type_for_alias(a)
            for a in (
                "int64",
                "str",
                "timestamp[us]",
                "duration[s]",
                "time32[s]",
                "bool",
                "nope",
                "date32",
            )
        ),
    ],
    "string_to_tzinfo": [
        *(
            lambda _, pa, z=z: str(pa.lib.string_to_tzinfo(z))
            for z in ("UTC", "Europe/Berlin", "+02:00")
        ),
    ],
    "tzinfo_to_string": [
        lambda _, pa: pa.lib.tzinfo_to_string(dt.UTC),
        lambda _, pa: pa.lib.tzinfo_to_string(dt.timezone(dt.timedelta(hours=-3, minutes=-30))),
        lambda _, pa: pa.lib.tzinfo_to_string(5),
    ],
    "MonthDayNano.months": [lambda _, pa: pa.MonthDayNano([1, 2, 3]).months],
    "MonthDayNano.days": [lambda _, pa: pa.MonthDayNano([1, 2, 3]).days],
    "MonthDayNano.nanoseconds": [lambda _, pa: pa.MonthDayNano([1, 2, 3]).nanoseconds],
    "MonthDayNano.__repr__": [
        lambda _, pa: repr(pa.MonthDayNano([1, 2, 3])),
        lambda _, pa: pa.MonthDayNano([1]),
    ],
    "MonthDayNano.__reduce__": [
        lambda _, pa: pickle.loads(pickle.dumps(tuple(pa.MonthDayNano([1, 2, 3]))))
    ],
    "compute.assume_timezone": [
        lambda _, pa: pa.compute.assume_timezone(pa.array(MOMENTS[:2]), "UTC"),
    ],
    "scalar": [
        *(
            lambda _, pa, v=v: pa.scalar(v)
            for v in (
                1,
                1.5,
                "x",
                b"x",
                True,
                None,
                Decimal("1.5"),
                [1],
                {"a": 1},
                dt.time(1),
                2**70,
                object(),
            )
        ),
    ],
}
