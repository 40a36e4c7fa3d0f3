"""A cluster with an Envoy that believes everybody, and a team's whole stack with another."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from deploy.cluster.cluster import Cluster
from deploy.cluster.conf import ClusterConfig, ClusterPorts
from deploy.cluster.upgrade import sessions_of
from deploy.shared.config import ROOT
from deploy.team.stack import TeamStack
from e2e.cluster.front import Front, front
from e2e.cluster.team import environment, stack_of
from e2e.conftest import OUT
from e2e.kept_logs import keep_logs
from e2e.native_clients import do_not_wait_for_stopped_servers, native_session, trusted
from e2e.waiting import until
from spark.ports import free_ports

WORKERS, SERVERS = 2, 2
_PATIENCE_S = 30.0


@pytest.fixture(scope="session")
def environ(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """What the command line of this cluster is given."""
    mine = {
        "PCW_CLUSTER_STATE_DIR": str(tmp_path_factory.mktemp("cluster") / "state"),
        "PCW_CLUSTER_FIRST_PORT": str(ClusterPorts.free(WORKERS, SERVERS).master),
        "PCW_CLUSTER_WORKERS": str(WORKERS),
        "PCW_CLUSTER_SERVERS": str(SERVERS),
        "PCW_CLUSTER_WORKER_CORES": "4",  # of which executors have one each, busy or not
        "PCW_CLUSTER_EXECUTOR_MEMORY": "512m",
        "SPARK_DRIVER_MEMORY": "768m",
        "PCW_SPARK_PYTHON": str(ROOT / ".venv-spark" / "bin" / "python"),
        "PCW_SPARK_JIT": "quick",
    }
    return mine | {name: os.environ[name] for name in mine if name in os.environ}


@pytest.fixture(scope="session")
def cluster(environ: dict[str, str]) -> Iterator[Cluster]:
    do_not_wait_for_stopped_servers()
    os.environ["PCW_SPARK_JIT"] = environ["PCW_SPARK_JIT"]  # inherited by every service
    cluster = Cluster(ClusterConfig.from_environment(environ))
    started = cluster.up()
    yield cluster
    if started:  # not one that the environment named
        cluster.down()


@pytest.fixture(scope="session")
def envoy(cluster: Cluster) -> Iterator[Front]:
    [port] = free_ports(1)
    envoy = front(cluster.config.state_dir, port)
    envoy.stop()  # one that a killed run of these tests left
    envoy.start()
    envoy.wait_healthy()
    yield envoy
    envoy.stop()


@pytest.fixture(scope="session")
def people(cluster: Cluster, envoy: Front) -> list[str]:
    """Somebody on each Connect server, in their order."""
    found: dict[str, str] = {}
    for name in map("person{}".format, range(20)):
        with native_session(envoy.remote(name)) as spark:
            found.setdefault(str(spark.conf.get("spark.app.name")), name)
        if len(found) == SERVERS:
            break
    return [found[server.name] for server in cluster.servers]


@pytest.fixture(autouse=True)
def authority_of_the_team(request: pytest.FixtureRequest) -> Iterator[None]:
    """For a test of a team's stack only: tests of other stacks have authorities of their own."""
    if "team" not in request.fixturenames:
        yield
        return
    with trusted(request.getfixturevalue("team").authority):
        yield


@pytest.fixture(scope="session")
def team_environ(site_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """What the command line of the team's stack is given."""
    return environment(tmp_path_factory.mktemp("team"), site_dir)


@pytest.fixture(scope="session")
def team(team_environ: dict[str, str], request: pytest.FixtureRequest) -> Iterator[TeamStack]:
    stack = stack_of(team_environ)
    try:
        stack.up()
        yield stack
    finally:
        stack.down()
        if request.session.testsfailed:
            keep_logs(stack, OUT)


@pytest.fixture
def no_session_is_left(cluster: Cluster) -> Iterator[None]:
    """An upgrade waits for every session: one that a test forgot would stop the next."""
    before = _sessions(cluster)
    yield
    until(lambda: _sessions(cluster) <= before, "the end of the test's sessions", _PATIENCE_S)


def _sessions(cluster: Cluster) -> set[tuple[str, str]]:
    running = [server for server in cluster.servers if server.is_alive()]
    return {(server.name, key) for server in running for key in sessions_of(server)}
