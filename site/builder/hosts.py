"""The hosts a site can be built for, and what may be recorded in it. Their names are only here."""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass

from builder.errors import BuildError


@dataclass(frozen=True)
class Host:
    """What differs between hosts; all else in the site is the same."""

    name: str
    service_worker: bool = False
    """It cannot set headers: `coi-serviceworker.js` isolates the pages instead."""
    https: bool = False
    """Pages come over https, so browsers refuse plain http from them."""
    spark_on_origin: bool = False
    """It answers for Spark Connect on the site's own origin."""
    precompressed: bool = False
    """It serves the siblings `.br` and `.gz`; the others compress by themselves or not at all."""
    empty_files: tuple[str, ...] = ()


DEFAULT_HOST = Host("envoy", spark_on_origin=True, precompressed=True)
HOSTS = {
    host.name: host
    for host in (
        DEFAULT_HOST,
        Host("netlify", https=True),
        Host("cloudflare-pages", https=True),
        # Jekyll, which GitHub runs over a branch, leaves out what begins with an underscore.
        Host("github-pages", service_worker=True, https=True, empty_files=(".nojekyll",)),
        Host("http-server", service_worker=True),
    )
}

BASE = re.compile(r"/([\w~-][\w.~-]*/)*")
REMOTE = re.compile(r"sc://(?P<host>[\w.-]+|\[[0-9a-fA-F:.]+\])(?::(?P<port>\d+))?(?:/?|/;.*)")
PARAMETER = re.compile(r"[^;=\s]+=[^;=\s]*")
HIGHEST_PORT = 65535
EXAMPLE = "sc://spark.example.com:443/;use_ssl=true"


def find_host(name: str) -> Host:
    """The host of that name, or one sentence with the names there are."""
    if name not in HOSTS:
        raise BuildError(f"HOST={name} is none of {', '.join(HOSTS)}.")
    return HOSTS[name]


def check_base(base: str) -> None:
    """Raises unless `base` is the path of a folder."""
    if not BASE.fullmatch(base):
        raise BuildError(
            f"BASE={base} is no path of a folder: it begins and ends with a slash, as /repo/ does."
        )


def check_remote(remote: str, host: Host) -> None:
    """Raises unless a notebook on this host could use the endpoint."""
    match = REMOTE.fullmatch(remote)
    if match is None:
        raise BuildError(
            f"SPARK_REMOTE={remote} is no Spark Connect address: write it as {EXAMPLE}."
        )
    if match["port"] and not 0 < int(match["port"]) <= HIGHEST_PORT:
        raise BuildError(
            f"SPARK_REMOTE={remote} has no possible port: it is a number from 1 to {HIGHEST_PORT}."
        )
    given = parameters(remote)
    if "token" in given:
        # Not repeated here: what a build prints is kept in logs.
        raise BuildError(
            "SPARK_REMOTE holds a token, which everyone who opens the site could read: leave it "
            "out, and let notebooks add it to pcw.default_remote()."
        )
    if host.https and given.get("use_ssl", "").lower() != "true" and not on_loopback(match["host"]):
        raise BuildError(
            f"SPARK_REMOTE={remote} is plain http, which browsers refuse to the https pages of "
            f"{host.name}: put TLS before Envoy and write {EXAMPLE}."
        )


def parameters(remote: str) -> dict[str, str]:
    """What follows the host, as PySpark reads it."""
    pairs = [pair for pair in remote.partition("/;")[2].split(";") if pair]
    for pair in pairs:
        if not PARAMETER.fullmatch(pair):
            raise BuildError(
                f"SPARK_REMOTE has the parameter {pair!r}: PySpark reads key=value only."
            )
    return dict(pair.split("=", 1) for pair in pairs)


def on_loopback(host: str) -> bool:
    """Browsers allow plain http to the machine they run on, from https pages too."""
    name = host.strip("[]").lower()
    if name == "localhost" or name.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False
