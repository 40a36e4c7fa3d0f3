"""A tool's packages by its lock, in a folder of the cache: no requirement of anything else here."""

from __future__ import annotations

import hashlib
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from spark.cache import cache_dir

_TIMEOUT_S = 600


class LockError(RuntimeError):
    """The packages cannot be installed; the message says what to do."""


def packages(lock: Path, finish: Callable[[Path], None] = lambda _folder: None) -> Path:
    """A folder for PYTHONPATH with what ``lock`` names; downloaded once, by hash.

    ``finish`` does once to the folder what else is to be done.

    Raises:
        LockError: it cannot be.
    """
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    key = hashlib.sha256(lock.read_bytes() + version.encode()).hexdigest()[:16]
    target = cache_dir() / f"{lock.stem}-{key}"
    if target.exists():
        return target
    print(f"Installing the packages of {lock.name} (once)", file=sys.stderr, flush=True)
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=target.parent) as work:
        folder = Path(work) / "packages"
        _install(lock, folder)
        finish(folder)
        try:
            folder.rename(target)
        except OSError:
            if not target.exists():  # else somebody else was first
                raise
    return target


def _install(lock: Path, folder: Path) -> None:
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    command += ["--no-input", "--no-deps", "--require-hashes", "--target", str(folder)]
    try:
        answer = subprocess.run(
            [*command, "-r", str(lock)],
            capture_output=True,
            text=True,
            timeout=_TIMEOUT_S,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise LockError(f"{lock.name} could not be downloaded in {_TIMEOUT_S} s.") from error
    if answer.returncode:
        last = answer.stderr.strip().splitlines()[-1:] or ["pip said nothing"]
        raise LockError(f"{lock.name} could not be installed ({last[0]}): try again.")
