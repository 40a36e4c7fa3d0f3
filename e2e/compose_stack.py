"""The stack in containers, owned by testcontainers: started, waited for, always taken down."""

from __future__ import annotations

import json
import subprocess
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

from testcontainers.compose import DockerCompose

from deploy.shared.config import PORT_VARIABLES, ROOT, Ports
from e2e.addresses import await_settled_addresses
from e2e.stacks import stat_seconds
from e2e.waiting import WaitedInVain, until

COMMAND_LIMIT_S = 600.0
"""Of one `docker`; the longest builds an image."""

HEALTHY_WITHIN_S = 120.0
HEALTH_PAUSE_S = 0.5
ENVOY_FINDS_SPARK_WITHIN_S = 30.0
LOG_LINES = "1000"
UNAVAILABLE = "14"
SPARK_PORT_INSIDE = 15002
PUBLISHED = ("site", "grpcweb", "spark")


class ComposeStackError(RuntimeError):
    """The containers do not do what a test asked of them; the message says which and why."""


class ComposeStack:
    """One compose project of its own name, on free ports."""

    def __init__(
        self, folder: Path, environ: Mapping[str, str] | None = None, overlays: Sequence[str] = ()
    ) -> None:
        self.ports = Ports.free()
        self.project = f"pcw-{folder.name}-{self.ports.site}".lower().replace("_", "-")
        self._environ = {
            "COMPOSE_PROJECT_NAME": self.project,
            **{PORT_VARIABLES[name]: str(getattr(self.ports, name)) for name in PUBLISHED},
            **(environ or {}),
        }
        self._env_file = folder / "compose.env"
        self._env_file.write_text(env_text(self._environ))
        self._overlays = overlays
        self._last_logs = ""
        self.spark = ComposeService(self, "spark")
        self.envoy = ComposeService(self, "envoy")
        self.site = ComposeService(self, "site")

    @cached_property
    def compose(self) -> DockerCompose:
        return DockerCompose(
            ROOT,
            compose_file_name=["compose.yaml", *self._overlays],
            build=True,
            wait=True,
            env_file=[str(ROOT / ".env"), str(self._env_file)],
            profiles=["native"],
        )

    @property
    def site_url(self) -> str:
        return f"http://localhost:{self.ports.site}/"

    @property
    def grpcweb_url(self) -> str:
        return f"http://localhost:{self.ports.grpcweb}/"

    @property
    def grpcweb_remote(self) -> str:
        return f"sc://localhost:{self.ports.grpcweb}/;transport=grpcweb"

    @property
    def spark_remote(self) -> str:
        return f"sc://127.0.0.1:{self.ports.spark}"

    def up(self) -> None:
        """Returns when all services are healthy; with the reason and the logs when they are not."""
        try:
            self.compose.start()
        except subprocess.CalledProcessError as error:
            raise ComposeStackError(
                f"`docker compose up` ended with {error.returncode}: "
                f"{error.stderr.decode(errors='replace')[-2000:]}\n{self.logs()}"
            ) from error
        await_settled_addresses()

    def down(self) -> None:
        """Leaves nothing: neither containers, networks and volumes nor this project's images."""
        self._last_logs = self.logs()
        self.compose.stop(down=True)
        self.run("down", "--rmi", "local")

    def logs(self) -> str:
        """What all services wrote; after `down`, which takes the engine's copy, until then."""
        return self.run("logs", "--no-color", "--tail", LOG_LINES) or self._last_logs

    def run(self, *arguments: str) -> str:
        """The output of a `docker compose` command on this project."""
        command = [*self.compose.compose_command_property, *arguments]
        run = subprocess.run(
            command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=COMMAND_LIMIT_S
        )
        if run.returncode:
            raise ComposeStackError(f"`docker compose {' '.join(arguments)}`: {run.stderr.strip()}")
        return run.stdout

    def exec_command(self, service: str, *arguments: str) -> list[str]:
        """A command line that runs a program in a service's container, with this side's pipes."""
        return [*self.compose.compose_command_property, "exec", "-T", service, *arguments]

    def inspect(self, service: str) -> dict[str, Any]:
        """`docker inspect` of a service's container."""
        identity = self.run("ps", "--all", "--quiet", service).strip()
        run = subprocess.run(
            ["docker", "inspect", identity],
            capture_output=True,
            text=True,
            check=True,
            timeout=COMMAND_LIMIT_S,
        )
        [container] = json.loads(run.stdout)
        assert isinstance(container, dict)
        return container


class ComposeService:
    """One container of a stack, with the operations of `deploy.local.service.Service`."""

    def __init__(self, stack: ComposeStack, name: str) -> None:
        self._stack = stack
        self.name = name

    def start(self) -> None:
        self._stack.run("up", "--detach", "--no-deps", "--no-recreate", self.name)

    def stop(self) -> None:
        self._stack.run("stop", self.name)

    def kill(self) -> None:
        """As a crash would; the engine takes it for a stop and does not restart it."""
        self._stack.run("kill", self.name)

    def wait_healthy(self) -> None:
        self._wait(HEALTHY_WITHIN_S, self._is_healthy)
        if self.name == "spark":
            # Envoy asks for Spark's new address every few seconds.
            self._wait(ENVOY_FINDS_SPARK_WITHIN_S, self._answers_through_envoy)
        await_settled_addresses()

    def cpu_seconds(self) -> float:
        """User and system time of all processes in the container."""
        stats = self._stack.run("exec", "-T", self.name, "sh", "-c", "cat /proc/[0-9]*/stat")
        return sum(map(stat_seconds, stats.splitlines()))

    def _wait(self, patience_s: float, answers: Callable[[], bool]) -> None:
        try:
            until(answers, f"an answer of {self.name}", patience_s, poll_s=HEALTH_PAUSE_S)
        except WaitedInVain as error:
            raise ComposeStackError(f"{error}\n{self._stack.logs()}") from error

    def _is_healthy(self) -> bool:
        state = self._stack.inspect(self.name)["State"]
        return bool(state["Running"]) and state["Health"]["Status"] == "healthy"

    def _answers_through_envoy(self) -> bool:
        request = urllib.request.Request(
            f"{self._stack.grpcweb_url}spark.connect.SparkConnectService/AnalyzePlan",
            data=b"\0\0\0\0\0",
            headers={"content-type": "application/grpc-web+proto"},
        )
        try:
            with urllib.request.urlopen(request, timeout=HEALTHY_WITHIN_S) as answer:
                return answer.headers.get("grpc-status") not in (None, UNAVAILABLE)
        except urllib.error.URLError:
            return self._stack.inspect("envoy")["State"]["Running"] is False


def left_of(project: str) -> list[str]:
    """Containers, networks, volumes and images that carry the project's label."""
    found: list[str] = []
    for kind, every in (("container", ["--all"]), ("network", []), ("volume", []), ("image", [])):
        label = f"label=com.docker.compose.project={project}"
        run = subprocess.run(
            ["docker", kind, "ls", *every, "--quiet", "--filter", label],
            capture_output=True,
            text=True,
            check=True,
            timeout=COMMAND_LIMIT_S,
        )
        found += [f"{kind} {name}" for name in run.stdout.split()]
    return found


def env_text(environ: Mapping[str, str]) -> str:
    """Variables as an env file, quoted so that nothing in them is expanded."""
    return "".join(f"{name}='{value}'\n" for name, value in environ.items())
