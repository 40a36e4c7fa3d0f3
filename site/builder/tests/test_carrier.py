"""Single members of a wheel at a registry, with and without HTTP ranges."""

from __future__ import annotations

import http.server
import re
import threading
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path

import pytest
from builder import tools
from builder.artifacts import Artifact, Origin
from builder.constants import CARRIER_FOLDER
from builder.digest import sha256
from builder.errors import BuildError, SourceUnavailable
from builder.sources import Carrier
from builder.wheels import zip_deterministically

DATA = b"a wasm wheel" * 1000
WHEEL_NAME = "carrier-1.0-py3-none-any.whl"


def artifact(file_name: str) -> Artifact:
    return Artifact("x", "1.0", file_name, sha256(DATA), Origin.CARRIER, sha256(DATA))


class RangeHandler(http.server.SimpleHTTPRequestHandler):
    """Loopback registry; `ranges = False` is a mirror that ignores the header."""

    ranges = True

    def do_GET(self) -> None:
        match = re.fullmatch(r"bytes=(\d*)-(\d*)", self.headers.get("Range", ""))
        if not self.ranges or match is None:
            super().do_GET()
            return
        data = Path(self.translate_path(self.path)).read_bytes()
        start = int(match[1]) if match[1] else len(data) - int(match[2])
        end = min(int(match[2]) + 1, len(data)) if match[1] and match[2] else len(data)
        self.send_response(206)
        self.send_header("Content-Range", f"bytes {start}-{end - 1}/{len(data)}")
        self.send_header("Content-Length", str(end - start))
        self.end_headers()
        self.wfile.write(data[start:end])

    def log_message(self, format: str, *args: object) -> None:
        pass


class NoRangeHandler(RangeHandler):
    ranges = False


@pytest.fixture
def carrier_wheel(tmp_path: Path) -> Path:
    path = tmp_path / WHEEL_NAME
    path.write_bytes(zip_deterministically([(CARRIER_FOLDER + "there.whl", DATA)]))
    return path


@pytest.fixture(params=[RangeHandler, NoRangeHandler], ids=["ranges", "no ranges"])
def registry(
    request: pytest.FixtureRequest, carrier_wheel: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[None]:
    handler = partial(request.param, directory=str(carrier_wheel.parent))

    def download(requirements: Sequence[str], into: Path) -> None:
        (into / WHEEL_NAME).write_bytes(carrier_wheel.read_bytes())

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        url = f"http://127.0.0.1:{server.server_address[1]}/{WHEEL_NAME}"
        monkeypatch.setattr(tools, "pip_wheel_url", lambda requirement: url)
        monkeypatch.setattr(tools, "pip_download_wheels", download)
        thread = threading.Thread(target=partial(server.serve_forever, poll_interval=0.01))
        thread.start()
        yield
        server.shutdown()
        thread.join()


@pytest.mark.usefixtures("registry")
def test_members_with_and_without_ranges() -> None:
    there, gone = artifact("there.whl"), artifact("gone.whl")
    assert list(Carrier().fetch([gone, there])) == [(there, DATA)]


@pytest.mark.usefixtures("registry")
def test_a_damaged_member_is_named(carrier_wheel: Path) -> None:
    data = bytearray(carrier_wheel.read_bytes())
    middle = len(CARRIER_FOLDER) + 60
    data[middle] ^= 0xFF
    carrier_wheel.write_bytes(bytes(data))
    with pytest.raises(BuildError, match=r"there\.whl from the registry package .* is altered"):
        list(Carrier().fetch([artifact("there.whl")]))


def test_no_registry_is_no_crash(monkeypatch: pytest.MonkeyPatch) -> None:
    def unreachable(_: object, __: object = None) -> str:
        raise SourceUnavailable("it cannot be reached")

    monkeypatch.setattr(tools, "pip_wheel_url", unreachable)
    with pytest.raises(SourceUnavailable, match="cannot be reached"):
        list(Carrier().fetch([artifact("there.whl")]))
