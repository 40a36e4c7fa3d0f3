"""A page is cross-origin isolated only if every response of its origin says so."""

from __future__ import annotations

import socket
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from envoy_client import GRPC_WEB, Answer, ask, call

from deploy.shared.ports import listening_addresses

ISOLATION = {
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-embedder-policy": "credentialless",
    "cross-origin-resource-policy": "cross-origin",
}


def is_isolated(answer: Answer) -> bool:
    return {name: answer.headers.get(name) for name in ISOLATION} == ISOLATION


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/", 200),
        ("/build/12.0a1b2c3.js", 200),
        ("/pyodide/pyodide.asm.wasm", 200),
        ("/missing", 404),
        ("/broken", 500),
        ("/.well-known/pcw/ready", 200),
        ("/spark.connect.SparkConnectService/Echo", 200),
        ("/with%2Fslash", 400),
    ],
)
def test_every_route_of_the_site_is_isolated(door: Any, path: str, status: int) -> None:
    answer = ask(door.site_port, "GET", path)
    if not path.startswith("/spark"):
        assert answer.status == status
    assert is_isolated(answer)


def test_a_refused_post_is_isolated(door: Any) -> None:
    answer = call(door.site_port, "Echo", headers={"Origin": "https://evil.example"})
    assert answer.status == 403
    assert is_isolated(answer)


def test_too_large_headers_are_refused_with_isolation(door: Any) -> None:
    answer = ask(door.site_port, "GET", "/", {"x-large": "a" * 100_000})
    assert answer.status == 431
    assert is_isolated(answer)


def test_a_request_without_host_is_refused_with_isolation(door: Any) -> None:
    with socket.create_connection(("127.0.0.1", door.site_port), timeout=20) as connection:
        connection.sendall(b"GET / HTTP/1.1\r\nConnection: close\r\n\r\n")
        text = connection.makefile("rb").read().decode().lower()
    assert text.startswith("http/1.1 400")
    for name, value in ISOLATION.items():
        assert f"{name}: {value}" in text


def test_a_site_that_is_down_is_an_isolated_503(door_of: Callable[..., Any]) -> None:
    with door_of() as door:
        door.site.stop()
        answer = ask(door.site_port, "GET", "/build/12.0a1b2c3.js")
    assert answer.status == 503
    assert is_isolated(answer)
    assert "immutable" not in answer.headers.get("cache-control", "")


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/spark.connect.SparkConnectService/Echo"),
        ("OPTIONS", "/spark.connect.SparkConnectService/Echo"),
        ("GET", "/"),
        ("GET", "/.well-known/pcw/ready"),
    ],
)
def test_every_answer_of_the_grpc_web_port_may_be_read_by_isolated_pages(
    door: Any, method: str, path: str
) -> None:
    answer = ask(door.grpcweb_port, method, path, {"content-type": GRPC_WEB})
    assert answer.headers["cross-origin-resource-policy"] == "cross-origin"


def test_the_grpc_web_port_serves_nothing_else(door: Any) -> None:
    assert ask(door.grpcweb_port, "GET", "/").status == 404


def test_envoy_does_not_name_itself_or_its_upstreams(door: Any) -> None:
    for answer in (ask(door.site_port, "GET", "/"), ask(door.site_port, "GET", "/missing")):
        assert "server" not in answer.headers
        assert not [name for name in answer.headers if name.startswith("x-envoy")]


@pytest.mark.skipif(not Path("/proc/self/net/tcp").exists(), reason="reads Linux's /proc")
def test_there_is_no_admin_port(door: Any) -> None:
    listening = {port for _, port in listening_addresses(door.envoy.pid)}
    assert listening == {door.site_port, door.grpcweb_port}
