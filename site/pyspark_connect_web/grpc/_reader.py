"""Reads one call's answer: messages first, then a status, whatever happens."""

from __future__ import annotations

import logging
import time

from ..bridge import Data, End, Failure, Head, Message, Trailers
from . import _faults
from ._credentials import MetadataPluginError
from ._endpoint import Endpoint, OutgoingCall
from ._metadata import InvalidMetadataError, Metadata, from_headers
from ._protocol import parse_trailers, status_of
from ._status import Status, StatusCode

_log = logging.getLogger(__name__)
_CANCELLED = "Locally cancelled by application!"


class Reader:
    """The answer of one call, sent on construction; a status is of one that cannot be sent."""

    def __init__(self, endpoint: Endpoint, call: OutgoingCall | Status) -> None:
        self._endpoint = endpoint
        self.deadline: float | None = None
        self._trailers: Status | None = None
        self.initial_metadata: Metadata | None = None
        self.status: Status | None = None
        self.cancelled = False
        if isinstance(call, Status):
            self.status = call
            return
        self._call = call
        self.deadline = call.deadline
        self._send()

    def time_remaining(self) -> float | None:
        """Seconds to the deadline, or None without one."""
        return None if self.deadline is None else max(0.0, self.deadline - time.monotonic())

    def read_head(self) -> Metadata:
        """Block for the initial metadata."""
        while self.initial_metadata is None and self.status is None:
            self._step()
        return self.initial_metadata or ()

    def message(self) -> bytes | None:
        """Block for the next message; None once ``status`` is there."""
        while self.status is None:
            data = self._step()
            if data is not None:
                return data
        return None

    def cancel(self) -> bool:
        """End the call here and on the wire; False if it had ended."""
        if self.status is not None:
            return False
        self.cancelled = True
        self._end(Status(StatusCode.CANCELLED, _CANCELLED))
        return True

    def _send(self) -> None:
        """Send the call; as in grpcio, what cannot be sent ends it, and the log says why."""
        try:
            self._exchange = self._endpoint.open(self._call, self.time_remaining())
            return
        except InvalidMetadataError as error:
            _log.error("%s", error)
            self.status = Status(StatusCode.INTERNAL, "Invalid metadata")
        except MetadataPluginError as error:
            self.status = Status(StatusCode.UNAVAILABLE, str(error))
        self._call.discard()

    def _step(self) -> bytes | None:
        match self._exchange.next():
            case Message(data):
                return data
            case Head() as head:
                self._on_head(head)
            case Trailers(text):
                self._trailers = status_of(parse_trailers(text))
            case End():
                self._end(self._trailers or _cut(self._endpoint.origin))
            case Failure() as failure:
                self._on_failure(failure)
            case Data():
                pass
        return None

    def _on_head(self, head: Head) -> None:
        status = status_of(head.headers)
        is_grpc = (head.get("content-type") or "").startswith("application/grpc")
        if status is None and not (is_grpc and head.status == 200):
            self._end(_faults.of_http(head, self._endpoint.origin))
            return
        if status is not None and _faults.is_outage(head, status):
            self._wait_or_end(_faults.server_down(self._endpoint.origin))
            return
        self._endpoint.outage.answered()
        self.initial_metadata = from_headers(head.headers) if status is None else ()
        if status is not None:
            self._end(status)

    def _with_token(self) -> bool:
        return bool(self._endpoint.call_credentials or self._call.credentials)

    def _on_failure(self, failure: Failure) -> None:
        origin = self._endpoint.origin
        limit = self._endpoint.max_receive_bytes
        status = _faults.of_failure(failure, origin, limit, self._with_token())
        if failure.reason == "unreachable" and self.initial_metadata is None:
            self._wait_or_end(status)
        elif failure.reason == "unreachable":
            self._end(_cut(origin))
        else:
            self._end(status)

    def _wait_or_end(self, status: Status) -> None:
        """Send the call again once its endpoint may be back: it reached no server yet."""
        self._exchange.close()
        expired = self.deadline is not None and time.monotonic() >= self.deadline
        forever = self._call.wait_for_ready
        if not expired and self._endpoint.outage.wait(self._endpoint.origin, forever):
            self._send()
        else:
            self._end(status)

    def _end(self, status: Status) -> None:
        self._exchange.close()
        self._call.discard()
        if status.code is StatusCode.UNAUTHENTICATED and not status.sentence:
            status = _faults.unauthenticated(status, self._endpoint.origin, self._with_token())
        self.status = _faults.said_by_a_gatekeeper(status)


def _cut(origin: str) -> Status:
    text = f"The stream from {origin} was cut before its end (it came without trailers)."
    return Status(StatusCode.UNAVAILABLE, text)
