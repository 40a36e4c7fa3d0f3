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

LOG_ARGUMENTS = ("--log-level", "warning", "--component-log-level", "oauth2:off")
"""Of Envoy's own log. The filter for the login writes the query of a callback that it refuses, with
the code and the state in it; the access log has the refusal without."""

# Of a login that is refused Envoy's own reason repeats the whole address, with its query: of a 401
# the log has what is wrong with the token alone.
_FAILED = "%DYNAMIC_METADATA(envoy.filters.http.jwt_authn:failed-{}:message)%"
_REFUSED = {**FIELDS, "why": f"login: {_FAILED.format('login')}, token: {_FAILED.format('bearer')}"}
_UNAUTHORIZED = 401


def access_logs(path: Path) -> list[dict[str, Any]]:
    """Into one file, which `mv` and a signal are not needed to rotate: copy and truncate it."""
    return [_to(path, FIELDS, _is_refused("NE")), _to(path, _REFUSED, _is_refused("EQ"))]


def _to(path: Path, fields: dict[str, str], when: dict[str, Any]) -> dict[str, Any]:
    return {
        "name": "envoy.access_loggers.file",
        "filter": when,
        "typed_config": typed(
            "extensions.access_loggers.file.v3.FileAccessLog",
            path=str(path),
            log_format={"json_format": fields},
        ),
    }


def _is_refused(operator: str) -> dict[str, Any]:
    value = {"default_value": _UNAUTHORIZED, "runtime_key": "team.unauthorized"}
    return {"status_code_filter": {"comparison": {"op": operator, "value": value}}}
