"""Spark settings and jars of a team's own: beside the deployment's, or refused, never lost."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from deploy.shared.errors import StackError
from deploy.team import services
from deploy.team.compose import files
from deploy.team.config import TeamConfig
from deploy.team.edge.facts import Endpoints
from deploy.team.own_spark import with_own_settings
from deploy.team.settings import Settings, as_demo
from deploy.team.spark.conf import Identity
from deploy.team.stack import TeamStack
from spark import own_conf

LOGIN = "https://login.example.org"
ENDPOINTS = Endpoints(LOGIN, f"{LOGIN}/auth", f"{LOGIN}/token", f"{LOGIN}/jwks")
IDENTITY = Identity(jwks=f"{LOGIN}/jwks", issuer=LOGIN, audience="pcw")


@pytest.fixture
def config(tmp_path: Path) -> TeamConfig:
    """As `make team` has it, with a file and a jar of the caller's."""
    file = tmp_path / "own.conf"
    file.write_text("spark.sql.catalog.lake org.example.Lake\nspark.hadoop.a b\\\\c\n")
    environ = {
        "PCW_STATE_DIR": str(tmp_path),
        "PCW_SPARK_CONF": str(file),
        "PCW_SPARK_JARS": "spark/jars/lake.jar",
    }
    return TeamConfig.from_environment(as_demo(Settings()), environ)


def test_a_server_gets_the_teams_settings_beside_the_deployments(
    config: TeamConfig, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(services, "endpoints_of", lambda *_: ENDPOINTS)
    monkeypatch.setattr("deploy.team.spark.build.build", lambda folder, _home: folder / "team.jar")
    monkeypatch.setattr(services, "spark_home", lambda python: python)
    server = services.spark(replace(config, spark_python=Path("/usr/bin/env")), None)
    server.prepare()
    given = own_conf.read(Path(server.environ["PCW_SPARK_CONF"]), on_one_machine=True).values
    assert given["spark.sql.catalog.lake"] == "org.example.Lake"
    assert given["spark.hadoop.a"] == "b\\c"
    assert given["spark.pcw.identity.issuer"] == LOGIN
    jars = server.environ["PCW_SPARK_JARS"].split(",")
    assert [Path(jar).name for jar in jars] == ["pcw-team.jar", "lake.jar"]


def test_a_container_gets_them_too(config: TeamConfig) -> None:
    config = replace(config, spark_jars="")
    text = files.of_spark(config, ENDPOINTS)["spark.conf"].decode()
    assert "spark.sql.catalog.lake org.example.Lake\n" in text
    assert f"spark.pcw.identity.issuer {LOGIN}\n" in text


@pytest.mark.parametrize(
    "name",
    ["spark.sql.extensions", "spark.pcw.identity.group", "spark.connect.grpc.interceptor.classes"],
)
def test_what_would_let_others_in_is_refused_in_a_sentence(tmp_path: Path, name: str) -> None:
    file = tmp_path / "own.conf"
    file.write_text(f"{name} mine\n")
    with pytest.raises(StackError, match=f"a team's deployment sets {name} itself"):
        with_own_settings(IDENTITY, file)


def test_a_data_source_may_be_let_through(tmp_path: Path) -> None:
    file = tmp_path / "own.conf"
    file.write_text("spark.pcw.guard.formats lake\n")
    assert with_own_settings(IDENTITY, file).entries()["spark.pcw.guard.formats"] == "lake"


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(StackError, match=r"PCW_SPARK_CONF is .*none.conf, and there is no such"):
        with_own_settings(IDENTITY, tmp_path / "none.conf")


def test_where_jars_cannot_be_had_they_are_refused(
    config: TeamConfig, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(StackError, match=r"the containers of a team take no jars beside their own"):
        files.of_spark(config, ENDPOINTS)
    monkeypatch.setattr(services, "endpoints_of", lambda *_: ENDPOINTS)
    size = replace(config.settings.cluster, workers=1)
    stack = TeamStack(replace(config, settings=replace(config.settings, cluster=size)))
    with pytest.raises(StackError, match="the servers of a cluster take no jars"):
        stack._identity()
