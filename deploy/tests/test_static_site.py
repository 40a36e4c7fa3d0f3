"""The static server itself: types, validators, and nothing outside of its directory."""

from __future__ import annotations

import gzip
import http.client
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from deploy.local import services
from deploy.shared.config import Config, Ports

WASM = b"\0asm" * 1000
BROTLI = b"as the builder compressed it"


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("site")
    (folder / "lab").mkdir()
    (folder / "index.html").write_text("<h1>root</h1>")
    (folder / "lab" / "index.html").write_text("<h1>lab</h1>")
    for name in (
        "a.js",
        "a.mjs",
        "a.css",
        "a.json",
        "a.ipynb",
        "a.whl",
        "a.data",
        "a.svg",
        "a.txt",
    ):
        (folder / name).write_text("content")
    (folder / "a.wasm").write_bytes(WASM)
    (folder / "a.wasm.gz").write_bytes(gzip.compress(WASM))
    (folder / "a.wasm.br").write_bytes(BROTLI)
    (folder.parent / "secret.txt").write_text("secret")
    (folder / "escape.txt").symlink_to(folder.parent / "secret.txt")
    return folder


@pytest.fixture(scope="module")
def port(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    ports = Ports.free()
    config = Config(state_dir=tmp_path_factory.mktemp("run"), site_dir=root, ports=ports)
    service = services.site(config)
    try:
        service.start()
        service.wait_healthy()
        yield ports.static
    finally:
        service.stop()


def get(
    port: int, path: str, method: str = "GET", **headers: str
) -> tuple[int, dict[str, str], bytes]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    names = {name.replace("_", "-"): value for name, value in headers.items()}
    connection.request(method, path, headers=names)
    response = connection.getresponse()
    found = {name.lower(): value for name, value in response.getheaders()}
    body = response.read()
    connection.close()
    return response.status, found, body


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/", "text/html"),
        ("/a.js", "text/javascript"),
        ("/a.mjs", "text/javascript"),
        ("/a.css", "text/css"),
        ("/a.json", "application/json"),
        ("/a.ipynb", "application/json"),
        ("/a.wasm", "application/wasm"),
        ("/a.whl", "application/zip"),
        ("/a.data", "application/octet-stream"),
        ("/a.svg", "image/svg+xml"),
    ],
)
def test_a_file_has_the_type_browsers_want(port: int, path: str, kind: str) -> None:
    status, headers, _ = get(port, path)
    assert status == 200
    assert headers["content-type"].partition(";")[0] == kind


def test_a_folder_is_its_index_page(port: int) -> None:
    assert get(port, "/lab/")[2] == b"<h1>lab</h1>"
    status, headers, _ = get(port, "/lab?path=demo.ipynb")
    assert (status, headers["location"]) == (302, "lab/?path=demo.ipynb")


def test_a_missing_page_is_404_and_so_is_the_sites_own_page_for_it(port: int, root: Path) -> None:
    assert get(port, "/missing")[0] == 404
    (root / "404.html").write_text("<h1>lost</h1>")
    status, headers, body = get(port, "/missing")
    assert (status, body) == (404, b"<h1>lost</h1>")
    assert headers["content-type"].startswith("text/html")


@pytest.mark.parametrize(
    "path",
    [
        "/../secret.txt",
        "/lab/../../secret.txt",
        "/%2e%2e/secret.txt",
        "/..%2fsecret.txt",
        "/lab/..%5c..%5csecret.txt",
        "//secret.txt",
        "/escape.txt",
        "/a.txt%00.js",
    ],
)
def test_nothing_outside_of_the_site_is_served(port: int, path: str) -> None:
    status, _, body = get(port, path)
    assert status in (400, 404)
    assert b"secret" not in body


@pytest.mark.parametrize("validator", ["etag", "last-modified"])
def test_a_known_file_is_not_sent_again(port: int, validator: str) -> None:
    _, headers, _ = get(port, "/a.txt")
    question = {"etag": "If_None_Match", "last-modified": "If_Modified_Since"}[validator]
    status, _, body = get(port, "/a.txt", **{question: headers[validator]})
    assert (status, body) == (304, b"")


def test_a_changed_file_is_sent_again_without_a_restart(port: int, root: Path) -> None:
    (root / "changing.txt").write_text("before")
    _, headers, _ = get(port, "/changing.txt")
    (root / "changing.txt").write_text("afterwards")
    assert get(port, "/changing.txt", If_None_Match=headers["etag"])[2] == b"afterwards"


def test_a_changed_file_of_the_same_size_and_date_is_sent_again(port: int, root: Path) -> None:
    (root / "dated.txt").write_text("one")
    os.utime(root / "dated.txt", (500_000_000, 500_000_000))
    _, headers, _ = get(port, "/dated.txt")
    (root / "dated.txt").write_text("two")
    os.utime(root / "dated.txt", (500_000_000, 500_000_000))
    assert get(port, "/dated.txt", If_None_Match=headers["etag"])[2] == b"two"


def test_a_compressed_neighbour_is_preferred_where_it_is_understood(port: int) -> None:
    _, headers, body = get(port, "/a.wasm", Accept_Encoding="gzip")
    assert headers["content-encoding"] == "gzip"
    assert "accept-encoding" in headers["vary"].lower()
    assert gzip.decompress(body) == WASM
    _, headers, body = get(port, "/a.wasm", Accept_Encoding="gzip, deflate, br, zstd")
    assert (headers["content-encoding"], headers["content-type"]) == ("br", "application/wasm")
    assert body == BROTLI
    _, headers, body = get(port, "/a.wasm")
    assert "content-encoding" not in headers
    assert body == WASM


def test_a_part_of_a_file_can_be_asked_for(port: int) -> None:
    status, headers, body = get(port, "/a.wasm", Range="bytes=1-3")
    assert (status, body) == (206, b"asm")
    assert headers["content-range"] == f"bytes 1-3/{len(WASM)}"


def test_head_has_no_body(port: int) -> None:
    status, headers, body = get(port, "/a.wasm", method="HEAD")
    assert (status, headers["content-length"], body) == (200, str(len(WASM)), b"")
