"""Columns to and from numpy and pandas.

These modules import numpy and pandas at their heads, which takes a tab seconds: each is loaded when
the first conversion asks for it.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from . import from_numpy, from_pandas, from_series, numpy_protocol, to_numpy, to_pandas

__all__ = ["from_numpy", "from_pandas", "from_series", "numpy_protocol", "to_numpy", "to_pandas"]


def __getattr__(name: str) -> Any:
    if name in __all__:
        return import_module(f"{__name__}.{name}")
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
