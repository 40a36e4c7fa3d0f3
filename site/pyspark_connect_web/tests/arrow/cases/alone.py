"""What is done with buffers, and by the functions of the module itself."""

from __future__ import annotations

import copy
import datetime as dt
import pickle
from decimal import Decimal
from typing import Any

import numpy as np

from ..samples import MOMENTS
from .call import Call

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
    "Buffer.__reduce__": [lambda b, pa: copy.copy(b), lambda b, pa: copy.deepcopy(b)],
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
