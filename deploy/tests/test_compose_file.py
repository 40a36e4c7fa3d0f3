"""What holds for every container, so that a new service cannot forget it."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from deploy.shared.config import ROOT

COMPOSE = ROOT / "compose.yaml"
OVERLAY = ROOT / "deploy" / "compose" / "production.yaml"
TEAM = ROOT / "deploy" / "team"
DOCKERFILES = [*sorted(ROOT.glob("*/Dockerfile")), TEAM / "compose" / "Dockerfile"]
LAST = ""
IMAGES = [
    *((path, LAST) for path in DOCKERFILES),
    (ROOT / "spark" / "Dockerfile", "team"),
    (TEAM / "compose" / "Dockerfile", "keys"),
    (TEAM / "compose" / "Dockerfile", "provider"),
]
SERVICES: dict[str, Any] = yaml.safe_load(COMPOSE.read_text())["services"]
PUBLISHING = {"envoy", "native"}


@pytest.mark.parametrize("name", SERVICES)
def test_every_container_is_confined(name: str) -> None:
    service = SERVICES[name]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert "no-new-privileges:true" in service["security_opt"]
    assert service["mem_limit"]
    assert service["pids_limit"]
    assert service["logging"]["options"]["max-size"]
    assert service["healthcheck"]["test"]
    assert service["stop_grace_period"]
    assert service["restart"] == "unless-stopped"
    assert "container_name" not in service  # two stacks on one machine must not meet


@pytest.mark.parametrize("name", SERVICES)
def test_only_envoy_publishes_and_on_loopback_by_default(name: str) -> None:
    ports = SERVICES[name].get("ports", [])
    assert bool(ports) is (name in PUBLISHING)
    assert all(port.startswith("${BIND:-127.0.0.1}:") for port in ports)


def test_spark_has_no_way_out() -> None:
    networks = yaml.safe_load(COMPOSE.read_text())["networks"]
    assert SERVICES["spark"]["networks"] == ["spark"]
    assert networks["spark"]["internal"] is True
    assert {name for name, s in SERVICES.items() if "spark" in s["networks"]} == {
        "spark",
        *PUBLISHING,
    }


def user_of(dockerfile: str, target: str) -> str:
    """Whom an image of this stage runs as: its own USER, else that of the stage it is made from."""
    stages: dict[str, str] = {}
    user = name = ""
    for line in dockerfile.splitlines():
        if begun := re.match(r"FROM (\S+)(?: AS (\S+))?$", line):
            user, name = stages.get(begun[1], "root"), begun[2] or LAST
        elif chosen := re.match(r"USER ([^:\s]+)", line):
            user = chosen[1]
        stages[name] = user
    return stages[target] if target else user


@pytest.mark.parametrize(("path", "target"), IMAGES)
def test_no_image_runs_as_root(path: Path, target: str) -> None:
    assert user_of(path.read_text(), target) not in ("root", "0")


def test_what_compiles_for_a_team_is_in_no_image_that_runs() -> None:
    text = (ROOT / "spark" / "Dockerfile").read_text()
    stages = re.split(r"^(?=FROM )", text, flags=re.MULTILINE)
    [compiles] = [stage for stage in stages if "-jdk-headless" in stage]
    assert compiles.startswith("FROM server AS jar\n")
    assert not any(stage.startswith("FROM jar") for stage in stages)


@pytest.mark.parametrize("name", SERVICES)
def test_no_registry_is_asked_for_an_image_that_is_built_here(name: str) -> None:
    # Compose pulls a missing image that has a name before it builds it: whose would that be?
    service = SERVICES[name]
    assert service["build"]
    assert "image" not in service or service.get("pull_policy") == "build"


@pytest.mark.parametrize("path", DOCKERFILES, ids=lambda path: path.parent.name)
def test_no_frontend_is_pulled(path: Path) -> None:
    assert "# syntax" not in path.read_text()


@pytest.mark.parametrize("path", DOCKERFILES, ids=lambda path: path.parent.name)
def test_base_images_are_pinned_in_the_env_file(path: Path) -> None:
    pinned = {line.split("=")[0] for line in (ROOT / ".env").read_text().splitlines()}
    text = path.read_text()
    images = set(re.findall(r"^FROM (\S+)", text, re.MULTILINE))
    stages = set(re.findall(r"^FROM \S+ AS (\S+)", text, re.MULTILINE))
    assert images - stages
    assert images - stages <= {f"${{{name}}}" for name in pinned if name.endswith("_IMAGE")}


@pytest.mark.parametrize("variable", ["PCW_ALLOWED_ORIGINS", "SPARK_CONNECT_AUTHENTICATE_TOKEN"])
def test_the_production_overlay_demands_its_settings(variable: str) -> None:
    assert f"${{{variable}:?" in OVERLAY.read_text()


class _Merging(yaml.SafeLoader):
    """Reads what compose adds to YAML, by which a file takes back what another said."""


_Merging.add_constructor("!reset", lambda _loader, _node: None)
_Merging.add_constructor("!override", lambda loader, node: _plain(loader, node))


def _plain(loader: yaml.SafeLoader, node: yaml.Node) -> object:
    if isinstance(node, yaml.MappingNode):
        return loader.construct_mapping(node, deep=True)
    return loader.construct_sequence(node, deep=True)


def team(file: str) -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.load((TEAM / file).read_text(), _Merging)
    return loaded


TEAM_FILES = ("compose.yaml", "demo.yaml")
TEAMS_OWN = [
    (file, name)
    for file in TEAM_FILES
    for name, service in team(file)["services"].items()
    if name not in SERVICES and "read_only" in service
]


def test_the_teams_own_containers_are_known() -> None:
    assert {name for _, name in TEAMS_OWN} == {"keys", "provider"}


@pytest.mark.parametrize(("file", "name"), TEAMS_OWN)
def test_every_container_of_a_team_is_confined_like_the_small_stacks(file: str, name: str) -> None:
    service = team(file)["services"][name]
    for setting in ("restart", "read_only", "cap_drop", "security_opt", "logging"):
        assert service[setting] == SERVICES["spark"][setting]
    assert service["mem_limit"]
    assert service["pids_limit"]
    assert service["healthcheck"]["test"]
    assert service["stop_grace_period"]
    assert service["build"]["dockerfile"] == "deploy/team/compose/Dockerfile"
    assert "image" not in service
    assert "ports" not in service


@pytest.mark.parametrize("file", TEAM_FILES)
def test_a_team_takes_back_nothing_that_confines(file: str) -> None:
    for name in SERVICES.keys() & team(file)["services"].keys() - {"native"}:
        changed = team(file)["services"][name]
        taken = {
            "restart",
            "read_only",
            "cap_drop",
            "security_opt",
            "logging",
            "privileged",
            "tmpfs",
        }
        assert not taken & changed.keys()


@pytest.mark.parametrize("file", TEAM_FILES)
def test_of_a_teams_stack_only_envoy_publishes(file: str) -> None:
    published = {
        name: [each["host_ip"] for each in service["ports"]]
        for name, service in team(file)["services"].items()
        if service and "ports" in service
    }
    assert published.keys() == {"envoy"}
    assert set(published["envoy"]) <= {"${TEAM_BIND}", "127.0.0.1"}


def test_the_small_stacks_way_to_spark_is_closed() -> None:
    services = team("compose.yaml")["services"]
    assert services["native"] is None
    assert services["envoy"]["environment"] is None
    assert "SPARK_CONNECT_AUTHENTICATE_TOKEN" not in services["spark"]["environment"]


def test_no_container_of_a_team_shares_a_network_with_spark_but_envoy() -> None:
    for file in TEAM_FILES:
        for name, service in team(file)["services"].items():
            if name not in ("envoy", "spark") and service:
                assert "spark" not in service.get("networks", [])
    assert "networks" not in team("compose.yaml")["services"]["spark"]
    assert team("demo.yaml")["networks"]["provider"]["internal"] is True
