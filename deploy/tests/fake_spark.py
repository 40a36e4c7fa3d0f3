"""Stands in for the launcher where a JVM would only cost time: same command line, same question.

FAKE_SPARK chooses: `answer` (default), `mute` (lives, never answers), `stubborn` (answers, and
ignores SIGTERM), `crash` (ends with an error, as a JVM does), `record` (its archive is never done).
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ANSWERING = ("answer", "stubborn")


def python_that_runs_it(folder: Path) -> Path:
    """An executable to be configured as the Spark environment's Python."""
    script = folder / "fake-spark-python"
    script.write_text(f'#!/bin/sh\nexec "{sys.executable}" "{Path(__file__).resolve()}" "$@"\n')
    script.chmod(0o755)
    return script


def main() -> None:
    mode = os.environ.get("FAKE_SPARK", "answer")
    if "--archive" in sys.argv:
        if mode == "record":
            print("starting Spark once", flush=True)
            subprocess.run(["sleep", "1000"])
        return
    if mode == "crash":
        print("Exception in thread main: java.net.BindException: made for the test")
        print("\tat org.apache.spark.Something")
        sys.exit(1)
    if mode == "stubborn":
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
    subprocess.Popen(["sleep", "1000"])  # a Python worker, as a real server has
    if mode in ANSWERING:
        serve(int(os.environ["PCW_SPARK_PORT"]))
    threading.Event().wait()


def serve(port: int) -> None:
    import grpc
    from pyspark.sql.connect.proto import base_pb2, base_pb2_grpc

    class Fake(base_pb2_grpc.SparkConnectServiceServicer):
        def AnalyzePlan(
            self, _request: base_pb2.AnalyzePlanRequest, _context: grpc.ServicerContext
        ) -> base_pb2.AnalyzePlanResponse:
            version = base_pb2.AnalyzePlanResponse.SparkVersion(version="4.2.1")
            return base_pb2.AnalyzePlanResponse(spark_version=version)

        def ReleaseSession(
            self, _request: base_pb2.ReleaseSessionRequest, _context: grpc.ServicerContext
        ) -> base_pb2.ReleaseSessionResponse:
            return base_pb2.ReleaseSessionResponse()

    server = grpc.server(ThreadPoolExecutor(2))
    base_pb2_grpc.add_SparkConnectServiceServicer_to_server(Fake(), server)  # type: ignore[no-untyped-call]
    server.add_insecure_port(f"127.0.0.1:{port}")
    server.start()
    server.wait_for_termination()


if __name__ == "__main__":
    main()
