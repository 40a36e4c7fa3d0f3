"""Where the Spark servers of a deployment tell their metrics."""

from __future__ import annotations

from pathlib import Path

from deploy.local.services import unix_socket
from deploy.team.config import TeamConfig
from deploy.team.edge.spark_metrics import SOCKET


def socket_in(work_dir: Path) -> Path:
    """Of a server that is started here, in its work folder."""
    return unix_socket(work_dir / "metrics.sock")


def place_in(work_dir: Path) -> str:
    """The same as Spark and Envoy are told it."""
    return SOCKET + str(socket_in(work_dir))


def places(config: TeamConfig) -> dict[str, str]:
    """By the server's name; of those that run elsewhere what the settings say."""
    settings = config.settings
    if settings.spark_servers:
        return {server: server for server in settings.spark_metrics}
    return {"spark": place_in(config.local.spark_work_dir)}
