"""Whether a server that knows its users answers, for one who is none of them.

python -m deploy.team.spark.health     exit code 0 if that on PCW_SPARK_PORT (15002) does
"""

from __future__ import annotations

import os
import sys

import grpc

ANSWER_TIMEOUT_S = 3.0
_METHOD = "/spark.connect.SparkConnectService/AnalyzePlan"


def answers(port: int, host: str = "127.0.0.1") -> str:
    """Empty if it refuses a call without a token, as it must; else what is wrong."""
    options = [("grpc.enable_http_proxy", 0)]  # a proxy for the world outside is not for this
    with grpc.insecure_channel(f"{host}:{port}", options) as channel:
        try:
            channel.unary_unary(_METHOD)(b"", timeout=ANSWER_TIMEOUT_S)
        except grpc.RpcError as error:
            if error.code() == grpc.StatusCode.UNAUTHENTICATED:
                return ""
            return f"{error.code().name}: {error.details()}"
    return "it serves calls without a token"


def main() -> int:
    problem = answers(int(os.environ.get("PCW_SPARK_PORT") or "15002"))
    print(problem or "it answers, and lets nobody in without a token")
    return 1 if problem else 0


if __name__ == "__main__":
    sys.exit(main())
