"""Metadata between Python's tuples and HTTP headers.

Rules: https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md (Custom-Metadata), and
PROTOCOL-WEB.md for what a browser may not send.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

BINARY_SUFFIX = "-bin"
RESERVED_PREFIX = "grpc-"
_KEY = re.compile(r"[0-9a-z_.\-]+\Z")
_TEXT_VALUE = re.compile(r"[\x20-\x7e]*\Z")

LOCAL_KEYS: dict[str, frozenset[str]] = {"transport": frozenset({"grpcweb", "grpc-web"})}
"""Parameters of a connection string that are addressed to this module, with the values it knows.

A Spark Connect URL's unknown parameters become metadata of each call; these never leave the tab.
"""

_HTTP_HEADERS = frozenset(
    {"content-type", "content-length", "access-control-expose-headers", "vary", "date", "server"}
)


class Metadatum(NamedTuple):
    """One key and its value: bytes for keys that end in ``-bin``, else text."""

    key: str
    value: str | bytes


Metadata = Sequence[Metadatum]


class InvalidMetadataError(ValueError):
    """A key or value that HTTP cannot carry."""


def to_headers(metadata: Iterable[tuple[str, str | bytes]]) -> list[tuple[str, str]]:
    """Request headers of call metadata.

    Raises:
        InvalidMetadataError: a key or value that HTTP cannot carry.
        ValueError: a transport that is not ours.
    """
    headers = []
    for key, value in metadata:
        if key in LOCAL_KEYS:
            _check_local(key, value)
            continue
        if not _KEY.match(key) or key.startswith(RESERVED_PREFIX):
            raise InvalidMetadataError(f"Metadata key {key!r} is invalid")
        headers.append((key, _to_header_value(key, value)))
    return headers


def _to_header_value(key: str, value: str | bytes) -> str:
    if key.endswith(BINARY_SUFFIX):
        raw = value.encode() if isinstance(value, str) else bytes(value)
        return base64.b64encode(raw).decode("ascii").rstrip("=")
    text = value.decode("ascii", "replace") if isinstance(value, bytes) else value
    if not isinstance(text, str) or not _TEXT_VALUE.match(text):
        raise InvalidMetadataError(
            f"Metadata value for key {key!r} is invalid: it is not printable ASCII"
        )
    return text


def _check_local(key: str, value: str | bytes) -> None:
    if value not in LOCAL_KEYS[key]:
        known = " or ".join(sorted(LOCAL_KEYS[key]))
        raise ValueError(f"{key}={value!r} is not known in a browser; write {key}={known}")


def from_headers(headers: Iterable[tuple[str, str]]) -> tuple[Metadatum, ...]:
    """Custom metadata of response headers or trailers, gRPC's and HTTP's own left out.

    ``grpc-status-details-bin`` stays: it is where rich errors are.
    """
    return tuple(
        metadatum
        for name, value in headers
        for metadatum in _from_header(name.lower(), value)
        if name.lower() not in _HTTP_HEADERS
        and name.lower() not in ("grpc-status", "grpc-message", "grpc-encoding")
    )


def _from_header(name: str, value: str) -> list[Metadatum]:
    if not name.endswith(BINARY_SUFFIX):
        return [Metadatum(name, value)]
    # Several values of one key arrive joined by commas, which base64 does not use.
    return [Metadatum(name, decode_binary(part)) for part in value.split(",")]


def decode_binary(text: str) -> bytes:
    """The bytes of a ``-bin`` value, padded or not.

    Raises:
        ValueError: the text is not base64.
    """
    stripped = text.strip().rstrip("=")
    try:
        return base64.b64decode(stripped + "=" * (-len(stripped) % 4), validate=True)
    except binascii.Error as error:
        raise ValueError(f"a -bin metadata value is not base64: {error}") from error
