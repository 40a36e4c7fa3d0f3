"""A stack in a directory of its own, driven by its command line; nothing of it outlives a test."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from deploy.local import process
from deploy.shared.config import PORT_VARIABLES, ROOT, Ports
from deploy.tests.fake_spark import python_that_runs_it

COMMAND_PATIENCE_S = 60
POLL_S = 0.05


@dataclass
class CommandLine:
    """`python -m deploy.local`, with the settings of one test."""

    folder: Path
    ports: Ports
    environ: dict[str, str] = field(default_factory=dict)

    @property
    def state_dir(self) -> Path:
        return self.folder / "run"

    python: tuple[str, ...] = (sys.executable,)

    def without_packages(self) -> CommandLine:
        """The same, run by a Python that has its standard library alone."""
        return replace(self, python=(sys.executable, "-S"))

    def start(self, *arguments: str, **environ: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [*self.python, "-m", "deploy.local", *arguments],
            cwd=ROOT,
            env={**os.environ, **self.environ, **environ},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def run(self, *arguments: str, **environ: str) -> subprocess.CompletedProcess[str]:
        running = self.start(*arguments, **environ)
        out, err = running.communicate(timeout=COMMAND_PATIENCE_S)
        return subprocess.CompletedProcess(arguments, running.returncode, out, err)

    def pids(self) -> dict[str, int]:
        handles = {
            name: process.Handle.load(self.state_dir / f"{name}.json")
            for name in ("spark", "site", "envoy")
        }
        return {name: handle.pid for name, handle in handles.items() if handle}

    def processes(self) -> list[int]:
        """All that is alive of this stack, children included."""
        return list(process.marked(self.state_dir))


@pytest.fixture
def cli(tmp_path: Path) -> Iterator[CommandLine]:
    site = tmp_path / "site"
    site.mkdir()
    (site / "index.html").write_text("<h1>the site</h1>")
    ports = Ports.free()
    environ = {variable: str(getattr(ports, name)) for name, variable in PORT_VARIABLES.items()}
    environ |= {
        "PCW_STATE_DIR": str(tmp_path / "run"),
        "PCW_SITE_DIR": str(site),
        "PCW_SPARK_PYTHON": str(python_that_runs_it(tmp_path)),
    }
    command_line = CommandLine(tmp_path, ports, environ)
    yield command_line
    process.kill_marked(command_line.state_dir)


@pytest.fixture
def eventually() -> Callable[[Callable[[], object]], None]:
    """Waits for a condition; fails loudly instead of hanging."""

    def wait(condition: Callable[[], object]) -> None:
        give_up = time.monotonic() + COMMAND_PATIENCE_S
        while not condition():
            assert time.monotonic() < give_up, "it did not happen"
            time.sleep(POLL_S)

    return wait
