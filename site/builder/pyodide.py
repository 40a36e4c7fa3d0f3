"""Fills `dist/pyodide/` and writes the lock that Pyodide reads there."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType

from pyodide_lock import PackageSpec

from builder.artifacts import Artifact
from builder.constants import (
    ADDED_DEPENDS,
    EXTRA_DEPENDS,
    EXTRA_IMPORTS,
    PYODIDE_DIR,
    PYODIDE_LOCK,
)
from builder.digest import sha256
from builder.errors import BuildError
from builder.lockfile import Lock
from builder.official import PyodideLock
from builder.wheel_contents import import_names, normalized, wheel_name
from builder.wheels import Wheel, pure_wheel

Files = dict[Artifact, bytes]
NOTHING: Mapping[str, list[str]] = MappingProxyType({})
AS_VENDORED: Mapping[str, bytes] = MappingProxyType({})


def write_pyodide(
    dist: Path,
    lock: Lock,
    files: Files,
    root_wheels: Iterable[Wheel],
    depends: Mapping[str, list[str]] = NOTHING,
    served: Mapping[str, bytes] = AS_VENDORED,
) -> None:
    """The core and the vendored wheels, and the amended lock.

    `depends` is of the wheels of `PACKAGES` that Pyodide's lock does not describe; `served` has
    what takes the place of a file, by name.
    """
    folder = dist / PYODIDE_DIR
    folder.mkdir(parents=True)
    by_name = {artifact.file_name: data for artifact, data in files.items()}
    official = PyodideLock.load(by_name[PYODIDE_LOCK])
    check_official(lock, official)
    for artifact in lock.core:
        data = served.get(artifact.file_name, files[artifact])
        (folder / artifact.file_name).write_bytes(data)
    wheels = [(a, served.get(a.file_name, data)) for a, data in vendored_wheels(lock, files)]
    for artifact, data in wheels:
        (folder / artifact.file_name).write_bytes(data)
    amended = amend(official, wheels, root_wheels, depends)
    (folder / PYODIDE_LOCK).write_text(amended.dump(), "utf-8")


def vendored_wheels(lock: Lock, files: Files) -> list[tuple[Artifact, bytes]]:
    """Those of the lock, and those that its sdists become."""
    made = [made_wheel(artifact, files[artifact]) for artifact in lock.pure_sdists]
    return [*((artifact, files[artifact]) for artifact in lock.wheels), *made]


def check_official(lock: Lock, official: PyodideLock) -> None:
    """Our lock must never disagree with Pyodide's about bytes that it calls official."""
    for artifact in lock.wheels:
        if not artifact.official:
            continue
        expected = official.packages[artifact.name].sha256
        if artifact.sha256 != expected:
            raise BuildError(
                f"wheels.lock.json has sha256 {artifact.sha256} for {artifact.file_name}, "
                f"Pyodide's own {PYODIDE_LOCK} has {expected}: run `python -m builder lock`."
            )


def made_wheel(artifact: Artifact, sdist: bytes) -> tuple[Artifact, bytes]:
    """The wheel that an sdist becomes, as if it had been vendored."""
    wheel = pure_wheel(sdist, artifact.name, artifact.version)
    made = replace(artifact, file_name=wheel.file_name, sha256=sha256(wheel.data))
    return made, wheel.data


def amend(
    official: PyodideLock,
    vendored: Iterable[tuple[Artifact, bytes]],
    root_wheels: Iterable[Wheel],
    depends: Mapping[str, list[str]] = NOTHING,
) -> PyodideLock:
    """Pyodide's lock with what is on disk only: an entry without a file is a dead kernel.

    Pyodide resolves `file_name` against the lock's own address, so `../` reaches the site root
    and the site works under any path.
    """
    packages = {}
    for artifact, data in vendored:
        name = artifact.name
        needs = depends.get(name)
        entry = official.packages.get(name) or new_entry(name, data, needs)
        entry = with_file(entry, artifact.version, artifact.file_name, data)
        entry.depends = [normalized(one) for one in (entry.depends if needs is None else needs)]
        entry.depends += ADDED_DEPENDS.get(name, [])
        packages[name] = entry
    for wheel in root_wheels:
        name = wheel_name(wheel.file_name)
        entry = new_entry(name, wheel.data)
        packages[name] = with_file(entry, wheel.version, f"../{wheel.file_name}", wheel.data)
    return PyodideLock(info=official.info, packages=packages)


def with_file(entry: PackageSpec, version: str, file_name: str, data: bytes) -> PackageSpec:
    changes = {"version": version, "file_name": file_name, "sha256": sha256(data)}
    return entry.model_copy(update=changes)


def new_entry(name: str, data: bytes, depends: list[str] | None = None) -> PackageSpec:
    """An entry for a package that Pyodide's lock does not know, without a file as yet."""
    return PackageSpec(
        name=name,
        version="",
        file_name="",
        depends=EXTRA_DEPENDS[name] if depends is None else depends,
        imports=EXTRA_IMPORTS.get(name) or import_names(data),
        install_dir="site",
    )
