"""Who it is: a browser's login (code and PKCE), and the proof of every token."""

from __future__ import annotations

from typing import Any

from deploy.team.edge.base import http_filter
from deploy.team.edge.facts import Edge

CALLBACK = "/pcw/callback"
SESSION = "/pcw/session"
SIGN_OUT = "/pcw/sign-out"
CLOCK_SKEW_S = 30
"""By which clocks may differ, in Spark too (docs/identity.md)."""
TOKEN_CLUSTER, JWKS_CLUSTER = "provider_token", "provider_jwks"
_ID_TOKEN = "x-pcw-id-token"
_CODE = "x-pcw-code"
_COOKIES = (
    "bearer_token",
    "oauth_hmac",
    "oauth_expires",
    "id_token",
    "refresh_token",
    "oauth_nonce",
    "code_verifier",
)


def secret(name: str, file: str) -> dict[str, Any]:
    """A secret from a file of Envoy's secret discovery, read again when it is replaced."""
    return {
        "name": name,
        "sds_config": {"path_config_source": {"path": file}, "resource_api_version": "V3"},
    }


def oauth2(edge: Edge, secrets: str) -> dict[str, Any]:
    """A page without a login goes to the provider; a program's call is refused."""
    config: dict[str, Any] = {
        "token_endpoint": {
            "cluster": TOKEN_CLUSTER,
            "uri": edge.endpoints.token,
            "timeout": "5s",
        },
        "authorization_endpoint": edge.endpoints.authorization,
        "redirect_uri": edge.url + CALLBACK,
        "redirect_path_matcher": {"path": {"exact": CALLBACK}},
        "signout_path": {"path": {"exact": SIGN_OUT}},
        "credentials": {
            "client_id": edge.client_id,
            "token_secret": secret("client_secret", f"{secrets}/client_secret.yaml"),
            "hmac_secret": secret("cookie_key", f"{secrets}/cookie_key.yaml"),
        },
        "auth_scopes": list(edge.scopes),
        "auth_type": "URL_ENCODED_BODY",
        "use_refresh_token": True,
        "forward_id_token": {"header": _ID_TOKEN},
        "deny_redirect_matcher": [
            _header("content-type", prefix="application/grpc"),
            _header("sec-fetch-mode", safe_regex={"regex": "cors|no-cors|same-origin|websocket"}),
            _header(":path", safe_regex={"regex": rf"{SESSION}(\?.*)?"}),
            _header("x-requested-with", safe_regex={"regex": ".+"}),
        ],
        "pass_through_matcher": [
            _header("authorization", safe_regex={"regex": "(?i:bearer) .*"}),
            _header(":method", exact="OPTIONS"),
            _header(_CODE, exact="1"),
        ],
        "cookie_configs": {f"{name}_cookie_config": {"same_site": "LAX"} for name in _COOKIES},
    }
    if edge.endpoints.end_session:
        config["end_session_endpoint"] = edge.endpoints.end_session
    return http_filter("envoy.filters.http.oauth2", "oauth2.v3.OAuth2", config=config)


def jwt_authn(edge: Edge) -> dict[str, Any]:
    """Signature, issuer, audience, times and subject of a login's token and of a program's."""
    common = {
        "issuer": edge.endpoints.issuer,
        "require_expiration": True,
        "clock_skew_seconds": CLOCK_SKEW_S,
        "subjects": {"safe_regex": {"regex": edge.subject}},
        "remote_jwks": {
            "http_uri": {
                "uri": edge.endpoints.jwks,
                "cluster": JWKS_CLUSTER,
                "timeout": "5s",
            },
            "cache_duration": "300s",
            # Fetched before the first request, and kept where the provider does not answer.
            "async_fetch": {},
        },
        "claim_to_headers": [{"header_name": "x-pcw-user", "claim_name": "sub"}],
        "payload_in_metadata": "jwt",
        "forward": True,
    }
    providers = {
        "login": {
            **common,
            "failed_status_in_metadata": "failed-login",
            "audiences": [edge.client_id],
            "from_headers": [{"name": _ID_TOKEN}],
        },
        "bearer": {
            **common,
            "failed_status_in_metadata": "failed-bearer",
            "audiences": list(edge.audiences),
            # Named, so that none is taken from a query string, which would be in logs.
            "from_headers": [{"name": "authorization", "value_prefix": "Bearer "}],
        },
    }
    either = {"requires_any": {"requirements": [{"provider_name": name} for name in providers]}}
    rules = [
        {"match": {"prefix": "/", "headers": [_header(_CODE, exact="1")]}},
        {"match": {"prefix": "/"}, "requires": either},
    ]
    return http_filter(
        "envoy.filters.http.jwt_authn",
        "jwt_authn.v3.JwtAuthentication",
        providers=providers,
        rules=rules,
    )


def _header(name: str, **match: Any) -> dict[str, Any]:
    return {"name": name, "string_match": match}
