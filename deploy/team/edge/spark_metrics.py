"""Spark's metrics on Envoy's port for metrics: `/metrics/<name>` of each server, and nothing else.

`/metrics/targets` says where they are, in the form of Prometheus' `http_sd_configs`.
"""

from __future__ import annotations

import json
from typing import Any

from deploy.team.edge.base import set_header
from deploy.team.edge.facts import Edge
from deploy.team.edge.places import address, cluster, split

SOCKET = "unix:"
_TARGETS = "/metrics/targets"
_SPARK_TELLS_AT = "/metrics"


def routes(edge: Edge) -> list[dict[str, Any]]:
    to_servers = [
        {
            "match": {"path": _path(name)},
            "route": {"cluster": _cluster(name), "prefix_rewrite": _SPARK_TELLS_AT},
        }
        for name in edge.spark_metrics
    ]
    return [_targets(edge), *to_servers]


def clusters(edge: Edge) -> list[dict[str, Any]]:
    found = []
    for name, where in edge.spark_metrics.items():
        if where.startswith(SOCKET):
            pipe = {"pipe": {"path": where.removeprefix(SOCKET)}}
            found.append(cluster(_cluster(name), [pipe], kind="STATIC"))
        else:
            found.append(cluster(_cluster(name), [address(*split(where))], kind="STRICT_DNS"))
    return found


def _path(name: str) -> str:
    return f"/metrics/{name}"


def _cluster(name: str) -> str:
    # Not `spark...`: dashboards and alerts take those for servers that people use.
    return f"metrics-of-{name}"


def _targets(edge: Edge) -> dict[str, Any]:
    found = [
        {
            "targets": [f"127.0.0.1:{edge.metrics_port}"],
            "labels": {"__metrics_path__": _path(name), "instance": name},
        }
        for name in edge.spark_metrics
    ]
    return {
        "match": {"path": _TARGETS},
        "direct_response": {"status": 200, "body": {"inline_string": json.dumps(found)}},
        "response_headers_to_add": [set_header("content-type", "application/json")],
    }
