"""Where a team's stack lives, and which ports it takes."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from deploy.local.config import ROOT, Config, Ports
from deploy.local.config import _spark_python as spark_python
from deploy.team.demo import Belongings
from deploy.team.settings import Settings, as_demo
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
        )

    @classmethod
    def demonstration(
        cls, state_dir: Path, site_dir: Path, environ: Mapping[str, str], **changed: object
    ) -> TeamConfig:
        """On free ports; for tests. ``changed`` are fields of its settings."""
        ports = Ports.free()
        [provider_port] = free_ports(1)
        settings = replace(
            Settings(),
            url=f"https://localhost:{ports.site}",
            port=ports.site,
            metrics_port=ports.grpcweb,
            provider_port=provider_port,
            **changed,  # type: ignore[arg-type]
        )
        return cls(as_demo(settings), state_dir, site_dir, ports=ports, environ=environ)

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
