"""Keys and tokens of an OIDC provider that tests make themselves, the forged ones too.

provider = Provider()
provider.write_jwks(folder / "jwks.json")
provider.token("alice")                        # good for ten minutes
provider.token("alice", exp=None)              # a claim left out
provider.token("alice", aud="somebody-else")   # a claim that is wrong
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from joserfc import jwt
from joserfc.jwk import ECKey, OKPKey, RSAKey

ISSUER = "https://login.example.test"
AUDIENCE = "pyspark-connect-web"
LIFETIME_S = 600

AnyKey = RSAKey | ECKey | OKPKey


def rsa_key(kid: str | None = "rsa-1") -> RSAKey:
    return RSAKey.generate_key(2048, {"kid": kid, "use": "sig"} if kid else {"use": "sig"})


def ec_key(kid: str = "ec-1", curve: str = "P-256") -> ECKey:
    return ECKey.generate_key(curve, {"kid": kid, "use": "sig"})


def public_jwk(key: AnyKey) -> dict[str, Any]:
    return dict(key.as_dict(private=False))


@dataclass
class Provider:
    """Who signs: an issuer with its keys, the newest first."""

    issuer: str = ISSUER
    audience: str = AUDIENCE
    keys: list[AnyKey] = field(default_factory=lambda: [rsa_key()])

    @property
    def key(self) -> AnyKey:
        return self.keys[0]

    def jwks(self) -> str:
        """The public keys, as `jwks_uri` gives them."""
        return json.dumps({"keys": [public_jwk(key) for key in self.keys]})

    def write_jwks(self, path: Path) -> Path:
        """In one step: nobody reads half a file."""
        new = path.with_name(f"{path.name}.new")
        new.write_text(self.jwks(), encoding="utf-8")
        return new.replace(path)

    def claims(self, subject: str, **changed: Any) -> dict[str, Any]:
        """Of a good token; what is changed to None is left out."""
        now = int(time.time())
        claims: dict[str, Any] = {
            "iss": self.issuer,
            "aud": self.audience,
            "sub": subject,
            "iat": now,
            "exp": now + LIFETIME_S,
        }
        return {name: value for name, value in {**claims, **changed}.items() if value is not None}

    def token(self, subject: str, **changed: Any) -> str:
        """Signed by the newest key."""
        return self.signed(self.claims(subject, **changed))

    def signed(
        self,
        claims: dict[str, Any],
        key: AnyKey | None = None,
        algorithm: str | None = None,
        **header: Any,
    ) -> str:
        """By any key; ``header`` changes the token's header, None leaves a name out of it."""
        signer = key or self.key
        algorithm = algorithm or algorithm_of(signer)
        whole = {"alg": algorithm, "kid": signer.kid, **header}
        named = {name: value for name, value in whole.items() if value is not None}
        return str(jwt.encode(named, claims, signer, algorithms=[algorithm]))


def algorithm_of(key: AnyKey) -> str:
    if isinstance(key, ECKey):
        return {"P-256": "ES256", "P-384": "ES384", "P-521": "ES512"}[key.curve_name]
    return "EdDSA" if isinstance(key, OKPKey) else "RS256"


def unsigned(claims: dict[str, Any], kid: str | None = None, alg: str = "none") -> str:
    """``alg: none``, with an empty signature."""
    header = {"alg": alg, "typ": "JWT"} | ({"kid": kid} if kid else {})
    return f"{_part(header)}.{_part(claims)}."


def signed_with_the_public_key(provider: Provider, claims: dict[str, Any]) -> str:
    """HS256 whose secret is the provider's public key, as text that everybody can have."""
    head = f"{_part({'alg': 'HS256', 'kid': provider.key.kid})}.{_part(claims)}"
    digest = hmac.new(provider.key.as_pem(private=False), head.encode(), hashlib.sha256).digest()
    return f"{head}.{_encoded(digest)}"


def with_other_claims(token: str, **changed: Any) -> str:
    """The token's own header and signature around other claims."""
    header, body, signature = token.split(".")
    claims = json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))
    return f"{header}.{_part({**claims, **changed})}.{signature}"


def _part(content: dict[str, Any]) -> str:
    return _encoded(json.dumps(content, separators=(",", ":")).encode())


def _encoded(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()
