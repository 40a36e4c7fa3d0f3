"""Who may see a stand-in: PySpark, the user's own code, and libraries that cannot do without."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from importlib import metadata
from types import FrameType
from typing import Any

from ..python_paths import library_folders, stdlib_folders

DISTRIBUTIONS = {
    "grpc": "grpcio",
    "grpc_status": "grpcio-status",
    "pyarrow": "pyarrow",
    "zstandard": "zstandard",
}
"""The distributions that really have the packages which are stood in for."""

_ALWAYS = frozenset({"pyspark", "pyspark_connect_web"})
_BRINGS_THEM = frozenset({"pyspark", "pyspark-client", "pyspark-connect"})
"""What is built on PySpark may use what PySpark cannot do without."""

_ASKS_FOR_THE_USER = frozenset({"micropip"})
"""It installs what the user names, and asks what is there already."""

_REQUIREMENT = re.compile(r"^Requires-Dist: *([A-Za-z0-9._-]+)([^\n]*)", re.MULTILINE)
_NO_FILE = ("built-in", "frozen")
_HOOK = f"{__name__.partition('.')[0]}.import_hook"
_FINDING = re.compile(rf"(_frozen_)?importlib(\..*)?|{re.escape(_HOOK)}")
"""Modules that ask finders."""


def may_see(globals_: Mapping[str, Any] | None, name: str) -> bool:
    """Whether the module with those globals means ``name`` when it imports it."""
    if globals_ is None:
        return False
    importer = str(globals_.get("__name__") or "").partition(".")[0]
    if importer in _ALWAYS or importer in _ASKS_FOR_THE_USER or importer == "__main__":
        return True
    if is_stdlib(globals_):
        return False
    if not is_library(globals_):
        return True
    return _requires(importer, DISTRIBUTIONS.get(name.partition(".")[0], ""))


def requester(frame: FrameType | None) -> Mapping[str, Any] | None:
    """The globals of the code that has the standard library import something for it."""
    while frame is not None and is_machinery(frame.f_globals):
        frame = frame.f_back
    return frame.f_globals if frame else None


def asks_for_spec(frame: FrameType | None) -> bool:
    """Whether a finder is asked by ``importlib.util.find_spec``, and not for an import."""
    while frame is not None and _FINDING.fullmatch(str(frame.f_globals.get("__name__"))):
        if frame.f_code.co_name == "find_spec" and frame.f_globals["__name__"] == "importlib.util":
            return True
        frame = frame.f_back
    return False


def is_machinery(globals_: Mapping[str, Any]) -> bool:
    """Whether a module only imports what another one asks for."""
    ours = globals_.get("__package__") == __package__ or globals_.get("__name__") == _HOOK
    return ours or is_stdlib(globals_)


def is_stdlib(globals_: Mapping[str, Any]) -> bool:
    """Whether a module is Python's own."""
    spec = globals_.get("__spec__")
    if getattr(spec, "origin", None) in _NO_FILE:
        return True
    file = _file(globals_)
    if not file:
        return str(globals_.get("__name__") or "").startswith("importlib.")
    return _is_within(file, stdlib_folders()) and not is_library(globals_)


def is_library(globals_: Mapping[str, Any]) -> bool:
    """Whether a module is of an installed package."""
    return _is_within(_file(globals_), library_folders())


def _file(globals_: Mapping[str, Any]) -> str:
    spec = globals_.get("__spec__")
    return str(globals_.get("__file__") or getattr(spec, "origin", None) or "")


def _is_within(file: str, folders: tuple[str, ...]) -> bool:
    return file.startswith(folders)


@cache
def _requires(package: str, distribution: str) -> bool:
    """Whether the distribution that has a package demands another or PySpark, without any extra."""
    wanted = normal_name(distribution)
    for name in _distributions_of(package):
        text = metadata.distribution(name).read_text("METADATA") or ""
        for requirement, condition in _REQUIREMENT.findall(text.partition("\n\n")[0]):
            if normal_name(requirement) in {wanted, *_BRINGS_THEM} and "extra" not in condition:
                return True
    return False


def _distributions_of(package: str) -> list[str]:
    """Most have the name of their package; to look at all files of all takes long."""
    try:
        metadata.distribution(package)
    except metadata.PackageNotFoundError:
        return metadata.packages_distributions().get(package, [])
    return [package]


def normal_name(name: str) -> str:
    """A distribution's name as registries compare it."""
    return re.sub(r"[-_.]+", "-", name).lower()
