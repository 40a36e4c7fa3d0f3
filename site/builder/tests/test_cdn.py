"""The CDN source against a server on loopback: missing files, refusals, silence."""

from __future__ import annotations

import http.server
import socket
import threading
import time
from collections.abc import Iterator
from functools import partial

import pytest
from builder import sources
from builder.artifacts import Artifact, Origin
from builder.digest import sha256
from builder.errors import SourceUnavailable
from builder.sources import Cdn

DATA = b"wheel"
MAX_SILENCE_S = 3.0


class Handler(http.server.BaseHTTPRequestHandler):
    def do_HEAD(self) -> None:
        self.answer(b"")

    def do_GET(self) -> None:
        self.answer(DATA)

    def answer(self, body: bytes) -> None:
        found = self.path.endswith("/there.whl")
        self.send_response(200 if found else 404)
        self.end_headers()
        if found:
            self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture
def base() -> Iterator[str]:
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=partial(server.serve_forever, poll_interval=0.01))
        thread.start()
        yield f"http://127.0.0.1:{server.server_address[1]}/"
        server.shutdown()
        thread.join()


def official(file_name: str) -> Artifact:
    return Artifact("x", "1.0", file_name, sha256(DATA), Origin.REGISTRY, sha256(DATA))


def test_a_missing_file_is_left_to_the_next_source(base: str) -> None:
    there, gone = official("there.whl"), official("gone.whl")
    assert list(Cdn(base).fetch([gone, there])) == [(there, DATA)]


def test_only_official_bytes_are_asked_of_it(base: str) -> None:
    ours = Artifact("x", "1.0", "there.whl", sha256(DATA), Origin.REGISTRY)
    assert not Cdn(base).may_have(ours)
    assert Cdn(base).may_have(official("there.whl"))


def test_refused_connection() -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        port = unused.getsockname()[1]
    with pytest.raises(SourceUnavailable, match="refused"):
        list(Cdn(f"http://127.0.0.1:{port}/").fetch([official("there.whl")]))


def test_a_silent_host_costs_one_short_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sources, "CDN_PROBE_TIMEOUT_S", 0.2)
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        start = time.monotonic()
        with pytest.raises(SourceUnavailable):
            list(Cdn(f"http://127.0.0.1:{silent.getsockname()[1]}/").fetch([official("a.whl")] * 9))
    assert time.monotonic() - start < MAX_SILENCE_S
