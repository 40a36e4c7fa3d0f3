"""grpc-web in, gRPC out: messages, statuses and streams pass as they are."""

from __future__ import annotations

import http.client
from typing import Any

import pytest
from envoy_client import ANSWER_TIMEOUT_S, GRPC_WEB, TRAILERS, ask, call, frame, frames

LARGE = 8 << 20


@pytest.fixture(params=["site_port", "grpcweb_port"])
def port(door: Any, request: pytest.FixtureRequest) -> int:
    found: int = getattr(door, request.param)
    return found


def test_a_message_comes_back_with_its_trailers(port: int) -> None:
    message, trailers = frames(call(port, "Echo", b"hello").body)
    assert message == (0, b"hello")
    assert trailers[0] == TRAILERS
    assert b"grpc-status:0" in trailers[1]


def test_a_large_message_passes_both_ways(port: int) -> None:
    assert frames(call(port, "Echo", b"x" * LARGE).body)[0] == (0, b"x" * LARGE)


def test_an_error_keeps_its_status_message_and_details(port: int) -> None:
    answer = call(port, "Fail")
    assert answer.headers["grpc-status"] == "3"
    assert answer.headers["grpc-message"] == "no such table"
    assert answer.headers["grpc-status-details-bin"].rstrip("=") == "CAM"


def test_an_unknown_method_is_unimplemented(port: int) -> None:
    assert call(port, "NoSuchMethod").headers["grpc-status"] == "12"


def test_metadata_reaches_spark(door: Any, port: int) -> None:
    call(port, "Echo", headers={"authorization": "Bearer t", "x-tenant": "7"})
    assert door.spark.metadata[-1]["authorization"] == "Bearer t"
    assert door.spark.metadata[-1]["x-tenant"] == "7"


def test_a_stream_arrives_message_by_message(door: Any, port: int) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=ANSWER_TIMEOUT_S)
    headers = {"content-type": GRPC_WEB, "accept-encoding": "gzip, br"}
    path = "/spark.connect.SparkConnectService/Stream"
    door.spark.next_message.release()
    connection.request("POST", path, frame(b""), headers)
    response = connection.getresponse()
    for number in range(3):
        # The server sends the next message only after this one was read here.
        expected = frame(b"message %d" % number)
        assert response.read(len(expected)) == expected
        door.spark.next_message.release()
    assert frames(response.read())[0][0] == TRAILERS
    door.spark.next_message.acquire()
    connection.close()


def test_a_stream_is_never_compressed(port: int) -> None:
    answer = call(port, "Compressible", headers={"accept-encoding": "gzip, br"})
    assert "content-encoding" not in answer.headers
    assert frames(answer.body)[0] == (0, b"a" * 100_000)


def test_spark_down_is_unavailable_and_readable_by_the_page(door: Any) -> None:
    door.spark.stop()
    try:
        answer = call(door.grpcweb_port, "Echo", headers={"Origin": "http://localhost:8000"})
        assert answer.headers["grpc-status"] == "14"
        assert answer.headers["access-control-allow-origin"] == "http://localhost:8000"
    finally:
        door.spark.start()
    assert call(door.grpcweb_port, "Echo").headers.get("grpc-status", "0") == "0"


def test_envoy_is_ready_by_itself(door: Any) -> None:
    for port in (door.site_port, door.grpcweb_port):
        assert ask(port, "GET", "/.well-known/pcw/ready").status == 200
