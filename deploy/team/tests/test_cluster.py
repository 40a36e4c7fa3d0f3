"""A team's cluster by its settings and its records; nothing of Spark's is started."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import pytest

from deploy.cluster.generations import Generation, Generations
from deploy.local import process
from deploy.shared.errors import StackError
from deploy.team import cli
from deploy.team.cluster import Shape, TeamCluster, cluster_of
from deploy.team.config import TeamConfig
from deploy.team.settings import ClusterSize, Settings, as_demo
from deploy.team.spark.conf import INTERCEPTOR, Identity
from deploy.team.stack import TeamStack

IDENTITY = Identity(jwks="https://login/keys", issuer="https://login", audience="pcw")
TWO_BY_TWO = ClusterSize(workers=2, servers=2)


def team(folder: Path, size: ClusterSize) -> TeamConfig:
    return TeamConfig(as_demo(replace(Settings(), cluster=size)), state_dir=folder)


def cluster(folder: Path, size: ClusterSize) -> TeamCluster | None:
    return cluster_of(team(folder, size), lambda: IDENTITY)


def let_live(found: TeamCluster) -> None:
    """By a record that names a process that lives: this one."""
    found.announce()
    service = found.cluster.master
    service.record.parent.mkdir(parents=True, exist_ok=True)
    started = process.start_time(os.getpid())
    assert started
    process.Handle(os.getpid(), started, str(service.state_dir), "pytest").save(service.record)


def test_without_workers_there_is_no_cluster(tmp_path: Path) -> None:
    assert cluster(tmp_path, ClusterSize()) is None
    names = [service.name for service in TeamStack(team(tmp_path, ClusterSize())).all_services]
    assert names == ["provider", "spark", "site", "envoy"]


def test_a_cluster_takes_the_place_of_the_one_server(tmp_path: Path) -> None:
    stack = TeamStack(team(tmp_path, TWO_BY_TWO))
    names = [service.name for service in stack.all_services]
    assert "spark" not in names
    assert {"provider", "envoy", "master", "worker-1", "connect-1-0", "connect-1-1"} <= {*names}
    ports = [port for each in stack.all_services for _address, port, _name in each.listens]
    assert len(ports) == len(set(ports))


@pytest.mark.spark
def test_its_servers_check_who_calls_before_anything_of_the_clusters_own(tmp_path: Path) -> None:
    found = cluster(tmp_path, TWO_BY_TWO)
    assert found
    config = found._as_set().config
    assert config.interceptors == (INTERCEPTOR,)
    assert config.conf["spark.pcw.identity.issuer"] == "https://login"
    assert config.conf["spark.sql.extensions"] == "pcw.team.GuardExtension"
    assert config.conf["spark.scheduler.mode"] == "FAIR"
    assert "spark.connect.grpc.interceptor.classes" not in config.conf
    assert [jar.exists() for jar in config.jars] == [True]


def test_envoy_finds_the_file_of_its_servers_before_they_answer(tmp_path: Path) -> None:
    found = cluster(tmp_path, TWO_BY_TWO)
    assert found
    found.announce()
    text = found.routing.endpoints.read_text()
    for server in found.cluster.servers:
        assert str(server.ports.grpc) in text
    assert Generations.load(found.cluster.config.state_dir) is None


def test_a_cluster_that_runs_is_known_without_its_settings(tmp_path: Path) -> None:
    started = cluster(tmp_path, TWO_BY_TWO)
    assert started
    let_live(started)
    found = cluster(tmp_path, ClusterSize())
    assert found
    assert found.shape == Shape(2, 2, TWO_BY_TWO.first_port)


def test_a_cluster_of_another_size_than_runs_is_refused(tmp_path: Path) -> None:
    started = cluster(tmp_path, TWO_BY_TWO)
    assert started
    let_live(started)
    found = cluster(tmp_path, replace(TWO_BY_TWO, workers=3))
    assert found
    with pytest.raises(StackError, match=r"2 workers.*say 3 workers.*stop it first"):
        found.announce()


def test_a_cluster_that_has_ended_may_be_started_in_another_size(tmp_path: Path) -> None:
    ended = cluster(tmp_path, TWO_BY_TWO)
    assert ended
    ended.announce()
    found = cluster(tmp_path, replace(TWO_BY_TWO, workers=3))
    assert found
    assert found.shape.workers == 3


@pytest.mark.parametrize("command", ["upgrade", "rollback"])
@pytest.mark.parametrize("workers", ["", "2"])
def test_without_a_running_cluster_one_sentence_says_what_is_missing(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    command: str,
    workers: str,
) -> None:
    monkeypatch.setenv("PCW_STATE_DIR", str(tmp_path))
    monkeypatch.setenv("PCW_TEAM_WORKERS", workers)
    assert cli.main([command, "--limit", "1"]) == 1
    told = capsys.readouterr().err
    assert told.startswith("No cluster runs here")
    assert told.count("\n") == 1
    assert not list(tmp_path.iterdir())


@pytest.mark.spark
def test_servers_that_check_who_calls_are_not_followed_by_open_ones(tmp_path: Path) -> None:
    found = cluster(tmp_path, TWO_BY_TWO)
    assert found
    strict, open_ones = found._as_set(), found.cluster
    Generations(Generation.of(1, strict.config)).save(strict.config.state_dir)
    strict.require_as_strict()
    with pytest.raises(StackError, match="would not: a team's cluster"):
        open_ones.up()
    assert not open_ones.master.is_alive()
