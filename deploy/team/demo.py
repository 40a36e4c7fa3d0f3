"""What the demonstration makes for itself: an authority, certificates, secrets, signing keys."""

from __future__ import annotations

import json
import secrets
from dataclasses import dataclass
from pathlib import Path

from deploy.shared.files import fresh_beside, swap, write_private
from deploy.team.edge.tls import CERTIFICATE


@dataclass(frozen=True)
class Belongings:
    """Files of a demonstration, all in one folder of its state."""

    folder: Path

    @property
    def authority(self) -> Path:
        return self.folder / "ca.crt"

    @property
    def authority_key(self) -> Path:
        return self.folder / "ca.key"

    @property
    def certificates(self) -> Path:
        return self.folder / "tls"

    @property
    def client_secret(self) -> Path:
        return self.folder / "client-secret"

    @property
    def cookie_key(self) -> Path:
        return self.folder / "cookie-key"

    @property
    def password(self) -> Path:
        return self.folder / "password"

    @property
    def signing_keys(self) -> Path:
        """The provider's private JWKS."""
        return self.folder / "signing-keys.json"

    def make(self) -> None:
        """What is missing, once; certificates of which half the time is gone, again."""
        # Not at the head: what stops a stack works where none of this is installed.
        from joserfc.jwk import RSAKey

        from deploy.team import certificates

        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        for file in (self.client_secret, self.cookie_key):
            if not file.exists():
                write_private(file, secrets.token_hex(32).encode())
        if not self.password.exists():
            write_private(self.password, secrets.token_urlsafe(9).encode())
        if not self.signing_keys.exists():
            key = RSAKey.generate_key(2048, {"kid": "demo", "use": "sig", "alg": "RS256"})
            write_private(
                self.signing_keys, json.dumps({"keys": [key.as_dict(private=True)]}).encode()
            )
        if not self.certificates.exists() or certificates.is_old(self.certificates / CERTIFICATE):
            self.renew_certificate()

    def renew_certificate(self) -> None:
        """A new one in the old one's place, by a move: Envoy takes it up while it runs."""
        from deploy.team import certificates

        if not self.authority.exists() or certificates.is_old(self.authority):
            certificates.make_authority(self.authority, self.authority_key)
        new = fresh_beside(self.certificates)
        new.mkdir(mode=0o700)
        certificates.make_certificate(new, self.authority, self.authority_key)
        swap(self.certificates)
