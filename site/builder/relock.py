"""`python -m builder lock`: writes `wheels.lock.json` anew from npm, the registry and the kernel.

The CDN is left out on purpose: the same pins must give the same lock on every machine.
"""

from __future__ import annotations

import re
import tarfile
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from pyodide_lock import PackageSpec

from builder import tools
from builder.artifacts import Artifact, Origin
from builder.cache import Cache
from builder.constants import (
    CARRIER_FOLDER,
    EXTRA_VERSIONS,
    PIPLITE_WHEELS,
    PURE_SDISTS,
    PYODIDE_CORE_FILES,
    PYODIDE_LOCK,
    PYODIDE_NPM_NAME,
    PYSPARK_NAME,
    REGISTRY_AND_OFFICIAL_WHEELS,
)
from builder.digest import sha256, sha256_tree
from builder.errors import BuildError
from builder.lockfile import LOCK_PATH, Lock
from builder.official import PyodideLock
from builder.report import say, step
from builder.settings import Options, Pins
from builder.sources import Carrier, KernelExtension, npm_member
from builder.wheel_contents import wheel_name
from builder.wheels import sdist_members

Hashed = Iterator[tuple[Artifact, bytes]]


def relock(pins: Pins, options: Options, labextensions: Path, path: Path = LOCK_PATH) -> None:
    """Fetches everything once, hashes it, and fills the cache on the way."""
    cache = Cache(options.cache / "downloads")
    artifacts: list[Artifact] = []

    def keep(hashed: Hashed) -> list[tuple[Artifact, bytes]]:
        kept = list(hashed)
        artifacts.extend(artifact for artifact, _ in kept)
        for _, data in kept:
            cache.put(data)
        return kept

    with step(f"Pyodide {pins.pyodide} from npm"):
        core = {a.file_name: data for a, data in keep(hash_core(pins.pyodide))}
    official = PyodideLock.load(core[PYODIDE_LOCK]).packages
    with step("wheels that the carrier has"):
        carried = {artifact.name for artifact, _ in keep(hash_carrier(official))}
    with step("wheels of the registry"):
        names = [name for name in REGISTRY_AND_OFFICIAL_WHEELS if name not in carried]
        keep(hash_registry(names, official))
    keep(hash_kernel(KernelExtension(labextensions).folder))
    with step(f"{PYSPARK_NAME} {pins.pyspark_client}"):
        ((_, sdist),) = keep(hash_sdist(PYSPARK_NAME, pins.pyspark_client, Origin.SDIST))
    with step("sdists that become pure wheels"):
        for name in PURE_SDISTS:
            keep(hash_sdist(name, official[name].version, Origin.PURE_SDIST))
    lock = Lock(
        pyodide=pins.pyodide,
        artifacts=tuple(sorted(artifacts, key=lambda a: (a.origin, a.name, a.file_name))),
        pyspark_tree_sha256=sha256_tree(sdist_members(sdist)),
    )
    path.write_text(lock.dump(), "utf-8")
    say(f"{len(lock.artifacts)} files locked in {path}")


def hash_core(version: str) -> Hashed:
    with tempfile.TemporaryDirectory() as folder:
        tarball = tools.npm_pack(PYODIDE_NPM_NAME, version, Path(folder))
        with tarfile.open(tarball) as files:
            for file_name in PYODIDE_CORE_FILES:
                data = npm_member(files, file_name)
                if data is None:
                    raise BuildError(f"npm's pyodide {version} has no {file_name}.")
                yield Artifact(file_name, version, file_name, sha256(data), Origin.NPM), data


def hash_carrier(official: Mapping[str, PackageSpec]) -> Hashed:
    """The carrier's members whose bytes are those of Pyodide's lock; others are left alone."""
    with tempfile.TemporaryDirectory() as folder, Carrier().open(Path(folder)) as carrier:
        members = set(carrier.namelist())
        for name in REGISTRY_AND_OFFICIAL_WHEELS:
            entry = official.get(name)
            if entry is None or CARRIER_FOLDER + entry.file_name not in members:
                continue
            data = carrier.read(CARRIER_FOLDER + entry.file_name)
            digest = sha256(data)
            if digest == entry.sha256:
                version, file_name = entry.version, entry.file_name
                yield Artifact(name, version, file_name, digest, Origin.CARRIER, digest), data


def hash_registry(names: Sequence[str], official: Mapping[str, PackageSpec]) -> Hashed:
    """Pure wheels of the version that Pyodide has, or that we pin if it has none."""
    versions = {
        name: official[name].version if name in official else EXTRA_VERSIONS[name] for name in names
    }
    with tempfile.TemporaryDirectory() as folder:
        tools.pip_download_wheels([f"{n}=={v}" for n, v in versions.items()], Path(folder))
        for path in sorted(Path(folder).glob("*.whl")):
            data = path.read_bytes()
            name, digest = wheel_name(path.name), sha256(data)
            entry = official.get(name)
            theirs = entry.sha256 if entry and entry.file_name == path.name else None
            yield Artifact(name, versions[name], path.name, digest, Origin.REGISTRY, theirs), data


def hash_kernel(folder: Path) -> Hashed:
    for path in sorted(folder.glob("*.whl")):
        name = wheel_name(path.name)
        if name in PIPLITE_WHEELS:
            data = path.read_bytes()
            version = path.name.split("-")[1]
            yield Artifact(name, version, path.name, sha256(data), Origin.KERNEL), data


def hash_sdist(name: str, version: str, origin: Origin) -> Hashed:
    with tempfile.TemporaryDirectory() as folder:
        tools.pip_download_sdist(f"{name}=={version}", None, Path(folder))
        (path,) = Path(folder).glob("*.tar.gz")
        if not re.fullmatch(rf"{re.escape(name.replace('-', '_'))}-.*", path.name):
            raise BuildError(f"The registry answered {path.name} for {name} {version}.")
        data = path.read_bytes()
        yield Artifact(name, version, path.name, sha256(data), origin), data
