"""A server for each group: its ports, folder and settings, and the stack that has them all."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from deploy.local.service import Service
from deploy.shared.cli import EXIT_NOT_ALL_RUNNING
from deploy.shared.errors import StackError
from deploy.team import cli, services
from deploy.team.config import TeamConfig
from deploy.team.demo import Belongings
from deploy.team.edge.facts import Endpoints
from deploy.team.settings import Settings, as_demo
from deploy.team.stack import TeamStack, groups_of_records

LOGIN = "https://login.example.org"
ENDPOINTS = Endpoints(LOGIN, f"{LOGIN}/auth", f"{LOGIN}/token", f"{LOGIN}/jwks")
THREE = ("finance", "research", "sales")


def config(folder: Path, *groups: str, **changed: object) -> TeamConfig:
    settings = as_demo(replace(Settings(), groups=groups, **changed))  # type: ignore[arg-type]
    return TeamConfig(settings, state_dir=folder, site_dir=folder)


def test_no_two_servers_share_a_port_or_a_folder(tmp_path: Path) -> None:
    stack = TeamStack(config(tmp_path, *THREE))
    assert [each.name for each in stack.sparks] == [f"spark-{group}" for group in THREE]
    ports = [port for service in stack.services for _, port, _ in service.listens]
    assert len(set(ports)) == len(ports)
    assert set(range(15102, 15102 + 3 * len(THREE) + 1)) <= set(ports)
    folders = {each.environ["PCW_SPARK_WORK_DIR"] for each in stack.sparks}
    assert folders == {str(tmp_path / "groups" / group / "spark") for group in THREE}


def test_the_ports_of_a_test_are_its_own(tmp_path: Path) -> None:
    made = TeamConfig.demonstration(tmp_path, tmp_path, {}, groups=THREE)
    stack = TeamStack(made)
    ports = [port for service in stack.services for _, port, _ in service.listens]
    assert len(set(ports)) == len(ports)
    for service, group in zip(stack.sparks, THREE, strict=True):
        assert service.environ["PCW_SPARK_PORT"] == str(made.spark_ports(group).spark)


def test_each_server_demands_its_own_group_and_a_secret_of_its_neighbours(tmp_path: Path) -> None:
    made = config(tmp_path, *THREE)
    for group in THREE:
        entries = services.identity_of(made.settings, ENDPOINTS, tmp_path, "", group).entries()
        assert entries["spark.pcw.identity.group"] == group
        assert entries["spark.pcw.identity.group-claim"] == "groups"
        assert entries["spark.authenticate"] == entries["spark.network.crypto.enabled"] == "true"


def test_without_groups_the_one_server_demands_what_it_did(tmp_path: Path) -> None:
    made = config(tmp_path)
    assert [each.name for each in TeamStack(made).sparks] == ["spark"]
    entries = services.identity_of(made.settings, ENDPOINTS, tmp_path, "").entries()
    assert "spark.pcw.identity.group" not in entries
    assert "spark.authenticate" not in entries


@pytest.fixture
def belongings(tmp_path: Path) -> Belongings:
    ours = Belongings(tmp_path / "demo")
    ours.make()
    return ours


@pytest.mark.usefixtures("belongings")
def test_envoy_is_told_of_each_groups_servers(tmp_path: Path) -> None:
    here = services.edge(config(tmp_path, *THREE), ENDPOINTS)
    assert here.groups == {
        "finance": ("127.0.0.1:15102",),
        "research": ("127.0.0.1:15106",),
        "sales": ("127.0.0.1:15109",),
    }
    assert here.spark == ()
    elsewhere = ("finance=10.0.0.1:1", "research=10.0.0.2:1", "finance=10.0.0.3:1")
    made = config(tmp_path, "finance", "research", spark_servers=elsewhere)
    assert TeamStack(made).sparks == ()
    assert services.edge(made, ENDPOINTS).groups == {
        "finance": ("10.0.0.1:1", "10.0.0.3:1"),
        "research": ("10.0.0.2:1",),
    }


@pytest.mark.usefixtures("belongings")
def test_a_running_envoy_with_other_groups_is_not_taken_for_this_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def started(*groups: str) -> None:
        made = config(tmp_path, *groups)
        edge = services.edge(made, ENDPOINTS)
        found = services.envoy_config(edge, tmp_path / "secrets")
        services.envoy_file(made).write_text(json.dumps(found))

    started("finance", "research")
    TeamStack(config(tmp_path)).refuse_other_groups()  # it does not run
    monkeypatch.setattr(Service, "is_alive", lambda _: True)
    TeamStack(config(tmp_path, "finance", "research")).refuse_other_groups()
    for groups in ((), ("finance",), THREE):
        with pytest.raises(StackError, match=r"with finance and research runs in .*team-down"):
            TeamStack(config(tmp_path, *groups)).refuse_other_groups()
    started()
    with pytest.raises(StackError, match="with no groups runs in"):
        TeamStack(config(tmp_path, "finance")).refuse_other_groups()


def test_who_stops_a_demonstration_need_not_name_its_groups(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for group in ("finance", "research"):
        (tmp_path / "groups" / group).mkdir(parents=True)
    (tmp_path / "spark-research.json").write_text("{}")
    (tmp_path / "spark-2.json").write_text("{}")
    assert groups_of_records(tmp_path) == ("research",)
    monkeypatch.setenv("PCW_STATE_DIR", str(tmp_path))
    assert cli.main(["status"]) == EXIT_NOT_ALL_RUNNING
    told = capsys.readouterr().out
    assert "spark-research" in told
    assert "spark-finance" not in told
