"""PySpark's own iterator, over a stub that answers from a script, releases what it has read."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any

import pyspark.sql.connect.proto as messages
import pytest
from pyspark.sql.connect.client import reattach
from pyspark.sql.connect.client.retries import DefaultPolicy, Retrying
from pyspark_connect_web.client import releases
from pyspark_connect_web.client.one_way_executor import OneWayExecutor

Response = messages.ExecutePlanResponse
HALF = bytes(releases.EVERY_BYTES // 2)


def batch(number: int, data: bytes = b"") -> Any:
    return Response(response_id=str(number), arrow_batch=Response.ArrowBatch(data=data))


def complete(number: int) -> Any:
    return Response(response_id=str(number), result_complete=Response.ResultComplete())


class Stub:
    """Answers from a script, and keeps what is released."""

    def __init__(self, *responses: Any) -> None:
        self.released: list[str] = []
        self._responses = responses

    def ExecutePlan(self, request: Any, metadata: Any) -> Iterator[Any]:
        yield from self._responses

    def ReleaseExecute(self, request: Any, metadata: Any) -> None:
        everything = request.HasField("release_all")
        self.released.append("all" if everything else request.release_until.response_id)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> SimpleNamespace:
    clock = SimpleNamespace(now=100.0)
    monkeypatch.setattr(releases.time, "monotonic", lambda: clock.now)
    return clock


@pytest.fixture
def execute(clock: SimpleNamespace, monkeypatch: pytest.MonkeyPatch) -> Callable[[Stub], Any]:
    """Sends a plan through PySpark's iterator, and gives the iterator."""
    monkeypatch.setattr(reattach, "ThreadPoolExecutor", OneWayExecutor)
    plain = reattach.ExecutePlanResponseReattachableIterator
    monkeypatch.setattr(plain, "_release_thread_pool_instance", None)
    rare = type("Rare", (plain,), {})
    releases.release_now_and_then(SimpleNamespace(ExecutePlanResponseReattachableIterator=rare))  # type: ignore[arg-type]

    def execute(stub: Stub) -> Any:
        request = messages.ExecutePlanRequest()
        return rare(request, stub, lambda: Retrying([DefaultPolicy()]), ())

    return execute


def test_a_quick_result_is_released_once_and_whole(execute: Callable[[Stub], Any]) -> None:
    stub = Stub(*(batch(number) for number in range(200)), complete(200))
    assert len(list(execute(stub))) == 201
    assert stub.released == ["all"]


def test_a_large_result_is_released_while_it_is_read(execute: Callable[[Stub], Any]) -> None:
    stub = Stub(*(batch(number, HALF) for number in range(5)), complete(5))
    list(execute(stub))
    assert stub.released == ["1", "3", "all"]


def test_a_slow_result_is_released_while_it_is_read(
    execute: Callable[[Stub], Any], clock: SimpleNamespace
) -> None:
    stub = Stub(*(batch(number) for number in range(5)))
    iterator = execute(stub)
    for _ in range(5):
        next(iterator)
        clock.now += releases.EVERY_SECONDS * 0.6
    assert stub.released == ["2", "4"]


def test_operations_are_released_each_by_its_own_reckoning(
    execute: Callable[[Stub], Any],
) -> None:
    one, other = Stub(batch(0, HALF), batch(1, HALF)), Stub(batch(0, HALF))
    first, second = execute(one), execute(other)
    next(first), next(second), next(first)
    assert (one.released, other.released) == (["1"], [])
