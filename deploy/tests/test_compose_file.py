"""What holds for every container, so that a new service cannot forget it."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from deploy.local.config import ROOT

COMPOSE = ROOT / "compose.yaml"
OVERLAY = ROOT / "deploy" / "compose" / "production.yaml"
DOCKERFILES = sorted(ROOT.glob("*/Dockerfile"))
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


@pytest.mark.parametrize("path", DOCKERFILES, ids=lambda path: path.parent.name)
def test_no_image_runs_as_root(path: Path) -> None:
    users = re.findall(r"^USER (.+)$", path.read_text(), re.MULTILINE)
    assert users
    assert users[-1].split(":")[0] not in ("root", "0")


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
    tags = re.findall(r"^FROM \S+:(\S+)", path.read_text(), re.MULTILINE)
    assert tags
    assert {variable for tag in tags for variable in re.findall(r"\$\{(\w+)\}", tag)} <= pinned


@pytest.mark.parametrize("variable", ["PCW_ALLOWED_ORIGINS", "SPARK_CONNECT_AUTHENTICATE_TOKEN"])
def test_the_production_overlay_demands_its_settings(variable: str) -> None:
    assert f"${{{variable}:?" in OVERLAY.read_text()
