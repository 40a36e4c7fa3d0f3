"""Fills `dist/pyodide/` and writes the lock that Pyodide reads there."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType
from typing import Any

from builder.artifacts import Artifact
from builder.constants import (
    ADDED_DEPENDS,
    EXTRA_DEPENDS,
    EXTRA_IMPORTS,
    PYODIDE_DIR,
    PYODIDE_LOCK,
)
from builder.digest import sha256
from builder.lockfile import Lock, check_official
from builder.wheel_contents import import_names, normalized, wheel_name
from builder.wheels import Wheel, pure_wheel

Files = dict[Artifact, bytes]
NOTHING: Mapping[str, list[str]] = MappingProxyType({})


def write_pyodide(
    dist: Path,
    lock: Lock,
    files: Files,
    root_wheels: Iterable[Wheel],
    depends: Mapping[str, list[str]] = NOTHING,
) -> None:
    """The core and the vendored wheels as they are, and the amended lock.

    `depends` is of the wheels of `PACKAGES` that Pyodide's lock does not describe.
    """
    folder = dist / PYODIDE_DIR
    folder.mkdir(parents=True)
    by_name = {artifact.file_name: data for artifact, data in files.items()}
    official = json.loads(by_name[PYODIDE_LOCK])
    check_official(lock, official)
    for artifact in lock.core:
        (folder / artifact.file_name).write_bytes(files[artifact])
    wheels = [(a, files[a]) for a in lock.wheels] + [
        made_wheel(a, files[a]) for a in lock.pure_sdists
    ]
    for artifact, data in wheels:
        (folder / artifact.file_name).write_bytes(data)
    amended = amend(official, wheels, root_wheels, depends)
    (folder / PYODIDE_LOCK).write_text(json.dumps(amended, sort_keys=True), "utf-8")


def made_wheel(artifact: Artifact, sdist: bytes) -> tuple[Artifact, bytes]:
    """The wheel that an sdist becomes, as if it had been vendored."""
    wheel = pure_wheel(sdist, artifact.name, artifact.version)
    made = replace(artifact, file_name=wheel.file_name, sha256=sha256(wheel.data))
    return made, wheel.data


def amend(
    official: dict[str, Any],
    vendored: Iterable[tuple[Artifact, bytes]],
    root_wheels: Iterable[Wheel],
    depends: Mapping[str, list[str]] = NOTHING,
) -> dict[str, Any]:
    """Pyodide's lock with what is on disk only: an entry without a file is a dead kernel.

    Pyodide resolves `file_name` against the lock's own address, so `../` reaches the site root
    and the site works under any path.
    """
    known = official["packages"]
    packages = {}
    for artifact, data in vendored:
        name = artifact.name
        entry = known.get(name) or new_entry(name, data, depends.get(name))
        entry = renamed(entry, artifact.version, artifact.file_name, data)
        entry["depends"] = [normalized(one) for one in depends.get(name, entry["depends"])]
        entry["depends"] += ADDED_DEPENDS.get(name, [])
        packages[artifact.name] = entry
    for wheel in root_wheels:
        name = wheel_name(wheel.file_name)
        file_name = f"../{wheel.file_name}"
        entry = new_entry(name, wheel.data)
        packages[name] = renamed(entry, wheel.version, file_name, wheel.data)
    return {**official, "packages": dict(sorted(packages.items()))}


def renamed(entry: dict[str, Any], version: str, file_name: str, data: bytes) -> dict[str, Any]:
    changes = {"version": version, "file_name": file_name, "sha256": sha256(data)}
    return {**copy.deepcopy(entry), **changes}


def new_entry(name: str, data: bytes, depends: list[str] | None = None) -> dict[str, Any]:
    """An entry for a package that Pyodide's lock does not know."""
    return {
        "name": name,
        "depends": EXTRA_DEPENDS[name] if depends is None else depends,
        "imports": EXTRA_IMPORTS.get(name) or import_names(data),
        "install_dir": "site",
        "package_type": "package",
        "unvendored_tests": False,
    }
