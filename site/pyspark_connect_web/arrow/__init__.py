"""A pure-Python stand-in for the part of `pyarrow` that the PySpark Connect client calls.

There is no `pyarrow` in the browser by default (its wasm wheel is 10 MB). `install()` registers
this package as `pyarrow` when there is no real one; the results are those of real `pyarrow`, and
whatever is missing raises a `NotImplementedError` that says so.

Data flow: `ipc_reader` makes `ArrayData` (data.py) out of a stream, `decode` and `to_pandas` turn
it into Python and pandas values; `builders` and `from_numpy` make it from values, `ipc_writer`
writes it. `arrays`, `chunked`, `table`, `schema` and `types` are the public classes on top.
numpy and pandas are imported only by the conversions that need them.
"""

from __future__ import annotations

from .install import VERSION, install

__all__ = ["VERSION", "install"]
