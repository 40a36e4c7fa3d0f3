"""A Spark cluster behind a team's Envoy, in place of one server with executors of its own.

Each Connect server checks the caller's token itself. Envoy has a person's calls on one of them, by
the verified name, and finds them in a file that it watches: an upgrade is no matter of Envoy's.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from functools import cached_property
from pathlib import Path

from deploy.cluster import upgrade as replacing
from deploy.cluster.cluster import Cluster
from deploy.cluster.conf import LOOPBACK, SLOTS, ClusterConfig, ClusterPorts
from deploy.cluster.routing import Routing
from deploy.cluster.services import METRICS_SOCKET, metrics_socket
from deploy.java import spark_home
from deploy.local.service import Service
from deploy.shared.errors import StackError
from deploy.shared.progress import Tell
from deploy.team.config import TeamConfig
from deploy.team.edge.facts import Edge, Pages
from deploy.team.edge.spark_metrics import SOCKET
from deploy.team.spark import build
from deploy.team.spark.conf import INTERCEPTOR, Identity

_INTERCEPTORS = "spark.connect.grpc.interceptor.classes"


@dataclass(frozen=True)
class Shape:
    """What is changed by stopping and starting only."""

    workers: int
    servers: int
    first_port: int

    def save(self, file: Path) -> None:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps(asdict(self)))

    @classmethod
    def load(cls, file: Path) -> Shape | None:
        try:
            return cls(**json.loads(file.read_text()))
        except (OSError, ValueError, TypeError):
            return None

    def __str__(self) -> str:
        return f"{self.workers} workers, {self.servers} servers, ports from {self.first_port} on"


class TeamCluster:
    """Up, down, upgraded and rolled back with the team's settings."""

    def __init__(self, team: TeamConfig, shape: Shape, identity: Callable[[], Identity]) -> None:
        self.team = team
        self.shape = shape
        self._identity = identity

    @cached_property
    def cluster(self) -> Cluster:
        """As it runs, for questions; its servers' settings are on record."""
        return Cluster(self._config())

    @property
    def work_dir(self) -> Path:
        """What all of its servers share: the warehouse, and what people upload."""
        return self.cluster.config.warehouse.parent

    @property
    def routing(self) -> Routing:
        return self.cluster.routing

    @property
    def services(self) -> list[Service]:
        return self.cluster.services

    def into(self, edge: Edge) -> Edge:
        """What Envoy is told of it."""
        ports, identity = self.cluster.config.ports, self.team.settings.identity
        pages = Pages(
            port=self.team.settings.cluster.pages_port,
            master=(LOOPBACK, ports.master_ui),
            history=(LOOPBACK, ports.history_ui),
            group_claim=identity.group_claim,
            group=identity.group,
        )
        return replace(
            edge,
            routing=self.routing,
            pages=pages if pages.port else None,
            spark_metrics=self._metrics(),
        )

    def _metrics(self) -> dict[str, str]:
        """Of the servers of both generations that can run at a time."""
        config = self.cluster.config
        return {
            f"spark-{slot}-{index}": SOCKET + str(metrics_socket(config, slot, index))
            for slot in range(SLOTS)
            for index in range(config.servers)
        }

    def is_alive(self) -> bool:
        return any(service.is_alive() for service in self.services)

    def announce(self) -> None:
        """Envoy finds the file, before the first server answers."""
        self._require_shape()
        self.shape.save(_record(self.team))
        if not self.routing.endpoints.exists():
            self.cluster.publish()

    def up(self, tell: Tell) -> list[Service]:
        """What it started."""
        cluster = self._as_set()
        names = cluster.up(tell)
        return [service for service in cluster.services if service.name in names]

    def down(self, tell: Tell) -> list[str]:
        ended = self.cluster.down(tell)
        _record(self.team).unlink(missing_ok=True)
        return ended

    def upgrade(self, tell: Tell, limit_s: float) -> int:
        """Servers with the settings of now; returns how many sessions were cut off."""
        self._require_running()
        return replacing.upgrade(self._as_set(), tell, limit_s)

    def rollback(self, tell: Tell, limit_s: float) -> int:
        """The servers, or the settings, from before the last upgrade."""
        self._require_running()
        return replacing.rollback(self.cluster, tell, limit_s)

    def _as_set(self) -> Cluster:
        """Whose next servers check identities as the settings say now."""
        self._require_shape()
        # In the work folder of each.
        identity = replace(self._identity(), metrics=SOCKET + METRICS_SOCKET)
        entries = identity.entries()
        entries.pop(_INTERCEPTORS)  # the cluster has one of its own, beside it
        home = spark_home(self.team.spark_python)
        jar = build.build(self.team.cluster_dir / "jars", home)
        return Cluster(
            self._config(
                conf=entries,
                interceptors=(INTERCEPTOR,),
                jars=(jar,),
            )
        )

    def _config(self, **identity: object) -> ClusterConfig:
        size, shape = self.team.settings.cluster, self.shape
        return ClusterConfig(
            state_dir=self.team.cluster_dir,
            workers=shape.workers,
            servers=shape.servers,
            worker_cores=size.worker_cores or os.cpu_count() or 1,
            worker_memory=size.worker_memory,
            executor_memory=size.executor_memory,
            server_memory=_driver_memory(self.team),
            ports=ClusterPorts.beginning_at(shape.first_port, shape.workers, shape.servers),
            spark_python=self.team.spark_python,
            pages_url=self.team.settings.pages_url,
            environ=self.team.environ,
            **identity,  # type: ignore[arg-type]
        )

    def _require_shape(self) -> None:
        asked = _asked(self.team)
        if asked and asked != self.shape and self.is_alive():
            raise StackError(
                f"A cluster of {self.shape} runs, and the settings say {asked}: "
                f"stop it first, with `down`."
            )

    def _require_running(self) -> None:
        if not self.is_alive():
            raise StackError(NO_CLUSTER)


NO_CLUSTER = (
    "No cluster runs here whose servers could be replaced: start one with PCW_TEAM_WORKERS and "
    "PCW_TEAM_SERVERS, as docs/cluster.md says."
)


def cluster_of(team: TeamConfig, identity: Callable[[], Identity]) -> TeamCluster | None:
    """The one that runs, else the one that the settings ask for.

    Args:
        identity: whom the servers let in; asked when servers start.
    """
    if recorded := Shape.load(_record(team)):
        found = TeamCluster(team, recorded, identity)
        if found.is_alive():
            return found
    asked = _asked(team)
    return TeamCluster(team, asked, identity) if asked else None


def _asked(team: TeamConfig) -> Shape | None:
    size = team.settings.cluster
    return Shape(size.workers, size.servers, size.first_port) if size.workers else None


def _record(team: TeamConfig) -> Path:
    return team.state_dir / "cluster.json"


def _driver_memory(team: TeamConfig) -> str:
    chosen = {**os.environ, **team.environ}.get("SPARK_DRIVER_MEMORY")
    return chosen or ClusterConfig.server_memory
