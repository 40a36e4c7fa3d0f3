"""Asks an OpenID provider where its endpoints are (OpenID Connect Discovery 1.0)."""

from __future__ import annotations

import json
import ssl
import urllib.request
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from deploy.shared.errors import StackError
from deploy.team.edge.facts import Endpoints

PATIENCE_S = 10.0
MOST_BYTES = 1 << 20


def discover(issuer: str, authorities: Path | None = None) -> Endpoints:
    """Its endpoints, by its own word.

    Raises:
        StackError: it does not answer, is somebody else, or has no code flow with refresh.
    """
    address = issuer.rstrip("/") + "/.well-known/openid-configuration"
    try:
        known = _fetch(address, authorities)
    except (OSError, ValueError) as error:
        reason = getattr(error, "reason", error)
        raise StackError(
            f"The OpenID provider does not answer at {address} ({reason}): correct "
            f"PCW_TEAM_ISSUER, or PCW_TEAM_PROVIDER_CA where its authority is your own."
        ) from error
    if known.get("issuer") != issuer:
        raise StackError(
            f"PCW_TEAM_ISSUER is {issuer}, but the provider there calls itself "
            f"{known.get('issuer')!r}: write it exactly so."
        )
    missing = [name for name in _NEEDED if not _is_safe(known.get(name), issuer)]
    if missing:
        raise StackError(f"The OpenID provider {issuer} tells no usable {', '.join(missing)}.")
    end_session = known.get("end_session_endpoint")
    return Endpoints(
        issuer=issuer,
        authorization=known["authorization_endpoint"],
        token=known["token_endpoint"],
        jwks=known["jwks_uri"],
        end_session=str(end_session) if _is_safe(end_session, issuer) else "",
    )


_NEEDED = ("authorization_endpoint", "token_endpoint", "jwks_uri")


def _is_safe(address: Any, issuer: str) -> bool:
    """As encrypted as the issuer's own address."""
    if not isinstance(address, str):
        return False
    parts = urlsplit(address)
    return bool(parts.hostname) and parts.scheme in ("https", urlsplit(issuer).scheme)


def _fetch(address: str, authorities: Path | None) -> dict[str, Any]:
    context = ssl.create_default_context(cafile=str(authorities) if authorities else None)
    handlers: list[urllib.request.BaseHandler] = [urllib.request.HTTPSHandler(context=context)]
    if urlsplit(address).scheme == "http":
        handlers.append(urllib.request.ProxyHandler({}))  # this machine's own
    with urllib.request.build_opener(*handlers).open(address, timeout=PATIENCE_S) as answer:
        content = json.loads(answer.read(MOST_BYTES))
    if not isinstance(content, dict):
        raise ValueError("no JSON object")
    return content
