"""What a tab can have that no registry can tell a resolver: Pyodide's wheels and the site's own.

Each is told by a wheel without content: its name, its one version, what it needs.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from pyodide_lock import PackageSpec

from builder.official import PyodideLock
from builder.wheel_contents import normalized
from builder.wheels import WHEEL_METADATA, record, zip_deterministically

PURE = "-none-any.whl"


@dataclass(frozen=True)
class Stub:
    """A package at the one version that a tab can have of it."""

    name: str
    version: str
    needs: tuple[str, ...] = ()
    """Requirements, such as ``numpy`` or ``narwhals>=1.15``."""
    extras: tuple[str, ...] = ()
    """Those that need nothing more."""

    def write(self, folder: Path) -> None:
        stem = f"{self.name.replace('-', '_')}-{self.version}"
        lines = ["Metadata-Version: 2.1", f"Name: {self.name}", f"Version: {self.version}"]
        lines += [f"Requires-Dist: {need}" for need in self.needs]
        lines += [f"Provides-Extra: {extra}" for extra in self.extras]
        info = f"{stem}.dist-info"
        members = [(f"{info}/METADATA", "\n".join([*lines, ""]).encode())]
        members.append((f"{info}/WHEEL", WHEEL_METADATA))
        members.append((f"{info}/RECORD", record(members, info)))
        (folder / f"{stem}-py3-none-any.whl").write_bytes(zip_deterministically(members))


def is_pure(entry: PackageSpec) -> bool:
    """Whether Pyodide has no more of a package than the registry has."""
    return entry.file_name.endswith(PURE)


def stub_of(name: str, entry: PackageSpec) -> Stub:
    """Of a package of Pyodide's lock."""
    return Stub(name, entry.version, tuple(normalized(one) for one in entry.depends))


def compiled(official: PyodideLock) -> dict[str, Stub]:
    """What Pyodide compiles: the registry has these for other machines only."""
    return {
        normalized(name): stub_of(normalized(name), entry)
        for name, entry in official.packages.items()
        if not is_pure(entry) and not name.endswith("-tests")
    }


def write_all(stubs: Iterable[Stub], folder: Path) -> None:
    for stub in stubs:
        stub.write(folder)


def pins(stubs: Sequence[Stub]) -> str:
    """A requirements file with exactly these versions."""
    return "".join(f"{stub.name}=={stub.version}\n" for stub in stubs)
