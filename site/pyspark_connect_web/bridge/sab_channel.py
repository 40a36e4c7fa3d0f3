"""``SabSyncChannel``: blocking HTTP from a worker, over a SharedArrayBuffer."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ..errors import BridgeError
from .connection import connection, request_json
from .exchange import Data, End, Exchange, Failure, Head, Record
from .upload import Upload, to_js

NO_LIMIT = 2**31 - 1
"""Bytes; what a message's length is held to where the caller sets no limit."""


@dataclass(frozen=True)
class HttpResponse:
    """A whole response; header names are lower case."""

    status: int
    headers: dict[str, str]
    body: bytes


class SabSyncChannel:
    """Calls that block this thread, relative to one base URL.

    Several may be open at once. The first one connects the kernel to the page: see
    :func:`~pyspark_connect_web.bridge.connection.connection` for what it raises.
    """

    transport = "kernel"

    def __init__(self, base_url: str) -> None:
        self.base_url = base_url.rstrip("/")

    def open(
        self,
        path: str,
        body: bytes | Upload | None,
        headers: list[tuple[str, str]],
        timeout: float | None = None,
        *,
        method: str = "POST",
        framed: bool = True,
        max_message_bytes: int = NO_LIMIT,
    ) -> Exchange:
        """Start a call; ``timeout`` in seconds.

        With ``framed``, a grpc-web body arrives as messages and trailers, else as data records.
        """
        url, (whole, upload) = self.base_url + path, _split(body)
        request = request_json(url, method, headers, timeout, framed, upload=upload)
        half = connection().open(request, to_js(whole), max_message_bytes)
        return Exchange(half, timeout)

    def send(
        self, path: str, body: bytes | Upload, headers: list[tuple[str, str]], delay: float = 0.0
    ) -> None:
        """Start a call whose answer nobody reads, ``delay`` seconds from now.

        A failure is told on the browser's console.
        """
        url, (whole, upload) = self.base_url + path, _split(body)
        request = request_json(url, "POST", headers, None, True, delay, upload)
        connection().send(request, to_js(whole))

    def unary(
        self,
        path: str,
        body: bytes | None = None,
        headers: dict[str, str] | None = None,
        timeout: float | None = None,
        *,
        method: str = "POST",
    ) -> HttpResponse:
        """Block for a whole response, with its body as it came.

        Raises:
            BridgeError: the exchange broke.
        """
        exchange = self.open(
            path, body, list((headers or {}).items()), timeout, method=method, framed=False
        )
        head = self._expect(exchange.next())
        assert isinstance(head, Head)
        return HttpResponse(head.status, dict(head.headers), b"".join(self._chunks(exchange)))

    def server_stream(
        self,
        path: str,
        body: bytes,
        headers: dict[str, str] | None = None,
        timeout: float | None = None,
    ) -> Iterator[bytes]:
        """Yield a body's chunks as they arrive.

        Raises:
            BridgeError: the exchange broke.
        """
        exchange = self.open(path, body, list((headers or {}).items()), timeout, framed=False)
        self._expect(exchange.next())
        yield from self._chunks(exchange)

    def _chunks(self, exchange: Exchange) -> Iterator[bytes]:
        try:
            while not isinstance(record := self._expect(exchange.next()), End):
                assert isinstance(record, Data)
                yield record.data
        finally:
            exchange.close()

    def _expect(self, record: Record) -> Record:
        if isinstance(record, Failure):
            raise BridgeError(f"{self.base_url}: {record.reason}: {record.message}")
        return record


def _split(body: bytes | Upload | None) -> tuple[bytes | None, int | None]:
    """A body that travels with its call, or the id of one that was sent ahead."""
    return (None, body.id) if isinstance(body, Upload) else (body, None)
