"""What is done with arrays, chunked arrays and scalars."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from .call import Call, rebuilt

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
    "Array.__reduce__": [lambda a, pa: rebuilt(a), lambda a, pa: rebuilt(a.slice(1, 2))],
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
    "DictionaryArray.__reduce__": [
        lambda a, pa: rebuilt(a),
        lambda a, pa: rebuilt(a.slice(1)).dictionary,
    ],
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
    "Scalar.__reduce__": [lambda s, pa: rebuilt(s)],
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
    "ChunkedArray.__reduce__": [lambda c, pa: rebuilt(c)],
    "chunked_array": [
        lambda c, pa: pa.chunked_array(c.chunks),
        lambda c, pa: pa.chunked_array([], c.type),
        lambda c, pa: pa.chunked_array([c.chunk(0).to_pylist()], c.type),
        lambda c, pa: pa.chunked_array([c.chunk(0), pa.array([1.5], pa.float32())]),
        lambda c, pa: pa.chunked_array([]),
    ],
}
