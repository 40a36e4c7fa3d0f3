"""The dev server, started as its user starts it."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from email.message import Message
from http import HTTPStatus
from pathlib import Path

import pytest

SCRIPT = Path(__file__).resolve().parents[1] / "serve_coi.py"
ISOLATION = {
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Embedder-Policy": "credentialless",
    "Cross-Origin-Resource-Policy": "cross-origin",
}
TYPES = {
    "index.html": "text/html",
    "pyodide.asm.wasm": "application/wasm",
    "pyodide.mjs": "text/javascript",
    "app.js": "text/javascript",
    "lock.json": "application/json",
    "demo.ipynb": "application/json",
}
Start = Callable[..., "subprocess.Popen[str]"]


@pytest.fixture
def site(tmp_path: Path) -> Path:
    site = tmp_path / "dist"
    (site / "lab").mkdir(parents=True)
    for name in TYPES:
        (site / name).write_text(name)
    (site / "serve_coi.py").write_bytes(SCRIPT.read_bytes())
    return site


@pytest.fixture
def start(site: Path) -> Iterator[Start]:
    started: list[subprocess.Popen[str]] = []

    def start(*arguments: str, script: Path = site / "serve_coi.py") -> subprocess.Popen[str]:
        # No environment of the tests: the user has a bare Python.
        process = subprocess.Popen(
            [sys.executable, "-I", str(script), *arguments],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
            # As at a terminal; below a shell's background job Ctrl-C is ignored.
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
        )
        started.append(process)
        return process

    yield start
    for process in started:
        process.kill()
        process.communicate()


def first_line(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return process.stdout.readline()


def address(process: subprocess.Popen[str]) -> str:
    found = re.match(r"http://localhost:\d+/", first_line(process))
    assert found, process.communicate()
    return found[0]


def headers(url: str) -> tuple[int, Message]:
    try:
        with urllib.request.urlopen(url) as answer:
            return answer.status, answer.headers
    except urllib.error.HTTPError as error:
        return error.code, error.headers


def test_everything_is_served_isolated_and_with_its_type(start: Start) -> None:
    base = address(start("--port", "0"))
    for name, kind in TYPES.items():
        status, sent = headers(base + name)
        assert status == HTTPStatus.OK
        assert sent["Content-Type"] == kind
        assert {key: sent[key] for key in ISOLATION} == ISOLATION
        assert sent["Cache-Control"] == "no-cache"


def test_a_port_is_taken_as_pythons_own_server_takes_it(start: Start) -> None:
    port = address(start("0")).rsplit(":", 1)[1].strip("/")
    taken = start(port)
    assert f"port {port} of 127.0.0.1 is taken" in taken.communicate(timeout=10)[1]
    assert first_line(start("0", "--bind", "127.0.0.1")).startswith("http://localhost:")


@pytest.mark.parametrize("path", ["nothing-there", "../../etc/passwd"])
def test_an_error_is_isolated_too(start: Start, path: str) -> None:
    status, sent = headers(address(start("--port", "0")) + path)
    assert status == HTTPStatus.NOT_FOUND
    assert {key: sent[key] for key in ISOLATION} == ISOLATION


def test_it_listens_on_loopback_unless_told_otherwise(start: Start, site: Path) -> None:
    assert first_line(start("--port", "0")).startswith("http://localhost:")
    everywhere = start("--port", "0", "--bind", "0.0.0.0")
    assert re.match(r"http://0\.0\.0\.0:\d+/ serves ", first_line(everywhere))
    assert "over https only" in first_line(everywhere)


def test_ctrl_c_ends_it_without_a_traceback(start: Start) -> None:
    process = start("--port", "0")
    address(process)
    os.kill(process.pid, signal.SIGINT)
    out, err = process.communicate(timeout=10)
    assert (process.returncode, out, err) == (0, "\nended\n", "")


def test_a_taken_port_is_one_sentence(start: Start) -> None:
    port = address(start("--port", "0")).rsplit(":", 1)[1].strip("/")
    second = start("--port", port)
    assert second.communicate(timeout=10) == (
        "",
        f"error: port {port} of 127.0.0.1 is taken: choose another with --port.\n",
    )
    assert second.returncode == 1


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--port", "70000"], "error: port 70000 is none"),
        (["70000"], "error: port 70000 is none"),
        (["--bind", "192.0.2.1"], "error: this machine has no address 192.0.2.1"),
        (["--directory", "/nowhere"], "error: /nowhere has no index.html"),
    ],
)
def test_what_cannot_be_served_is_one_sentence(
    start: Start, arguments: list[str], words: str
) -> None:
    process = start(*arguments)
    _, err = process.communicate(timeout=10)
    assert process.returncode == 1
    assert err.startswith(words)
    assert len(err.splitlines()) == 1


def test_help_names_the_options_and_their_defaults(start: Start, site: Path) -> None:
    out, _ = start("--help").communicate(timeout=10)
    for words in ("--port", "8000", "--bind", "127.0.0.1", "--directory", str(site)):
        assert words in "".join(out.split()) or words in out


def test_another_folder_can_be_served(start: Start, site: Path) -> None:
    base = address(start("--port", "0", "--directory", str(site), script=SCRIPT))
    assert headers(base + "app.js")[0] == HTTPStatus.OK
