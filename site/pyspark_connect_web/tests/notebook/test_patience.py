"""What asks Spark without having been asked gives up soon, and leaves nothing behind."""

from __future__ import annotations

import time

import pytest
from pyspark_connect_web import progress_bar
from pyspark_connect_web.notebook import patience as module
from pyspark_connect_web.notebook.patience import PATIENCE_SECONDS, OutOfPatience, patience


@pytest.fixture
def ticks(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """What is called while a call waits."""
    ticks: list[object] = []
    monkeypatch.setattr(module, "on_tick", ticks.append)
    monkeypatch.setattr(module, "_listens", False)
    return ticks


def test_a_call_that_waits_is_given_up_after_a_while(
    ticks: list[object], monkeypatch: pytest.MonkeyPatch
) -> None:
    now = [100.0]
    monkeypatch.setattr(module.time, "monotonic", lambda: now[0])
    with patience():
        [tick] = ticks
        now[0] += PATIENCE_SECONDS - 1
        tick()  # type: ignore[operator]
        now[0] += 2
        with pytest.raises(OutOfPatience):
            tick()  # type: ignore[operator]
    tick()  # type: ignore[operator]
    with patience():
        assert len(ticks) == 1


def test_nobody_sleeps_until_a_server_is_back(ticks: list[object]) -> None:
    plain = time.sleep
    with pytest.raises(OutOfPatience), patience():
        time.sleep(600)
    assert time.sleep is plain


def test_no_bar_is_shown(ticks: list[object]) -> None:
    with patience():
        assert not progress_bar._enabled
    assert progress_bar._enabled
