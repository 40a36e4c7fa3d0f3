"""Who may use Spark from a browser. CORS tells the browser; rbac keeps the plan from Spark."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from envoy_client import call, frames, preflight

LOOPBACK_ORIGINS = [
    "http://localhost",
    "http://localhost:8000",
    "https://localhost:4443",
    "http://127.0.0.1:3000",
    "https://127.0.0.1",
    "http://[::1]:8888",
]
FOREIGN_ORIGINS = [
    "https://evil.example",
    "http://localhost.evil.example",
    "http://evil.example:8000",
    "http://localhost:8000.evil.example",
    "http://127.0.0.1.evil.example",
    "http://127.0.0.10:8000",
    "http://127a0b0c1",
    "null",
    "ftp://localhost",
    "",
]


@pytest.mark.parametrize("port", ["site_port", "grpcweb_port"])
@pytest.mark.parametrize("origin", LOOPBACK_ORIGINS)
def test_a_page_of_this_machine_may_call(door: Any, port: str, origin: str) -> None:
    answer = call(getattr(door, port), "Echo", b"plan", {"Origin": origin})
    assert answer.status == 200
    assert answer.headers["access-control-allow-origin"] == origin
    assert frames(answer.body)[0] == (0, b"plan")


@pytest.mark.parametrize("port", ["site_port", "grpcweb_port"])
@pytest.mark.parametrize("origin", FOREIGN_ORIGINS)
def test_a_foreign_page_is_refused_before_spark(door: Any, port: str, origin: str) -> None:
    before = len(door.spark.calls)
    answer = call(getattr(door, port), "Echo", b"plan", {"Origin": origin})
    assert answer.status == 403
    assert "access-control-allow-origin" not in answer.headers
    assert len(door.spark.calls) == before


def test_a_client_that_is_no_browser_page_may_call(door: Any) -> None:
    assert call(door.grpcweb_port, "Echo").status == 200


def test_an_allowed_preflight_is_answered_without_spark(door: Any) -> None:
    before = len(door.spark.calls)
    answer = preflight(door.grpcweb_port, "http://localhost:8000")
    assert answer.status == 200
    assert answer.headers["access-control-allow-origin"] == "http://localhost:8000"
    assert "POST" in answer.headers["access-control-allow-methods"]
    assert answer.headers["access-control-allow-headers"] == "authorization, *"
    assert len(door.spark.calls) == before


@pytest.mark.parametrize("origin", FOREIGN_ORIGINS)
def test_a_denied_preflight_allows_nothing(door: Any, origin: str) -> None:
    before = len(door.spark.calls)
    answer = preflight(door.grpcweb_port, origin)
    assert not [name for name in answer.headers if name.startswith("access-control-allow")]
    assert len(door.spark.calls) == before


def test_a_page_may_read_the_status_of_its_call(door: Any) -> None:
    answer = call(door.grpcweb_port, "Fail", b"", {"Origin": "http://localhost:8000"})
    exposed = {name.strip() for name in answer.headers["access-control-expose-headers"].split(",")}
    assert {"grpc-status", "grpc-message", "grpc-status-details-bin"} <= exposed


def test_the_list_of_origins_can_be_set(door_of: Callable[..., Any]) -> None:
    chosen = "https://notebooks.example, http://dev.example:*  https://*.pages.example"
    with door_of(PCW_ALLOWED_ORIGINS=chosen) as door:

        def status(origin: str) -> int:
            return call(door.grpcweb_port, "Echo", headers={"Origin": origin}).status

        for allowed in (
            "https://notebooks.example",
            "http://dev.example",
            "http://dev.example:9999",
            "https://me.pages.example",
            "https://a.b.pages.example",
        ):
            assert status(allowed) == 200, allowed
        for refused in (
            "http://localhost:8000",
            "http://notebooks.example",
            "https://notebooks.example:8443",
            "https://notebooksxexample",
            "https://pages.example",
            "https://evil.example/.pages.example",
        ):
            assert status(refused) == 403, refused


def test_a_long_list_of_origins_works(door_of: Callable[..., Any]) -> None:
    origins = [f"https://tenant-{number}.notebooks.example:*" for number in range(200)]
    with door_of(PCW_ALLOWED_ORIGINS=",".join(origins)) as door:
        last = {"Origin": "https://tenant-199.notebooks.example:8443"}
        assert call(door.grpcweb_port, "Echo", headers=last).status == 200


def test_a_name_rebound_to_loopback_is_foreign(door: Any) -> None:
    host = f"evil.example:{door.site_port}"
    headers = {"Host": host, "Origin": f"http://{host}"}
    assert call(door.site_port, "Echo", headers=headers).status == 403


def test_the_sites_own_page_may_call_by_any_name_where_names_are_trusted(
    door_of: Callable[..., Any],
) -> None:
    with door_of(PCW_TRUST_HOST="true") as door:
        own = {"Host": "box.lan:8000", "Origin": "http://box.lan:8000"}
        behind_tls = {"Host": "box.lan", "Origin": "https://box.lan"}
        other = {"Host": "box.lan:8000", "Origin": "http://other.lan:8000"}
        assert call(door.site_port, "Echo", headers=own).status == 200
        assert call(door.site_port, "Echo", headers=behind_tls).status == 200
        assert call(door.site_port, "Echo", headers=other).status == 403
        assert call(door.grpcweb_port, "Echo", headers=own).status == 403
