"""Picking values of a column by position."""

from __future__ import annotations

from collections.abc import Sequence

from ..errors import ArrowIndexError
from ..memory.data import ArrayData
from ..memory.slicing import compact
from ..values.stored import rebuilt_as, stored
from .concat import concat


def take(data: ArrayData, positions: Sequence[int | None]) -> ArrayData:
    """The values at `positions` (None gives null); ArrowIndexError when one is out of bounds."""
    for position in positions:
        if position is not None and not 0 <= position < data.length:
            raise ArrowIndexError(f"Index {position} out of bounds")
    if not positions:
        return compact(data.slice(0, 0))
    if None in positions:
        values = stored(data)
        picked = [None if i is None else values[i] for i in positions]
        return rebuilt_as(picked, data.type, data)
    return concat([data.slice(start, count) for start, count in _runs(positions)])


def _runs(positions: Sequence[int | None]) -> list[tuple[int, int]]:
    """Consecutive positions joined to (start, count), so that a run is one slice."""
    runs: list[tuple[int, int]] = []
    for position in positions:
        assert position is not None
        if runs and runs[-1][0] + runs[-1][1] == position:
            runs[-1] = (runs[-1][0], runs[-1][1] + 1)
        else:
            runs.append((position, 1))
    return runs
