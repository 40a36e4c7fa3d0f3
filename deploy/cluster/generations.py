"""Which generations of Connect servers there are, and with what each was started.

A generation is all Connect servers that were started together. New sessions are the current one's;
the one before it, while it is drained, keeps those it has. The record outlives every command.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path

from deploy.cluster.conf import SLOTS, ClusterConfig
from deploy.shared.files import write_private


@dataclass(frozen=True)
class Generation:
    """What its servers were started with, so that it can be had again."""

    number: int
    servers: int
    spark_python: str
    server_memory: str
    conf: dict[str, str] = field(default_factory=dict)
    interceptors: list[str] = field(default_factory=list)
    jars: list[str] = field(default_factory=list)
    environ: dict[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, number: int, config: ClusterConfig) -> Generation:
        return cls(
            number=number,
            servers=config.servers,
            spark_python=str(config.spark_python),
            server_memory=config.server_memory,
            conf=dict(config.conf),
            interceptors=list(config.interceptors),
            jars=[str(jar) for jar in config.jars],
            environ=dict(config.environ),
        )

    @property
    def slot(self) -> int:
        """Which ports it has: a generation and its successor differ."""
        return self.number % SLOTS

    def config(self, config: ClusterConfig) -> ClusterConfig:
        """This cluster, with the settings of this generation."""
        return replace(
            config,
            spark_python=Path(self.spark_python),
            server_memory=self.server_memory,
            conf=self.conf,
            interceptors=tuple(self.interceptors),
            jars=tuple(Path(jar) for jar in self.jars),
            environ=self.environ,
        )


@dataclass(frozen=True)
class Generations:
    current: Generation
    draining: Generation | None = None
    """Keeps its sessions and gets no new ones; stopped when it has none."""
    before: Generation | None = None
    """What a rollback goes back to."""

    def save(self, folder: Path) -> None:
        # Settings may hold a secret, and an environment too.
        write_private(_record(folder), json.dumps(asdict(self), indent=1))

    @classmethod
    def load(cls, folder: Path) -> Generations | None:
        try:
            stored: Mapping[str, dict[str, object] | None] = json.loads(_record(folder).read_text())
        except FileNotFoundError:
            return None
        found = {name: Generation(**one) if one else None for name, one in stored.items()}  # type: ignore[arg-type]
        assert found["current"] is not None
        return cls(found["current"], found["draining"], found["before"])


def _record(folder: Path) -> Path:
    return folder / "generations.json"
