"""What makes columns of columns."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..lazy import loader

if TYPE_CHECKING:
    from . import cast, take, timestamps

__all__ = ["cast", "take", "timestamps"]

__getattr__ = loader(__name__, __all__)
