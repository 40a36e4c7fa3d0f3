"""A team's stack in containers: the files that they are given, and `docker compose` on them."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from deploy.compose import engine
from deploy.shared.errors import StackError
from deploy.shared.interrupts import uninterrupted
from deploy.shared.ports import require_free
from deploy.team.compose import files
from deploy.team.compose.mount import Mount, Owner
from deploy.team.config import TeamConfig
from deploy.team.settings import LOOPBACK, refuse_what_is_unsafe
from deploy.team.stack import TeamStack

PROJECT = "pyspark-connect-web-team"
_HERE = Path("deploy") / "team"
_ENVOYS_USER = 101
ANSWERS_WITHIN_S = 30.0


@dataclass(frozen=True)
class Containers:
    """One deployment. Tests make their own, with a project and ports of their own."""

    config: TeamConfig
    project: str = PROJECT
    environ: Mapping[str, str] = field(default_factory=lambda: dict(os.environ))
    """Of the command; what it says of sizes and of the site's content holds here too."""

    @classmethod
    def from_environment(
        cls, config: TeamConfig, environ: Mapping[str, str] = os.environ
    ) -> Containers:
        return cls(config, environ.get("COMPOSE_PROJECT_NAME") or PROJECT, dict(environ))

    @cached_property
    def addresses(self) -> TeamStack:
        """The same deployment as processes, for its addresses and its check; it is not started."""
        return TeamStack(self.config)

    @property
    def folder(self) -> Path:
        return self.config.state_dir / "containers"

    @cached_property
    def mounts(self) -> dict[str, Mount]:
        """By container, those that are given files."""
        owner = Owner.of_secrets(_ENVOYS_USER)
        mounts = {"envoy": Mount(self.folder / "envoy", owner), "keys": Mount(self.folder / "keys")}
        mounts["spark"] = Mount(self.folder / "spark")
        if self.config.settings.demo:
            mounts["provider"] = Mount(self.folder / "provider", owner)
        return mounts

    @property
    def services(self) -> list[str]:
        settings = self.config.settings
        spark = [] if settings.spark_servers else ["keys", "spark"]
        return ["envoy", "site", *spark, *(["provider"] if settings.demo else [])]

    def prepare(self) -> None:
        """All files, before anything starts; of a stack that runs, those that changed.

        Raises:
            StackError: a setting cannot be used, or the provider does not answer.
        """
        if self.config.settings.demo:
            self.config.belongings.make()
        else:
            refuse_what_is_unsafe(self.config.settings)
        endpoints = files.endpoints_of(self.config)
        made = {
            "envoy": files.of_envoy(self.config, endpoints),
            "keys": files.of_keys(self.config, endpoints),
            "spark": files.of_spark(self.config, endpoints),
        }
        if self.config.settings.demo:
            made["provider"] = files.of_provider(self.config)
        # The user of an image may be somebody else's number on this machine.
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        for name, content in made.items():
            pair = files.certificate(self.config) if name == "envoy" else None
            self.mounts[name].put(content, pair)

    def up(self) -> None:
        """Builds what changed, starts it, and waits until it answers through TLS.

        Raises:
            StackError: it does not; what was started is stopped again where that was new.
        """
        running = engine.containers(self.engine_environ())
        if not running:
            self._require_free_ports()
        self.prepare()
        environ = self.engine_environ()
        try:
            code = engine.compose("up", "--build", "--wait", "--remove-orphans", environ=environ)
        except BaseException:
            with uninterrupted():
                print("stopping what was started", flush=True)
                self.down()
            raise
        if code:
            raise StackError(engine.why_not("make team-logs STACK=compose", environ))
        self._wait(self.addresses.envoy.health)

    def down(self, *more: str) -> int:
        """Containers, networks and copies of secrets go; volumes too if ``more`` is `--volumes`."""
        environ = self.engine_environ()
        command = (*engine.EVERY_PROFILE, "down", "--remove-orphans", *more)
        code = engine.compose(*command, environ=environ)
        for mount in self.mounts.values():
            mount.remove()
        return code

    def engine_environ(self) -> dict[str, str]:
        """What `docker compose` is told; no secret is in it."""
        settings, overlays = self.config.settings, [_HERE / "compose.yaml"]
        if settings.demo:
            overlays.append(_HERE / "demo.yaml")
        versions = {
            f"TEAM_{name.upper()}_FILES": mount.version for name, mount in self.mounts.items()
        }
        return {
            **self.environ,
            "COMPOSE_PROJECT_NAME": self.project,
            "COMPOSE_PROFILES": "" if settings.spark_servers else "spark",
            "COMPOSE_FILE": os.pathsep.join(map(str, ("compose.yaml", *overlays))),
            "TEAM_FOLDER": str(self.folder),
            "TEAM_USER": str(self.mounts["envoy"].owner),
            "TEAM_BIND": "127.0.0.1" if settings.bind == "localhost" else settings.bind,
            "TEAM_PORT": str(settings.port),
            "TEAM_METRICS_PORT": str(settings.metrics_port),
            "TEAM_PROVIDER_PORT": str(settings.provider_port),
            "TEAM_URL": settings.url,
            "TEAM_AUDIENCE": settings.identity.audiences[0],
            **versions,
        }

    def _require_free_ports(self) -> None:
        settings = self.config.settings
        require_free(settings.bind, settings.port, "PCW_TEAM_PORT")
        require_free(LOOPBACK[0], settings.metrics_port, "PCW_TEAM_METRICS_PORT")
        if settings.demo:
            require_free(LOOPBACK[0], settings.provider_port, "PCW_TEAM_PROVIDER_PORT")

    @staticmethod
    def _wait(problem: Callable[[], str]) -> None:
        give_up = time.monotonic() + ANSWERS_WITHIN_S
        while said := problem():
            if time.monotonic() > give_up:
                raise StackError(f'{said}: see `make team-logs STACK=compose ARGS="envoy"`.')
            time.sleep(0.2)
