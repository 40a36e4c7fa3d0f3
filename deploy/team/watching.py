"""A Prometheus beside the stack, where one is asked for: it scrapes Envoy, and through it Spark."""

from __future__ import annotations

import shutil
from pathlib import Path

from deploy.local import health
from deploy.local.service import Service
from deploy.local.services import LOOPBACK
from deploy.shared.config import ROOT
from deploy.shared.errors import StackError
from deploy.team.config import TeamConfig
from deploy.team.settings import Settings

NAME = "prometheus"
FILES = ROOT / "deploy" / "observe"
_METRICS = f"{LOOPBACK}:{Settings.metrics_port}"
"""What the shipped configuration scrapes."""
_KEPT = "15d"


def prometheus(config: TeamConfig) -> Service | None:
    """The one that the settings ask for, or that was started before."""
    port = config.settings.prometheus_port
    if not port and not (config.state_dir / f"{NAME}.json").exists():
        return None
    folder = config.state_dir / NAME

    def prepare() -> None:
        if shutil.which(NAME) is None:
            raise StackError(
                "PCW_TEAM_PROMETHEUS_PORT wants a Prometheus: install one (Debian: `apt install "
                "prometheus`), or leave the setting out."
            )
        _write(folder, config.settings.metrics_port)

    return Service(
        name=NAME,
        command=[
            NAME,
            f"--config.file={folder / 'prometheus.yml'}",
            f"--storage.tsdb.path={folder / 'data'}",
            f"--storage.tsdb.retention.time={_KEPT}",
            f"--web.listen-address={LOOPBACK}:{port}",
        ],
        state_dir=config.state_dir,
        health=lambda: health.http(f"http://{LOOPBACK}:{port}/-/ready"),
        listens=[(LOOPBACK, port, "PCW_TEAM_PROMETHEUS_PORT")],
        environ=config.environ,
        prepare=prepare,
    )


def _write(folder: Path, metrics_port: int) -> None:
    """The shipped configuration, for this deployment's port."""
    folder.mkdir(parents=True, exist_ok=True)
    text = (FILES / "prometheus.yml").read_text()
    (folder / "prometheus.yml").write_text(text.replace(_METRICS, f"{LOOPBACK}:{metrics_port}"))
    shutil.copy(FILES / "alerts.yml", folder)
