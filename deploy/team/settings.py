"""What a deployment chooses: `team.env` or the environment in, one checked object out.

Every setting is described in `team.env`. What is missing or unsafe is refused here, before
anything starts, in one sentence.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from urllib.parse import urlsplit

from deploy.shared.config import HIGHEST_PORT
from deploy.shared.errors import StackError
from deploy.team import group_checks
from deploy.team.edge import tls
from deploy.team.edge.facts import Limits

PREFIX = "PCW_TEAM_"
SHIPPED = Path(__file__).with_name("team.env")
LEAST_SECRET_BYTES = 16
LEAST_COOKIE_KEY_BYTES = 32
DEMO_CLAIM = "groups"
"""Where the demonstration's provider names a person's groups."""
LOOPBACK = ("127.0.0.1", "::1", "localhost")
_WELL_KNOWN = re.compile(
    rb"(?i)(change-?me|secret|password|example|default|test|demo|hmac|cookie|client|key|0|1|x|-|_)+"
)
_LINE = re.compile(r"([A-Z][A-Z0-9_]*)=(.*)")


@dataclass(frozen=True)
class Identity:
    """Who may pass, and how Spark is to check it again."""

    issuer: str = ""
    client_id: str = "pcw"
    client_secret: Path | None = None
    cookie_key: Path | None = None
    audiences: tuple[str, ...] = ("pyspark-connect-web",)
    scopes: tuple[str, ...] = ("openid", "offline_access")
    subject: str = "[A-Za-z0-9._@-]{1,128}"
    provider_ca: Path | None = None
    group_claim: str = ""
    group: str = ""
    """The one whose members may use the server that all share."""


@dataclass(frozen=True)
class ClusterSize:
    """Of a cluster in place of one Spark server with executors of its own."""

    workers: int = 0
    """None: no cluster."""
    servers: int = 1
    worker_cores: int = 0
    """That each worker gives; 0: as many as the machine has."""
    worker_memory: str = "2g"
    executor_memory: str = "1g"
    first_port: int = 15200
    pages_port: int = 0
    """Where Spark's own pages are shown, behind the login; 0: nowhere."""

    def __post_init__(self) -> None:
        if self.servers > 1 and not self.workers:
            raise StackError(
                f"{PREFIX}SERVERS is {self.servers}, and several servers share executors: set "
                f"{PREFIX}WORKERS too."
            )
        if self.pages_port and not self.workers:
            raise StackError(
                f"{PREFIX}PAGES_PORT is for the pages of a cluster: set {PREFIX}WORKERS too."
            )
        for name in ("worker_memory", "executor_memory"):
            if not re.fullmatch(r"[1-9][0-9]*[mg]", text := getattr(self, name)):
                raise StackError(f"{PREFIX}{name.upper()} is {text!r}; write it as 512m or 2g.")


@dataclass(frozen=True)
class Settings:
    """One field for each setting."""

    url: str = "https://localhost:8443"
    bind: str = "127.0.0.1"
    certificates: Path | None = None
    identity: Identity = field(default_factory=Identity)
    limits: Limits = field(default_factory=Limits)
    queries_per_user: int = 4
    result_mib: int = 1024
    """The largest result of a query that people may fetch."""
    guard: bool = True
    origins: tuple[str, ...] = ()
    connect: tuple[str, ...] = ()
    hsts_s: int = 31536000
    port: int = 8443
    metrics_port: int = 8444
    prometheus_port: int = 0
    """Of a Prometheus that is started beside the stack; 0: none is."""
    spark_metrics: tuple[str, ...] = ()
    """Where servers that run elsewhere tell their metrics."""
    provider_port: int = 8445
    spark_port: int = 15102
    spark_servers: tuple[str, ...] = ()
    """Servers that run elsewhere, host:port or group=host:port; empty: one is started here."""
    groups: tuple[str, ...] = ()
    """Each has Spark servers of its own; empty: all share."""
    group_users: tuple[str, ...] = ()
    """group=account: under which account of this machine the group's server runs."""
    cluster: ClusterSize = field(default_factory=ClusterSize)
    demo: bool = False

    @property
    def host(self) -> str:
        return urlsplit(self.url).hostname or ""

    @property
    def group_servers(self) -> dict[str, tuple[str, ...]]:
        """host:port of each group's servers that run elsewhere."""
        found: dict[str, tuple[str, ...]] = {}
        for word in self.spark_servers:
            group, _, server = word.partition("=")
            found[group] = (*found.get(group, ()), server)
        return found

    @property
    def group_accounts(self) -> dict[str, str]:
        """The account of each group's server."""
        words = (word.partition("=") for word in self.group_users)
        return {group: account for group, _, account in words}

    @property
    def pages_url(self) -> str:
        """Of Spark's own pages; empty where they are not shown."""
        port = self.cluster.pages_port
        return f"https://{self.host}:{port}" if port else ""


def read(file: Path | None = None, environ: Mapping[str, str] = os.environ) -> Settings:
    """The file's settings; the environment's win.

    Raises:
        StackError: one cannot be used.
    """
    named = {name: value for name, value in environ.items() if name.startswith(PREFIX) and value}
    values = {**(env_file(file) if file else {}), **named}
    known = env_file(SHIPPED, commented=True).keys()
    for name in values:
        if name.startswith(PREFIX) and name not in known:
            raise StackError(f"{name} is no setting: {SHIPPED} has them all.")
    return _settings(_Reader(values))


def env_file(path: Path, commented: bool = False) -> dict[str, str]:
    """NAME=value on each line, as Docker's `--env-file` has it: no quotes, no expansion."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        why = getattr(error, "strerror", None) or "it is no text in UTF-8"
        raise StackError(f"The settings {path} cannot be read ({why}): name a file.") from error
    values: dict[str, str] = {}
    for number, line in enumerate(lines, 1):
        text = line.strip()
        if commented and text.startswith("#") and _LINE.fullmatch(text[1:]):
            text = text[1:]
        if not text or text.startswith("#"):
            continue
        match = _LINE.fullmatch(text)
        if not match:
            raise StackError(f"{path}, line {number}: write NAME=value, or # before a comment.")
        values[match[1]] = match[2].strip()
    return values


class _Reader:
    """Takes values by name, each checked."""

    def __init__(self, values: Mapping[str, str]) -> None:
        self.values = values

    def text(self, name: str, default: str = "") -> str:
        return self.values.get(PREFIX + name) or default

    def words(self, name: str, default: tuple[str, ...] = ()) -> tuple[str, ...]:
        return tuple(self.text(name).replace(",", " ").split()) or default

    def file(self, name: str) -> Path | None:
        text = self.text(name)
        return Path(text).absolute() if text else None

    def number(self, name: str, default: int, least: int = 1, most: int = 1 << 31) -> int:
        text = self.text(name, str(default))
        if not text.isdecimal() or not least <= int(text) <= most:
            raise StackError(f"{PREFIX}{name} is {text!r}; write a number from {least} to {most}.")
        return int(text)

    def switch(self, name: str, default: bool) -> bool:
        text = self.text(name, "on" if default else "off")
        if text not in ("on", "off"):
            raise StackError(f"{PREFIX}{name} is {text!r}; write on or off.")
        return text == "on"


def _settings(read: _Reader) -> Settings:
    usual, identity, limits = Settings(), Identity(), Limits()
    url = read.text("URL", usual.url).rstrip("/")
    url_port = _port_of(url)
    return Settings(
        url=url,
        bind=read.text("BIND", usual.bind),
        certificates=read.file("CERTIFICATES"),
        identity=Identity(
            issuer=read.text("ISSUER"),
            client_id=read.text("CLIENT_ID", identity.client_id),
            client_secret=read.file("CLIENT_SECRET_FILE"),
            cookie_key=read.file("COOKIE_KEY_FILE"),
            audiences=read.words("AUDIENCES", identity.audiences),
            scopes=read.words("SCOPES", identity.scopes),
            subject=read.text("SUBJECT", identity.subject),
            provider_ca=read.file("PROVIDER_CA"),
            group_claim=read.text("GROUP_CLAIM"),
            group=read.text("GROUP"),
        ),
        limits=Limits(
            user_rate=read.number("USER_RATE", limits.user_rate),
            user_burst=read.number("USER_BURST", limits.user_burst),
            rate=read.number("RATE", limits.rate),
            burst=read.number("BURST", limits.burst),
            streams=read.number("STREAMS", limits.streams),
            connections=read.number("CONNECTIONS", limits.connections),
            request_mib=read.number("REQUEST_MIB", limits.request_mib, most=1 << 20),
            header_kib=read.number("HEADER_KIB", limits.header_kib, least=16, most=8192),
            header_s=read.number("HEADER_SECONDS", limits.header_s),
            upload_s=read.number("UPLOAD_SECONDS", limits.upload_s),
            stalled_s=read.number("STALLED_SECONDS", limits.stalled_s),
        ),
        queries_per_user=read.number("QUERIES_PER_USER", usual.queries_per_user, least=0),
        result_mib=read.number("RESULT_MIB", usual.result_mib, least=0),
        guard=read.switch("GUARD", usual.guard),
        origins=read.words("ORIGINS"),
        connect=read.words("CONNECT"),
        hsts_s=read.number("HSTS_SECONDS", usual.hsts_s, least=0),
        port=read.number("PORT", url_port or usual.port, most=HIGHEST_PORT),
        metrics_port=read.number("METRICS_PORT", usual.metrics_port, most=HIGHEST_PORT),
        prometheus_port=read.number(
            "PROMETHEUS_PORT", usual.prometheus_port, least=0, most=HIGHEST_PORT
        ),
        spark_metrics=read.words("SPARK_METRICS"),
        provider_port=read.number("PROVIDER_PORT", usual.provider_port, most=HIGHEST_PORT),
        spark_port=read.number("SPARK_PORT", usual.spark_port, most=HIGHEST_PORT - 3),
        spark_servers=read.words("SPARK_SERVERS"),
        groups=read.words("GROUPS"),
        group_users=read.words("GROUP_USERS"),
        cluster=_cluster(read),
    )


def _cluster(read: _Reader) -> ClusterSize:
    usual = ClusterSize()
    size = ClusterSize(
        workers=read.number("WORKERS", usual.workers, least=0, most=1000),
        servers=read.number("SERVERS", usual.servers, most=1000),
        worker_cores=read.number("WORKER_CORES", usual.worker_cores, least=0, most=4096),
        worker_memory=read.text("WORKER_MEMORY", usual.worker_memory),
        executor_memory=read.text("EXECUTOR_MEMORY", usual.executor_memory),
        first_port=read.number("CLUSTER_PORT", usual.first_port, most=HIGHEST_PORT),
        pages_port=read.number("PAGES_PORT", usual.pages_port, least=0, most=HIGHEST_PORT),
    )
    if size.workers and read.words("SPARK_SERVERS"):
        raise StackError(
            f"{PREFIX}WORKERS starts a cluster here, and {PREFIX}SPARK_SERVERS names servers that "
            f"run elsewhere: set one of them."
        )
    if size.workers and read.words("GROUPS"):
        raise StackError(
            f"{PREFIX}WORKERS starts a cluster that all share, and {PREFIX}GROUPS gives each group "
            "a server of its own: set one of them."
        )
    return size


def _port_of(url: str) -> int | None:
    try:
        return urlsplit(url).port or 443
    except ValueError:
        return None


def as_demo(settings: Settings) -> Settings:
    """The same with a provider, secrets and certificates that are made for it.

    Raises:
        StackError: it would be open to others than this machine's.
    """
    if settings.bind not in LOOPBACK or settings.host not in LOOPBACK:
        raise StackError(
            "The demonstration has people and a provider of its own, and is for this machine "
            "alone: leave PCW_TEAM_BIND and PCW_TEAM_URL out, or start the real deployment with "
            "`make team ENV=<file>`."
        )
    # A browser would keep https for whatever else this machine serves on `localhost`.
    hsts_s = 0 if settings.hsts_s == Settings.hsts_s else settings.hsts_s
    claim = settings.identity.group_claim or (DEMO_CLAIM if settings.groups else "")
    identity = replace(settings.identity, group_claim=claim)
    return replace(settings, demo=True, hsts_s=hsts_s, identity=identity)


def refuse_what_is_unsafe(settings: Settings) -> None:
    """Before anything starts; a demonstration makes for itself most of what is looked at.

    Raises:
        StackError: the first thing that is missing or unsafe.
    """
    for check in group_checks.CHECKS if settings.demo else _CHECKS:
        if problem := check(settings):
            raise StackError(problem)


def _url(settings: Settings) -> str:
    parts = urlsplit(settings.url)
    if parts.scheme != "https" or not parts.hostname or parts.path or parts.query:
        return (
            f"PCW_TEAM_URL is {settings.url!r}; write https://host or https://host:port, "
            "as people will type it."
        )
    return ""


def _issuer(settings: Settings) -> str:
    issuer = settings.identity.issuer
    if not issuer:
        return (
            "PCW_TEAM_ISSUER is missing: write your OpenID provider's address, such as "
            "https://login.example.org, or try `make team` without ENV, which brings one."
        )
    parts = urlsplit(issuer)
    if not parts.hostname or parts.scheme not in ("https", "http") or parts.query:
        return f"PCW_TEAM_ISSUER is {issuer!r}, which is no address: write https://…"
    if parts.scheme == "http" and parts.hostname not in LOOPBACK:
        return f"PCW_TEAM_ISSUER is {issuer}: anybody on the way could read it; write https://…"
    return ""


def _client_secret(settings: Settings) -> str:
    file = settings.identity.client_secret
    return _secret_file("CLIENT_SECRET_FILE", file, LEAST_SECRET_BYTES)


def _cookie_key(settings: Settings) -> str:
    file = settings.identity.cookie_key
    return _secret_file("COOKIE_KEY_FILE", file, LEAST_COOKIE_KEY_BYTES)


def _secret_file(name: str, file: Path | None, least: int) -> str:
    make = f"`(umask 077; openssl rand -hex {LEAST_COOKIE_KEY_BYTES} | tr -d '\\n' > <file>)`"
    if file is None:
        return f"{PREFIX}{name} is missing: name a file that holds it; {make} makes one."
    try:
        content, mode = file.read_bytes(), file.stat().st_mode
    except OSError as error:
        return f"{PREFIX}{name} is {file}, which cannot be read ({error.strerror})."
    if mode & 0o077:
        return f"{PREFIX}{name} is {file}, which others may read: `chmod 600 {file}`."
    if content != content.strip():
        return f"{PREFIX}{name}, {file}, begins or ends with a blank or a new line: remove it."
    if len(content) < least:
        return f"{PREFIX}{name}, {file}, has {len(content)} bytes, {least} are needed: {make}."
    if _WELL_KNOWN.fullmatch(content) or len(set(content)) < least // 4:
        return f"{PREFIX}{name}, {file}, holds what anybody would guess: {make} makes another."
    return ""


def _certificates(settings: Settings) -> str:
    folder = settings.certificates
    if folder is None:
        return (
            f"PCW_TEAM_CERTIFICATES is missing: name a folder with {tls.CERTIFICATE} (the "
            f"certificate and what signed it) and {tls.KEY}."
        )
    for name in (tls.CERTIFICATE, tls.KEY):
        if not (folder / name).is_file():
            return f"PCW_TEAM_CERTIFICATES is {folder}, which has no {name}."
    if (folder / tls.KEY).stat().st_mode & 0o007:
        return f"Everybody may read {folder / tls.KEY}: `chmod 600 {folder / tls.KEY}`."
    return ""


def _subject(settings: Settings) -> str:
    try:
        pattern = re.compile(settings.identity.subject)
    except re.error as error:
        return f"PCW_TEAM_SUBJECT is no regular expression ({error})."
    if pattern.fullmatch("a\nb") or pattern.fullmatch(""):
        return "PCW_TEAM_SUBJECT lets an empty name or a line break pass: name what may occur."
    return ""


def _spark_metrics(settings: Settings) -> str:
    for server in settings.spark_metrics:
        if not re.fullmatch(r"([A-Za-z0-9.-]+|\[[0-9a-f:]+\]):[0-9]{1,5}", server):
            return f"PCW_TEAM_SPARK_METRICS has {server!r}; write host:port."
    if settings.spark_metrics and not settings.spark_servers:
        return (
            "PCW_TEAM_SPARK_METRICS is for servers that run elsewhere, and PCW_TEAM_SPARK_SERVERS "
            "names none: leave it out, the metrics of the server here are known."
        )
    return ""


def _group(settings: Settings) -> str:
    identity = settings.identity
    if not settings.groups and bool(identity.group) != bool(identity.group_claim):
        return "PCW_TEAM_GROUP and PCW_TEAM_GROUP_CLAIM belong together: set both or neither."
    return ""


def _origins(settings: Settings) -> str:
    for origin in settings.origins:
        if not re.fullmatch(r"https://[A-Za-z0-9.-]+(:[0-9]+)?", origin):
            return f"PCW_TEAM_ORIGINS has {origin!r}; write https://host or https://host:port."
    for source in settings.connect:
        if not re.fullmatch(r"https://[A-Za-z0-9.-]+(:[0-9]+)?/?", source):
            return f"PCW_TEAM_CONNECT has {source!r}; write https://host or https://host:port."
    return ""


def _servers(settings: Settings) -> str:
    for server in () if settings.groups else settings.spark_servers:
        if not re.fullmatch(group_checks.SERVER, server):
            return f"PCW_TEAM_SPARK_SERVERS has {server!r}; write host:port."
    return ""


_CHECKS: tuple[Callable[[Settings], str], ...] = (
    _url,
    _issuer,
    _client_secret,
    _cookie_key,
    _certificates,
    _subject,
    _spark_metrics,
    _group,
    _origins,
    _servers,
    *group_checks.CHECKS,
)
