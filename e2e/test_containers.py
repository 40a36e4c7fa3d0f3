"""The containers themselves: who they run as, what they may do, what they publish."""

from __future__ import annotations

import json
import os
import socket
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from deploy.shared.config import ROOT
from e2e.compose_stack import ComposeStack, left_of
from e2e.kept_logs import keep_logs
from e2e.stacks import RunningStack, Stack, stack_mode

pytestmark = pytest.mark.skipif(
    stack_mode() != "compose", reason=f"asks the Docker engine; this run stands on {stack_mode()}"
)

SERVICES = ["envoy", "site", "spark"]
CONTAINERS = [*SERVICES, "native"]
OVERLAYS = sorted((ROOT / "deploy" / "compose").glob("*.yaml"))
NO_CAPABILITY = "0000000000000000"
UNPUBLISHED = {"spark": (15002, 15003, 15004), "site": (80, 8080), "envoy": (9901,)}


@pytest.fixture(scope="module")
def compose(stack: RunningStack) -> ComposeStack:
    assert isinstance(stack, ComposeStack)
    return stack


@pytest.fixture(scope="module")
def container(compose: ComposeStack) -> Callable[[str], dict[str, Any]]:
    found = {name: compose.inspect(name) for name in CONTAINERS}
    return found.__getitem__


@pytest.mark.parametrize("service", CONTAINERS)
def test_a_container_runs_as_an_ordinary_user(compose: ComposeStack, service: str) -> None:
    status = process_status(compose, service)
    assert status["Uid"].split()[0] != "0"
    assert status["Gid"].split()[0] != "0"


@pytest.mark.parametrize("service", CONTAINERS)
def test_a_container_has_no_capability_and_can_gain_none(
    compose: ComposeStack, service: str
) -> None:
    status = process_status(compose, service)
    sets = ("CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb")
    assert {name: status[name] for name in sets} == dict.fromkeys(sets, NO_CAPABILITY)
    assert status["NoNewPrivs"] == "1"


@pytest.mark.parametrize("service", CONTAINERS)
def test_a_container_cannot_write_to_its_root(compose: ComposeStack, service: str) -> None:
    assert compose.inspect(service)["HostConfig"]["ReadonlyRootfs"] is True
    command = [*compose.compose.compose_command_property, "exec", "-T", service]
    write = subprocess.run(
        [*command, "sh", "-c", "echo x > /etc/written"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert write.returncode != 0
    assert "Read-only file system" in write.stderr


@pytest.mark.parametrize("service", CONTAINERS)
def test_a_container_is_limited_watched_and_stopped_gently(
    container: Callable[[str], dict[str, Any]], service: str
) -> None:
    found = container(service)
    host = found["HostConfig"]
    assert host["Memory"] > 0
    assert host["PidsLimit"] > 0
    assert host["LogConfig"]["Config"]["max-size"]
    assert int(host["LogConfig"]["Config"]["max-file"]) > 0
    assert found["Config"]["Healthcheck"]["Test"][0] in ("CMD", "CMD-SHELL")
    assert found["Config"].get("StopSignal", "SIGTERM") in ("SIGTERM", "SIGQUIT")
    assert found["Config"]["StopTimeout"] > 0


def test_only_envoy_and_the_opt_in_profile_publish_ports(compose: ComposeStack) -> None:
    published = {
        name: {
            binding["HostPort"]
            for bindings in compose.inspect(name)["NetworkSettings"]["Ports"].values()
            for binding in bindings or []
        }
        for name in SERVICES
    }
    assert published["site"] == published["spark"] == set()
    assert published["envoy"] == {str(compose.ports.site), str(compose.ports.grpcweb)}


def test_what_is_published_is_published_on_loopback(compose: ComposeStack) -> None:
    bindings = [
        binding["HostIp"]
        for name in (*SERVICES, "native")
        for ports in compose.inspect(name)["NetworkSettings"]["Ports"].values()
        for binding in ports or []
    ]
    assert bindings
    assert set(bindings) == {"127.0.0.1"}


@pytest.mark.parametrize("service", SERVICES)
def test_an_unpublished_port_is_closed_on_this_machine(service: str) -> None:
    for port in UNPUBLISHED[service]:
        with socket.socket() as probe:
            probe.settimeout(2.0)
            assert probe.connect_ex(("127.0.0.1", port)) != 0, f"{port} answers"


def test_spark_is_on_a_network_without_a_way_out_that_only_proxies_share(
    compose: ComposeStack, container: Callable[[str], dict[str, Any]]
) -> None:
    [name] = container("spark")["NetworkSettings"]["Networks"]
    run = subprocess.run(
        ["docker", "network", "inspect", name], capture_output=True, text=True, check=True
    )
    [network] = json.loads(run.stdout)
    assert network["Internal"] is True
    members = {member["Name"] for member in network["Containers"].values()}
    expected = {compose.inspect(name)["Name"].lstrip("/") for name in ("spark", "envoy", "native")}
    assert members == expected


def test_the_server_runs_the_python_of_the_tab(compose: ComposeStack) -> None:
    version = compose.run("exec", "-T", "spark", "python", "--version")
    assert version.startswith("Python 3.14.")


def test_spark_starts_from_its_class_archive(compose: ComposeStack) -> None:
    show = "cat /proc/[0-9]*/cmdline | tr '\\0' ' '"
    assert "-XX:SharedArchiveFile=" in compose.run("exec", "-T", "spark", "sh", "-c", show)


def config(*files: Path, profile: str | None = None, **environ: str) -> None:
    command = ["docker", "compose"]
    for file in (ROOT / "compose.yaml", *files):
        command += ["--file", str(file)]
    command += ["--profile", profile] if profile else []
    subprocess.run(
        [*command, "config", "--quiet"],
        cwd=ROOT,
        env={**os.environ, **environ},
        capture_output=True,
        check=True,
    )


@pytest.mark.parametrize("profile", [None, "native"])
def test_the_compose_file_is_valid(profile: str | None) -> None:
    config(profile=profile)


REQUIRED_OF_PRODUCTION = {
    "PCW_ALLOWED_ORIGINS": "https://notebooks.example.org",
    "SPARK_CONNECT_AUTHENTICATE_TOKEN": "secret",
}


@pytest.mark.parametrize("profile", [None, "native"])
@pytest.mark.parametrize("overlay", OVERLAYS, ids=lambda path: path.name)
def test_the_compose_file_is_valid_with_an_overlay(overlay: Path, profile: str | None) -> None:
    config(overlay, profile=profile, **REQUIRED_OF_PRODUCTION)


@pytest.mark.parametrize("missing", sorted(REQUIRED_OF_PRODUCTION))
def test_production_without_a_required_setting_is_refused_with_its_name(missing: str) -> None:
    given = {name: value for name, value in REQUIRED_OF_PRODUCTION.items() if name != missing}
    with pytest.raises(subprocess.CalledProcessError) as caught:
        config(ROOT / "deploy" / "compose" / "production.yaml", **given)
    assert missing.encode() in caught.value.stderr


def test_down_with_volumes_leaves_nothing_but_the_logs(
    make_stack: Callable[..., Stack], tmp_path: Path
) -> None:
    own = make_stack()
    assert isinstance(own, ComposeStack)
    own.up()
    assert left_of(own.project)
    own.down()
    assert left_of(own.project) == []
    keep_logs(own, tmp_path)
    [kept] = tmp_path.iterdir()
    assert "Spark Connect server started" in kept.read_text()


def process_status(compose: ComposeStack, service: str) -> dict[str, str]:
    """The fields of proc(5), /proc/pid/status, of the container's first process."""
    text = compose.run("exec", "-T", service, "cat", "/proc/1/status")
    return {
        name: value.strip()
        for name, _, value in (line.partition(":") for line in text.splitlines())
    }
