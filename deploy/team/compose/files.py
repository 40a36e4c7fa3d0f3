"""What each container is given: the processes' configuration, with names of containers in it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from deploy.shared.errors import StackError
from deploy.team import services
from deploy.team.config import TeamConfig
from deploy.team.edge import tls
from deploy.team.edge.base import typed
from deploy.team.edge.config import SYSTEM_AUTHORITIES, envoy_config, secret_files
from deploy.team.edge.facts import Edge, Endpoints
from deploy.team.own_spark import refuse_jars, with_own_settings
from deploy.team.provider import discover
from deploy.team.settings import Settings
from deploy.team.spark.conf import as_properties

INSIDE = Path("/etc/pcw/team")
"""Where each container finds its own folder."""
SITE_PORT, METRICS_PORT, PROVIDER_PORT = 8443, 8444, 8445
"""Envoy's in its container."""
SPARK_METRICS_PORT = 15106
SPARK_WORK = Path("/var/lib/spark")
KEYS_FILE = "/keys/jwks.json"
_EVERYWHERE = "0.0.0.0"

Files = dict[str, bytes]


def endpoints_of(config: TeamConfig) -> Endpoints:
    """As containers find them; the issuer and what a browser is sent to keep their names.

    Raises:
        StackError: the provider does not answer, or no container could reach it.
    """
    settings = config.settings
    if settings.cluster.workers:
        raise StackError(
            "PCW_TEAM_WORKERS starts a cluster of processes: leave it out, or say STACK=local."
        )
    if settings.prometheus_port:
        raise StackError(
            "PCW_TEAM_PROMETHEUS_PORT starts a process: leave it out, and let a Prometheus of "
            f"yours scrape port {settings.metrics_port}, as docs/observe.md says."
        )
    if settings.groups and not settings.spark_servers:
        raise StackError(
            "PCW_TEAM_GROUPS wants a Spark for each group, containers have one for all: name the "
            "groups' servers in PCW_TEAM_SPARK_SERVERS, or start processes with STACK=local."
        )
    if settings.demo:
        outside = services.provider_address(settings)
        within = f"http://provider:{settings.provider_port}"
        return Endpoints(
            issuer=outside,
            authorization=f"{outside}/auth",
            token=f"{within}/token",
            jwks=f"{within}/jwks",
            end_session=f"{outside}/session/end",
        )
    if settings.identity.issuer.startswith("http:"):
        raise StackError(
            f"PCW_TEAM_ISSUER is {settings.identity.issuer}, which in a container is another "
            "machine: write an https address, or start the processes with STACK=local."
        )
    return discover(settings.identity.issuer, settings.identity.provider_ca)


def within(edge: Edge, settings: Settings) -> Edge:
    """The same for an Envoy in its container."""
    return replace(
        edge,
        bind=_EVERYWHERE,
        port=SITE_PORT,
        metrics_bind=_EVERYWHERE,
        metrics_port=METRICS_PORT,
        admin_socket=Path("/tmp/envoy-admin.sock"),
        log=Path("/dev/stdout"),
        certificates=INSIDE / "tls",
        client_secret=INSIDE / "client-secret",
        cookie_key=INSIDE / "cookie-key",
        provider_ca=INSIDE / "authorities.pem",
        site="site:8080",
        spark=edge.spark if settings.spark_servers else ("spark:15002",),
        spark_metrics=edge.spark_metrics
        if settings.spark_servers
        else {"spark": f"spark:{SPARK_METRICS_PORT}"},
    )


def of_envoy(config: TeamConfig, endpoints: Endpoints) -> Files:
    """Its configuration, and the secrets that it names."""
    outside = services.edge(config, endpoints)
    inside = within(outside, config.settings)
    made = envoy_config(inside, INSIDE)
    if config.settings.demo:
        _pass_on_to_provider(made, config.settings)
    return {
        "envoy.json": json.dumps(made, indent=1).encode(),
        "client-secret": outside.client_secret.read_bytes(),
        "cookie-key": outside.cookie_key.read_bytes(),
        "authorities.pem": authorities(config.settings),
        **{name: text.encode() for name, text in secret_files(inside).items()},
    }


def certificate(config: TeamConfig) -> Files:
    """The pair, which Envoy takes up while it runs."""
    folder = services.certificates_of(config) or Path()
    return {name: (folder / name).read_bytes() for name in (tls.CERTIFICATE, tls.KEY)}


def of_spark(config: TeamConfig, endpoints: Endpoints) -> Files:
    endpoints = replace(endpoints, jwks=KEYS_FILE)
    metrics = f"0.0.0.0:{SPARK_METRICS_PORT}"  # Envoy alone shares its network
    refuse_jars(config.spark_jars, "the containers of a team")
    identity = services.identity_of(config.settings, endpoints, SPARK_WORK, metrics)
    known = with_own_settings(identity, config.spark_conf)
    return {"spark.conf": as_properties(known.entries()).encode()}


def of_keys(config: TeamConfig, endpoints: Endpoints) -> Files:
    return {
        "address": endpoints.jwks.encode(),
        "authorities.pem": authorities(config.settings),
    }


def of_provider(config: TeamConfig) -> Files:
    """The demonstration's."""
    ours = config.belongings
    found = (ours.client_secret, ours.password, ours.signing_keys)
    return {path.name: path.read_bytes() for path in found}


def authorities(settings: Settings) -> bytes:
    """Who may sign the provider's certificate: this machine's authorities, or the company's own."""
    named = settings.identity.provider_ca
    path = named or next((each for each in SYSTEM_AUTHORITIES if each.exists()), None)
    if path is None:
        raise StackError("This machine has no list of authorities: name one, PCW_TEAM_PROVIDER_CA.")
    return path.read_bytes()


def _pass_on_to_provider(config: Mapping[str, Any], settings: Settings) -> None:
    """The issuer's address is one of this machine; the provider's container publishes no port."""
    address = {"address": "provider", "port_value": settings.provider_port}
    endpoint = {"endpoint": {"address": {"socket_address": address}}}
    cluster = {
        "name": "provider",
        "type": "STRICT_DNS",
        "connect_timeout": "5s",
        "load_assignment": {
            "cluster_name": "provider",
            "endpoints": [{"lb_endpoints": [endpoint]}],
        },
    }
    proxy = typed(
        "extensions.filters.network.tcp_proxy.v3.TcpProxy",
        stat_prefix="provider",
        cluster="provider",
    )
    listener = {
        "name": "provider",
        "address": {"socket_address": {"address": _EVERYWHERE, "port_value": PROVIDER_PORT}},
        "filter_chains": [
            {"filters": [{"name": "envoy.filters.network.tcp_proxy", "typed_config": proxy}]}
        ],
    }
    config["static_resources"]["listeners"].append(listener)
    config["static_resources"]["clusters"].append(cluster)
