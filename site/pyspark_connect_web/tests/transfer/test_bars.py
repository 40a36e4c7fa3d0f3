"""A file that takes long has a bar, with what of it has arrived."""

from __future__ import annotations

from typing import Any

import pytest
from pyspark_connect_web import progress_bar
from pyspark_connect_web.progress_bar import Progress, as_html, as_text, without_progress
from pyspark_connect_web.transfer import bars
from pyspark_connect_web.transfer.bars import transfer_bar


class Shown:
    """A surface that keeps what it is shown."""

    interval = 0.0

    def __init__(self) -> None:
        self.states: list[Progress | None] = []

    def show(self, state: Progress) -> None:
        self.states.append(state)

    def clear(self) -> None:
        self.states.append(None)


@pytest.fixture
def shown(monkeypatch: pytest.MonkeyPatch) -> Shown:
    made = Shown()
    monkeypatch.setattr(progress_bar, "surface", lambda: made)
    monkeypatch.setattr(bars, "on_tick", lambda call: None)
    return made


@pytest.fixture
def at_once(monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setattr(progress_bar, "SHOW_AFTER_SECONDS", 0.0)


@pytest.mark.usefixtures("at_once")
def test_what_has_arrived_is_told_and_taken_away_at_the_end(shown: Shown) -> None:
    with transfer_bar("downloading a.csv", 4 << 20) as bar:
        bar.advance(1 << 20)
    state, end = shown.states
    assert state is not None
    assert "downloading a.csv, 1.0 MiB of 4.0 MiB" in as_text(state)
    assert "25%" in as_text(state)
    assert 'value="25" max="100"' in as_html(state)
    assert end is None


@pytest.mark.usefixtures("at_once")
def test_a_tick_draws_a_file_of_which_nobody_tells_how_far_it_is(shown: Shown) -> None:
    with transfer_bar("uploading a.csv", 4 << 20):
        bars._draw_shown()
    state = shown.states[0]
    assert state is not None
    assert "uploading a.csv, 4.0 MiB" in as_text(state)
    assert "value=" not in as_html(state)


def test_a_file_that_is_quick_has_none(shown: Shown) -> None:
    with transfer_bar("uploading a.csv", 1) as bar:
        bar.advance(1)
    assert shown.states == []


@pytest.mark.usefixtures("at_once")
def test_it_is_not_shown_where_progress_is_off(shown: Shown) -> None:
    with without_progress(), transfer_bar("uploading a.csv", 1) as bar:
        bar.advance(1)
    assert shown.states == []
