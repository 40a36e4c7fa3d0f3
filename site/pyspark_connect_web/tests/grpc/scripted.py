"""A bridge that answers from a script: the neighbour of the grpc module, not the thing tested."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

import pytest
from pyspark_connect_web.bridge import Data, End, Failure, Head, Message, Record, Trailers
from pyspark_connect_web.grpc import _endpoint, _outage
from pyspark_connect_web.grpc._protocol import frame

GRPC_WEB = ("content-type", "application/grpc-web+proto")


def head(*headers: tuple[str, str], status: int = 200) -> Head:
    return Head(status, "http://host:1/path", False, (GRPC_WEB, *headers))


def ok(*messages: bytes) -> list[Record]:
    """A whole answer with status OK."""
    return [head(), *map(Message, messages), Trailers("grpc-status: 0\r\n"), End()]


@dataclass
class Sent:
    origin: str
    path: str
    body: bytes | None
    headers: list[tuple[str, str]]
    timeout: float | None
    closed: bool = False


@dataclass
class Wire:
    """What the module sent, and the answers to come, one list of records per call."""

    answers: list[list[Record | BaseException]] = field(default_factory=list)
    sent: list[Sent] = field(default_factory=list)
    forgotten: list[Sent] = field(default_factory=list)

    def will_answer(self, *records: Record | BaseException) -> None:
        self.answers.append(list(records))


class ScriptedExchange:
    def __init__(self, sent: Sent, records: Iterable[Record | BaseException]) -> None:
        self._sent = sent
        self._records = iter(records)

    def next(self) -> Record:
        record = next(self._records)
        if isinstance(record, BaseException):
            raise record
        return record

    def close(self) -> None:
        self._sent.closed = True


@pytest.fixture
def wire(monkeypatch: pytest.MonkeyPatch) -> Wire:
    wire = Wire()

    class ScriptedChannel:
        def __init__(self, origin: str) -> None:
            self.origin = origin

        def open(self, path: str, body: bytes, headers: Any, timeout: Any, **_: Any) -> Any:
            sent = Sent(self.origin, path, body, headers, timeout)
            wire.sent.append(sent)
            return ScriptedExchange(sent, wire.answers.pop(0))

        def send(self, path: str, body: bytes, headers: Any, delay: float = 0.0) -> None:
            wire.forgotten.append(Sent(self.origin, path, body, headers, None))

    monkeypatch.setattr(_endpoint, "SabSyncChannel", ScriptedChannel)
    return wire


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Callable[[], float]:
    """Time that passes only when the module sleeps."""
    now = [1000.0]

    def sleep(seconds: float) -> None:
        now[0] += seconds

    monkeypatch.setattr(_outage.time, "sleep", sleep)
    monkeypatch.setattr(_outage.time, "monotonic", lambda: now[0])
    return lambda: now[0]


__all__ = [
    "Data",
    "End",
    "Failure",
    "Head",
    "Message",
    "Record",
    "Trailers",
    "Wire",
    "clock",
    "frame",
    "head",
    "ok",
    "wire",
]
