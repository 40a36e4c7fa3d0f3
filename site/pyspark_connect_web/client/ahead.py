"""The wheels of pandas are fetched while nobody waits: once a kernel has its first rows."""

from __future__ import annotations

import asyncio

from ..packages import fetch_ahead
from .operations import Operation, Watcher

PAUSE_S = 1.0
"""The rest of the cell, and the cells that run with it, come first."""


class PandasAhead(Watcher):
    """``collect()`` needs no pandas, but ``toPandas()`` is what mostly follows."""

    def __init__(self) -> None:
        self._is_asked_for = False

    def ends(self, operation: Operation) -> None:
        if self._is_asked_for:
            return
        self._is_asked_for = True
        asyncio.get_event_loop().call_later(PAUSE_S, fetch_ahead, "pandas")
