"""Every command of docs/upkeep.md, in its order. Last of all: it stops the cluster on the way."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from deploy.cluster.cluster import Cluster
from deploy.local.config import ROOT
from e2e.native_clients import native_session

pytestmark = pytest.mark.any_stack
PAGE = ROOT / "docs" / "upkeep.md"
PATIENCE_S = 240
ROWS = 11


def commands() -> list[str]:
    blocks = re.findall(r"```sh\n(.*?)```", PAGE.read_text(), re.S)
    return [line for block in blocks for line in block.splitlines() if line.strip()]


class Shell:
    """Runs lines in a folder, with the cluster's settings."""

    def __init__(self, folder: Path, environ: dict[str, str]) -> None:
        self.folder = folder
        python = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
        self.environ = {**os.environ, **environ, "PATH": python, "PYTHONPATH": str(ROOT)}

    def __call__(self, line: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            line,
            shell=True,
            cwd=self.folder,
            env=self.environ,
            capture_output=True,
            text=True,
            timeout=PATIENCE_S,
            check=False,
        )


@pytest.fixture
def shell(tmp_path: Path, environ: dict[str, str]) -> Shell:
    return Shell(tmp_path, environ)


def test_a_running_cluster_is_not_backed_up(cluster: Cluster, shell: Shell) -> None:
    answer = shell("python -m deploy.cluster backup kept.tar.gz")
    assert answer.returncode == 1
    assert "stop it first" in answer.stderr
    assert not list(shell.folder.iterdir())
    assert cluster.server(0).is_alive()


def test_every_command_of_the_page_works_in_its_order(cluster: Cluster, shell: Shell) -> None:
    with native_session(cluster.server(0).remote) as spark:
        spark.range(ROWS).write.mode("overwrite").saveAsTable("kept")
    secret = cluster.config.secret()
    generation = cluster.generations.current.number
    asked = commands()
    assert [line.split()[3] for line in asked if "deploy.cluster" in line] == [
        *("status", "logs", "upgrade", "rollback", "down", "backup", "restore", "up")
    ]
    for line in asked:
        answer = shell(line)
        assert answer.returncode == 0, f"{line}\n{answer.stdout}{answer.stderr}"
        assert "Traceback" not in answer.stderr
        if "rollback" in line:
            assert cluster.generations.current.number == generation + 2
    archive = shell.folder / "kept.tar.gz"
    assert archive.stat().st_mode & 0o077 == 0
    assert secret not in archive.read_bytes().decode(errors="replace")
    assert cluster.config.secret() != secret
    with native_session(cluster.server(1).remote) as spark:
        assert spark.table("kept").count() == ROWS
        spark.range(1).write.insertInto("kept")
        assert spark.table("kept").count() == ROWS + 1
