"""Whether a server that knows its users answers, for one who is none of them."""

from __future__ import annotations

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
