"""A TCP proxy on loopback that can cut connections: a broken network on demand."""

from __future__ import annotations

import contextlib
import socket
import threading
from types import TracebackType

CHUNK_BYTES = 16_384


class Cutter:
    """Forwards a port of its own to another one; :meth:`cut_after` arms it.

    It cuts by reset, once, and forwards as before afterwards.
    """

    def __init__(self, target_port: int) -> None:
        self._target = ("127.0.0.1", target_port)
        self._lock = threading.Lock()
        self._budget: int | None = None
        self.cuts = 0
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def cut_after(self, response_bytes: int) -> None:
        """Reset the connection that carries the byte after so many response bytes from now."""
        with self._lock:
            self._budget = response_bytes

    def close(self) -> None:
        """Stop listening."""
        self._listener.close()

    def __enter__(self) -> Cutter:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                server = socket.create_connection(self._target)
                for pair, counted in (((client, server), False), ((server, client), True)):
                    threading.Thread(target=self._pump, args=(*pair, counted), daemon=True).start()

    def _pump(self, source: socket.socket, target: socket.socket, counted: bool) -> None:
        with contextlib.suppress(OSError):
            while data := source.recv(CHUNK_BYTES):
                if counted and self._spent(len(data)):
                    self._reset(source, target)
                    return
                target.sendall(data)
            target.shutdown(socket.SHUT_WR)

    def _spent(self, count: int) -> bool:
        with self._lock:
            if self._budget is None:
                return False
            self._budget -= count
            if self._budget >= 0:
                return False
            self._budget = None
            self.cuts += 1
            return True

    @staticmethod
    def _reset(*sockets: socket.socket) -> None:
        for one in sockets:
            # Zero linger time turns close() into a reset (socket(7)).
            linger = (1).to_bytes(4, "little") + (0).to_bytes(4, "little")
            one.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
            one.shutdown(socket.SHUT_RDWR)
            one.close()
