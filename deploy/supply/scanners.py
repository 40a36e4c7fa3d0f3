"""Programs that look for known faults in a bill of material; none of them is installed by this."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from deploy.supply.bills import PYTHON_LOCKS, SUFFIX


@dataclass(frozen=True)
class Scanner:
    """One that ends with another exit code than 0 where it finds something."""

    name: str
    arguments: Callable[[Path], Sequence[str]]
    """What it is told, of one bill; nothing where it cannot read it."""


def _pip_audit(bill: Path) -> Sequence[str]:
    """It reads locks, not bills."""
    kind, _, lock = bill.name.partition("-")
    if kind != "python":
        return ()
    path = PYTHON_LOCKS / f"{lock.removesuffix(SUFFIX)}.txt"
    return ("--requirement", str(path), "--require-hashes", "--disable-pip")


KNOWN = (
    Scanner("trivy", lambda bill: ("sbom", "--quiet", "--exit-code", "1", str(bill))),
    Scanner("grype", lambda bill: (f"sbom:{bill}", "--fail-on", "negligible")),
    Scanner("osv-scanner", lambda bill: ("scan", "source", "--lockfile", str(bill))),
    Scanner("pip-audit", _pip_audit),
)


def installed() -> Scanner | None:
    """The first of them on PATH."""
    return next((each for each in KNOWN if shutil.which(each.name)), None)


def look(scanner: Scanner, bills: Sequence[Path]) -> list[str]:
    """Asks about each, with its answer shown; the names of those in which it found something."""
    faulty = []
    for bill in bills:
        arguments = scanner.arguments(bill)
        if not arguments:
            print(f"{scanner.name} does not read {bill.name}", flush=True)
            continue
        print(f"{scanner.name}: {bill.name}", flush=True)
        if subprocess.run([scanner.name, *arguments], check=False).returncode:
            faulty.append(bill.name)
    return faulty
