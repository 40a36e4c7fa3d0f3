"""How the site's files travel: compressed where it pays, cached where it is safe."""

from __future__ import annotations

import gzip
from typing import Any

import pytest
from envoy_client import ask
from envoy_upstreams import SITE_FILES

HASHED = ["/build/12.0a1b2c3.js", "/build/jlab_core.0123456789abcdef.js"]
NOT_HASHED = [
    "/",
    "/lab/build.js",
    "/pyodide/pyodide.asm.wasm",
    "/files/sales-20260131.json",
    "/numpy-2.4.3-cp314-cp314-pyemscripten_2026_0_wasm32.whl",
]


@pytest.mark.parametrize("path", HASHED)
def test_a_file_with_its_hash_in_its_name_is_kept_for_ever(door: Any, path: str) -> None:
    cache = ask(door.site_port, "GET", path).headers["cache-control"]
    assert cache == "public, max-age=31536000, immutable"


@pytest.mark.parametrize("path", NOT_HASHED)
def test_any_other_file_is_asked_for_again(door: Any, path: str) -> None:
    assert ask(door.site_port, "GET", path).headers["cache-control"] == "no-cache"


@pytest.mark.parametrize("path", ["/missing", "/build/99.fffffff.js", "/broken"])
def test_an_error_is_never_kept(door: Any, path: str) -> None:
    assert ask(door.site_port, "GET", path).headers["cache-control"] == "no-store"


@pytest.mark.parametrize("encoding", ["br", "gzip"])
@pytest.mark.parametrize("path", ["/lab/build.js", "/pyodide/pyodide.asm.wasm"])
def test_text_and_wasm_are_compressed(door: Any, path: str, encoding: str) -> None:
    answer = ask(door.site_port, "GET", path, {"Accept-Encoding": encoding})
    assert answer.headers["content-encoding"] == encoding
    assert "accept-encoding" in answer.headers["vary"].lower()
    assert len(answer.body) < len(SITE_FILES[path][1]) / 10
    if encoding == "gzip":
        assert gzip.decompress(answer.body) == SITE_FILES[path][1]


def test_brotli_is_preferred_as_browsers_offer_it(door: Any) -> None:
    answer = ask(door.site_port, "GET", "/lab/build.js", {"Accept-Encoding": "gzip, deflate, br"})
    assert answer.headers["content-encoding"] == "br"


@pytest.mark.parametrize("accepted", ["gzip, br", "gzip"])
def test_a_file_compressed_before_is_passed_on_as_it_is(door: Any, accepted: str) -> None:
    answer = ask(door.site_port, "GET", "/already.css", {"Accept-Encoding": accepted})
    assert answer.headers["content-encoding"] == "gzip"
    assert answer.body == SITE_FILES["/already.css"][1]


def test_a_wheel_is_not_compressed_again(door: Any) -> None:
    path = NOT_HASHED[-1]
    answer = ask(door.site_port, "GET", path, {"Accept-Encoding": "gzip, br"})
    assert "content-encoding" not in answer.headers


@pytest.mark.parametrize("accepted", ["identity", "br"])
def test_a_known_file_is_not_sent_again(door: Any, accepted: str) -> None:
    headers = {"Accept-Encoding": accepted}
    tag = ask(door.site_port, "GET", "/lab/build.js", headers).headers["etag"]
    again = ask(door.site_port, "GET", "/lab/build.js", {**headers, "If-None-Match": tag})
    assert again.status == 304
    assert again.body == b""
    assert again.headers["cache-control"] == "no-cache"
