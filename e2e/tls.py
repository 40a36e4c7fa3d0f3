"""Encryption for tests: a certificate that nobody trusts, and a door of TLS before a plain port."""

from __future__ import annotations

import contextlib
import socket
import ssl
import subprocess
from pathlib import Path

from e2e.relay import CHUNK_BYTES, Relay

KEY = ("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1")
NAMES = ("-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1")


def self_signed(folder: Path) -> Path:
    """A PEM file with a key and its certificate for this machine."""
    key, certificate = folder / "both.pem", folder / "certificate.pem"
    command = [*KEY, *NAMES, "-keyout", str(key), "-out", str(certificate)]
    subprocess.run(command, check=True, capture_output=True)
    key.write_text(key.read_text() + certificate.read_text())
    return key


class TlsDoor(Relay):
    """Takes TLS and passes what is in it on to a plain port."""

    def __init__(self, target_port: int, certificate: Path, protocols: tuple[str, ...]) -> None:
        super().__init__(target_port)
        self._tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._tls.load_cert_chain(certificate)
        self._tls.set_alpn_protocols(list(protocols))

    def serve(self, client: socket.socket) -> None:
        """Take the handshake, then pass on both ways."""
        inside = self._tls.wrap_socket(client, server_side=True)
        outside = self.connect()
        self.in_background(self._pump, outside, inside)
        self._pump(inside, outside)

    @staticmethod
    def _pump(source: socket.socket, target: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while data := source.recv(CHUNK_BYTES):
                target.sendall(data)
        for end in (source, target):
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
