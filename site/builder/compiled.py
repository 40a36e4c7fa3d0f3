"""What a site serves in the place of vendored wheels and of Python's own library: bytecode.

The sources are beside it, for who reads them: in bundles (:mod:`builder.lazy_files`), and those of
the standard library as Pyodide has them.
"""

from __future__ import annotations

import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from builder.bytecode import STDLIB, Compiler, Sources, read_zip
from builder.constants import (
    CONNECT_WHEELS,
    KERNEL_WHEELS,
    OWN_NAME,
    PIPLITE_WHEELS,
    PYODIDE_DIR,
    PYODIDE_STDLIB,
    PYSPARK_NAME,
    STDLIB_SOURCES,
)
from builder.digest import sha256
from builder.lazy_files import LAZY_DIR, lazy_wheel
from builder.lockfile import Lock
from builder.pyodide import Files, vendored_wheels
from builder.settings import Options
from builder.wheel_contents import wheel_name
from builder.wheels import Wheel, zip_deterministically

# Not deflated: what most notebooks load, so that unpacking costs less, and that the server's own
# compression, of the whole, does better. Of all the rest a site would be twice as large.
STORED = frozenset(
    {
        *(*KERNEL_WHEELS, *PIPLITE_WHEELS, *CONNECT_WHEELS, OWN_NAME, PYSPARK_NAME),
        *("numpy", "pandas", "python-dateutil", "pytz", "tzdata"),
    }
)


@dataclass(frozen=True)
class Compiled:
    """By file name: what is served, what lies beside it, the hashes of what it was made from."""

    served: dict[str, bytes]
    beside: dict[str, bytes]
    made_from: dict[str, str]


def compile_site(
    lock: Lock, files: Files, root_wheels: Sequence[Wheel], options: Options
) -> Compiled:
    """All wheels of the site, and Pyodide's archive of the standard library."""
    core = {artifact.file_name: files[artifact] for artifact in lock.core}
    wheels = {artifact.file_name: data for artifact, data in vendored_wheels(lock, files)}
    wheels |= {wheel.file_name: wheel.data for wheel in root_wheels}
    stdlib = core[PYODIDE_STDLIB]
    compiler = Compiler(core, options.cache / "bytecode")
    bytecode = compiler.compile([*map(Sources, wheels.values()), Sources(stdlib, STDLIB)])
    stored = options.host.precompressed
    served = {PYODIDE_STDLIB: pack(stdlib_members(stdlib, bytecode.pop()), stored)}
    beside = {f"{PYODIDE_DIR}/{STDLIB_SOURCES}": stdlib}
    for (name, data), compiled in zip(wheels.items(), bytecode, strict=True):
        lazy = lazy_wheel(read_zip(data), compiled)
        served[name] = pack(lazy.members, stored and wheel_name(name) in STORED)
        beside |= {f"{LAZY_DIR}/{bundle}": content for bundle, content in lazy.bundles.items()}
    sources = {PYODIDE_STDLIB: stdlib, **wheels}
    return Compiled(served, beside, {name: sha256(data) for name, data in sources.items()})


def stdlib_members(stdlib: bytes, bytecode: Mapping[str, bytes]) -> list[tuple[str, bytes]]:
    """As `zipimport` reads them: the bytecode in the place of its source."""
    return [
        (f"{name}c", bytecode[name]) if name in bytecode else (name, data)
        for name, data in read_zip(stdlib)
    ]


def pack(members: Sequence[tuple[str, bytes]], stored: bool) -> bytes:
    return zip_deterministically(members, zipfile.ZIP_STORED if stored else zipfile.ZIP_DEFLATED)
