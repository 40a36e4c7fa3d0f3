"""Spark's own pages behind the login, for looking only, at a port of their own.

They run scripts inline and show what people wrote. On the site's origin a flaw in one of them would
be in reach of everybody's notebooks; another port is another origin, which may not call Spark.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from deploy.team.edge import limits, log, login, policy, tls
from deploy.team.edge.base import http_filter, set_header, typed
from deploy.team.edge.facts import Edge, Pages

MASTER, HISTORY = "/master", "/history"
HTTPS = 443
_HERE = Path(__file__).resolve().parent
_CONTENT = "; ".join(
    (
        "default-src 'self'",
        "script-src 'self' 'unsafe-inline'",
        "style-src 'self' 'unsafe-inline'",
        "img-src 'self' data:",
        "object-src 'none'",
        "base-uri 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    )
)


def listener(edge: Edge, pages: Pages, secrets: str) -> dict[str, Any]:
    manager = typed(
        "extensions.filters.network.http_connection_manager.v3.HttpConnectionManager",
        stat_prefix="pages",
        access_log=log.access_logs(edge.log),
        use_remote_address=True,
        normalize_path=True,
        merge_slashes=True,
        path_with_escaped_slashes_action="REJECT_REQUEST",
        max_request_headers_kb=edge.limits.header_kib,
        request_headers_timeout=f"{edge.limits.header_s}s",
        request_timeout=f"{edge.limits.header_s}s",
        stream_flush_timeout=f"{edge.limits.stalled_s}s",
        http_filters=_filters(edge, pages, secrets),
        route_config={"virtual_hosts": [_host(edge, pages)]},
    )
    network = {"name": "envoy.filters.network.http_connection_manager", "typed_config": manager}
    return {
        "name": "pages",
        "address": _address(edge.bind, pages.port),
        "per_connection_buffer_limit_bytes": 1 << 20,
        "filter_chains": [
            {
                "filters": [network],
                "transport_socket": tls.downstream(secrets),
                "transport_socket_connect_timeout": "10s",
            }
        ],
    }


def clusters(pages: Pages) -> list[dict[str, Any]]:
    return [_cluster(MASTER, pages.master), _cluster(HISTORY, pages.history)]


def _filters(edge: Edge, pages: Pages, secrets: str) -> list[dict[str, Any]]:
    """The login is the site's: who has none is told to go there, and nothing is renewed here."""
    oauth2 = login.oauth2(edge, secrets)
    oauth2["typed_config"]["config"] |= {
        "use_refresh_token": False,
        "deny_redirect_matcher": [{"name": ":method", "present_match": True}],
    }
    member = [_lua("member.lua", CLAIM=pages.group_claim, GROUP=pages.group)] if pages.group else []
    return [
        http_filter(
            "envoy.filters.http.header_mutation",
            "header_mutation.v3.HeaderMutation",
            mutations={
                "response_mutations": [
                    *({"append": each} for each in _headers(edge)),
                    {"remove": "server"},
                ]
            },
        ),
        _lua("pages.lua", PAGES=_authority(edge, pages), SITE=edge.authority),
        oauth2,
        login.jwt_authn(edge),
        *member,
        _lua("person.lua"),
        limits.rate_limit(edge.limits),
        http_filter("envoy.filters.http.router", "router.v3.Router", suppress_envoy_headers=True),
    ]


def _headers(edge: Edge) -> list[dict[str, Any]]:
    headers = {
        "cross-origin-opener-policy": "same-origin",
        "cross-origin-resource-policy": "same-origin",
        "x-content-type-options": "nosniff",
        "referrer-policy": policy.REFERRER,
        "permissions-policy": policy.PERMISSIONS,
        "content-security-policy": _CONTENT,
        "cache-control": "no-store",
    }
    if edge.hsts_s:
        headers["strict-transport-security"] = f"max-age={edge.hsts_s}"
    return [set_header(name, value) for name, value in headers.items()]


def _host(edge: Edge, pages: Pages) -> dict[str, Any]:
    to_master = {
        "host_redirect": urlsplit(edge.url).hostname,
        "port_redirect": pages.port,
        "path_redirect": f"{MASTER}/",
    }
    return {
        "name": "pages",
        "domains": ["*"],  # `pages.lua` has looked at the name
        "routes": [
            {"match": {"path": "/"}, "redirect": to_master},
            _route(MASTER),
            _route(HISTORY),
        ],
    }


def _authority(edge: Edge, pages: Pages) -> str:
    """As a browser sends it."""
    name = urlsplit(edge.url).hostname or ""
    return name if pages.port == HTTPS else f"{name}:{pages.port}"


def _route(prefix: str) -> dict[str, Any]:
    """Spark is told below what its page is, and says so in its links."""
    context = {} if prefix == MASTER else {"x-forwarded-context": prefix}
    return {
        "match": {"prefix": f"{prefix}/"},
        "route": {"cluster": _name(prefix), "prefix_rewrite": "/", "timeout": "60s"},
        "request_headers_to_add": [set_header(*each) for each in context.items()],
        "request_headers_to_remove": [] if context else ["x-forwarded-context"],
    }


def _name(prefix: str) -> str:
    return f"pages{prefix.replace('/', '_')}"


def _cluster(prefix: str, address: tuple[str, int]) -> dict[str, Any]:
    endpoint = {"endpoint": {"address": _address(*address)}}
    return {
        "name": _name(prefix),
        "type": "STATIC",
        "connect_timeout": "5s",
        "load_assignment": {
            "cluster_name": _name(prefix),
            "endpoints": [{"lb_endpoints": [endpoint]}],
        },
    }


def _address(host: str, port: int) -> dict[str, Any]:
    return {"socket_address": {"address": host, "port_value": port}}


def _lua(file: str, **values: str) -> dict[str, Any]:
    source = (_HERE / file).read_text(encoding="utf-8")
    for key, value in values.items():
        source = source.replace(f"${{{key}}}", _escaped(value))
    name = f"pcw.{file.partition('.')[0]}"
    return http_filter(name, "lua.v3.Lua", default_source_code={"inline_string": source})


def _escaped(text: str) -> str:
    """For a string of Lua's, whatever is in it."""
    return "".join(f"\\{byte:03d}" for byte in text.encode())
