"""What the container's Envoy is started with, and the health checks that need no curl."""

from __future__ import annotations

import http.server
import os
import socket
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
ENTRYPOINT = ROOT / "envoy" / "entrypoint.sh"
ANSWERS = ROOT / "deploy" / "compose" / "answers.sh"
SPEAKS_HTTP2 = ROOT / "envoy" / "speaks_http2.sh"


@pytest.fixture
def fake_envoy(tmp_path: Path) -> Path:
    """A folder for PATH: its `envoy` prints its arguments and its configuration."""
    program = tmp_path / "envoy"
    program.write_text('#!/bin/sh\necho "$@"\ncat "$2"\n')
    program.chmod(0o755)
    return tmp_path


def start(fake_envoy: Path, *arguments: str, **environ: str) -> subprocess.CompletedProcess[str]:
    path = f"{fake_envoy}{os.pathsep}{os.environ['PATH']}"
    return subprocess.run(
        ["sh", str(ENTRYPOINT), *arguments],
        env={"PATH": path, "TMPDIR": str(fake_envoy), **environ},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize(
    ("environ", "trusted"),
    [
        ({}, "false"),
        ({"BIND": "127.0.0.1"}, "false"),
        ({"BIND": "[::1]"}, "false"),
        ({"BIND": "0.0.0.0"}, "true"),
        ({"BIND": "0.0.0.0", "PCW_TRUST_HOST": "false"}, "false"),
    ],
)
def test_host_names_are_trusted_by_the_published_address(
    fake_envoy: Path, environ: dict[str, str], trusted: str
) -> None:
    shown = start(fake_envoy, **environ).stdout
    assert f'("pcw", "same_origin", {trusted} and same)' in shown
    assert 'address: "0.0.0.0", port_value: 8000' in shown


def test_a_setting_that_cannot_work_ends_the_container_with_its_sentence(fake_envoy: Path) -> None:
    answer = start(fake_envoy, PCW_ALLOWED_ORIGINS="nonsense")
    assert answer.returncode == 2
    assert "'nonsense', which is no origin" in answer.stderr
    assert answer.stdout == ""


def test_native_clients_have_a_configuration_of_their_own(fake_envoy: Path) -> None:
    assert "tcp_proxy" in start(fake_envoy, "native").stdout


class OnePage(http.server.BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200 if self.path == "/page" else 404)
        self.end_headers()

    def log_message(self, *_arguments: object) -> None:
        return


@contextmanager
def listening(server: http.server.HTTPServer) -> Iterator[int]:
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield server.server_port
    server.shutdown()
    server.server_close()
    thread.join()


def ask(script: Path, *arguments: str) -> int:
    command = ["bash", str(script), *arguments]
    return subprocess.run(command, capture_output=True, timeout=20, check=False).returncode


def test_only_a_200_is_an_answer() -> None:
    with listening(http.server.HTTPServer(("127.0.0.1", 0), OnePage)) as port:
        assert ask(ANSWERS, str(port), "/page") == 0
        assert ask(ANSWERS, str(port), "/other") != 0
    assert ask(ANSWERS, str(port), "/page") != 0


CLIENT_BYTES = 24 + 9
"""The client's preface and its empty SETTINGS frame (RFC 9113, 3.4)."""


@pytest.mark.parametrize(
    ("frame", "healthy"), [(b"\0\0\0\4\0\0\0\0\0", True), (b"", False)], ids=["speaks", "hangs up"]
)
def test_a_proxy_that_accepts_is_no_server_that_speaks(frame: bytes, healthy: bool) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            connection, _ = server.accept()
            with connection, connection.makefile("rb") as sent:
                sent.read(CLIENT_BYTES)
                connection.sendall(frame)

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        assert (ask(SPEAKS_HTTP2, str(server.getsockname()[1])) == 0) is healthy
        thread.join()
