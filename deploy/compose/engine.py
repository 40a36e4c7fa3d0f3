"""`docker compose`, asked from here: commands with their output shown, and questions."""

from __future__ import annotations

import json
import re
import signal
import subprocess
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cache

from deploy.mode import has_plugin
from deploy.shared.config import ROOT
from deploy.shared.errors import StackError

END_PATIENCE_S = 60.0
_CONTROL = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")  # which compose writes in spite of --no-color
EVERY_PROFILE = ("--profile", "*")
Environ = Mapping[str, str] | None
"""What `docker compose` is told by its environment: which files, which project; None is our own."""


@dataclass(frozen=True)
class Container:
    """A container of the project, as `docker compose ps` describes it."""

    service: str
    state: str
    """`running`, `exited`, `restarting`, …"""
    health: str
    """`healthy`, `unhealthy`, `starting`; empty where there is no healthcheck."""
    ports: tuple[int, ...]
    """The host's ports that lead into it."""

    @property
    def answers(self) -> bool:
        return self.state == "running" and self.health in ("healthy", "")


def compose(*arguments: str, environ: Environ = None) -> int:
    """Runs a command with its output shown; returns its exit code.

    When interrupted it waits for the command, which hears the same Ctrl-C, and raises then.

    Raises:
        StackError: there is no `docker compose`.
    """
    _require_plugin()
    child = subprocess.Popen(["docker", "compose", *arguments], cwd=ROOT, env=environ)
    try:
        return child.wait()
    except BaseException:
        child.send_signal(signal.SIGINT)
        with suppress(subprocess.TimeoutExpired):
            child.wait(END_PATIENCE_S)
        child.kill()
        raise


def containers(environ: Environ = None) -> list[Container]:
    """All containers of the project, those of opt-in profiles too."""
    text = _asked([*EVERY_PROFILE, "ps", "--all", "--format", "json"], environ)
    return sorted(map(_container, map(json.loads, text.splitlines())), key=lambda c: c.service)


def service_names(environ: Environ = None) -> list[str]:
    return sorted(_asked([*EVERY_PROFILE, "config", "--services"], environ).split())


def answer(service: str, *command: str) -> str:
    """What a command inside a service's container writes, without blanks around it."""
    return _asked(["exec", "-T", service, *command]).strip()


def last_words(service: str, environ: Environ = None) -> str:
    """The last line of its log; empty for one that wrote nothing."""
    written = _asked(["logs", "--no-log-prefix", "--no-color", "--tail", "1", service], environ)
    return (_CONTROL.sub("", written).strip().splitlines() or [""])[-1]


def why_not(command: str, environ: Environ = None) -> str:
    """Why not all of the project answers, after an `up` that failed, in one sentence.

    ``command`` shows the logs of a service whose name follows it.
    """
    faulty = [container for container in containers(environ) if not container.answers]
    if not faulty:
        return "The containers could not be built or started: the reason is above."
    words = ", ".join(f"{c.service} is {c.health or c.state}" for c in faulty)
    for container in faulty:
        if container.state != "running" and (line := last_words(container.service, environ)):
            return f"{container.service} ended at start: {line}"
    names = " ".join(c.service for c in faulty)
    return f'Not all of the stack answers ({words}): see `{command} ARGS="{names}"`.'


def _container(row: dict[str, object]) -> Container:
    publishers = row.get("Publishers") or []
    assert isinstance(publishers, list)
    return Container(
        service=str(row["Service"]),
        state=str(row["State"]),
        health=str(row.get("Health") or ""),
        ports=tuple(sorted({p["PublishedPort"] for p in publishers if p["PublishedPort"]})),
    )


@cache
def _require_plugin() -> None:
    """Without it `docker` takes the options for its own, and answers with its usage."""
    if not has_plugin():
        raise StackError(
            "`docker compose` is not installed: install the Compose plugin of Docker, or have "
            "STACK=local run the stack without it."
        )


def _asked(arguments: Sequence[str], environ: Environ = None) -> str:
    _require_plugin()
    run = subprocess.run(
        ["docker", "compose", *arguments],
        cwd=ROOT,
        env=environ,
        capture_output=True,
        text=True,
        check=False,
    )
    if run.returncode:
        reason = (run.stderr.strip().splitlines() or ["it wrote nothing"])[-1]
        raise StackError(
            f"`docker compose {' '.join(arguments)}` failed ({reason}): is the engine running? "
            "STACK=local runs the stack without it."
        )
    return run.stdout
