"""Where a team's stack lives, and which ports it takes."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from deploy.shared.config import ROOT, Config, Ports, spark_python
from deploy.team.demo import Belongings
from deploy.team.group_checks import PORTS_OF_A_SERVER
from deploy.team.settings import Settings, as_demo
from spark import jars, own_conf
from spark.ports import free_ports

STATE_DIR = ROOT / ".run" / "team"


@dataclass(frozen=True)
class TeamConfig:
    """One deployment. Tests make their own, with a directory and ports of their own."""

    settings: Settings
    state_dir: Path = STATE_DIR
    site_dir: Path = ROOT / "site" / "dist"
    spark_python: Path = ROOT / ".venv-spark" / "bin" / "python"
    python: Path = Path(sys.executable)
    ports: Ports | None = None
    """Of Spark and the static server; without it they follow the settings' `spark_port`."""
    group_ports: tuple[int, ...] = ()
    """Three for each group after the first; without them they follow those too."""
    spark_conf: Path | None = None
    """A file with Spark settings of the team's own (PCW_SPARK_CONF)."""
    spark_jars: str = ""
    """Jars of its own (PCW_SPARK_JARS)."""
    environ: Mapping[str, str] = field(default_factory=dict)
    """Passed on to all services, on top of this process's own environment."""

    @classmethod
    def from_environment(
        cls, settings: Settings, environ: Mapping[str, str] = os.environ
    ) -> TeamConfig:
        return cls(
            settings=settings,
            state_dir=Path(environ.get("PCW_STATE_DIR") or cls.state_dir).absolute(),
            site_dir=Path(environ.get("PCW_SITE_DIR") or cls.site_dir).absolute(),
            spark_python=spark_python(environ),
            spark_conf=ROOT / conf if (conf := environ.get(own_conf.VARIABLE)) else None,
            spark_jars=environ.get(jars.VARIABLE) or cls.spark_jars,
        )

    @classmethod
    def demonstration(
        cls, state_dir: Path, site_dir: Path, environ: Mapping[str, str], **changed: object
    ) -> TeamConfig:
        """On free ports; for tests. ``changed`` are fields of its settings."""
        ports = Ports.free()
        groups = changed.get("groups", ())
        assert isinstance(groups, tuple)
        # Together, since a port is free until somebody takes it.
        provider_port, *group_ports = free_ports(1 + PORTS_OF_A_SERVER * max(0, len(groups) - 1))
        settings = replace(
            Settings(),
            url=f"https://localhost:{ports.site}",
            port=ports.site,
            metrics_port=ports.grpcweb,
            provider_port=provider_port,
            **changed,  # type: ignore[arg-type]
        )
        made = cls(as_demo(settings), state_dir, site_dir, ports=ports, environ=environ)
        return replace(made, group_ports=tuple(group_ports))

    @property
    def belongings(self) -> Belongings:
        return Belongings(self.state_dir / "demo")

    @property
    def cluster_dir(self) -> Path:
        """Of a cluster in place of one Spark server: its tables, too."""
        return self.state_dir / "cluster"

    @property
    def site_url(self) -> str:
        return self.settings.url + "/"

    @property
    def local(self) -> Config:
        """What the services that the small stack has too are made from."""
        settings, spark = self.settings, self.settings.spark_port
        usual = Ports(
            site=settings.port,
            grpcweb=settings.metrics_port,
            spark=spark,
            spark_driver=spark + 1,
            spark_block=spark + 2,
            static=spark + 3,
        )
        return Config(
            state_dir=self.state_dir,
            site_dir=self.site_dir,
            ports=self.ports or usual,
            bind=settings.bind,
            spark_python=self.spark_python,
            python=self.python,
            environ=self.environ,
        )

    def spark_ports(self, group: str) -> Ports:
        """Of the group's own server; those of the first, or only, server for any other name."""
        ports, groups = self.local.ports, self.settings.groups
        number = groups.index(group) if group in groups else 0
        if number == 0:
            return ports
        first = PORTS_OF_A_SERVER * (number - 1)
        after = ports.static + 1 + first
        own = self.group_ports[first:] or range(after, after + PORTS_OF_A_SERVER)
        spark, driver, block = own[:PORTS_OF_A_SERVER]
        return replace(ports, spark=spark, spark_driver=driver, spark_block=block)

    def group_folder(self, group: str) -> Path:
        """All that the group's server has: settings, tables, catalog, scratch files."""
        return self.state_dir / "groups" / group

    def spark_folder(self, group: str = "") -> Path:
        """Where a server works: saved tables, their catalog, what people upload."""
        return (self.group_folder(group) if group else self.state_dir) / "spark"
