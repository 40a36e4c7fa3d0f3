"""An Envoy before a cluster, without a login: it believes whom a client says to be.

For tests and measurements of what is behind it; a deployment's Envoy takes the name from a token.
"""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from deploy.cluster.conf import LOOPBACK
from deploy.cluster.keeper import KeptService
from deploy.cluster.routing import CLUSTER, USER_HEADER, Routing
from deploy.cluster.services import _listening
from deploy.local.services import admin_socket

_TYPE = "type.googleapis.com/envoy."
_MIB = 1 << 20


@dataclass
class Front(KeptService):
    """An Envoy that a keeper looks after."""

    @property
    def port(self) -> int:
        return self.listens[0][1]

    def remote(self, user: str) -> str:
        """For a native client of this person."""
        return f"sc://{LOOPBACK}:{self.port}/;user_id={user};{USER_HEADER}={user}"


def front(state_dir: Path, port: int) -> Front:
    file = state_dir / "front.json"

    def prepare() -> None:
        file.write_text(json.dumps(_config(Routing(state_dir), port, admin_socket(state_dir))))

    return Front(
        name="envoy",
        command=[
            str(Path(sys.executable).parent / "envoy"),
            *("--config-path", str(file), "--disable-hot-restart"),
            *("--concurrency", "1", "--log-level", "warning"),
        ],
        state_dir=state_dir,
        health=lambda: _listening(port),
        listens=[(LOOPBACK, port, "none")],
        prepare=prepare,
    )


def _typed(kind: str, **fields: Any) -> dict[str, Any]:
    return {"@type": f"{_TYPE}{kind}", **fields}


def _config(routing: Routing, port: int, admin: Path) -> dict[str, Any]:
    address = {"socket_address": {"address": LOOPBACK, "port_value": port}}
    manager = _typed(
        "extensions.filters.network.http_connection_manager.v3.HttpConnectionManager",
        stat_prefix="front",
        stream_idle_timeout="0s",
        http_filters=[
            {
                "name": "envoy.filters.http.router",
                "typed_config": _typed("extensions.filters.http.router.v3.Router"),
            }
        ],
        route_config={"virtual_hosts": [_host()]},
    )
    network = {"name": "envoy.filters.network.http_connection_manager", "typed_config": manager}
    listener = {
        "name": "front",
        "address": address,
        "per_connection_buffer_limit_bytes": _MIB,
        "filter_chains": [{"filters": [network]}],
    }
    return {
        "node": {"id": "front", "cluster": "front"},
        "admin": {"address": {"pipe": {"path": str(admin), "mode": 0o600}}},
        "static_resources": {"listeners": [listener], "clusters": [_servers(routing)]},
    }


def _host() -> dict[str, Any]:
    route = {
        "cluster": CLUSTER,
        "timeout": "0s",
        "idle_timeout": "0s",
        "hash_policy": [{"header": {"header_name": USER_HEADER}}],
        "retry_policy": {"num_retries": 0},
    }
    return {
        "name": "front",
        "domains": ["*"],
        "routes": [{"match": {"prefix": "/"}, "route": route}],
    }


def _servers(routing: Routing) -> dict[str, Any]:
    options = {
        "initial_stream_window_size": _MIB,
        "connection_keepalive": {"interval": "30s", "timeout": "10s"},
    }
    name = "envoy.extensions.upstreams.http.v3.HttpProtocolOptions"
    cluster: dict[str, Any] = {
        "connect_timeout": "2s",
        "per_connection_buffer_limit_bytes": _MIB,
        "circuit_breakers": {"thresholds": [{"max_requests": 10000}]},
        "typed_extension_protocol_options": {
            name: _typed(
                "extensions.upstreams.http.v3.HttpProtocolOptions",
                explicit_http_config={"http2_protocol_options": options},
            )
        },
    }
    routing.into(cluster)
    return cluster
