"""The provider's keys for a Spark without a way out: only public ones, and the last good ones."""

from __future__ import annotations

import http.server
import json
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from deploy.team.compose import keys

SCRIPT = Path(keys.__file__)
PATIENCE_S = 30
KEY = {"kty": "RSA", "kid": "1", "n": "AQAB", "e": "AQAB"}
JWKS = json.dumps({"keys": [KEY]}).encode()
OTHER = json.dumps({"keys": [{**KEY, "kid": "2"}]}).encode()


@dataclass
class Provider:
    """Answers with what it is told to."""

    port: int = 0
    content: bytes = JWKS
    asked: int = 0

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}/jwks"


@pytest.fixture
def provider() -> Iterator[Provider]:
    told = Provider()

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            told.asked += 1
            self.send_response(200 if told.content else 503)
            self.end_headers()
            self.wfile.write(told.content)

        def log_message(self, *_: object) -> None:
            return

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        told.port = server.server_port
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield told
        server.shutdown()


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"<html>", "sends no JWKS"),
        (b"[]", "sends no JWKS"),
        (b'{"keys": []}', "sends a JWKS without a key"),
        (b'{"keys": [{"kty": "oct", "k": "AAAA"}]}', "sends keys that are not public"),
        (json.dumps({"keys": [{**KEY, "d": "AAAA"}]}).encode(), "sends keys that are not public"),
        (b" " * (keys.MOST_BYTES + 1), "sends more than 1 MiB"),
        (b"", "does not answer"),
    ],
)
def test_what_is_no_set_of_public_keys_is_told(
    provider: Provider, tmp_path: Path, content: bytes, sentence: str
) -> None:
    provider.content = content
    with pytest.raises(keys.KeysError, match=sentence):
        keys.fetch(provider.address, tmp_path / "none")


@pytest.fixture
def keeping(provider: Provider, tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    (tmp_path / "address").write_text(provider.address + "\n")
    command = [sys.executable, str(SCRIPT), str(tmp_path), str(tmp_path / "jwks.json"), "0.05"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        yield process
        process.kill()


def eventually(holds: Callable[[], bool]) -> None:
    give_up = time.monotonic() + PATIENCE_S
    while not holds():
        assert time.monotonic() < give_up, "it did not happen"
        time.sleep(0.02)


def test_keys_follow_the_provider_and_outlive_its_faults(
    provider: Provider, keeping: subprocess.Popen[str], tmp_path: Path
) -> None:
    file = tmp_path / "jwks.json"
    eventually(lambda: file.exists() and file.read_bytes() == JWKS)
    provider.content = b""
    asked = provider.asked
    eventually(lambda: provider.asked > asked + 3)
    assert file.read_bytes() == JWKS
    provider.content = OTHER
    eventually(lambda: file.read_bytes() == OTHER)
    keeping.terminate()
    out, _ = keeping.communicate(timeout=PATIENCE_S)
    assert keeping.returncode == 0
    faults = [line for line in out.splitlines() if "stay in use" in line]
    assert len(faults) == 1


def test_a_word_too_few_is_the_help() -> None:
    answer = subprocess.run([sys.executable, SCRIPT], capture_output=True, text=True, check=False)
    assert answer.returncode == 2
    assert "keys FOLDER FILE" in answer.stderr
