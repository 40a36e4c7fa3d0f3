"""Every command of docs/upkeep.md, in its order, on a team's stack with people at work.

Last of all: it stops the stack on the way.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import uuid
from collections.abc import Callable
from pathlib import Path

import pytest
from pyspark.sql.connect.proto import base_pb2 as pb

from deploy.shared.config import ROOT
from deploy.team.stack import TeamStack
from e2e.cluster.team import cluster_of, remote, server_of
from e2e.cluster.work import InBackground, slow_sum
from e2e.native_clients import native_session
from e2e.team.calls import frame, post, provider_of, version_request
from e2e.waiting import until

pytestmark = pytest.mark.any_stack
PAGE = ROOT / "docs" / "upkeep.md"
ARCHIVE = "kept.tar.gz"
PATIENCE_S = 120.0
ROWS = 11
FAILED_MAKE = 2


def commands() -> list[str]:
    blocks = re.findall(r"```sh\n(.*?)```", PAGE.read_text(), re.S)
    return [line for block in blocks for line in block.splitlines() if line.strip()]


class Shell:
    """Runs lines in the project's folder, with the stack's settings; a backup is elsewhere."""

    def __init__(self, folder: Path, environ: dict[str, str]) -> None:
        self.folder = folder
        state = Path(environ["PCW_STATE_DIR"]) / "cluster"
        python = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
        more = {"PCW_CLUSTER_STATE_DIR": str(state), "PATH": python}
        self.environ = {**os.environ, **environ, **more}

    @property
    def archive(self) -> Path:
        return self.folder / ARCHIVE

    def start(self, line: str) -> Running:
        return Running(self, line)


class Running:
    def __init__(self, shell: Shell, line: str) -> None:
        self.line = line
        self._file = shell.folder / uuid.uuid4().hex
        with self._file.open("w") as output:
            self.process = subprocess.Popen(
                line.replace(ARCHIVE, str(shell.archive)),
                shell=True,
                cwd=ROOT,
                env=shell.environ,
                stdout=output,
                stderr=subprocess.STDOUT,
            )

    @property
    def said(self) -> str:
        return self._file.read_text()

    def ends(self, code: int = 0) -> str:
        """What it said in all."""
        assert self.process.wait(PATIENCE_S) == code, f"{self.line}\n{self.said}"
        assert "Traceback" not in self.said
        return self.said


@pytest.fixture
def shell(tmp_path: Path, team_environ: dict[str, str]) -> Shell:
    return Shell(tmp_path, team_environ)


def test_a_running_cluster_is_not_backed_up(team: TeamStack, shell: Shell) -> None:
    said = shell.start(f"python -m deploy.cluster backup {ARCHIVE}").ends(1)
    assert "stop it first" in said
    assert not shell.archive.exists()
    assert cluster_of(team).server(0).is_alive()


def ask_as_a_tab_does(team: TeamStack, user: str) -> None:
    """By grpc-web, a session of its own, which is ended."""
    session, bearer = str(uuid.uuid4()), f"Bearer {provider_of(team).token(user)}"
    release = pb.ReleaseSessionRequest(session_id=session).SerializeToString()
    for method, message in (("AnalyzePlan", version_request(session)), ("ReleaseSession", release)):
        answer = post(team, frame(message), method, authorization=bearer)
        assert (answer.http, answer.grpc) == (200, 0), answer


def upgraded_under_people(team: TeamStack, shell: Shell, upgrading: Running) -> None:
    """While the old servers' last session works on, new ones are on new servers."""
    envoy, old = team.envoy.pid, cluster_of(team).servers
    with native_session(remote(team, "alice")) as before:
        before.range(5).createOrReplaceTempView("kept")
        until(lambda: "waiting for 1 session" in upgrading.said, "the upgrade to wait")
        query = InBackground(lambda: slow_sum(before, seconds=1))
        assert server_of(team, "alice") not in {server.name for server in old}
        ask_as_a_tab_does(team, "alice")
        assert query.result() == sum(range(100))
        assert before.table("kept").count() == 5
        assert "at work" in shell.start("make team-down").ends(FAILED_MAKE)
        assert upgrading.process.poll() is None
    assert "no sessions were cut off" in upgrading.ends()
    assert not any(server.is_alive() for server in old)
    assert team.envoy.pid == envoy


def test_every_command_of_the_page_works_in_its_order(team: TeamStack, shell: Shell) -> None:
    cluster = cluster_of(team)
    with native_session(remote(team, "alice")) as spark:
        spark.range(ROWS).write.mode("overwrite").saveAsTable("kept")
    secret, generation = cluster.config.secret(), cluster.generations.current.number
    special: dict[str, Callable[[Running], None]] = {
        "team-upgrade": lambda running: upgraded_under_people(team, shell, running),
    }
    words = [re.findall(r"team-\w+|deploy[.]\w+ \w+|^mv", line)[0] for line in commands()]
    assert words == [
        *("team-status", "team-logs", "team-upgrade", "team-rollback", "team-down"),
        *("deploy.cluster backup", "mv", "deploy.cluster restore", "deploy.team up"),
    ]
    for word, line in zip(words, commands(), strict=True):
        running = shell.start(line)
        special.get(word, Running.ends)(running)
        if word == "team-status":
            assert running.said.count("answers, 0 sessions") == len(cluster.servers)
        if word == "team-rollback":
            assert cluster.generations.current.number == generation + 2
    assert shell.archive.stat().st_mode & 0o077 == 0
    assert secret not in shell.archive.read_bytes().decode(errors="replace")
    assert cluster.config.secret() != secret
    with native_session(remote(team, "bob")) as spark:
        assert spark.table("kept").count() == ROWS
        spark.range(1).write.insertInto("kept")
        assert spark.table("kept").count() == ROWS + 1
