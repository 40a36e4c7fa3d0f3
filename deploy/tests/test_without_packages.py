"""What stops a stack, and what looks at one, needs Python alone: the environment may be gone."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from deploy.shared.config import ROOT

NO_TRACE_OF_IT = 3


def ran(folder: Path, module: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """The command, by a Python that has its standard library only."""
    return subprocess.run(
        [sys.executable, "-S", "-m", module, *arguments],
        cwd=ROOT,
        env={**os.environ, "PCW_STATE_DIR": str(folder)},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("module", ["deploy.local", "deploy.team"])
def test_down_status_and_logs_work_without_an_environment(tmp_path: Path, module: str) -> None:
    down = ran(tmp_path, module, "down")
    assert (down.returncode, down.stdout) == (0, "Nothing was running.\n"), down.stderr
    status = ran(tmp_path, module, "status")
    assert status.returncode == NO_TRACE_OF_IT, status.stderr
    assert "envoy" in status.stdout
    logs = ran(tmp_path, module, "logs")
    assert logs.returncode == 0, logs.stderr
    assert "no log yet" in logs.stdout


@pytest.mark.parametrize(
    "module",
    [
        *("deploy.compose", "deploy.team.compose", "deploy.kubernetes", "deploy.supply"),
        *("deploy.compose.pin_images", "deploy.docs"),
    ],
)
def test_a_command_tells_how_it_is_used_without_an_environment(tmp_path: Path, module: str) -> None:
    told = ran(tmp_path, module, "--help")
    assert told.returncode == 0, told.stderr
    assert "--help" in told.stdout
