"""A broken network on demand."""

from __future__ import annotations

import socket
import threading

from e2e.relay import Relay

CHUNK_BYTES = 16_384
"""Small, so that a cut comes close to the byte it is meant for."""


class Cutter(Relay):
    """Forwards until it cuts; :meth:`cut_after` arms it.

    It cuts by reset, once, and forwards as before afterwards.
    """

    def __init__(self, target_port: int) -> None:
        super().__init__(target_port)
        self._lock = threading.Lock()
        self._budget: int | None = None
        self.cuts = 0

    def cut_after(self, response_bytes: int) -> None:
        """Reset the connection that carries the byte after so many response bytes from now."""
        with self._lock:
            self._budget = response_bytes

    def serve(self, client: socket.socket) -> None:
        """Forward, and count what comes back."""
        server = self.connect()
        self.in_background(self._pump, client, server, False)
        self._pump(server, client, True)

    def _pump(self, source: socket.socket, target: socket.socket, counted: bool) -> None:
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
