"""Multi-callables: what a generated stub holds, one per method."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from ..bridge import Upload
from ._call import Deserializer, UnansweredCall, _MultiThreadedRendezvous, _UnaryCall
from ._compression import Compression, refuse_compression
from ._credentials import CallCredentials
from ._endpoint import UNLIMITED, Endpoint, OutgoingCall
from ._protocol import frame
from ._reader import Reader
from ._status import Status, StatusCode
from .delivery import Awaited, OneWay, Recorded, current_delivery

Serializer = Callable[[Any], bytes] | None
CallMetadata = Sequence[tuple[str, str | bytes]] | None
_log = logging.getLogger(__name__)
_INSECURE = (
    "Established channel does not have a sufficient security level to transfer call credential."
)


class _UnsentError(Exception):
    """A request that cannot be sent; ``status`` is what its call ends with, as in grpcio."""

    def __init__(self, status: Status) -> None:
        super().__init__(status.details)
        self.status = status


class _MultiCallable:
    """One method of one channel."""

    def __init__(
        self, endpoint: Endpoint, path: str, serializer: Serializer, deserializer: Deserializer
    ) -> None:
        self._endpoint = endpoint
        self._path = path
        self._serialize = serializer or (lambda message: message)
        self._deserialize = deserializer

    def _frame(self, request: Any) -> bytes:
        try:
            data = self._serialize(request)
        except Exception:  # noqa: BLE001 - whatever it is, the call ends with it
            details = "Exception serializing request!"
            _log.exception(details)
            raise _UnsentError(Status(StatusCode.INTERNAL, details)) from None
        limit = self._endpoint.max_send_bytes
        if limit != UNLIMITED and len(data) > limit:
            details = f"CLIENT: Sent message larger than max ({len(data)} vs. {limit})"
            raise _UnsentError(Status(StatusCode.RESOURCE_EXHAUSTED, details))
        return frame(data)

    def _body(self, request: Any) -> bytes | Upload:
        return self._frame(request)

    def _outgoing(
        self,
        request: Any,
        timeout: float | None = None,
        metadata: CallMetadata = None,
        credentials: CallCredentials | None = None,
        wait_for_ready: bool | None = None,
        compression: Compression | None = None,
    ) -> OutgoingCall | Status:
        """A call of the arguments that every callable takes, or why there is nothing to send."""
        refuse_compression(compression)
        deadline = None if timeout is None else time.monotonic() + timeout
        if credentials is not None and not self._endpoint.secure:
            return Status(StatusCode.UNAUTHENTICATED, _INSECURE)
        try:
            body = self._body(request)
        except _UnsentError as error:
            return error.status
        pairs = tuple(metadata or ())
        return OutgoingCall(self._path, body, pairs, credentials, deadline, bool(wait_for_ready))


class _UnaryResponse(_MultiCallable):
    """Common to the methods that answer with one message.

    Besides the request each method takes what grpcio's does: ``timeout`` in seconds, ``metadata``,
    ``credentials``, ``wait_for_ready`` and ``compression`` (none).
    """

    def __call__(self, request: Any, *args: Any, **options: Any) -> Any:
        """Block for the response.

        Raises:
            RpcError: the call ended with a status other than OK.
        """
        return self.future(request, *args, **options).result()

    def with_call(self, request: Any, *args: Any, **options: Any) -> tuple[Any, Any]:
        """Block for the response, and return it with the call's account of itself."""
        call = self.future(request, *args, **options)
        return call.result(), call

    def future(self, request: Any, *args: Any, **options: Any) -> _UnaryCall | UnansweredCall:
        """Send the request and return the call; ``result()`` blocks."""
        call = self._outgoing(request, *args, **options)
        delivery = current_delivery()
        if isinstance(delivery, Awaited) or isinstance(call, Status):
            return _UnaryCall(Reader(self._endpoint, call), self._deserialize)
        match delivery:
            case OneWay(delay):
                self._endpoint.send(call, delay)
                call.discard()
            case Recorded(requests):
                requests.append(self._endpoint.record(call))
        return UnansweredCall(self._deserialize)


class UnaryUnaryMultiCallable(_UnaryResponse):
    """One request, one response."""


class StreamUnaryMultiCallable(_UnaryResponse):
    """Many requests, all in one body, since a browser sends a body whole; one response.

    The body leaves Python while the requests are made: its size is not bounded by their memory.
    """

    def _body(self, request: Iterable[Any]) -> bytes | Upload:
        return self._endpoint.gather(self._frame(message) for message in _guarded(request))


def _guarded(requests: Iterable[Any]) -> Iterator[Any]:
    try:
        yield from requests
    except Exception:  # noqa: BLE001 - whatever it is, the call ends with it
        details = "Exception iterating requests!"
        _log.exception(details)
        raise _UnsentError(Status(StatusCode.UNKNOWN, details)) from None


class UnaryStreamMultiCallable(_MultiCallable):
    """One request, many responses; takes what :class:`_UnaryResponse` takes."""

    def __call__(self, request: Any, *args: Any, **options: Any) -> _MultiThreadedRendezvous:
        """Send the request and return an iterator of responses, which blocks."""
        call = self._outgoing(request, *args, **options)
        return _MultiThreadedRendezvous(Reader(self._endpoint, call), self._deserialize)


class StreamStreamMultiCallable(_MultiCallable):
    """Present so that stubs can be made; grpc-web has no bidirectional streams."""

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Always raises NotImplementedError."""
        raise NotImplementedError(
            f"{self._path}: stream_stream: grpc-web cannot send and receive streams at once"
        )
