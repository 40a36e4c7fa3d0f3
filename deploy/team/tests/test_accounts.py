"""A group's server as an account of its own: what it gets, and what only root has."""

from __future__ import annotations

import os
import pwd
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from deploy.local import process
from deploy.shared.errors import StackError
from deploy.team import accounts

pytestmark = pytest.mark.skipif(
    os.geteuid() != 0, reason="only root starts a process under another account"
)

ACCOUNT, OTHER = "daemon", "games"
SYSTEM_PYTHON = Path("/usr/bin/python3")


@pytest.fixture
def folder() -> Iterator[Path]:
    """Where every account may go; pytest's own folders are root's alone."""
    with tempfile.TemporaryDirectory(dir="/tmp") as name:
        Path(name).chmod(0o755)
        yield Path(name)


def group_folder(folder: Path) -> tuple[Path, Path]:
    settings = folder / "finance" / "spark-identity"
    settings.mkdir(parents=True)
    (settings / "team.conf").write_text("spark.pcw.guard on\n")
    return settings, folder / "finance" / "spark"


def tries(account: str, *command: str) -> bool:
    return not subprocess.run(
        command, cwd="/", capture_output=True, check=False, **process.as_account(account)
    ).returncode


def test_the_account_has_its_tables_and_reads_its_settings(folder: Path) -> None:
    settings, work = group_folder(folder)
    accounts.give(ACCOUNT, settings, work)
    accounts.give(ACCOUNT, settings, work)  # at the next start
    assert tries(ACCOUNT, "touch", str(work / "table"))
    assert tries(ACCOUNT, "cat", str(settings / "team.conf"))


def test_it_changes_nothing_that_root_will_write(folder: Path) -> None:
    settings, work = group_folder(folder)
    accounts.give(ACCOUNT, settings, work)
    for place in (settings / "team.conf", settings / "new", settings.parent / "new"):
        assert not tries(ACCOUNT, "touch", str(place)), place


def test_another_account_reads_neither(folder: Path) -> None:
    settings, work = group_folder(folder)
    accounts.give(ACCOUNT, settings, work)
    assert tries(ACCOUNT, "touch", str(work / "table"))
    assert work.stat().st_mode & 0o777 == 0o700  # accounts may have one primary group
    assert not tries(OTHER, "ls", str(work))
    assert not tries(OTHER, "cat", str(work / "table"))
    assert not tries(OTHER, "cat", str(settings / "team.conf"))


def test_tables_of_somebody_else_are_not_taken(folder: Path) -> None:
    settings, work = group_folder(folder)
    accounts.give(OTHER, settings, work)
    with pytest.raises(StackError, match=f"chown -R {ACCOUNT} {work}"):
        accounts.give(ACCOUNT, settings, work)
    assert work.stat().st_uid == pwd.getpwnam(OTHER).pw_uid


def test_an_account_that_cannot_run_the_server_is_told_so(folder: Path) -> None:
    settings, _ = group_folder(folder)
    conf = settings / "team.conf"
    conf.chmod(0o600)
    with pytest.raises(StackError, match=r"cannot run .* where that account may read them"):
        accounts.require_readable(ACCOUNT, SYSTEM_PYTHON, conf, {})
    with pytest.raises(StackError, match="cannot run"):
        accounts.require_readable(ACCOUNT, folder / "no-python", conf, {})


def test_a_service_runs_as_the_account_and_its_log_is_roots(folder: Path) -> None:
    log = folder / "spark-finance.log"
    program = "import os; print(os.getuid(), os.getgid(), os.getgroups())"
    handle = process.start(
        [str(SYSTEM_PYTHON), "-c", program],
        cwd=folder,
        environ={},
        log=log,
        record=folder / "spark-finance.json",
        stack=folder,
        user=ACCOUNT,
    )
    assert process.wait_until_gone(handle, 30)
    account = pwd.getpwnam(ACCOUNT)
    assert log.read_text() == f"{account.pw_uid} {account.pw_gid} []\n"
    assert not tries(ACCOUNT, "cat", str(log))
