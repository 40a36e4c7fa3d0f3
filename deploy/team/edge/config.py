"""The whole configuration, from the small stack's and what a team has on top."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from deploy.team.edge import limits, log, login, pages, policy, tls
from deploy.team.edge.base import base, http_filter, set_header, typed
from deploy.team.edge.facts import Edge
from deploy.team.edge.places import address as _address
from deploy.team.edge.places import assignment as _assignment
from deploy.team.edge.places import cluster as _cluster
from deploy.team.edge.places import split as _split
from deploy.team.edge.spark_metrics import clusters as _spark_metrics
from deploy.team.edge.spark_metrics import routes as _to_spark_metrics

_HERE = Path(__file__).resolve().parent
_MIB = 1 << 20
_ROUTER = "envoy.filters.http.router"
SYSTEM_AUTHORITIES = (
    Path("/etc/ssl/certs/ca-certificates.crt"),
    Path("/etc/pki/tls/certs/ca-bundle.crt"),
    Path("/etc/ssl/cert.pem"),
)


def envoy_config(edge: Edge, secrets: Path) -> dict[str, Any]:
    """``secrets`` is the folder that `write_secrets` filled."""
    site_host, _, site_port = edge.site.rpartition(":")
    config = base(
        {
            "PCW_ALLOWED_ORIGINS": ",".join([edge.url, *edge.origins]),
            "PCW_TRUST_HOST": "false",  # a name may have been rebound
            "ENVOY_BIND": edge.bind,
            "SITE_PORT": str(edge.port),
            "ADMIN_SOCKET": str(edge.admin_socket),
            "SITE_HOST": site_host,
            "SITE_UPSTREAM_PORT": site_port,
        }
    )
    resources = config["static_resources"]
    site = next(each for each in resources["listeners"] if each["name"] == "site")
    _put_behind_login(site, edge, str(secrets))
    resources["listeners"] = [site, _metrics(edge)]
    if edge.pages:
        resources["listeners"].append(pages.listener(edge, edge.pages, str(secrets)))
        resources["clusters"] += pages.clusters(edge.pages)
    for cluster in resources["clusters"]:
        if cluster["name"] == "spark":
            _spread(cluster, edge)
    resources["clusters"] += [_admin(edge), *_provider(edge)]
    config["node"] = {"id": "pcw", "cluster": "pcw"}  # file-based discovery demands it
    config["overload_manager"] = limits.overload(edge.limits)
    resources["clusters"] += _spark_metrics(edge)
    return config


def write_secrets(edge: Edge, folder: Path) -> None:
    """Where Envoy finds certificate and secrets: names of files, no secret."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    resources = {
        "certificate": tls.certificate_resource(edge.certificates),
        "client_secret": tls.secret_resource("client_secret", edge.client_secret),
        "cookie_key": tls.secret_resource("cookie_key", edge.cookie_key),
    }
    for name, resource in resources.items():
        # JSON is YAML.
        (folder / f"{name}.yaml").write_text(json.dumps({"resources": [resource]}))


def _put_behind_login(listener: dict[str, Any], edge: Edge, secrets: str) -> None:
    [chain] = listener["filter_chains"]
    chain["transport_socket"] = tls.downstream(secrets)
    chain["transport_socket_connect_timeout"] = "10s"
    [network_filter] = chain["filters"]
    manager = network_filter["typed_config"]
    manager |= {
        "stat_prefix": "team",
        "access_log": [log.access_log(edge.log)],
        "max_request_headers_kb": edge.limits.header_kib,
        "request_headers_timeout": f"{edge.limits.header_s}s",
        "request_timeout": f"{edge.limits.upload_s}s",
        "stream_flush_timeout": f"{edge.limits.stalled_s}s",
        "http2_protocol_options": {
            "max_concurrent_streams": edge.limits.streams,
            "initial_stream_window_size": _MIB,
            "initial_connection_window_size": 16 * _MIB,
        },
    }
    del manager["http_protocol_options"]  # HTTP/1.0
    manager["http_filters"] = _filters(manager["http_filters"], edge, secrets)
    headers = _response_headers(edge)
    mappers = manager["local_reply_config"]["mappers"]
    mappers[0]["headers_to_add"] = headers
    mappers.insert(
        0,
        {
            "filter": {"response_flag_filter": {"flags": ["RL"]}},
            "body": {"inline_string": limits.too_many(edge.limits)},
            "headers_to_add": [
                *headers,
                set_header("retry-after", str(limits.RETRY_S)),
                set_header(limits.MARK, "1"),
            ],
        },
    )
    [host] = manager["route_config"]["virtual_hosts"]
    _put_on_its_own_name(manager["route_config"], host, edge)


def _filters(small: list[dict[str, Any]], edge: Edge, secrets: str) -> list[dict[str, Any]]:
    """The small stack's, with the guard before, the login after the check of origins."""
    found = {each["name"]: each for each in small}
    first, *others = small
    mutations = first["typed_config"]["mutations"]["response_mutations"]
    kept = [each for each in mutations if "append" not in each]
    mutations[:] = [{"append": header} for header in _response_headers(edge)] + kept
    after = {
        "envoy.filters.http.rbac": [
            login.oauth2(edge, secrets),
            login.jwt_authn(edge),
            _lua("pcw.person", "person.lua"),
        ],
        "envoy.filters.http.grpc_web": [
            limits.rate_limit(edge.limits),
            _lua("pcw.session", "session.lua"),
            http_filter(
                "envoy.filters.http.grpc_stats",
                "grpc_stats.v3.FilterConfig",
                stats_for_all_methods=True,
            ),
        ],
    }
    assert after.keys() <= found.keys()
    request_bytes = edge.limits.request_mib * _MIB
    guard = _lua(
        "pcw.guard",
        "guard.lua",
        REQUEST_BYTES=str(request_bytes),
        TOO_MANY=limits.too_many(edge.limits),
        REQUEST_MIB=str(edge.limits.request_mib),
    )
    filters = [first, guard]
    for each in others:
        filters += [each, *after.get(each["name"], [])]
    return filters


def _lua(name: str, file: str, **values: str) -> dict[str, Any]:
    source = (_HERE / file).read_text(encoding="utf-8")
    for key, value in values.items():
        source = source.replace(f"${{{key}}}", value)
    return http_filter(name, "lua.v3.Lua", default_source_code={"inline_string": source})


def _response_headers(edge: Edge) -> list[dict[str, Any]]:
    headers = {
        "cross-origin-opener-policy": "same-origin",
        "cross-origin-embedder-policy": "credentialless",
        "cross-origin-resource-policy": "same-origin",
        "x-content-type-options": "nosniff",
        "referrer-policy": policy.REFERRER,
        "permissions-policy": policy.PERMISSIONS,
        "content-security-policy": policy.content_security_policy(edge),
        "server-timing": "pcw-login",  # tells a page that there is a login
    }
    if edge.hsts_s:
        headers["strict-transport-security"] = f"max-age={edge.hsts_s}"
    return [set_header(name, value) for name, value in headers.items()]


def _put_on_its_own_name(routes: dict[str, Any], host: dict[str, Any], edge: Edge) -> None:
    """Only the site's own name is answered: a name of somebody else's may lead here too."""
    name = urlsplit(edge.url).hostname or ""
    host["domains"] = sorted({name, f"{name}:{edge.port}", edge.authority})
    for route in host["routes"]:
        if "route" in route and route["route"].get("cluster") == "spark":
            route["route"]["hash_policy"] = [{"header": {"header_name": "x-pcw-user"}}]
    host["routes"].insert(-1, _nothing_else_of_ours())
    sentence = f"This is {edge.authority}, and no other name of it is known.\n"
    routes["virtual_hosts"].append(
        {
            "name": "nobody",
            "domains": ["*"],
            "routes": [
                {
                    "match": {"prefix": "/"},
                    "direct_response": {"status": 421, "body": {"inline_string": sentence}},
                }
            ],
        }
    )


def _nothing_else_of_ours() -> dict[str, Any]:
    """Below /pcw/ filters answer; what they leave is nothing, and the site is not asked."""
    answer = {"status": 404, "body": {"inline_string": "Nothing is here.\n"}}
    return {"name": "pcw", "match": {"prefix": "/pcw/"}, "direct_response": answer}


def _metrics(edge: Edge) -> dict[str, Any]:
    """Prometheus' format, and nothing else of the admin socket or of Spark; on loopback."""
    routes = [
        {
            "match": {"path": "/metrics"},
            "route": {"cluster": "admin", "prefix_rewrite": "/stats/prometheus"},
        },
        *_to_spark_metrics(edge),
    ]
    manager = typed(
        "extensions.filters.network.http_connection_manager.v3.HttpConnectionManager",
        stat_prefix="metrics",
        request_headers_timeout="10s",
        http_filters=[http_filter(_ROUTER, "router.v3.Router")],
        route_config={"virtual_hosts": [{"name": "metrics", "domains": ["*"], "routes": routes}]},
    )
    name = "envoy.filters.network.http_connection_manager"
    return {
        "name": "metrics",
        "address": _address("127.0.0.1", edge.metrics_port),
        "filter_chains": [{"filters": [{"name": name, "typed_config": manager}]}],
    }


def _admin(edge: Edge) -> dict[str, Any]:
    pipe = {"pipe": {"path": str(edge.admin_socket)}}
    return _cluster("admin", [pipe], kind="STATIC")


def _provider(edge: Edge) -> list[dict[str, Any]]:
    clusters = []
    addresses = {
        login.TOKEN_CLUSTER: edge.endpoints.token,
        login.JWKS_CLUSTER: edge.endpoints.jwks,
    }
    for name, address in addresses.items():
        parts = urlsplit(address)
        host = parts.hostname or ""
        port = parts.port or (443 if parts.scheme == "https" else 80)
        cluster = _cluster(name, [_address(host, port)], kind="STRICT_DNS")
        if parts.scheme == "https":
            cluster["transport_socket"] = tls.upstream(host, edge.provider_ca or _system())
        clusters.append(cluster)
    return clusters


def _system() -> Path:
    return next((each for each in SYSTEM_AUTHORITIES if each.exists()), SYSTEM_AUTHORITIES[0])


def _spread(cluster: dict[str, Any], edge: Edge) -> None:
    """A person's calls all go to one server, also after others came or went (Maglev)."""
    if edge.routing:
        edge.routing.into(cluster)
        return
    addresses = [_split(each) for each in edge.spark]
    cluster["lb_policy"] = "MAGLEV"
    cluster["load_assignment"] = _assignment(
        "spark", [_address(host, port) for host, port in addresses]
    )
    if len(addresses) > 1:
        cluster["common_lb_config"] = {"healthy_panic_threshold": {"value": 0}}
        cluster["health_checks"] = [
            {
                "timeout": "1s",
                "interval": "2s",
                "unhealthy_threshold": 2,
                "healthy_threshold": 1,
                "tcp_health_check": {},
            }
        ]
