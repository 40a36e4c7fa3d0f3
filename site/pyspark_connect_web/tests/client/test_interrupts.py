"""After KeyboardInterrupt the server is told, without waiting, once it has a job to end."""

from __future__ import annotations

from types import ModuleType, SimpleNamespace
from typing import Any

import pytest
from pyspark_connect_web.client import interrupts
from pyspark_connect_web.client.interrupts import RELEASE_AFTER_SECONDS
from pyspark_connect_web.client.operations import FIRST_JOB_SECONDS, watch_operations
from pyspark_connect_web.grpc.delivery import Delivery, OneWay, current_delivery


class Iterator:
    """What PySpark's reattachable iterator has that matters here."""

    def __init__(self, request: Any, stub: Any) -> None:
        self.closed: list[Delivery] = []

    def send(self, value: Any) -> Any:
        progress = SimpleNamespace(stages=["stage"])
        return SimpleNamespace(execution_progress=progress, HasField=lambda name: False)

    def close(self) -> None:
        self.closed.append(current_delivery())


class Client:
    """What PySpark's client has that matters here."""

    def __init__(self) -> None:
        self.sent: list[Delivery] = []
        self._stub = SimpleNamespace(Interrupt=lambda request, metadata: self._send())
        self._builder = SimpleNamespace(metadata=lambda: ())

    def _send(self) -> None:
        self.sent.append(current_delivery())

    def _interrupt_request(self, kind: str, operation: str) -> str:
        return operation

    def interrupt_operation(self, op_id: str) -> str:
        return "answered"


@pytest.fixture
def pyspark(monkeypatch: pytest.MonkeyPatch) -> tuple[Any, Any]:
    """The two modules, adapted."""
    monkeypatch.setattr(interrupts, "_interrupted", {})
    reattach: Any = ModuleType("reattach")
    reattach.ExecutePlanResponseReattachableIterator = type("It", (Iterator,), dict(vars(Iterator)))
    core: Any = ModuleType("core")
    core.SparkConnectClient = type("Client", (Client,), dict(vars(Client)))
    interrupts.release_without_waiting(reattach)
    watch_operations(reattach, ())
    interrupts.interrupt_without_waiting(core)
    request = SimpleNamespace(operation_id="op")
    iterator = reattach.ExecutePlanResponseReattachableIterator(request, None)
    return iterator, core.SparkConnectClient()


def interrupted(iterator: Any, client: Any) -> Any:
    try:
        raise KeyboardInterrupt
    except KeyboardInterrupt:
        iterator.close()
        return client.interrupt_operation("op")


def test_an_interrupted_query_with_a_job_is_ended_without_waiting(pyspark: tuple[Any, Any]) -> None:
    iterator, client = pyspark
    iterator.send(None)
    assert interrupted(iterator, client) == ["op"]
    assert iterator.closed == [OneWay(delay=RELEASE_AFTER_SECONDS)]
    assert client.sent == [OneWay()]


def test_an_interrupted_query_without_a_job_is_ended_a_little_later(
    pyspark: tuple[Any, Any],
) -> None:
    iterator, client = pyspark
    interrupted(iterator, client)
    [delivery] = client.sent
    assert isinstance(delivery, OneWay)
    assert 0 < delivery.delay <= FIRST_JOB_SECONDS


def test_a_users_own_interrupt_waits_for_its_answer(pyspark: tuple[Any, Any]) -> None:
    iterator, client = pyspark
    iterator.close()
    assert client.interrupt_operation("op") == "answered"
    assert client.sent == []
