"""A bill of material for each lock and for the built site, in CycloneDX 1.6 (JSON).

The same locks and the same site give the same bytes. Python's locks are read by `cyclonedx-py`,
what it does not know by `deploy/supply/listed.py`; all are checked against CycloneDX' own schema.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from deploy.local.locked import packages
from deploy.shared.config import ROOT

SUFFIX = ".cdx.json"
LOCK = ROOT / "requirements" / "sbom.txt"
PYTHON_LOCKS = ROOT / "requirements"
NPM_LOCKS = {
    "npm-checks": ROOT / "package-lock.json",
    "npm-provider": ROOT / "deploy" / "team" / "idp" / "package-lock.json",
}
_LISTED = Path(__file__).with_name("listed.py")
_TIMEOUT_S = 300


class BillError(RuntimeError):
    """One cannot be written; the message says which and why."""


def write(out: Path, site: Path) -> Iterator[tuple[Path, int]]:
    """Each one's path, and how many components it has, as soon as it is there.

    Raises:
        BillError: there is no site, or a lock cannot be read.
        LockError: the tool for it cannot be installed.
    """
    if not (site / "pcw-site.json").exists():
        raise BillError(f"{site} is no built site: run `make site`, or name it with --site.")
    folder = packages(LOCK)
    out.mkdir(parents=True, exist_ok=True)
    for old in out.glob(f"*{SUFFIX}"):
        old.unlink()
    for lock in sorted(PYTHON_LOCKS.glob("*.txt")):
        command = ["-m", "cyclonedx_py", "requirements", str(lock)]
        command += ["--output-reproducible", "--no-validate", "-o"]
        yield _write(folder, out / f"python-{lock.stem}{SUFFIX}", *command)
    for name, lock in NPM_LOCKS.items():
        yield _write(folder, out / f"{name}{SUFFIX}", str(_LISTED), "npm", str(lock))
    yield _write(folder, out / f"site{SUFFIX}", str(_LISTED), "site", str(site))
    # All at once: to read the schema takes longer than to check a bill.
    _run(folder, "A bill", str(_LISTED), "check", *map(str, sorted(out.glob(f"*{SUFFIX}"))))


def _write(folder: Path, path: Path, *command: str) -> tuple[Path, int]:
    """Runs a command, whose last word is the file that it is to write."""
    _run(folder, path.name, *command, str(path))
    return path, len(json.loads(path.read_text(encoding="utf-8")).get("components", []))


def _run(folder: Path, what: str, *command: str) -> None:
    answer = subprocess.run(
        [sys.executable, *command],
        env={**os.environ, "PYTHONPATH": str(folder)},
        capture_output=True,
        text=True,
        timeout=_TIMEOUT_S,
        check=False,
    )
    if answer.returncode:
        last = answer.stderr.strip().splitlines()[-1:] or ["it said nothing"]
        raise BillError(f"{what} could not be written: {last[0]}")
