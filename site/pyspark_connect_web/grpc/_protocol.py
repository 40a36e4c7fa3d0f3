"""The grpc-web protocol: what is sent, and what the end of a call says.

https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-WEB.md
"""

from __future__ import annotations

import struct
from collections.abc import Iterable
from urllib.parse import unquote_to_bytes

from ._metadata import from_headers
from ._status import Status, StatusCode, status_code

CONTENT_TYPE = "application/grpc-web+proto"
USER_AGENT = "grpc-web-python/1.0"
_TIMEOUT_DIGITS = 8
"""PROTOCOL-HTTP2.md: TimeoutValue is at most eight digits."""

_TIMEOUT_UNITS = (("n", 1e9), ("u", 1e6), ("m", 1e3), ("S", 1.0), ("M", 1 / 60), ("H", 1 / 3600))


def frame(message: bytes) -> bytes:
    """A message with its five-byte prefix: no compression, big-endian length."""
    return struct.pack(">BI", 0, len(message)) + message


def request_headers(timeout: float | None, user_agent: str | None) -> list[tuple[str, str]]:
    """The protocol's own request headers; ``timeout`` in seconds."""
    agent = f"{user_agent} {USER_AGENT}" if user_agent else USER_AGENT
    headers = [("content-type", CONTENT_TYPE), ("x-grpc-web", "1"), ("x-user-agent", agent)]
    if timeout is not None:
        headers.append(("grpc-timeout", encode_timeout(timeout)))
    return headers


def encode_timeout(seconds: float) -> str:
    """A ``grpc-timeout`` value, in the finest unit that fits eight digits."""
    for unit, per_second in _TIMEOUT_UNITS:
        value = max(0, int(seconds * per_second))
        if len(str(value)) <= _TIMEOUT_DIGITS:
            return f"{value}{unit}"
    return "9" * _TIMEOUT_DIGITS + "H"


def parse_trailers(text: str) -> list[tuple[str, str]]:
    """The lines of a trailer frame: ``name: value``, names lower case."""
    pairs = []
    for line in text.split("\r\n"):
        name, separator, value = line.partition(":")
        if separator:
            pairs.append((name.strip().lower(), value.strip()))
    return pairs


def status_of(headers: Iterable[tuple[str, str]]) -> Status | None:
    """The status that headers or trailers carry, or None where they carry none."""
    pairs = list(headers)
    fields = dict(pairs)
    if "grpc-status" not in fields:
        return None
    number = fields["grpc-status"]
    if not number.isdigit():
        return Status(StatusCode.UNKNOWN, f"grpc-status {number!r} is not a number")
    details = unquote_to_bytes(fields.get("grpc-message", "")).decode("utf-8", "replace")
    return Status(status_code(int(number)), details, from_headers(pairs))
