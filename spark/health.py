"""Asks a Spark Connect server for its version: the proof that it works, not only listens.

python -m spark.health --port 15002            one question; exit code 0 when answered
python -m spark.health --port 15002 --wait 60  asks until answered, at most 60 s
python -m spark.health --runs-with             what catalog, settings and jars it has
"""

from __future__ import annotations

import argparse
import os
import sys
import time
import uuid
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import grpc

from spark.runs_with import RUNS_WITH

ANSWER_TIMEOUT_S = 5.0
RETRY_PAUSE_S = 0.2
TOKEN_VARIABLE = "SPARK_CONNECT_AUTHENTICATE_TOKEN"


@dataclass(frozen=True)
class Health:
    version: str = ""
    problem: str = ""

    @property
    def ok(self) -> bool:
        return bool(self.version)


@dataclass(frozen=True)
class _Client:
    """A session of the server, seen through the generated stub."""

    stub: Any
    proto: Any
    session: str
    timeout_s: float
    metadata: list[tuple[str, str]]

    def request(self, kind: str, **fields: Any) -> Any:
        user = self.proto.UserContext(user_id="health")
        return getattr(self.proto, kind)(session_id=self.session, user_context=user, **fields)

    def call(self, method: str, request: Any) -> Any:
        answer = getattr(self.stub, method)
        return answer(request, timeout=self.timeout_s, metadata=self.metadata)


@contextmanager
def _client(host: str, port: int, timeout_s: float, token: str | None) -> Iterator[_Client]:
    """The session is released again. Without a ``token``, that of the environment is sent."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # pyspark's opinion of this pandas is no health matter
        from pyspark.sql.connect.proto import base_pb2, base_pb2_grpc

    metadata = []
    if token := token or os.environ.get(TOKEN_VARIABLE):
        metadata = [("authorization", f"Bearer {token}")]
    # A proxy for the outside world must not be asked for a server on this machine.
    options = [("grpc.enable_http_proxy", 0)]
    with grpc.insecure_channel(f"{host}:{port}", options) as channel:
        stub = base_pb2_grpc.SparkConnectServiceStub(channel)  # type: ignore[no-untyped-call]
        client = _Client(stub, base_pb2, str(uuid.uuid4()), timeout_s, metadata)
        yield client
        client.call("ReleaseSession", client.request("ReleaseSessionRequest"))


def ask(
    host: str, port: int, timeout_s: float = ANSWER_TIMEOUT_S, token: str | None = None
) -> Health:
    """One AnalyzePlan(spark_version)."""
    try:
        with _client(host, port, timeout_s, token) as client:
            wanted = client.proto.AnalyzePlanRequest.SparkVersion()
            question = client.request("AnalyzePlanRequest", spark_version=wanted)
            return Health(version=client.call("AnalyzePlan", question).spark_version.version)
    except grpc.RpcError as error:
        return Health(problem=_words(error))


def open_catalog(
    host: str, port: int, timeout_s: float = ANSWER_TIMEOUT_S, token: str | None = None
) -> str:
    """Has the server list its tables; empty if it can, else why not."""
    try:
        with _client(host, port, timeout_s, token) as client:
            plan = client.proto.Plan()
            plan.root.catalog.list_tables.SetInParent()
            for _ in client.call("ExecutePlan", client.request("ExecutePlanRequest", plan=plan)):
                pass
    except grpc.RpcError as error:
        return _words(error)
    return ""


def runs_with(
    host: str, port: int, timeout_s: float = ANSWER_TIMEOUT_S, token: str | None = None
) -> str:
    """What the launcher says of catalog, settings and jars; empty for a server of another kind."""
    try:
        with _client(host, port, timeout_s, token) as client:
            option = client.proto.ConfigRequest.GetOption(keys=[RUNS_WITH])
            wanted = client.proto.ConfigRequest.Operation(get_option=option)
            answer = client.call("Config", client.request("ConfigRequest", operation=wanted))
            value = next((str(pair.value) for pair in answer.pairs), "")
            return bytes.fromhex(value).decode()
    except grpc.RpcError:
        return ""


def _words(error: grpc.RpcError) -> str:
    return f"{error.code().name}: {error.details()}"


def wait(host: str, port: int, patience_s: float) -> Health:
    give_up = time.monotonic() + patience_s
    while True:
        health = ask(host, port)
        if health.ok or time.monotonic() >= give_up:
            return health
        time.sleep(RETRY_PAUSE_S)


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--host", default=os.environ.get("PCW_SPARK_HOST") or "127.0.0.1")
    parser.add_argument(
        "--port", type=int, default=int(os.environ.get("PCW_SPARK_PORT") or "15002")
    )
    parser.add_argument("--wait", type=float, default=0.0, metavar="SECONDS")
    parser.add_argument("--runs-with", action="store_true")
    options = parser.parse_args(arguments)
    if options.runs_with:
        print(runs_with(options.host, options.port))
        return 0
    health = wait(options.host, options.port, options.wait)
    if health.ok:
        print(f"Spark {health.version} answers at {options.host}:{options.port}")
        return 0
    print(f"No answer from {options.host}:{options.port}: {health.problem}", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
