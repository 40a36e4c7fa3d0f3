"""How a unary call is delivered: awaited, sent one way, or recorded for somebody else to send.

grpcio's API has no argument for it, and it is PySpark that makes the calls. So the code around them
chooses, for the context that it runs in::

    with deliver(OneWay(delay=1.0)):
        stub.Interrupt(request)  # returns an empty response at once

A stream of responses is always awaited.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Awaited:
    """Sent now; the caller gets the response of the server."""


@dataclass(frozen=True)
class OneWay:
    """Sent ``delay`` seconds from now, by the I/O worker, and its answer read by nobody.

    The caller gets an empty response at once. An error shows on the browser's console only.
    """

    delay: float = 0.0


@dataclass(frozen=True)
class RecordedRequest:
    """The HTTP request of a recorded call, a POST; ``body`` is framed as grpc-web."""

    url: str
    headers: list[tuple[str, str]]
    body: bytes


@dataclass(frozen=True)
class Recorded:
    """Not sent: its request is added to ``requests``, and the caller gets an empty response.

    The page sends such a request once this kernel cannot (:func:`bridge.leave_farewell`), or never.
    So it belongs to no cell, interceptors do not see it, and only a call of one request can be
    recorded (TypeError).
    """

    requests: list[RecordedRequest] = field(default_factory=list)


Delivery = Awaited | OneWay | Recorded

_delivery: ContextVar[Delivery] = ContextVar("pcw_delivery", default=Awaited())  # noqa: B039


@contextmanager
def deliver(delivery: Delivery) -> Iterator[None]:
    """Within, unary calls are delivered in this way; the innermost one counts."""
    token = _delivery.set(delivery)
    try:
        yield
    finally:
        _delivery.reset(token)


def current_delivery() -> Delivery:
    """How a unary call would be delivered here; awaited where nobody chose."""
    return _delivery.get()
