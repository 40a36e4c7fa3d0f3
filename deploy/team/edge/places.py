"""Envoy's way to write addresses, and clusters of them."""

from __future__ import annotations

from typing import Any


def split(text: str) -> tuple[str, int]:
    """Of host:port, where the host may be an IPv6 address in brackets."""
    host, _, port = text.rpartition(":")
    return host.strip("[]"), int(port)


def address(host: str, port: int) -> dict[str, Any]:
    return {"socket_address": {"address": host, "port_value": port}}


def cluster(name: str, addresses: list[dict[str, Any]], kind: str) -> dict[str, Any]:
    return {
        "name": name,
        "type": kind,
        "connect_timeout": "5s",
        "load_assignment": assignment(name, addresses),
    }


def assignment(name: str, addresses: list[dict[str, Any]]) -> dict[str, Any]:
    endpoints = [{"endpoint": {"address": each}} for each in addresses]
    return {"cluster_name": name, "endpoints": [{"lb_endpoints": endpoints}]}
