"""A verified claim leads to the group's own Spark servers, and to no others."""

from __future__ import annotations

import copy
import json
from collections.abc import Sequence
from typing import Any

from deploy.team.edge.base import set_header
from deploy.team.edge.facts import Edge

HEADER = "x-pcw-group"
"""Which group a call goes to. No client says it: what begins with `x-pcw-` is dropped first."""
NONE = (
    "Your login names no group that has a Spark server here: ask who runs this site to put you "
    "into one, then sign out and in again (a program: take a new token)."
)


def lua_values(edge: Edge) -> dict[str, str]:
    """For `groups.lua`. A text of JSON is one of Lua where nothing in it is escaped."""
    listed = ", ".join(json.dumps(group) for group in edge.groups)
    return {"GROUPS": f"{{ {listed} }}", "CLAIM": json.dumps(edge.group_claim), "NONE": NONE}


def cluster_of_group(group: str) -> str:
    """Envoy's name for a group's servers."""
    return f"spark-{group}"


def split_routes(routes: Sequence[dict[str, Any]], edge: Edge) -> list[dict[str, Any]]:
    """Each route to Spark as one for each group; what has no group reaches nobody."""
    return [new for old in routes for new in _split(old, edge)]


def _split(route: dict[str, Any], edge: Edge) -> list[dict[str, Any]]:
    if route.get("route", {}).get("cluster") != "spark":
        return [route]
    found = []
    for group in edge.groups:
        one = copy.deepcopy(route)
        one["name"] = f"{route['name']}-{group}"
        one["match"].setdefault("headers", []).append(
            {"name": HEADER, "string_match": {"exact": group}}
        )
        one["route"]["cluster"] = cluster_of_group(group)
        found.append(one)
    # Also the route of what has no claim yet: CORS and origins are looked at before the login.
    nobodys = copy.deepcopy(route)
    del nobodys["route"]
    nobodys["direct_response"] = {"status": 403, "body": {"inline_string": f"{NONE}\n"}}
    nobodys["response_headers_to_add"] = [
        *route.get("response_headers_to_add", []),
        set_header("cache-control", "no-store"),
    ]
    return [*found, nobodys]
