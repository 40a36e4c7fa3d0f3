"""Plain HTTP to Envoy, and the frames of grpc-web."""

from __future__ import annotations

import http.client
from dataclasses import dataclass

ANSWER_TIMEOUT_S = 20.0
GRPC_WEB = "application/grpc-web+proto"
TRAILERS = 0x80
_PREFIX_BYTES = 5


@dataclass(frozen=True)
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes


def ask(
    port: int,
    method: str,
    path: str,
    headers: dict[str, str] | None = None,
    body: bytes | None = None,
) -> Answer:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=ANSWER_TIMEOUT_S)
    try:
        connection.request(method, path, body, headers or {})
        response = connection.getresponse()
        names = {name.lower(): value for name, value in response.getheaders()}
        return Answer(response.status, names, response.read())
    finally:
        connection.close()


def call(
    port: int, method: str, message: bytes = b"", headers: dict[str, str] | None = None
) -> Answer:
    """One grpc-web call as a browser sends it."""
    path = f"/spark.connect.SparkConnectService/{method}"
    sent = {"content-type": GRPC_WEB, "x-grpc-web": "1", **(headers or {})}
    return ask(port, "POST", path, sent, frame(message))


def frame(message: bytes) -> bytes:
    return b"\0" + len(message).to_bytes(4, "big") + message


def frames(body: bytes) -> list[tuple[int, bytes]]:
    found = []
    while body:
        size = int.from_bytes(body[1:_PREFIX_BYTES], "big")
        found.append((body[0], body[_PREFIX_BYTES : _PREFIX_BYTES + size]))
        body = body[_PREFIX_BYTES + size :]
    return found


def preflight(port: int, origin: str, headers: str = "content-type,x-grpc-web") -> Answer:
    return ask(
        port,
        "OPTIONS",
        "/spark.connect.SparkConnectService/Echo",
        {
            "Origin": origin,
            "Access-Control-Request-Method": "POST",
            "Access-Control-Request-Headers": headers,
        },
    )
