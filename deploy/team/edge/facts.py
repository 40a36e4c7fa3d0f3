"""What Envoy's configuration is made of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from deploy.cluster.routing import Routing


@dataclass(frozen=True)
class Endpoints:
    """What an OpenID provider says about itself (its `.well-known/openid-configuration`)."""

    issuer: str
    authorization: str
    token: str
    jwks: str
    end_session: str = ""


@dataclass(frozen=True)
class Limits:
    """Far above what a script needs: 1,000 calls at once, 200 a second for as long as it likes."""

    user_rate: int = 200
    """Requests a second of one person."""
    user_burst: int = 1000
    """Requests of one person that may come at once."""
    rate: int = 2000
    """Requests a second of everybody together."""
    burst: int = 10000
    streams: int = 100
    """Open at the same time in one HTTP/2 connection."""
    connections: int = 10000
    request_mib: int = 512
    header_kib: int = 64
    header_s: int = 10
    """Headers must have arrived whole by then."""
    upload_s: int = 900
    """A request must have arrived whole by then."""
    stalled_s: int = 300
    """An answer of which nothing is taken for so long is given up."""


@dataclass(frozen=True)
class Pages:
    """Spark's own, of a cluster: where they are shown, and where they are."""

    port: int
    master: tuple[str, int]
    """Host and port; it passes on what is asked of its workers and servers."""
    history: tuple[str, int]
    group_claim: str = ""
    group: str = ""
    """Only its members may look, as only they may call; empty: everybody who is signed in."""


@dataclass(frozen=True)
class Edge:
    """Where Envoy listens, what it stands in front of, and who may pass."""

    url: str
    """The site's address as people type it: https://host[:port], no slash at its end."""
    bind: str
    port: int
    metrics_port: int
    admin_socket: Path
    log: Path
    certificates: Path
    """A folder with tls.crt and tls.key."""
    endpoints: Endpoints
    client_id: str
    client_secret: Path
    cookie_key: Path
    provider_ca: Path | None
    """Authorities for the provider's certificate; None are the system's."""
    site: str
    """host:port of the static server."""
    spark: Sequence[str]
    """host:port of each Spark Connect server; a person's sessions are all on one of them."""
    routing: Routing | None = None
    """A cluster's: its servers are in a file that it writes, in place of `spark`."""
    pages: Pages | None = None
    audiences: Sequence[str] = ("pyspark-connect-web",)
    scopes: Sequence[str] = ("openid", "offline_access")
    subject: str = "[A-Za-z0-9._@-]{1,128}"
    origins: Sequence[str] = ()
    """Of other sites whose pages may call Spark, with a token of their own."""
    script_hashes: Sequence[str] = ()
    connect: Sequence[str] = ()
    """Of other hosts that pages may fetch from."""
    hsts_s: int = 31536000
    limits: Limits = field(default_factory=Limits)
    spark_metrics: Mapping[str, str] = field(default_factory=dict)
    """Where each Spark server tells its metrics, by a name: host:port, or unix:<path>."""

    @property
    def authority(self) -> str:
        """host[:port] as a browser sends it."""
        return urlsplit(self.url).netloc
