"""The page's interrupts count while a cell runs, and only then."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from pyspark_connect_web.bridge import cells


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    """What the connection is told of being idle."""
    told: list[bool] = []
    monkeypatch.setattr(cells, "is_connected", lambda: True)
    monkeypatch.setattr(cells, "connection", lambda: SimpleNamespace(setIdle=told.append))
    return told


def test_a_shell_says_when_its_cells_begin_and_end(told: list[bool]) -> None:
    events: dict[str, object] = {}
    cells.follow_cells(SimpleNamespace(events=SimpleNamespace(register=events.__setitem__)))
    events["pre_run_cell"]("info")  # type: ignore[operator]
    events["post_run_cell"]("result")  # type: ignore[operator]
    assert told == [False, True]


def test_before_the_connection_is_made_there_is_nobody_to_tell(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(cells, "is_connected", lambda: False)
    monkeypatch.setattr(cells, "connection", lambda: pytest.fail("connected"))
    cells.cell_begins()
    cells.cell_ends()


def test_without_a_shell_there_is_nothing_to_follow() -> None:
    cells.follow_cells(None)
