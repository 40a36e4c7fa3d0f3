"""The words around `docker compose`. The engine is a script here; e2e has the real one."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from deploy.shared.config import ROOT
from spark.ports import free_ports

RUNNING = {"State": "running", "Health": "healthy"}


@dataclass
class Cli:
    """The command line, with a `docker` that writes down what it is asked."""

    folder: Path
    ports: Sequence[int]

    def docker(self, containers: Sequence[dict[str, object]] = (), up: str = "exit 0") -> None:
        rows = "\n".join(map(json.dumps, containers))
        (self.folder / "rows").write_text(f"{rows}\n" if rows else "")
        program = self.folder / "docker"
        program.write_text(
            f'#!/bin/bash\necho "$*" >> {self.folder}/asked\n'
            f'case " $* " in *" ps "*) cat {self.folder}/rows ;; *" up "*) {up} ;;\n'
            '*" --services "*) printf "envoy\\nsite\\nspark\\n" ;; esac\n'
        )
        program.chmod(0o755)

    @property
    def asked(self) -> list[str]:
        file = self.folder / "asked"
        return file.read_text().splitlines() if file.exists() else []

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, "-m", "deploy.compose", *arguments],
            cwd=ROOT,
            env={
                **os.environ,
                "PATH": f"{self.folder}:{os.environ['PATH']}",
                "PCW_STATE_DIR": str(self.folder / "run"),
                "PCW_SITE_PORT": str(self.ports[0]),
                "PCW_GRPCWEB_PORT": str(self.ports[1]),
            },
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )

    def run(self, *arguments: str) -> tuple[int, str, str]:
        child = self.start(*arguments)
        out, error = child.communicate(timeout=60)
        return child.returncode, out, error


@pytest.fixture
def cli(tmp_path: Path) -> Cli:
    return Cli(tmp_path, free_ports(2))


def test_up_builds_waits_and_prints_the_addresses(cli: Cli) -> None:
    cli.docker()
    code, out, _ = cli.run("up")
    assert code == 0
    assert "compose up --build --wait" in cli.asked
    assert f"http://localhost:{cli.ports[0]}/" in out
    assert f"sc://localhost:{cli.ports[1]}/;transport=grpcweb" in out


def test_a_taken_port_is_named_before_anything_is_built(cli: Cli) -> None:
    cli.docker()
    with socket.create_server(("127.0.0.1", cli.ports[1])):
        code, _, error = cli.run("up")
    assert code == 1
    assert f"Port {cli.ports[1]} is taken by " in error
    assert "PCW_GRPCWEB_PORT=<port>" in error
    assert not [line for line in cli.asked if " up " in line]


def test_a_service_that_does_not_answer_is_named_with_the_command_that_says_why(cli: Cli) -> None:
    faulty = {"Service": "spark", "State": "running", "Health": "unhealthy"}
    cli.docker([faulty, {"Service": "envoy", **RUNNING}], up="exit 1")
    code, _, error = cli.run("up")
    assert code == 1
    assert error.strip() == (
        'Not all of the stack answers (spark is unhealthy): see `make logs ARGS="spark"`.'
    )


def test_an_interrupted_up_takes_down_what_it_started(cli: Cli) -> None:
    cli.docker(up="trap 'exit 130' INT; while :; do sleep 0.1; done")
    child = cli.start("up")
    deadline = time.monotonic() + 30
    while not any(" up " in line for line in cli.asked):
        assert time.monotonic() < deadline
        time.sleep(0.05)
    child.send_signal(signal.SIGINT)
    _, error = child.communicate(timeout=30)
    assert child.returncode == 128 + signal.SIGINT
    assert "Interrupted (SIGINT)" in error
    assert "Traceback" not in error
    assert cli.asked[-1] == "compose down"


def test_status_is_complete_only_when_all_three_answer(cli: Cli) -> None:
    cli.docker([{"Service": "envoy", **RUNNING, "Publishers": [{"PublishedPort": 8000}]}])
    code, out, _ = cli.run("status")
    assert code == 3
    assert "envoy port 8000             answers" in out
    assert "spark port -                not running" in out
    cli.docker([{"Service": name, **RUNNING} for name in ("envoy", "site", "spark")])
    assert cli.run("status")[0] == 0


def test_an_unknown_service_is_refused_with_those_that_exist(cli: Cli) -> None:
    cli.docker()
    code, _, error = cli.run("logs", "postgres")
    assert code == 1
    assert error.strip() == "No such service: postgres; there are envoy, site, spark."


def test_without_an_engine_one_sentence_says_so(cli: Cli) -> None:
    cli.docker()
    (cli.folder / "docker").write_text(
        '#!/bin/sh\n[ "$2" = version ] && exit 0\n'
        "echo 'Cannot connect to the daemon' >&2; exit 1\n"
    )
    code, _, error = cli.run("status")
    assert code == 1
    assert "Cannot connect to the daemon" in error
    assert "STACK=local" in error
    assert len(error.strip().splitlines()) == 1


@pytest.mark.parametrize("command", ["up", "down", "status", "logs"])
def test_a_docker_without_the_compose_plugin_is_told_from_one_that_fails(
    cli: Cli, command: str
) -> None:
    """It would take the options for its own, and print the way it is used."""
    cli.docker()
    (cli.folder / "docker").write_text("#!/bin/sh\necho 'unknown flag: --profile' >&2; exit 125\n")
    code, out, error = cli.run(command)
    assert code == 1
    assert not out
    assert error.startswith("`docker compose` is not installed: ")
    assert len(error.strip().splitlines()) == 1
