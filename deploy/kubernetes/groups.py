"""A verified claim leads to the group's own Spark server, and to no other."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import Any

from deploy.team.edge.base import set_header

HEADER = "x-pcw-group"
"""Of the claim. What a client sends by this name is dropped before, like all of `x-pcw-`."""
REFUSAL = "Your login belongs to no group that has a Spark server here: ask who runs this site.\n"


def route_by_group(config: dict[str, Any], claim: str, servers: Mapping[str, str]) -> None:
    """Changes ``config``; ``servers`` has host:port of each group's server."""
    resources = config["static_resources"]
    [site] = [each for each in resources["listeners"] if each["name"] == "site"]
    manager = site["filter_chains"][0]["filters"][0]["typed_config"]
    for each in manager["http_filters"]:
        if each["name"] == "envoy.filters.http.jwt_authn":
            _take(each["typed_config"]["providers"], claim)
    for host in manager["route_config"]["virtual_hosts"]:
        host["routes"] = [new for old in host["routes"] for new in _split(old, servers)]
    [spark] = [each for each in resources["clusters"] if each["name"] == "spark"]
    resources["clusters"].remove(spark)
    resources["clusters"] += [_cluster(spark, *each) for each in servers.items()]


def _take(providers: dict[str, Any], claim: str) -> None:
    for provider in providers.values():
        # A new list: the providers may share theirs.
        taken = {"header_name": HEADER, "claim_name": claim}
        provider["claim_to_headers"] = [*provider["claim_to_headers"], taken]
        provider["clear_route_cache"] = True  # the route is chosen anew, by the claim


def _split(route: dict[str, Any], servers: Mapping[str, str]) -> list[dict[str, Any]]:
    if route.get("route", {}).get("cluster") != "spark":
        return [route]
    found = []
    for group in servers:
        one = copy.deepcopy(route)
        one["name"] = f"{route['name']}-{group}"
        one["match"].setdefault("headers", []).append(
            {"name": HEADER, "string_match": {"exact": group}}
        )
        one["route"]["cluster"] = f"spark-{group}"
        found.append(one)
    # Also the route of what has no claim yet: CORS and origins are looked at before the login.
    nobodys = copy.deepcopy(route)
    del nobodys["route"]
    nobodys["direct_response"] = {"status": 403, "body": {"inline_string": REFUSAL}}
    nobodys["response_headers_to_add"] = [
        *route.get("response_headers_to_add", []),
        set_header("cache-control", "no-store"),
    ]
    return [*found, nobodys]


def _cluster(spark: dict[str, Any], group: str, server: str) -> dict[str, Any]:
    one = copy.deepcopy(spark)
    one["name"] = one["load_assignment"]["cluster_name"] = f"spark-{group}"
    host, _, port = server.rpartition(":")
    [endpoints] = one["load_assignment"]["endpoints"]
    endpoints["lb_endpoints"] = [
        {"endpoint": {"address": {"socket_address": {"address": host, "port_value": int(port)}}}}
    ]
    return one
