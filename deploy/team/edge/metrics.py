"""The port for Prometheus, on loopback: Envoy's metrics and those of each Spark, and nothing else.

| path | |
|---|---|
| /metrics | Envoy's |
| /metrics/spark, /metrics/spark/1, ... | those of the first Spark server, the second, ... |
| /metrics/targets | where the servers' are, for Prometheus' `http_sd_configs` |
"""

from __future__ import annotations

import json
from typing import Any

from deploy.team.edge.addresses import address, cluster, split
from deploy.team.edge.base import http_filter, set_header, typed
from deploy.team.edge.facts import Edge

LOOPBACK = "127.0.0.1"
TARGETS = "/metrics/targets"
_MANAGER = "envoy.filters.network.http_connection_manager"
_SPARK_TELLS_AT = "/metrics"


def listener(edge: Edge) -> dict[str, Any]:
    routes = [_to("/metrics", "admin", "/stats/prometheus"), _targets(edge)]
    for index, path in enumerate(_paths(edge)):
        routes.append(_to(path, _name(index), _SPARK_TELLS_AT))
    manager = typed(
        "extensions.filters.network.http_connection_manager.v3.HttpConnectionManager",
        stat_prefix="metrics",
        request_headers_timeout="10s",
        http_filters=[http_filter("envoy.filters.http.router", "router.v3.Router")],
        route_config={"virtual_hosts": [{"name": "metrics", "domains": ["*"], "routes": routes}]},
    )
    return {
        "name": "metrics",
        "address": address(LOOPBACK, edge.metrics_port),
        "filter_chains": [{"filters": [{"name": _MANAGER, "typed_config": manager}]}],
    }


def clusters(edge: Edge) -> list[dict[str, Any]]:
    """Of Envoy's administration, and of each Spark server's metrics."""
    pipe = {"pipe": {"path": str(edge.admin_socket)}}
    servers = [
        cluster(_name(index), [address(*split(each))], kind="STRICT_DNS")
        for index, each in enumerate(edge.spark_metrics)
    ]
    return [cluster("admin", [pipe], kind="STATIC"), *servers]


def _name(index: int) -> str:
    # Not `spark-...`: dashboards and alerts take those for servers that people use.
    return f"metrics-of-spark-{index}"


def _paths(edge: Edge) -> list[str]:
    return [
        f"/metrics/spark/{index}" if index else "/metrics/spark"
        for index in range(len(edge.spark_metrics))
    ]


def _to(path: str, name: str, there: str) -> dict[str, Any]:
    return {
        "match": {"path": path},
        "route": {"cluster": name, "prefix_rewrite": there},
    }


def _targets(edge: Edge) -> dict[str, Any]:
    found = [
        {
            "targets": [f"{LOOPBACK}:{edge.metrics_port}"],
            "labels": {"__metrics_path__": path, "instance": server},
        }
        for path, server in zip(_paths(edge), edge.spark_metrics, strict=True)
    ]
    return {
        "match": {"path": TARGETS},
        "direct_response": {"status": 200, "body": {"inline_string": json.dumps(found)}},
        "response_headers_to_add": [set_header("content-type", "application/json")],
    }
