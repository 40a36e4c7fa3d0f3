"""What Envoy is told: where the servers are, and which sessions are still on those that end.

Three files that Envoy reads again by itself when they are replaced: the endpoints of the cluster
`spark` (new sessions), those of `spark-before` (a generation that is drained), and the ids of the
sessions that are on the latter.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from deploy.cluster.conf import write_private

CURRENT, BEFORE = "spark", "spark-before"
TABLE_READ_EVERY_S = 1
"""By Envoy, where there is such a table."""
USER_HEADER = "x-pcw-user"
ROUTE_HEADER = "x-pcw-servers"
_TYPE = "type.googleapis.com/envoy."


class Routing:
    def __init__(self, state_dir: Path) -> None:
        self.folder = state_dir / "routing"

    def endpoints_file(self, cluster: str) -> Path:
        return self.folder / f"{cluster}.json"

    @property
    def table(self) -> Path:
        return self.folder / "sessions-before"

    def write(self, cluster: str, addresses: Sequence[tuple[str, int]]) -> None:
        """The servers of a cluster; with the same ones, each user keeps his own."""
        endpoints = [
            {"endpoint": {"address": {"socket_address": {"address": host, "port_value": port}}}}
            for host, port in addresses
        ]
        assignment = {
            "@type": f"{_TYPE}config.endpoint.v3.ClusterLoadAssignment",
            "cluster_name": cluster,
            "endpoints": [{"lb_endpoints": endpoints}] if endpoints else [],
        }
        # Envoy looks for a file that is moved to this name.
        write_private(self.endpoints_file(cluster), json.dumps({"resources": [assignment]}))

    def write_table(self, sessions: Iterable[str]) -> None:
        write_private(self.table, "".join(f"{session}\n" for session in sorted(sessions)))

    def drop_table(self) -> None:
        self.table.unlink(missing_ok=True)

    def clusters(self) -> list[dict[str, Any]]:
        """For Envoy's `static_resources.clusters`.

        No health checks: a user's sessions are on his server, and while that is started again
        nobody else can go on with them. Sent elsewhere for that time, he would have a session
        there that is lost when his server is back.
        """
        return [self._cluster(CURRENT), self._cluster(BEFORE)]

    def _cluster(self, name: str) -> dict[str, Any]:
        http = f"{_TYPE}extensions.upstreams.http.v3.HttpProtocolOptions"
        window = 1 << 20
        source = {
            "path": str(self.endpoints_file(name)),
            "watched_directory": {"path": str(self.folder)},
        }
        return {
            "name": name,
            "type": "EDS",
            "eds_cluster_config": {
                "eds_config": {"path_config_source": source, "resource_api_version": "V3"}
            },
            "connect_timeout": "2s",
            "lb_policy": "MAGLEV",
            "per_connection_buffer_limit_bytes": window,
            "circuit_breakers": {"thresholds": [{"max_requests": 10000}]},
            "typed_extension_protocol_options": {
                "envoy.extensions.upstreams.http.v3.HttpProtocolOptions": {
                    "@type": http,
                    "explicit_http_config": {
                        "http2_protocol_options": {
                            "initial_stream_window_size": window,
                            "connection_keepalive": {"interval": "30s", "timeout": "10s"},
                        }
                    },
                }
            },
        }

    def choice(self) -> str:
        """Lua for a filter after `grpc_field_extraction`: names the servers of a session.

        Each of Envoy's threads looks once a second whether there is a table.
        """
        return _CHOICE.replace("TABLE", json.dumps(str(self.table))).replace(
            "EVERY", str(TABLE_READ_EVERY_S)
        )


_CHOICE = """\
local before, looked = {}, 0
local function look()
  local now = os.time()
  if now - looked < EVERY then return end
  looked = now
  before = {}
  local file = io.open(TABLE)
  if file then
    for id in file:lines() do before[id] = true end
    file:close()
  end
end
function envoy_on_request(handle)
  look()
  if next(before) == nil then return end
  local metadata = handle:streamInfo():dynamicMetadata()
  local found = metadata:get("envoy.filters.http.grpc_field_extraction")
  local id = found and found["session_id"]
  if type(id) == "table" then id = id[1] end
  if id and before[id] then
    handle:headers():replace("x-pcw-servers", "before")
    handle:clearRouteCache()
  end
end
"""
