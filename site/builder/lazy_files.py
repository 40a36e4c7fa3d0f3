"""Wheels of bytecode, whose sources a tab fetches when something reads them.

An import reads bytecode only. Tracebacks, `inspect`, `help`, completion and whatever else opens a
`.py` find a file of the right size there: `pcw_lazy_files.js` fills it in from a bundle, one file
of the site for all sources of a wheel. Bytecode that a first `.collect()` does not import is in
bundles too.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from builder.digest import sha256

LAZY_DIR = "pcw-lazy"
# Servers compress text by themselves, whatever is in it.
BUNDLE_SUFFIX = ".txt"
TAG = "cpython-314"
# As `pcw_lazy_files.js` reads it. Where that does not run, bytecode that is not there is no
# bytecode to Python, and a source that is not there says so.
STUB = (
    'raise ImportError("this file is fetched when it is read, by pcw_lazy_files.js of its site, '
    'which does not run here: {bundle} {offset:010d} {size:010d}")\n'
)
BUNDLE_NAME_LENGTH = 16

# What completion, compilers and people read, but no import; each kind has a bundle of its own.
SOURCES, OTHERS = "sources", "others"
LAZY_SUFFIXES = {
    **dict.fromkeys((".py", ".pyi", ".proto"), SOURCES),
    **dict.fromkeys((".pyx", ".pxd", ".pxi", ".pyf", ".c", ".cpp", ".h", ".hpp"), OTHERS),
    **dict.fromkeys((".md", ".rst", ".js", ".css", ".html", ".csv"), OTHERS),
}
# Others are worth a request only if they are large.
LARGE_B = 16 * 1024
# JupyterLab's half of a package, which the site has elsewhere.
FOR_THE_PAGE = re.compile(r"[^/]+\.data/data/share/jupyter/")

# Of wheels that every kernel loads: what no first `.collect()` imports, a bundle for each.
COLD = (
    *("pyspark/pandas/", "pyspark/ml/", "pyspark/mllib/", "pyspark/streaming/"),
    *("pyspark/pipelines/", "pyspark/sql/worker/", "pyspark/worker"),
    *("google/api/", "google/cloud/", "google/gapic/", "google/logging/", "google/type/"),
    *("google/longrunning/", "google/shopping/", "google/iam/", "google/apps/"),
)


def is_cold(name: str) -> str:
    """The bundle that the bytecode of a Python file belongs to; "" is the wheel itself."""
    return next((prefix for prefix in COLD if name.startswith(prefix)), "")


@dataclass
class Bundle:
    """Files one after the other."""

    parts: list[bytes] = field(default_factory=list)
    places: dict[str, tuple[int, int]] = field(default_factory=dict)
    size: int = 0

    def add(self, name: str, data: bytes) -> None:
        self.places[name] = (self.size, len(data))
        self.parts.append(data)
        self.size += len(data)

    def close(self) -> tuple[str, bytes]:
        """Its name, which tells its content, and the content."""
        data = b"".join(self.parts)
        return sha256(data)[:BUNDLE_NAME_LENGTH], data

    def stubs(self, bundle: str) -> Iterable[tuple[str, bytes]]:
        for name, (offset, size) in self.places.items():
            yield name, STUB.format(bundle=bundle, offset=offset, size=size).encode()


@dataclass(frozen=True)
class LazyWheel:
    """What a wheel becomes: its members, and the bundles that they refer to, by name."""

    members: list[tuple[str, bytes]]
    bundles: dict[str, bytes]


def lazy_wheel(members: Iterable[tuple[str, bytes]], bytecode: Mapping[str, bytes]) -> LazyWheel:
    """The members of a wheel with bytecode; what could not be compiled stays as it is.

    `bytecode` is by the names of the Python files. RECORD tells of the files as they are read.
    """
    kept: list[tuple[str, bytes]] = []
    bundles: defaultdict[str, Bundle] = defaultdict(Bundle)
    added = []
    for name, data in sorted(members):
        if FOR_THE_PAGE.match(name):
            continue
        if name in bytecode:
            added.append(pyc_name(name))
            if cold := is_cold(name):
                bundles[cold].add(pyc_name(name), bytecode[name])
            else:
                kept.append((pyc_name(name), bytecode[name]))
        if is_lazy(name, data, name in bytecode):
            bundles[LAZY_SUFFIXES[PurePosixPath(name).suffix]].add(name, data)
        else:
            kept.append((name, data))
    kept = [
        (name, with_bytecode(data, added) if name.endswith(".dist-info/RECORD") else data)
        for name, data in kept
    ]
    closed = {}
    for bundle in bundles.values():
        name, data = bundle.close()
        closed[f"{name}{BUNDLE_SUFFIX}"] = data
        kept.extend(bundle.stubs(name))
    return LazyWheel(kept, closed)


def is_lazy(name: str, data: bytes, compiled: bool) -> bool:
    path = PurePosixPath(name)
    if path.parts[0].endswith((".dist-info", ".data")) or path.suffix not in LAZY_SUFFIXES:
        return False
    if path.suffix == ".py":
        return compiled
    return LAZY_SUFFIXES[path.suffix] == SOURCES or len(data) >= LARGE_B


def pyc_name(name: str) -> str:
    """Where Python looks for the bytecode of a file."""
    path = PurePosixPath(name)
    return str(path.parent / "__pycache__" / f"{path.stem}.{TAG}.pyc")


def with_bytecode(record: bytes, added: Iterable[str]) -> bytes:
    """As installers write it for files that they compiled: without hash and size."""
    lines = [line for line in record.decode().splitlines() if not FOR_THE_PAGE.match(line)]
    return "".join(f"{line}\n" for line in [*lines, *(f"{name},," for name in added)]).encode()
