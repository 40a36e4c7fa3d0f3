"""Headers of the running stack, on every kind of route and on errors, and who may call Spark."""

from __future__ import annotations

import json
import re
from urllib.parse import urlsplit

import pytest
from envoy_client import Answer, ask, call, preflight

from e2e.stacks import RunningStack

ISOLATION = {
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-embedder-policy": "credentialless",
    "cross-origin-resource-policy": "cross-origin",
}
FOREIGN = "https://foreign.example"
UNIMPLEMENTED = "12"

SITE_PATHS = [
    ("/", 200),
    ("/lab/", 200),
    ("/harness.html", 200),
    ("/pcw_kernel_bridge.js", 200),
    ("/pcw_io_worker.js", 200),
    ("/pyodide/pyodide.asm.wasm", 200),
    ("/pyodide/pyodide-lock.json", 200),
    ("/files/demo.ipynb", 200),
    ("/service-worker.js", 200),
    ("/missing", 404),
    ("/lab/missing.js", 404),
    ("/with%2Fslash", 400),
]


def port_of(url: str) -> int:
    port = urlsplit(url).port
    assert port is not None
    return port


@pytest.fixture(scope="module")
def site_port(stack: RunningStack) -> int:
    return port_of(stack.site_url)


@pytest.fixture(scope="module")
def grpcweb_port(stack: RunningStack) -> int:
    return port_of(stack.grpcweb_url)


def isolation_of(answer: Answer) -> dict[str, str | None]:
    return {name: answer.headers.get(name) for name in ISOLATION}


@pytest.mark.parametrize(("path", "status"), SITE_PATHS)
def test_every_route_of_the_site_is_isolated(site_port: int, path: str, status: int) -> None:
    answer = ask(site_port, "GET", path)
    assert answer.status == status
    assert isolation_of(answer) == ISOLATION
    assert "server" not in answer.headers


def test_sparks_answers_and_refusals_are_isolated_on_the_sites_port(site_port: int) -> None:
    answered = call(site_port, "NoSuchMethod")
    refused = call(site_port, "Config", headers={"Origin": FOREIGN})
    assert answered.headers["grpc-status"] == UNIMPLEMENTED
    assert refused.status == 403
    assert isolation_of(answered) == isolation_of(refused) == ISOLATION


def test_too_large_headers_are_refused_with_isolation(site_port: int) -> None:
    answer = ask(site_port, "GET", "/", {"x-large": "a" * 100_000})
    assert answer.status == 431
    assert isolation_of(answer) == ISOLATION


def test_pages_are_revalidated(site_port: int) -> None:
    page = ask(site_port, "GET", "/lab/")
    assert page.headers["cache-control"] == "no-cache"
    assert "etag" in page.headers


def test_a_file_with_a_hash_in_its_name_is_kept(site_port: int) -> None:
    config = json.loads(ask(site_port, "GET", "/jupyter-lite.json").body)
    extensions = config["jupyter-config-data"]["federated_extensions"]
    paths = [f"/extensions/{one['name']}/{one['load']}" for one in extensions]
    hashed = [path for path in paths if re.search(r"\.[0-9a-f]{16}\.js$", path)]
    assert hashed
    for path in hashed:
        answer = ask(site_port, "GET", path)
        assert answer.status == 200, path
        assert "immutable" in answer.headers["cache-control"], path


def test_an_error_is_never_kept(site_port: int) -> None:
    for path in ("/missing", "/build/1.0123456789abcdef.js"):
        assert ask(site_port, "GET", path).headers["cache-control"] == "no-store"


def test_a_file_that_has_not_changed_is_not_sent_again(site_port: int) -> None:
    first = ask(site_port, "GET", "/pcw_kernel_bridge.js")
    tag = first.headers["etag"]
    again = ask(site_port, "GET", "/pcw_kernel_bridge.js", {"If-None-Match": tag})
    assert (again.status, again.body) == (304, b"")


@pytest.mark.parametrize("path", ["/lab/", "/pyodide/pyodide.asm.wasm"])
@pytest.mark.parametrize("coding", ["gzip", "br"])
def test_compressible_files_are_sent_compressed(site_port: int, path: str, coding: str) -> None:
    plain = ask(site_port, "GET", path)
    packed = ask(site_port, "GET", path, {"Accept-Encoding": coding})
    assert packed.headers["content-encoding"] == coding
    assert len(packed.body) < len(plain.body)
    assert isolation_of(packed) == ISOLATION


def test_python_is_sent_as_the_builder_compressed_it(site_port: int) -> None:
    """Not by a server in a hurry: its Brotli is hardly smaller than the builder's gzip."""
    path = "/pyodide/pyodide.asm.wasm"
    br, gzip = (
        len(ask(site_port, "GET", path, {"Accept-Encoding": offered}).body)
        for offered in ("gzip, deflate, br, zstd", "gzip")
    )
    assert br < 0.85 * gzip


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/pyodide/pyodide.asm.wasm", "application/wasm"),
        ("/pcw_kernel_bridge.js", "text/javascript"),
        ("/pyodide/pyodide.mjs", "text/javascript"),
        ("/pyodide/pyodide-lock.json", "application/json"),
    ],
)
def test_files_have_the_types_that_browsers_insist_on(site_port: int, path: str, kind: str) -> None:
    found = ask(site_port, "GET", path).headers["content-type"].partition(";")[0]
    assert found.replace("application/javascript", "text/javascript") == kind


@pytest.mark.parametrize("method", ["POST", "OPTIONS"])
def test_a_page_of_this_machine_may_call_spark(grpcweb_port: int, method: str) -> None:
    origin = "http://localhost:4321"
    if method == "POST":
        answer = call(grpcweb_port, "NoSuchMethod", headers={"Origin": origin})
    else:
        answer = preflight(grpcweb_port, origin)
    assert answer.headers["access-control-allow-origin"] == origin
    assert answer.headers["cross-origin-resource-policy"] == "cross-origin"


def test_the_status_headers_of_grpc_are_exposed(grpcweb_port: int) -> None:
    answer = call(grpcweb_port, "NoSuchMethod", headers={"Origin": "http://localhost:4321"})
    exposed = {name.strip() for name in answer.headers["access-control-expose-headers"].split(",")}
    assert {"grpc-status", "grpc-message", "grpc-status-details-bin"} <= exposed


def test_a_foreign_page_may_neither_ask_nor_call(grpcweb_port: int, site_port: int) -> None:
    for port in (grpcweb_port, site_port):
        assert "access-control-allow-origin" not in preflight(port, FOREIGN).headers
        assert call(port, "Config", headers={"Origin": FOREIGN}).status == 403


def test_the_grpcweb_port_serves_nothing_else(grpcweb_port: int) -> None:
    for path in ("/", "/stats", "/config_dump", "/lab/index.html"):
        assert ask(grpcweb_port, "GET", path).status == 404
