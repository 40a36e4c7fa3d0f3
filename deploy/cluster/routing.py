"""Where Envoy finds the Connect servers: a file that it reads again by itself when it is replaced.

A person's sessions are all on one server, which Envoy finds by the person's name (Maglev). There
are no health checks: while a server is started again nobody else can go on with its sessions, and
a person who was sent elsewhere for that time would lose what he began there when it is back.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from deploy.shared.files import write_private

CLUSTER = "spark"
USER_HEADER = "x-pcw-user"
READ_WITHIN_S = 1.0
"""By Envoy, after the file was replaced."""
_TYPE = "type.googleapis.com/envoy."


class Routing:
    def __init__(self, state_dir: Path) -> None:
        self.folder = state_dir / "routing"

    @property
    def endpoints(self) -> Path:
        return self.folder / "spark.json"

    def write(self, addresses: Sequence[tuple[str, int]]) -> None:
        """Host and port of each server; with the same ones, each person keeps his own."""
        endpoints = [
            {"endpoint": {"address": {"socket_address": {"address": host, "port_value": port}}}}
            for host, port in addresses
        ]
        assignment = {
            "@type": f"{_TYPE}config.endpoint.v3.ClusterLoadAssignment",
            "cluster_name": CLUSTER,
            "endpoints": [{"lb_endpoints": endpoints}],
        }
        # Envoy looks for a file that is moved to this name.
        write_private(self.endpoints, json.dumps({"resources": [assignment]}))

    def into(self, cluster: dict[str, Any]) -> None:
        """Makes one of Envoy's clusters get its servers from the file."""
        cluster.pop("load_assignment", None)
        cluster.pop("health_checks", None)
        source = {
            "path": str(self.endpoints),
            "watched_directory": {"path": str(self.folder)},
        }
        config = {"path_config_source": source, "resource_api_version": "V3"}
        cluster |= {
            "name": CLUSTER,
            "type": "EDS",
            "lb_policy": "MAGLEV",
            "eds_cluster_config": {"eds_config": config, "service_name": CLUSTER},
        }
