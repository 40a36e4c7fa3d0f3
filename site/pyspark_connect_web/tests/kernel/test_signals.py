"""A press raises in the cell that runs, and only where it breaks nothing."""

from __future__ import annotations

import signal
import sys
import sysconfig
from collections.abc import Iterator
from types import FrameType, SimpleNamespace
from typing import Any

import pytest
from pyspark_connect_web.bridge.layout import RINGING
from pyspark_connect_web.kernel import signals

LIBRARY = sysconfig.get_paths()["purelib"] + "/library/__init__.py"


class Half:
    """The kernel half: whether the button is pressed."""

    def __init__(self) -> None:
        self.pressed = False
        self.tick = False

    def isPressed(self) -> bool:
        return self.pressed

    def takeTick(self) -> bool:
        taken, self.tick = self.tick, False
        return taken

    def ringLater(self, delay_ms: int) -> None:
        self.tick = True

    def takePress(self) -> bool:
        taken, self.pressed = self.pressed, False
        return taken


@pytest.fixture
def half(monkeypatch: pytest.MonkeyPatch) -> Iterator[Half]:
    half = Half()
    monkeypatch.setattr(signals, "announced_half", lambda: half)
    monkeypatch.setattr(signals, "_raised_at", float("-inf"))
    monkeypatch.setattr(signals, "_on_tick", [])
    monkeypatch.setattr(signals, "_namespaces", [])
    monkeypatch.setitem(sys.modules, "pyodide_js", SimpleNamespace(setInterruptBuffer=print))
    half.doorbell = None  # type: ignore[attr-defined]
    # A shell starts what runs in its background with SIGINT ignored.
    before = {number: signal.getsignal(number) for number in (RINGING, signal.SIGINT)}
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signals.listen()
    yield half
    for number, handler in before.items():
        signal.signal(number, handler)


def ring() -> None:
    signal.raise_signal(RINGING)


def cell(source: str, half: Half, **names: Any) -> dict[str, Any]:
    """Run a cell, in which ``press()`` is the button."""

    def press() -> None:
        half.pressed = True
        ring()

    namespace = {"__name__": "__main__", "press": press, **names}
    with signals.interruptible(namespace):
        exec(compile(source, "<cell>", "exec"), namespace)
    return namespace


def test_a_press_raises_in_the_cell(half: Half) -> None:
    with pytest.raises(KeyboardInterrupt):
        cell("press()", half)
    assert not half.pressed


def test_a_press_raises_in_what_the_cell_has_called(half: Half) -> None:
    with pytest.raises(KeyboardInterrupt):
        cell("list(map(lambda n: press(), range(3)))", half)


def test_a_tick_is_heard_before_those_who_may_ask_for_the_next_one(half: Half) -> None:
    asked: list[bool] = []

    def again() -> None:
        asked.append(half.tick)
        signals.tick_later(1.0)

    signals.on_tick(again)
    signals.tick_later(1.0)
    ring()
    assert asked == [False]
    assert half.tick


def test_a_tick_without_a_press_only_calls_who_wants_it(half: Half) -> None:
    ticks: list[int] = []
    signals.on_tick(lambda: ticks.append(1))
    cell("ring()", half, ring=ring)
    assert ticks == [1]


def test_around_the_cell_nothing_is_raised_and_the_press_still_counts(half: Half) -> None:
    half.pressed = True
    ring()
    assert half.pressed


def test_a_package_is_not_left_half_imported(half: Half) -> None:
    code = compile("press()", LIBRARY, "exec")
    names = {"__name__": "library"}
    source = "names['press'] = press\nexec(code, names)\ndone = True"
    assert cell(source, half, code=code, names=names)["done"]
    assert half.pressed


def test_a_module_of_the_users_is_interrupted_while_it_is_imported(half: Half) -> None:
    code = compile("press()", "/drive/helper.py", "exec")
    names = {"__name__": "helper"}
    with pytest.raises(KeyboardInterrupt):
        cell("names['press'] = press\nexec(code, names)", half, code=code, names=names)


@pytest.mark.parametrize(
    ("module", "raises"),
    [
        ("pyspark_connect_web.bridge.exchange", False),
        ("pyspark_connect_web.grpc._call", False),
        ("pyspark_connect_web.arrow.values.decode", True),
        ("pyspark.sql.connect.client.core", True),
    ],
)
def test_our_own_few_lines_between_two_states_are_not_torn(module: str, raises: bool) -> None:
    namespace: dict[str, Any] = {"__name__": "__main__"}
    inner: dict[str, Any] = {"__name__": module, "sys": sys}
    exec("def frame(): return sys._getframe()", inner)
    namespace["frame"] = inner["frame"]
    signals._namespaces.append(namespace)
    try:
        frames: list[FrameType] = []
        namespace["frames"] = frames
        exec("def inner_frame():\n    return frame()\nfound = inner_frame()", namespace)
        inner["frames"] = frames
        exec("def look(check): return check(sys._getframe())", inner)
        namespace["look"] = inner["look"]
        namespace["check"] = signals._may_raise
        exec("answer = look(check)", namespace)
        assert namespace["answer"] is raises
    finally:
        signals._namespaces.remove(namespace)


IMPATIENT = """
caught = 0
try:
    press()
except KeyboardInterrupt:
    caught += 1
    press()
    caught += 1
"""


def test_a_second_press_does_not_tear_the_handling_of_the_first(half: Half) -> None:
    assert cell(IMPATIENT, half)["caught"] == 2


def test_a_later_press_counts_while_the_first_is_handled(
    half: Half, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = [0.0]
    monkeypatch.setattr(signals.time, "monotonic", lambda: now[0])
    later = IMPATIENT.replace("    caught += 1\n    press()", "    now[0] += 5\n    press()")
    with pytest.raises(KeyboardInterrupt):
        cell(later, half, now=now)


def test_the_users_own_handler_of_sigint_is_asked(half: Half) -> None:
    calls: list[int] = []
    before = signal.signal(signal.SIGINT, lambda number, frame: calls.append(number))
    try:
        cell("press()", half)
    finally:
        signal.signal(signal.SIGINT, before)
    assert calls == [signal.SIGINT]
