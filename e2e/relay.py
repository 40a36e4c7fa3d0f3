"""A TCP proxy on loopback, for what a test does to connections on their way."""

from __future__ import annotations

import contextlib
import socket
import threading
from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import Self

CHUNK_BYTES = 65_536


class Relay(ABC):
    """Listens on a port of its own while it is a context; each connection has its threads."""

    def __init__(self, target_port: int) -> None:
        self._target = ("127.0.0.1", target_port)
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]

    def __enter__(self) -> Self:
        self.in_background(self._accept)
        return self

    def __exit__(self, *_: object) -> None:
        # A thread that waits in accept() keeps the port open: shutdown() ends its wait.
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()

    def connect(self) -> socket.socket:
        """A connection to the port that is relayed."""
        return socket.create_connection(self._target)

    @abstractmethod
    def serve(self, client: socket.socket) -> None:
        """Relay one connection; an OSError ends it."""

    def in_background(self, work: Callable[..., None], *given: object) -> None:
        """Run in a thread of its own; an OSError ends it."""

        def run() -> None:
            with contextlib.suppress(OSError):
                work(*given)

        threading.Thread(target=run, daemon=True).start()

    def _accept(self) -> None:
        while True:
            client, _ = self._listener.accept()
            self.in_background(self.serve, client)
