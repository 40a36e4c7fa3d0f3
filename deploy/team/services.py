"""The services that a team has beside, or instead of, the small stack's."""

from __future__ import annotations

import json
import os
import shutil
import ssl
import subprocess
import urllib.request
from dataclasses import replace
from pathlib import Path

from deploy.java import spark_home
from deploy.local import health
from deploy.local import services as local
from deploy.local.service import Service
from deploy.local.services import LOOPBACK, READY_PATH, admin_socket
from deploy.shared.config import ROOT, WORK_DIR_VARIABLE
from deploy.shared.errors import StackError
from deploy.shared.interrupts import uninterrupted
from deploy.team import accounts
from deploy.team.cluster import TeamCluster
from deploy.team.config import TeamConfig
from deploy.team.edge.config import envoy_config, write_secrets
from deploy.team.edge.facts import Edge, Endpoints
from deploy.team.edge.groups import cluster_of_group
from deploy.team.edge.log import LOG_ARGUMENTS
from deploy.team.edge.policy import inline_script_hashes
from deploy.team.edge.tls import CERTIFICATE
from deploy.team.metrics import place_in, places
from deploy.team.own_spark import with_own_settings
from deploy.team.provider import discover
from deploy.team.settings import Settings, refuse_what_is_unsafe
from deploy.team.spark.build import JAR
from deploy.team.spark.conf import CONF_FILE, Identity
from spark import jars, own_conf

IDP = Path(__file__).with_name("idp")
OLDEST_NODE = 20
START_PATIENCE_S = 120.0  # a second or two, on a machine that does nothing else
_CRYPTO = {"spark.network.crypto.enabled": "true"}
_DISCOVERY = "/.well-known/openid-configuration"


def provider_address(settings: Settings) -> str:
    """The issuer: the demonstration's own, or the company's."""
    if settings.demo:
        return f"http://{LOOPBACK}:{settings.provider_port}"
    return settings.identity.issuer


def provider(config: TeamConfig) -> Service:
    """The demonstration's OpenID provider."""
    settings, ours = config.settings, config.belongings

    def prepare() -> None:
        ours.make()
        _install_provider()

    return Service(
        name="provider",
        command=[_node(), str(IDP / "idp.mjs")],
        state_dir=config.state_dir,
        health=lambda: health.http(provider_address(settings) + _DISCOVERY),
        listens=[(LOOPBACK, settings.provider_port, "PCW_TEAM_PROVIDER_PORT")],
        environ={
            "NODE_ENV": "production",
            "PCW_IDP_PORT": str(settings.provider_port),
            "PCW_IDP_SITE": settings.url,
            "PCW_IDP_SECRET_FILE": str(ours.client_secret),
            "PCW_IDP_PASSWORD_FILE": str(ours.password),
            "PCW_IDP_KEYS_FILE": str(ours.signing_keys),
            "PCW_IDP_AUDIENCE": settings.identity.audiences[0],
            "PCW_IDP_GROUPS": " ".join(settings.groups),
            **config.environ,
        },
        prepare=prepare,
        start_patience_s=START_PATIENCE_S,
    )


def sparks(config: TeamConfig, provider: Service | None) -> tuple[Service, ...]:
    """The Spark servers that run here: one that all share, or one for each group."""
    settings = config.settings
    if settings.spark_servers:
        return ()
    return tuple(spark(config, provider, group) for group in settings.groups or ("",))


def spark(config: TeamConfig, provider: Service | None, group: str = "") -> Service:
    """Spark Connect that verifies each caller's token itself, and acts for its subject.

    With ``group`` it is that group's own, in a folder that no other account can read.
    """
    folder = config.group_folder(group) if group else config.state_dir
    settings_folder = folder / "spark-identity"
    ports, work = config.spark_ports(group), config.spark_folder(group)
    account = config.settings.group_accounts.get(group, "")
    small = local.spark(replace(config.local, ports=ports))

    def prepare() -> None:
        small.prepare()
        endpoints = endpoints_of(config, provider)
        known = with_own_settings(
            identity_of(config.settings, endpoints, work, place_in(work), group), config.spark_conf
        )
        if group:
            folder.mkdir(parents=True, exist_ok=True)
            folder.chmod(0o700)
        known.write(settings_folder, spark_home(config.spark_python))
        if account:
            accounts.give(account, settings_folder, work)
            conf = settings_folder / CONF_FILE
            accounts.require_readable(account, config.spark_python, conf, config.environ)

    return replace(
        small,
        name=cluster_of_group(group) if group else small.name,
        environ={
            **small.environ,
            WORK_DIR_VARIABLE: str(work),
            own_conf.VARIABLE: str(settings_folder / CONF_FILE),
            jars.VARIABLE: ",".join(filter(None, [str(settings_folder / JAR), config.spark_jars])),
            **accounts.environ_of(account, work),
        },
        user=account,
        listens=[(at, port, "PCW_TEAM_SPARK_PORT") for at, port, _ in small.listens],
        prepare=prepare,
        health=lambda: _spark_health(ports.spark),
    )


def identity_of(
    settings: Settings, endpoints: Endpoints, work: Path, metrics: str, group: str = ""
) -> Identity:
    """Who may use a server that works in ``work``, and what they may do there."""
    identity = settings.identity
    return Identity(
        jwks=endpoints.jwks,
        issuer=endpoints.issuer,
        # A person's login has the client's audience, a program's token its own.
        audience=",".join([identity.client_id, *identity.audiences]),
        subject=identity.subject,
        group_claim=identity.group_claim,
        group=group or identity.group,
        queries_per_user=settings.queries_per_user,
        result_mib=settings.result_mib,
        guard=settings.guard,
        # Where `pcw.upload` puts what is not told a place.
        roots=(str(work / "files"),),
        metrics=metrics,
        # Its ports are open to this whole machine, and so to what another group's functions run.
        more={"spark.authenticate": "true", **_CRYPTO} if group else {},
    )


def endpoints_of(config: TeamConfig, provider: Service | None) -> Endpoints:
    """Of the provider, once it answers."""
    if provider is not None:
        provider.wait_healthy()
    elif not config.settings.demo:
        refuse_what_is_unsafe(config.settings)
    return discover(provider_address(config.settings), config.settings.identity.provider_ca)


def envoy(
    config: TeamConfig, provider: Service | None, cluster: TeamCluster | None = None
) -> Service:
    """Waits for the provider, whose endpoints it must know."""
    settings, pages = config.settings, config.settings.cluster.pages_port
    file = envoy_file(config)

    def prepare() -> None:
        made = edge(config, endpoints_of(config, provider))
        made = cluster.into(made) if cluster else made
        secrets = config.state_dir / "secrets"
        write_secrets(made, secrets)
        if settings.group_users:  # no group reads what the others did
            made.log.touch(mode=0o600)
            made.log.chmod(0o600)
        file.write_text(json.dumps(envoy_config(made, secrets), indent=1))

    return Service(
        name="envoy",
        command=[
            str(config.python.parent / "envoy"),  # becomes the real binary, same pid
            *("--config-path", str(file)),
            *("--disable-hot-restart", "--concurrency", "1"),
            *(*LOG_ARGUMENTS, "--file-flush-interval-msec", "1000"),
        ],
        state_dir=config.state_dir,
        health=lambda: _health(config),
        listens=[
            (settings.bind, settings.port, "PCW_TEAM_PORT"),
            (LOOPBACK, settings.metrics_port, "PCW_TEAM_METRICS_PORT"),
            *([(settings.bind, pages, "PCW_TEAM_PAGES_PORT")] if pages and cluster else []),
        ],
        environ=config.environ,
        prepare=prepare,
        start_patience_s=START_PATIENCE_S,
    )


def envoy_file(config: TeamConfig) -> Path:
    """The configuration that Envoy was last started with."""
    return config.state_dir / "envoy-config.json"


def edge(config: TeamConfig, endpoints: Endpoints) -> Edge:
    """What Envoy is configured with."""
    settings, identity = config.settings, config.settings.identity
    ours = config.belongings if settings.demo else None
    client_secret = ours.client_secret if ours else identity.client_secret
    cookie_key = ours.cookie_key if ours else identity.cookie_key
    certificates = certificates_of(config)
    if not (client_secret and cookie_key and certificates):
        raise AssertionError("what is missing was not refused")
    return Edge(
        url=settings.url,
        bind=settings.bind,
        port=settings.port,
        metrics_port=settings.metrics_port,
        admin_socket=admin_socket(config.state_dir),
        log=config.state_dir / "access.log",
        certificates=certificates,
        endpoints=endpoints,
        client_id=identity.client_id,
        client_secret=client_secret,
        cookie_key=cookie_key,
        provider_ca=identity.provider_ca,
        site=f"{LOOPBACK}:{config.local.ports.static}",
        spark=() if settings.groups else settings.spark_servers or _own_servers(config, ""),
        group_claim=identity.group_claim,
        groups={
            group: settings.group_servers.get(group) or _own_servers(config, group)
            for group in settings.groups
        },
        audiences=identity.audiences,
        scopes=identity.scopes,
        subject=identity.subject,
        origins=settings.origins,
        script_hashes=inline_script_hashes(config.site_dir),
        connect=settings.connect,
        hsts_s=settings.hsts_s,
        limits=settings.limits,
        spark_metrics=places(config),
    )


def _own_servers(config: TeamConfig, group: str) -> tuple[str, ...]:
    return (f"{LOOPBACK}:{config.spark_ports(group).spark}",)


def certificates_of(config: TeamConfig) -> Path | None:
    return config.belongings.certificates if config.settings.demo else config.settings.certificates


def _spark_health(port: int) -> str:
    try:
        from deploy.team.spark.health import answers
    except ImportError as error:  # `team-down` and `team-status` work where nothing is installed
        return f"cannot be asked ({error}): run `make team`"
    return answers(port)


def _health(config: TeamConfig) -> str:
    """Through TLS, with the certificate that was configured, by whatever address it listens on."""
    folder = certificates_of(config)
    try:
        context = ssl.create_default_context(cafile=str((folder or Path()) / CERTIFICATE))
    except OSError as error:
        return f"the certificate in {folder} cannot be read ({error})"
    context.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN  # the leaf is what is trusted here
    context.check_hostname = False
    handlers = urllib.request.HTTPSHandler(context=context), urllib.request.ProxyHandler({})
    bind = config.settings.bind
    host = LOOPBACK if bind == "0.0.0.0" else f"[{bind}]" if ":" in bind else bind
    url = f"https://{host}:{config.settings.port}{READY_PATH}"
    try:
        with urllib.request.build_opener(*handlers).open(url, timeout=health.ANSWER_TIMEOUT_S):
            return ""
    except OSError as error:
        return f"{url} did not answer ({getattr(error, 'reason', error)})"


def _node() -> str:
    found = shutil.which("node")
    if found is None:
        return "node"  # starting it says so
    return found


def _install_provider() -> None:
    """What `package-lock.json` names, once."""
    if shutil.which("node") is None or shutil.which("npm") is None:
        raise StackError(
            f"The demonstration's provider needs Node {OLDEST_NODE} or newer: install it (Debian: "
            "`apt install nodejs npm`), or start with your own provider: `make team ENV=<file>`."
        )
    done = IDP / "node_modules" / ".package-lock.json"
    lock = IDP / "package-lock.json"
    if done.exists() and done.stat().st_mtime >= lock.stat().st_mtime:
        return
    command = ["npm", "ci", "--silent", "--no-audit", "--no-fund"]
    with uninterrupted():
        answer = subprocess.run(
            command, cwd=IDP, env=os.environ, capture_output=True, text=True, check=False
        )
    if answer.returncode:
        last = (answer.stderr or answer.stdout).strip().splitlines()[-1:] or ["it said nothing"]
        raise StackError(f"`{' '.join(command)}` in {IDP.relative_to(ROOT)} failed: {last[0]}")
