"""Channels."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from ._call import Deserializer
from ._compression import refuse_compression
from ._credentials import ChannelCredentials
from ._endpoint import Endpoint, make_endpoint
from ._multicallable import (
    Serializer,
    StreamStreamMultiCallable,
    StreamUnaryMultiCallable,
    UnaryStreamMultiCallable,
    UnaryUnaryMultiCallable,
)

Options = Sequence[tuple[str, Any]] | None


class Channel:
    """A place that calls go to. It holds no connection: the browser pools those."""

    def __init__(self, endpoint: Endpoint) -> None:
        self._endpoint = endpoint
        self._closed = False

    def unary_unary(self, method: str, *args: Any, **kwargs: Any) -> Any:
        """A callable for one request and one response.

        This and its three siblings take ``request_serializer`` and ``response_deserializer``.
        """
        return self._callable(UnaryUnaryMultiCallable, method, *args, **kwargs)

    def unary_stream(self, method: str, *args: Any, **kwargs: Any) -> Any:
        """A callable for one request and many responses."""
        return self._callable(UnaryStreamMultiCallable, method, *args, **kwargs)

    def stream_unary(self, method: str, *args: Any, **kwargs: Any) -> Any:
        """A callable for many requests and one response."""
        return self._callable(StreamUnaryMultiCallable, method, *args, **kwargs)

    def stream_stream(self, method: str, *args: Any, **kwargs: Any) -> Any:
        """A callable that raises NotImplementedError when it is called."""
        return self._callable(StreamStreamMultiCallable, method, *args, **kwargs)

    def _callable(
        self,
        kind: Callable[[Endpoint, str, Serializer, Deserializer], Any],
        method: str,
        request_serializer: Serializer = None,
        response_deserializer: Deserializer = None,
        _registered_method: bool | None = False,
    ) -> Any:
        return kind(self._live(), method, request_serializer, response_deserializer)

    def subscribe(self, callback: Any, try_to_connect: bool = False) -> None:
        """Not available: a page does not see connections."""
        raise NotImplementedError("Channel.subscribe: a page does not see connections")

    def unsubscribe(self, callback: Any) -> None:
        """Not available: a page does not see connections."""
        raise NotImplementedError("Channel.unsubscribe: a page does not see connections")

    def close(self) -> None:
        """Refuse new callables; calls under way end by themselves."""
        self._closed = True

    def _live(self) -> Endpoint:
        if self._closed:
            raise ValueError("Cannot invoke RPC on closed channel!")
        return self._endpoint

    def __enter__(self) -> Channel:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def insecure_channel(target: str, options: Options = None, compression: Any = None) -> Channel:
    """A channel over http to ``host:port``."""
    refuse_compression(compression)
    return Channel(make_endpoint(target, None, options))


def secure_channel(
    target: str, credentials: ChannelCredentials, options: Options = None, compression: Any = None
) -> Channel:
    """A channel to ``host:port`` with credentials."""
    refuse_compression(compression)
    return Channel(make_endpoint(target, credentials, options))
