"""Columns to and from numpy and pandas, which these modules import at their heads."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..lazy import loader

if TYPE_CHECKING:
    from . import from_numpy, from_pandas, from_series, numpy_protocol, to_numpy, to_pandas

__all__ = ["from_numpy", "from_pandas", "from_series", "numpy_protocol", "to_numpy", "to_pandas"]

__getattr__ = loader(__name__, __all__)
