"""One line of JSON for each request: who, what, how long. No token, cookie, query or message."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from deploy.team.edge.base import typed

_CLAIM = "%DYNAMIC_METADATA(envoy.filters.http.jwt_authn:jwt:{})%"
FIELDS = {
    "time": "%START_TIME%",
    "id": "%REQ(X-REQUEST-ID)%",
    "user": _CLAIM.format("sub"),
    "group": "%REQ(X-PCW-GROUP)%",
    "session": "%DYNAMIC_METADATA(pcw:session)%",
    "cell": "%REQ(PCW-CELL)%",
    "method": "%REQ(:METHOD)%",
    "path": "%PATH(NQ:PATH)%",
    "status": "%RESPONSE_CODE%",
    "grpc": "%DYNAMIC_METADATA(pcw:grpc)%",
    "flags": "%RESPONSE_FLAGS%",
    "why": "%RESPONSE_CODE_DETAILS%",
    "in": "%BYTES_RECEIVED%",
    "out": "%BYTES_SENT%",
    "ms": "%DURATION%",
    "from": "%DOWNSTREAM_REMOTE_ADDRESS_WITHOUT_PORT%",
    "tls": "%DOWNSTREAM_TLS_VERSION%",
    "server": "%UPSTREAM_HOST%",
}


def access_log(path: Path) -> dict[str, Any]:
    """Into a file, which `mv` and a signal are not needed to rotate: copy and truncate it."""
    return {
        "name": "envoy.access_loggers.file",
        "typed_config": typed(
            "extensions.access_loggers.file.v3.FileAccessLog",
            path=str(path),
            log_format={"json_format": FIELDS},
        ),
    }
