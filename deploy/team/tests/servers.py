"""A real Spark server that knows its users, and calls to it by any of them."""

from __future__ import annotations

import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import grpc
import pyarrow
from pyspark.sql import SparkSession, functions
from pyspark.sql.connect.proto import base_pb2 as pb
from pyspark.sql.connect.proto import base_pb2_grpc

from deploy.local import services
from deploy.local.service import Service
from deploy.shared.config import Config, Ports
from deploy.team.spark import health
from deploy.team.spark.build import spark_home
from deploy.team.spark.conf import Identity
from deploy.team.tests.tokens import AUDIENCE, ISSUER, Provider
from e2e.native_clients import do_not_wait_for_stopped_servers
from spark.ports import free_ports

TIMEOUT_S = 60.0
SLEEP_S = 600
MORE_THAN_SLEEPING_QUERIES = "local[16]"
START_PATIENCE_S = 600.0
NO_PROXY = [("grpc.enable_http_proxy", 0)]


@dataclass
class TeamSpark:
    """One server, its provider of tokens, and its service."""

    service: Service
    provider: Provider
    port: int
    jwks: Path
    metrics_port: int

    @property
    def log(self) -> str:
        return self.service.log.read_text(errors="replace")

    def client(self, token: str | None, *more: tuple[str, str]) -> Client:
        metadata = [("authorization", f"Bearer {token}")] if token is not None else []
        return Client(grpc.insecure_channel(f"127.0.0.1:{self.port}", NO_PROXY), [*metadata, *more])

    def of(self, user: str, *more: tuple[str, str]) -> Client:
        return self.client(self.provider.token(user), *more)

    @contextmanager
    def session(self, user: str, **claims: Any) -> Iterator[SparkSession]:
        """PySpark as it is: a native client with a bearer token."""
        do_not_wait_for_stopped_servers()
        token = self.provider.token(user, **claims)
        remote = f"sc://localhost:{self.port}/;token={token}"
        spark = SparkSession.builder.remote(remote).create()
        try:
            yield spark
        finally:
            spark.stop()


def team_spark(
    folder: Path, provider: Provider, master: str = MORE_THAN_SLEEPING_QUERIES, **settings: Any
) -> TeamSpark:
    """Not started yet; its settings are those of a deployment, changed by ``settings``."""
    jwks = provider.write_jwks(folder / "jwks.json")
    [metrics_port] = free_ports(1)
    usual = {"jwks": str(jwks), "issuer": ISSUER, "audience": AUDIENCE}
    metrics = f"127.0.0.1:{metrics_port}"
    identity = Identity(**{**usual, "metrics": metrics, **settings})
    config = Config(state_dir=folder, ports=Ports.free())
    environ = identity.write(folder / "conf", spark_home(config.spark_python))
    more = {"PCW_SPARK_JIT": "quick", "SPARK_MASTER": master}
    config = replace(config, environ={**more, **environ})
    service = services.spark(config)
    service.health = lambda: health.answers(config.ports.spark)
    service.start_patience_s = START_PATIENCE_S
    return TeamSpark(service, provider, config.ports.spark, jwks, metrics_port)


@dataclass
class Client:
    """Calls by the generated stub: messages that no PySpark would send."""

    channel: grpc.Channel
    metadata: list[tuple[str, str]]

    @property
    def stub(self) -> Any:
        return base_pb2_grpc.SparkConnectServiceStub(self.channel)  # type: ignore[no-untyped-call]

    def call(self, method: str, request: Any) -> list[Any]:
        """All answers of a call of whatever kind."""
        answer = getattr(self.stub, method)(request, metadata=self.metadata, timeout=TIMEOUT_S)
        return list(answer) if isinstance(answer, grpc.Call) else [answer]

    def sql(self, query: str, user: str, session: str) -> list[Any]:
        return self.call("ExecutePlan", sql(query, user, session))

    def start(self, plan: pb.Plan, session: str, operation: str | None = None) -> Any:
        """A query that runs when this returns."""
        request = executing(plan, session, operation)
        answers = self.stub.ExecutePlan(request, metadata=self.metadata)
        next(answers)
        return answers

    def version(self, user: str = "", session: str | None = None) -> str:
        request = pb.AnalyzePlanRequest(
            session_id=session or new_id(),
            user_context=pb.UserContext(user_id=user),
            spark_version=pb.AnalyzePlanRequest.SparkVersion(),
        )
        return str(self.call("AnalyzePlan", request)[0].spark_version.version)


def new_id() -> str:
    return str(uuid.uuid4())


def sleeping(team: TeamSpark) -> pb.Plan:
    """A query that runs for minutes, and costs nobody a processor."""
    with team.session("sleeper") as spark:

        @functions.udf("long")
        def slept(number: int) -> int:
            time.sleep(SLEEP_S)
            return number

        frame = spark.range(0, 1, 1, 1).select(slept("id"))
        plan: pb.Plan = frame._plan.to_proto(spark.client)  # type: ignore[operator]
        return plan


def executing(plan: pb.Plan, session: str, operation: str | None = None) -> pb.ExecutePlanRequest:
    """The request of a query to which the client can come back."""
    request = pb.ExecutePlanRequest(
        session_id=session, operation_id=operation or new_id(), plan=plan
    )
    request.request_options.add().reattach_options.reattachable = True
    return request


def sql(query: str, user: str, session: str) -> pb.ExecutePlanRequest:
    request = pb.ExecutePlanRequest(
        session_id=session, user_context=pb.UserContext(user_id=user), operation_id=new_id()
    )
    request.plan.root.sql.query = query
    return request


def rows(answers: list[Any]) -> list[dict[str, Any]]:
    """Of what a query answered."""
    batches = [answer.arrow_batch.data for answer in answers if answer.HasField("arrow_batch")]
    return [row for data in batches for row in pyarrow.ipc.open_stream(data).read_all().to_pylist()]


def refusal(error: grpc.RpcError) -> tuple[str, str]:
    return error.code().name, error.details()
