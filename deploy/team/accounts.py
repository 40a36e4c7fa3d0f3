"""A group's server under an account of its own, started by root."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

from deploy.local.process import as_account
from deploy.shared.config import ROOT
from deploy.shared.errors import StackError


def environ_of(account: str, home: Path) -> Mapping[str, str]:
    """In place of root's own."""
    return {"HOME": str(home), "USER": account, "LOGNAME": account} if account else {}


def give(account: str, settings: Path, work: Path) -> None:
    """``settings`` to read and ``work`` to have; the folder around them stays root's.

    Root never writes below what the account owns: a link there could lead anywhere.

    Raises:
        StackError: ``work`` is somebody else's already.
    """
    owner = pwd.getpwnam(account)
    for folder in (settings.parent, settings):
        shutil.chown(folder, group=owner.pw_gid)
        folder.chmod(0o750)
    for file in settings.iterdir():
        shutil.chown(file, group=owner.pw_gid)
        file.chmod(0o640)
    if not work.exists():
        work.mkdir(mode=0o700)
        os.chown(work, owner.pw_uid, owner.pw_gid)
    if work.stat().st_uid != owner.pw_uid:
        raise StackError(
            f"{work}, with a group's tables, is another account's than {account}: "
            f"`chown -R {account} {work}`."
        )


def require_readable(
    account: str, python: Path, settings: Path, environ: Mapping[str, str]
) -> None:
    """The account can run what root asks of it; ``environ`` is the server's, on top of ours.

    Raises:
        StackError: it cannot.
    """
    command = [str(python), "-c", "import sys, spark.launcher; open(sys.argv[1]).close()"]
    try:
        answer = subprocess.run(
            [*command, str(settings)],
            cwd=ROOT,
            env={**os.environ, **environ},
            capture_output=True,
            text=True,
            check=False,
            **as_account(account),
        )
        why = (answer.stderr.strip().splitlines() or ["it failed"])[-1] if answer.returncode else ""
    except OSError as error:
        why = str(error)
    if why:
        raise StackError(
            f"The account {account} cannot run {python} in {ROOT} and read {settings} ({why}): put "
            "the project, its environments and PCW_STATE_DIR where that account may read them."
        )
