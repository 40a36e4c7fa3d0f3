"""Streams of columns."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..lazy import loader

if TYPE_CHECKING:
    from . import lz4

__all__ = ["lz4"]

__getattr__ = loader(__name__, __all__)
