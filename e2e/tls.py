"""Encryption for tests: a certificate that nobody trusts, and a door of TLS before a plain port."""

from __future__ import annotations

import contextlib
import socket
import ssl
import subprocess
import threading
from pathlib import Path
from types import TracebackType

CHUNK_BYTES = 65_536
KEY = ("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1")
NAMES = ("-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1")


def self_signed(folder: Path) -> Path:
    """A PEM file with a key and its certificate for this machine."""
    key, certificate = folder / "both.pem", folder / "certificate.pem"
    command = [*KEY, *NAMES, "-keyout", str(key), "-out", str(certificate)]
    subprocess.run(command, check=True, capture_output=True)
    key.write_text(key.read_text() + certificate.read_text())
    return key


class TlsDoor:
    """Takes TLS on a port of its own and passes what is in it on to a plain port."""

    def __init__(self, target_port: int, certificate: Path, protocols: tuple[str, ...]) -> None:
        self._target = ("127.0.0.1", target_port)
        self._tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._tls.load_cert_chain(certificate)
        self._tls.set_alpn_protocols(list(protocols))
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def __enter__(self) -> TlsDoor:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        # A thread that waits in accept() keeps the port open: shutdown() ends its wait.
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client: socket.socket) -> None:
        with contextlib.suppress(OSError):
            inside = self._tls.wrap_socket(client, server_side=True)
            outside = socket.create_connection(self._target)
            threading.Thread(target=self._pump, args=(outside, inside), daemon=True).start()
            self._pump(inside, outside)

    @staticmethod
    def _pump(source: socket.socket, target: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while data := source.recv(CHUNK_BYTES):
                target.sendall(data)
        for end in (source, target):
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
