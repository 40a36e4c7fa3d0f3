"""Texts leave in order, at once while they are few, and together when they are many."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from pyspark_connect_web.kernel import outbox as outbox_module
from pyspark_connect_web.kernel.outbox import BURST, MOST_CHARACTERS, Outbox


class Page:
    """Where texts go; showing one takes ``cost`` seconds."""

    def __init__(self, now: list[float]) -> None:
        self._now = now
        self.cost = 0.0
        self.shown: list[tuple[str, str]] = []
        self.wakes: list[Callable[[], None]] = []
        self.paused = 0.0

    def show(self, name: str, text: str) -> None:
        self._now[0] += self.cost
        self.shown.append((name, text))

    def stream(self, name: str) -> Stream:
        return Stream(name, self.show)

    def pause(self, seconds: float) -> None:
        self._now[0] += seconds
        self.paused += seconds


class Stream:
    def __init__(self, name: str, show: Callable[[str, str], object]) -> None:
        self.name = name
        self.publish_stream_callback: Callable[[str, str], object] | None = show


@pytest.fixture
def now(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    now = [0.0]
    monkeypatch.setattr(outbox_module.time, "monotonic", lambda: now[0])
    return now


@pytest.fixture
def page(now: list[float]) -> Page:
    return Page(now)


@pytest.fixture
def outbox(page: Page) -> Outbox:
    return Outbox(lambda seconds, wake: page.wakes.append(wake), page.pause)


def test_the_first_texts_leave_at_once(outbox: Outbox, page: Page) -> None:
    stream = page.stream("stdout")
    for number in range(BURST):
        outbox.write(stream, str(number))
        assert page.shown[-1] == ("stdout", str(number))


def test_many_texts_leave_together_and_none_is_lost(outbox: Outbox, page: Page) -> None:
    stream = page.stream("stdout")
    texts = [f"{number}\n" for number in range(20_000)]
    for text in texts:
        outbox.write(stream, text)
    assert len(page.shown) == BURST
    assert len(page.wakes) == 1
    outbox.deliver()
    assert len(page.shown) == BURST + 1
    assert "".join(text for _, text in page.shown) == "".join(texts)


def test_what_waits_leaves_when_it_is_woken(outbox: Outbox, page: Page, now: list[float]) -> None:
    stream = page.stream("stdout")
    for _ in range(BURST + 5):
        outbox.write(stream, "x")
    now[0] += 1
    page.wakes[0]()
    assert page.shown[-1] == ("stdout", "xxxxx")
    assert not outbox.is_waiting()


def test_both_streams_keep_the_order_in_which_they_were_written(outbox: Outbox, page: Page) -> None:
    out, err = page.stream("stdout"), page.stream("stderr")
    for _ in range(BURST):
        outbox.write(out, ".")
    for stream, text in ((out, "a"), (out, "b"), (err, "c"), (out, "d")):
        outbox.write(stream, text)
    outbox.deliver()
    assert page.shown[BURST:] == [("stdout", "ab"), ("stderr", "c"), ("stdout", "d")]


def test_a_slow_page_is_asked_less_often(outbox: Outbox, page: Page, now: list[float]) -> None:
    page.cost = 0.5
    stream = page.stream("stdout")
    begun = now[0]
    for _ in range(10_000):
        outbox.write(stream, "x")
        now[0] += 0.001
    drawing = page.cost * len(page.shown)
    assert drawing - page.cost * BURST < (now[0] - begun) / 2


def test_a_flood_waits_for_the_page(outbox: Outbox, page: Page) -> None:
    stream = page.stream("stdout")
    line = "x" * 1000
    for _ in range(10 * MOST_CHARACTERS // len(line)):
        outbox.write(stream, line)
    assert page.paused > 0
    assert max(len(text) for _, text in page.shown) < 2 * MOST_CHARACTERS


def test_an_interrupt_in_the_wait_loses_no_text(
    page: Page, monkeypatch: pytest.MonkeyPatch, now: list[float]
) -> None:
    def pause(seconds: float) -> None:
        raise KeyboardInterrupt

    outbox = Outbox(lambda seconds, wake: None, pause)
    stream = page.stream("stdout")
    for _ in range(BURST):
        outbox.write(stream, "x")
    with pytest.raises(KeyboardInterrupt):
        outbox.write(stream, "y" * (MOST_CHARACTERS + 1))
    outbox.deliver()
    assert page.shown[-1] == ("stdout", "y" * (MOST_CHARACTERS + 1))


def test_a_page_that_prints_while_it_shows_does_not_go_round(outbox: Outbox, page: Page) -> None:
    stream = page.stream("stdout")

    def show(name: str, text: str) -> None:
        page.shown.append((name, text))
        if text == "a":
            outbox.write(stream, "b")

    stream.publish_stream_callback = show
    outbox.write(stream, "a")
    assert page.shown == [("stdout", "a"), ("stdout", "b")]
