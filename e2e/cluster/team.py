"""A team's stack with a cluster behind it, and native clients of its people.

Its settings are those of an environment, so that the command line finds the same stack.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from deploy.cluster.cluster import Cluster
from deploy.cluster.conf import ClusterPorts
from deploy.shared.config import Ports
from deploy.team.config import TeamConfig
from deploy.team.settings import as_demo, read
from deploy.team.stack import TeamStack
from e2e.native_clients import native_session
from e2e.team.calls import provider_of
from spark.ports import free_ports

_OF_SERVICES = ("PCW_SPARK_JIT", "SPARK_DRIVER_MEMORY")


def environment(folder: Path, site_dir: Path, workers: int = 2, servers: int = 2) -> dict[str, str]:
    """Of a stack on free ports, small enough to be one of several."""
    ports = Ports.free()
    provider, pages = free_ports(2)
    spark = ClusterPorts.free(
        1, 1
    ).master  # with those after it, of which the static server has one
    return {
        "PCW_STATE_DIR": str(folder / "state"),
        "PCW_SITE_DIR": str(site_dir),
        "PCW_TEAM_URL": f"https://localhost:{ports.site}",
        "PCW_TEAM_METRICS_PORT": str(ports.grpcweb),
        "PCW_TEAM_PROVIDER_PORT": str(provider),
        "PCW_TEAM_SPARK_PORT": str(spark),
        "PCW_TEAM_WORKERS": str(workers),
        "PCW_TEAM_SERVERS": str(servers),
        "PCW_TEAM_WORKER_CORES": "4",
        "PCW_TEAM_EXECUTOR_MEMORY": "512m",
        "PCW_TEAM_CLUSTER_PORT": str(ClusterPorts.free(workers, servers).master),
        "PCW_TEAM_PAGES_PORT": str(pages),
        "PCW_SPARK_JIT": "quick",
        "SPARK_DRIVER_MEMORY": "768m",
    }


def stack_of(environ: Mapping[str, str]) -> TeamStack:
    """Not started."""
    config = TeamConfig.from_environment(as_demo(read(None, environ)), environ)
    return TeamStack(replace(config, environ={name: environ[name] for name in _OF_SERVICES}))


def cluster_of(team: TeamStack) -> Cluster:
    return team.require_cluster().cluster


def remote(team: TeamStack, user: str) -> str:
    """For a native client of this person, who has a token of the provider's."""
    return f"{team.native_remote};token={provider_of(team).token(user)}"


def server_of(team: TeamStack, user: str) -> str:
    with native_session(remote(team, user)) as spark:
        assert spark.sql("select current_user()").collect()[0][0] == user
        return str(spark.conf.get("spark.app.name"))
