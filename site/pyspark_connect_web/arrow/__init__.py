"""A pure-Python stand-in for the part of `pyarrow` that the PySpark Connect client calls.

There is no `pyarrow` in the browser by default (its wasm wheel is 10 MB). `install()` registers
this package as `pyarrow` when there is no real one; the results are those of real `pyarrow`, and
whatever is missing raises a `NotImplementedError` that says so.

Data flow: `ipc` makes `ArrayData` (memory/data.py) out of a stream and writes it, `values` turns
Python values into it and back, `frames` those of numpy and pandas, `compute` changes it. `lib` has
the public classes on top. docs/architecture.md says which of them imports which.
"""

from __future__ import annotations

from .install import VERSION, install

__all__ = ["VERSION", "install"]
