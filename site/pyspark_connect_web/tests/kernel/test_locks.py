"""Our lock does what Python's own does, but for the wait that a tab cannot end."""

from __future__ import annotations

import copy
import gc
import pickle
import queue
import re
import threading
import weakref
from collections.abc import Callable
from typing import Any

import pytest
from pyspark_connect_web.kernel import locks
from pyspark_connect_web.kernel.threads import NoThreadsError


def outcome(action: Callable[[], Any]) -> Any:
    try:
        value = action()
    except (AttributeError, OverflowError, RuntimeError, TypeError, ValueError) as error:
        return type(error).__name__, str(error)
    return value


def held(make: Any) -> Any:
    one = make()
    one.acquire()
    return one


def entered(make: Any) -> list[Any]:
    one = make()
    with one as given:
        inside = one.locked()
    return [given, inside, one.locked()]


def after_an_error(make: Any) -> bool:
    one = make()
    with pytest.raises(KeyError), one:
        raise KeyError
    return bool(one.locked())


def under_a_condition(make: Any) -> list[Any]:
    condition = threading.Condition(make())
    with condition:
        return [condition.wait(0.01), condition.wait_for(lambda: True), condition.notify_all()]


def text(one: Any) -> str:
    return re.sub("0x[0-9a-f]+", "0x", repr(one))


USES: dict[str, Callable[[Any], Any]] = {
    "acquire": lambda make: [make().acquire(), make().acquire(False), make().acquire(timeout=0)],
    "by place": lambda make: [make().acquire(True, 5), make().acquire(1, -1), make().acquire(0)],
    "held, without waiting": lambda make: [
        held(make).acquire(False),
        held(make).acquire(blocking=False),
        held(make).acquire(0, -1),
        held(make).acquire(timeout=0),
    ],
    "held, with an end": lambda make: held(make).acquire(timeout=0.01),
    "released": lambda make: [held(make).release(), outcome(make().release)],
    "old names": lambda make: [
        make().acquire_lock(),
        held(make).locked_lock(),
        held(make).release_lock(),
    ],
    "with": entered,
    "with an error": after_an_error,
    "wrong arguments": lambda make: [
        outcome(lambda one=one, args=args: one.acquire(*args))  # type: ignore[misc]
        for one in (make(), held(make))
        for args in ((False, 1), (True, -2), (True, 1e30), (True, "x"))
    ],
    "text": lambda make: [text(make()), text(held(make))],
    "copies": lambda make: [
        outcome(lambda action=action: action(make()))  # type: ignore[misc]
        for action in (copy.copy, copy.deepcopy, pickle.dumps)
    ],
    "subclass": lambda make: outcome(lambda: type("Mine", (type(make()),), {})),
    "truth and order": lambda make: [bool(held(make)), make() == make(), len({make(), make()})],
    "weak references": lambda make: weakref.ref(make())() if gc.collect() >= 0 else None,
    "a condition": under_a_condition,
    "after a fork": lambda make: [(one := held(make))._at_fork_reinit(), one.locked()],
    "documentation": lambda make: [type(make()).__doc__, type(make()).acquire.__doc__],
}


@pytest.mark.parametrize("use", USES.values(), ids=USES)
def test_it_does_what_a_lock_does(use: Callable[[Any], Any]) -> None:
    assert use(locks.lock) == use(threading.Lock)


@pytest.mark.parametrize(
    "wait",
    [lambda one: one.acquire(), lambda one: one.acquire(True, -1), lambda one: one.__enter__()],
)
def test_a_wait_that_nobody_can_end_is_an_error_and_the_lock_stays_as_it_is(wait: Any) -> None:
    one = held(locks.lock)
    with pytest.raises(NoThreadsError, match=r"lock is held.*no threads.*RLock"):
        wait(one)
    assert one.locked()
    one.release()
    assert one.acquire()


@pytest.fixture
def installed(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("lock", "LockType", "allocate_lock", "allocate"):
        if hasattr(locks._thread, name):
            monkeypatch.setattr(locks._thread, name, getattr(locks._thread, name))
    monkeypatch.setattr(threading, "_allocate_lock", threading._allocate_lock)  # type: ignore[attr-defined]
    monkeypatch.setattr(threading, "Lock", threading.Lock)
    locks.refuse_held_locks()


@pytest.mark.usefixtures("installed")
def test_each_name_makes_one_and_knows_those_that_were_made_before() -> None:
    assert type(threading.Lock()) is threading.Lock is locks._thread.allocate_lock
    assert isinstance(locks._plain(), threading.Lock)
    assert isinstance(threading.Lock(), locks._thread.LockType)
    assert not isinstance(threading.RLock(), threading.Lock)


@pytest.mark.usefixtures("installed")
def test_what_python_builds_of_locks_has_ours() -> None:
    waiting: queue.Queue[int] = queue.Queue(1)
    waiting.put(1)
    with waiting.mutex, pytest.raises(NoThreadsError):
        waiting.get()
    assert waiting.get() == 1
