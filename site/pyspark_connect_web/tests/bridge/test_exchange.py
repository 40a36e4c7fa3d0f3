"""A call that waits lets others see it, and gives up at its deadline all the same."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from pyspark_connect_web.bridge import End, Failure, exchange
from pyspark_connect_web.bridge.exchange import DEADLINE_GRACE_SECONDS, TICK_SECONDS, Exchange
from pyspark_connect_web.bridge.layout import Kind, Wake


class Half:
    """The kernel half: time passes in it, and then comes what was said."""

    def __init__(self, now: list[float], *kinds: int) -> None:
        self._now = now
        self._kinds: Iterator[int] = iter(kinds)
        self.cancelled = False

    def next(self, timeout_ms: float, tick_ms: float) -> int:
        if timeout_ms <= tick_ms:
            self._now[0] += max(0.0, timeout_ms) / 1000
            return Wake.TIMEOUT
        kind = next(self._kinds, Wake.TICK)
        if kind == Wake.TICK:
            self._now[0] += tick_ms / 1000
        return kind

    def text(self) -> str:
        return ""

    def cancel(self) -> None:
        self.cancelled = True

    def release(self) -> None:
        """Its ring is free."""


@pytest.fixture
def now(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    now = [0.0]
    monkeypatch.setattr(exchange.time, "monotonic", lambda: now[0])
    return now


@pytest.fixture
def ticks(monkeypatch: pytest.MonkeyPatch, now: list[float]) -> list[float]:
    """When a call was seen waiting."""
    ticks: list[float] = []
    monkeypatch.setattr(exchange, "_on_tick", [])
    exchange.on_tick(lambda: ticks.append(now[0]))
    return ticks


def test_a_wait_is_seen_once_a_second(now: list[float], ticks: list[float]) -> None:
    half = Half(now, Wake.TICK, Wake.TICK, Kind.END)
    assert isinstance(Exchange(half, None).next(), End)
    assert ticks == [TICK_SECONDS, 2 * TICK_SECONDS]


def test_an_answer_that_is_there_is_not_waited_for(now: list[float], ticks: list[float]) -> None:
    Exchange(Half(now, Kind.END), None).next()
    assert ticks == []


def test_ticks_do_not_put_the_deadline_off(now: list[float], ticks: list[float]) -> None:
    half = Half(now)
    assert Exchange(half, 3.0).next() == Failure("deadline", "")
    assert now[0] == pytest.approx(3.0 + DEADLINE_GRACE_SECONDS)
    assert half.cancelled
