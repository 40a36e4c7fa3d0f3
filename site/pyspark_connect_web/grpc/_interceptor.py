"""Client interceptors, first one outermost: https://grpc.github.io/grpc/python/grpc.html#interceptors."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from types import TracebackType
from typing import Any, NamedTuple

from ._call import _UnaryOutcome
from ._channel import Channel
from ._compression import Compression
from ._credentials import CallCredentials
from ._multicallable import CallMetadata
from ._status import RpcError, StatusCode
from .delivery import Recorded, current_delivery


class ClientCallDetails:
    """Base of what an interceptor learns of a call."""


class _Details(NamedTuple):
    method: str
    timeout: float | None
    metadata: CallMetadata
    credentials: CallCredentials | None
    wait_for_ready: bool | None
    compression: Compression | None


class _CallDetails(_Details, ClientCallDetails):
    """The details of one call, as grpcio passes them."""


class UnaryUnaryClientInterceptor(ABC):
    """Affords intercepting unary-unary calls."""

    @abstractmethod
    def intercept_unary_unary(
        self, continuation: Any, client_call_details: ClientCallDetails, request: Any
    ) -> Any:
        """Return a call: that of ``continuation(details, request)``, or one of its own."""


class UnaryStreamClientInterceptor(ABC):
    """Affords intercepting unary-stream calls."""

    @abstractmethod
    def intercept_unary_stream(
        self, continuation: Any, client_call_details: ClientCallDetails, request: Any
    ) -> Any:
        """Return a call: that of ``continuation(details, request)``, or one of its own."""


class StreamUnaryClientInterceptor(ABC):
    """Affords intercepting stream-unary calls."""

    @abstractmethod
    def intercept_stream_unary(
        self, continuation: Any, client_call_details: ClientCallDetails, request_iterator: Any
    ) -> Any:
        """Return a call: that of ``continuation(details, request_iterator)``, or one of its own."""


class StreamStreamClientInterceptor(ABC):
    """Affords intercepting stream-stream calls."""

    @abstractmethod
    def intercept_stream_stream(
        self, continuation: Any, client_call_details: ClientCallDetails, request_iterator: Any
    ) -> Any:
        """Return a call: that of ``continuation(details, request_iterator)``, or one of its own."""


_INTERFACES = {
    "unary_unary": UnaryUnaryClientInterceptor,
    "unary_stream": UnaryStreamClientInterceptor,
    "stream_unary": StreamUnaryClientInterceptor,
    "stream_stream": StreamStreamClientInterceptor,
}


class _FailureOutcome(_UnaryOutcome, RpcError):
    """A call whose interceptor raised."""

    def __init__(self, error: Exception) -> None:
        super().__init__(None)
        self._error = error

    def code(self) -> StatusCode:
        return StatusCode.INTERNAL

    def details(self) -> str:
        return "Exception raised while intercepting the RPC"

    def result(self, timeout: float | None = None) -> Any:
        raise self._error

    def exception(self, timeout: float | None = None) -> Exception:
        return self._error

    def traceback(self, timeout: float | None = None) -> TracebackType | None:
        return self._error.__traceback__

    def __iter__(self) -> _FailureOutcome:
        return self

    def __next__(self) -> Any:
        raise self._error


class _Intercepted:
    """A multi-callable behind one interceptor."""

    def __init__(
        self,
        make_inner: Callable[[str], Any],
        method: str,
        intercept: Callable[..., Any],
        kind: str,
    ) -> None:
        self._make_inner = make_inner
        self._inner = make_inner(method)
        self._method = method
        self._intercept = intercept
        self._responds_once = kind.endswith("_unary")

    def __call__(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        call = self.future(request, *args, **kwargs)
        return call.result() if self._responds_once else call

    def with_call(self, request: Any, *args: Any, **kwargs: Any) -> tuple[Any, Any]:
        call = self.future(request, *args, **kwargs)
        return call.result(), call

    def future(
        self,
        request: Any,
        timeout: float | None = None,
        metadata: CallMetadata = None,
        credentials: CallCredentials | None = None,
        wait_for_ready: bool | None = None,
        compression: Compression | None = None,
    ) -> Any:
        details = _CallDetails(
            self._method, timeout, metadata, credentials, wait_for_ready, compression
        )
        if isinstance(current_delivery(), Recorded):
            # It may never be sent, and the interceptor would take it for a call.
            return self._continue(details, details, request)

        def proceed(changed: Any, request: Any) -> Any:
            return self._continue(changed, details, request)

        try:
            call = self._intercept(proceed, details, request)
        except Exception as error:  # noqa: BLE001 - told by the call's result, as in grpcio
            return _FailureOutcome(error)
        if self._responds_once and not hasattr(call, "result"):
            return _UnaryOutcome(call)
        return call

    def _continue(self, details: Any, default: _Details, request: Any) -> Any:
        given: dict[str, Any] = {
            name: getattr(details, name, value) for name, value in default._asdict().items()
        }
        method = given.pop("method")
        inner = self._inner if method == self._method else self._make_inner(method)
        start = inner.future if self._responds_once else inner
        try:
            return start(request, **given)
        except RpcError as error:
            return error


class _InterceptedChannel(Channel):
    """A channel whose callables go through one interceptor."""

    def __init__(self, inner: Channel, interceptor: object) -> None:
        self._inner = inner
        self._interceptor = interceptor

    def _wrap(self, kind: str, method: str, args: Any, kwargs: Any) -> Any:
        def make_inner(name: str) -> Any:
            return getattr(self._inner, kind)(name, *args, **kwargs)

        if not isinstance(self._interceptor, _INTERFACES[kind]):
            return make_inner(method)
        intercept = getattr(self._interceptor, f"intercept_{kind}")
        return _Intercepted(make_inner, method, intercept, kind)

    def unary_unary(self, method: str, *args: Any, **kwargs: Any) -> Any:
        return self._wrap("unary_unary", method, args, kwargs)

    def unary_stream(self, method: str, *args: Any, **kwargs: Any) -> Any:
        return self._wrap("unary_stream", method, args, kwargs)

    def stream_unary(self, method: str, *args: Any, **kwargs: Any) -> Any:
        return self._wrap("stream_unary", method, args, kwargs)

    def stream_stream(self, method: str, *args: Any, **kwargs: Any) -> Any:
        return self._wrap("stream_stream", method, args, kwargs)

    def close(self) -> None:
        self._inner.close()


def intercept_channel(channel: Channel, *interceptors: object) -> Channel:
    """A channel whose calls go through the interceptors, the first one outermost.

    Raises:
        TypeError: an object that implements no interceptor interface.
    """
    for interceptor in reversed(interceptors):
        if not isinstance(interceptor, tuple(_INTERFACES.values())):
            raise TypeError(f"interceptor must be one of the client interceptors: {interceptor!r}")
        channel = _InterceptedChannel(channel, interceptor)
    return channel
