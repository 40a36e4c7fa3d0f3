"""How much one person and everybody may ask, and what is said to who asks more."""

from __future__ import annotations

from typing import Any

from deploy.team.edge.base import http_filter, set_header, typed
from deploy.team.edge.facts import Limits

_ALWAYS = {"default_value": {"numerator": 100, "denominator": "HUNDRED"}}
RETRY_S = 1
MARK = "x-pcw-limited"
"""On an answer that a rate limit gave, for `guard.lua`, which takes it off again."""


def too_many(limits: Limits) -> str:
    """Whoever meets a rate limit reads this."""
    return (
        f"Too many calls: a person may make {limits.user_rate} a second, and everybody together "
        f"{limits.rate}. Try again in {RETRY_S} s."
    )


def rate_limit(limits: Limits) -> dict[str, Any]:
    """After the login: strangers use up nobody's share."""
    return http_filter(
        "envoy.filters.http.local_ratelimit",
        "local_ratelimit.v3.LocalRateLimit",
        stat_prefix="rate",
        token_bucket=_bucket(limits.rate, limits.burst),
        filter_enabled=_ALWAYS,
        filter_enforced=_ALWAYS,
        rate_limited_as_resource_exhausted=True,
        response_headers_to_add=[set_header(MARK, "1"), set_header("retry-after", str(RETRY_S))],
        rate_limits=[
            {
                "actions": [
                    {"request_headers": {"header_name": "x-pcw-user", "descriptor_key": "user"}}
                ]
            }
        ],
        descriptors=[
            {
                "entries": [{"key": "user"}],
                "token_bucket": _bucket(limits.user_rate, limits.user_burst),
            }
        ],
        max_dynamic_descriptors=20000,
    )


def _bucket(rate: int, burst: int) -> dict[str, Any]:
    return {"max_tokens": burst, "tokens_per_fill": rate, "fill_interval": "1s"}


def overload(limits: Limits) -> dict[str, Any]:
    """So many connections, and no more."""
    return {
        "resource_monitors": [
            {
                "name": "envoy.resource_monitors.global_downstream_max_connections",
                "typed_config": typed(
                    "extensions.resource_monitors.downstream_connections.v3."
                    "DownstreamConnectionsConfig",
                    max_active_downstream_connections=limits.connections,
                ),
            }
        ]
    }
