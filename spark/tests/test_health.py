"""Health is an answer to a question, not an open port."""

from __future__ import annotations

import socket
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import grpc
import pytest
from pyspark.sql.connect.proto import base_pb2, base_pb2_grpc

from spark import health
from spark.ports import free_ports

TOKEN = "secret"


class FakeSpark(base_pb2_grpc.SparkConnectServiceServicer):
    def __init__(self) -> None:
        self.open_sessions: set[str] = set()

    def AnalyzePlan(
        self, request: base_pb2.AnalyzePlanRequest, context: grpc.ServicerContext
    ) -> base_pb2.AnalyzePlanResponse:
        if ("authorization", f"Bearer {TOKEN}") not in context.invocation_metadata():
            context.abort(grpc.StatusCode.UNAUTHENTICATED, "no token")
        self.open_sessions.add(request.session_id)
        version = base_pb2.AnalyzePlanResponse.SparkVersion(version="4.2.1")
        return base_pb2.AnalyzePlanResponse(spark_version=version)

    def ReleaseSession(
        self, request: base_pb2.ReleaseSessionRequest, _context: grpc.ServicerContext
    ) -> base_pb2.ReleaseSessionResponse:
        self.open_sessions.remove(request.session_id)
        return base_pb2.ReleaseSessionResponse()


@pytest.fixture
def fake() -> Iterator[tuple[FakeSpark, int]]:
    server, service = grpc.server(ThreadPoolExecutor(2)), FakeSpark()
    base_pb2_grpc.add_SparkConnectServiceServicer_to_server(service, server)  # type: ignore[no-untyped-call]
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    yield service, port
    server.stop(None).wait()


def test_a_server_that_answers_is_healthy_and_keeps_no_session(
    fake: tuple[FakeSpark, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SPARK_CONNECT_AUTHENTICATE_TOKEN", TOKEN)
    service, port = fake
    assert health.ask("127.0.0.1", port) == health.Health(version="4.2.1")
    assert service.open_sessions == set()


def test_a_refusal_is_told(fake: tuple[FakeSpark, int], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SPARK_CONNECT_AUTHENTICATE_TOKEN", raising=False)
    assert health.ask("127.0.0.1", fake[1]).problem == "UNAUTHENTICATED: no token"


def test_an_open_port_that_does_not_answer_is_not_healthy() -> None:
    with socket.create_server(("127.0.0.1", 0)) as mute:
        answer = health.ask("127.0.0.1", mute.getsockname()[1], timeout_s=0.3)
    assert not answer.ok
    assert answer.problem


def test_the_command_fails_where_nothing_listens() -> None:
    (port,) = free_ports(1)
    answer = subprocess.run(
        [sys.executable, "-m", "spark.health", "--port", str(port)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert answer.returncode == 1
    assert f"No answer from 127.0.0.1:{port}: UNAVAILABLE" in answer.stderr
