#!/usr/bin/env python3
"""Asks a Spark Connect server for its version: the proof that it works, not only listens.

python spark/health.py --port 15002            one question; exit code 0 when answered
python spark/health.py --port 15002 --wait 60  asks until answered, at most 60 s
"""

from __future__ import annotations

import argparse
import os
import sys
import time
import uuid
import warnings
from dataclasses import dataclass

import grpc

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


def ask(
    host: str, port: int, timeout_s: float = ANSWER_TIMEOUT_S, token: str | None = None
) -> Health:
    """One AnalyzePlan(spark_version); the session it needs is released again.

    Without a ``token``, that of the environment is sent.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # pyspark's opinion of this pandas is no health matter
        from pyspark.sql.connect.proto import base_pb2, base_pb2_grpc

    session, user = str(uuid.uuid4()), base_pb2.UserContext(user_id="health")
    question = base_pb2.AnalyzePlanRequest(
        session_id=session,
        user_context=user,
        spark_version=base_pb2.AnalyzePlanRequest.SparkVersion(),
    )
    goodbye = base_pb2.ReleaseSessionRequest(session_id=session, user_context=user)
    metadata = []
    if token := token or os.environ.get(TOKEN_VARIABLE):
        metadata = [("authorization", f"Bearer {token}")]
    # A proxy for the outside world must not be asked for a server on this machine.
    options = [("grpc.enable_http_proxy", 0)]
    with grpc.insecure_channel(f"{host}:{port}", options) as channel:
        stub = base_pb2_grpc.SparkConnectServiceStub(channel)  # type: ignore[no-untyped-call]
        try:
            answer = stub.AnalyzePlan(question, timeout=timeout_s, metadata=metadata)
            stub.ReleaseSession(goodbye, timeout=timeout_s, metadata=metadata)
        except grpc.RpcError as error:
            return Health(problem=f"{error.code().name}: {error.details()}")
        return Health(version=answer.spark_version.version)


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
    options = parser.parse_args(arguments)
    health = wait(options.host, options.port, options.wait)
    if health.ok:
        print(f"Spark {health.version} answers at {options.host}:{options.port}")
        return 0
    print(f"No answer from {options.host}:{options.port}: {health.problem}", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
