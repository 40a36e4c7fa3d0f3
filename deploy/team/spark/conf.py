"""What a Spark server is given so that it knows its users.

    settings = Identity(jwks=…, issuer=…, audience=…)
    environ = settings.write(folder, spark_home)   # of `python -m spark.launcher`

`entries` has the same as Spark settings, for a Spark that is started in another way.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from deploy.team.spark import build
from spark import jars, own_conf

INTERCEPTOR = "pcw.team.IdentityInterceptor"
EXTENSION = "pcw.team.GuardExtension"
SINK = "pcw.team.MetricsSink"
CONF_FILE = "team.conf"
FORMATS = "spark.pcw.guard.formats"


@dataclass(frozen=True)
class Identity:
    """Who may use a server, and what they may do there. docs/identity.md says what each does."""

    jwks: str
    """A file, or an https address (http on loopback), of the provider's public keys."""
    issuer: str
    audience: str
    """One or more, separated by commas."""
    subject: str = ""
    """A regular expression for whole subjects; empty for Spark's own: [A-Za-z0-9._@-]{1,128}."""
    group_claim: str = ""
    group: str = ""
    queries_per_user: int = 0
    """How many run at a time; 0 for no limit."""
    result_mib: int = 1024
    """The largest result of a query, in MiB; 0 for no limit."""
    guard: bool = True
    roots: tuple[str, ...] = ()
    """Where files may be read and written, beside the warehouse: folders or addresses."""
    formats: tuple[str, ...] = ()
    """Data sources that may be used beside Spark's own file formats."""
    metrics: str = ""
    """Where the server tells its metrics: unix:<path> or host:port; empty for nowhere.
    docs/observe.md has them."""
    more: Mapping[str, str] = field(default_factory=dict)
    """Other Spark settings for the same file."""

    def entries(self) -> dict[str, str]:
        """Spark settings by name; what is not chosen is left out."""
        chosen = {
            "spark.connect.grpc.interceptor.classes": INTERCEPTOR,
            "spark.sql.extensions": EXTENSION,
            "spark.scheduler.mode": "FAIR",
            "spark.pcw.identity.jwks": self.jwks,
            "spark.pcw.identity.issuer": self.issuer,
            "spark.pcw.identity.audience": self.audience,
            "spark.pcw.identity.subject": self.subject,
            "spark.pcw.identity.group-claim": self.group_claim,
            "spark.pcw.identity.group": self.group,
            "spark.driver.maxResultSize": f"{self.result_mib}m",
            "spark.pcw.limits.queries-per-user": str(self.queries_per_user),
            "spark.pcw.guard": "on" if self.guard else "off",
            "spark.pcw.guard.roots": ",".join(self.roots),
            FORMATS: ",".join(self.formats),
        }
        chosen |= telling(self.metrics) if self.metrics else {}
        return {name: value for name, value in chosen.items() if value} | dict(self.more)

    def write(self, folder: Path, spark_home: Path) -> dict[str, str]:
        """The settings' file and the jar in ``folder``; the launcher's variables that name them.

        Raises:
            BuildError: the jar cannot be made.
        """
        folder.mkdir(parents=True, exist_ok=True)
        jar = build.build(folder, spark_home)
        path = folder / CONF_FILE
        path.unlink(missing_ok=True)
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT, 0o600), "w") as file:
            file.write(as_properties(self.entries()))
        return {own_conf.VARIABLE: str(path), jars.VARIABLE: str(jar)}


def telling(where: str) -> dict[str, str]:
    """The settings with which a server tells its metrics."""
    return {
        # The driver's alone: an executor knows nobody's session.
        "spark.metrics.conf.driver.sink.pcw.class": SINK,
        "spark.metrics.conf.driver.sink.pcw.address": where,
        "spark.metrics.conf.driver.source.jvm.class": "org.apache.spark.metrics.source.JvmSource",
        "spark.metrics.appStatusSource.enabled": "true",  # tasks and jobs that ended
        "spark.metrics.namespace": "pcw",  # else each start's names are others
    }


def as_properties(entries: Mapping[str, str]) -> str:
    """In the form of spark-defaults.conf."""
    return "".join(f"{name} {value.replace(_BACKSLASH, _TWO)}\n" for name, value in entries.items())


_BACKSLASH = "\\"
_TWO = "\\\\"
