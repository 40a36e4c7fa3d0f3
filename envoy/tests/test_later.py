"""The last word of a page that goes too early: Envoy passes it on a little later."""

from __future__ import annotations

import http.client
import time
from typing import Any

import pytest
from envoy_client import ANSWER_TIMEOUT_S, GRPC_WEB, ask, call, frame

LATER = "/pcw/later/spark.connect.SparkConnectService/"
RELEASE = LATER + "ReleaseSession"
PAGE = {"content-type": GRPC_WEB, "Origin": "http://localhost:8000"}


@pytest.fixture(params=["site_port", "grpcweb_port"])
def port(door: Any, request: pytest.FixtureRequest) -> int:
    found: int = getattr(door, request.param)
    return found


def later_seconds(port: int) -> float:
    """As every call tells it."""
    answer = call(port, "Echo", headers=PAGE)
    assert "pcw-later-seconds" in answer.headers["access-control-expose-headers"]
    return float(answer.headers["pcw-later-seconds"])


@pytest.mark.parametrize("method", ["ReleaseSession", "Interrupt"])
def test_what_is_to_wait_reaches_spark_as_much_later_as_was_told(
    door: Any, port: int, method: str
) -> None:
    announced = later_seconds(port)
    begun = time.monotonic()
    answer = ask(port, "POST", LATER + method, PAGE, frame(b"session"))
    assert time.monotonic() - begun >= announced
    assert door.spark.calls[-1] == method
    assert answer.headers["access-control-allow-origin"] == PAGE["Origin"]
    assert "grpc-status" in answer.headers


def test_a_foreign_page_is_refused_at_once(door: Any, port: int) -> None:
    before = len(door.spark.calls)
    begun = time.monotonic()
    answer = ask(port, "POST", RELEASE, {**PAGE, "Origin": "https://evil.example"}, frame(b""))
    assert answer.status == 403
    assert time.monotonic() - begun < later_seconds(port)
    assert "ReleaseSession" not in door.spark.calls[before:]


def test_nothing_else_can_be_held_back(door: Any) -> None:
    before = len(door.spark.calls)
    assert ask(door.grpcweb_port, "POST", LATER + "ExecutePlan", PAGE, frame(b"")).status == 404
    asked = {"x-envoy-fault-delay-request": "5000", "x-envoy-fault-abort-request": "503"}
    assert call(door.grpcweb_port, "Echo", headers={**PAGE, **asked}).status == 200
    assert door.spark.calls[before:] == ["Echo"]


def test_who_does_not_wait_for_the_answer_takes_the_word_back(door: Any, port: int) -> None:
    before = len(door.spark.calls)
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=ANSWER_TIMEOUT_S)
    connection.request("POST", RELEASE, frame(b""), PAGE)
    time.sleep(0.5)
    connection.close()
    time.sleep(later_seconds(port) + 1)
    assert "ReleaseSession" not in door.spark.calls[before:]
