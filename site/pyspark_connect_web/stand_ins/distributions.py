"""The stand-ins as ``importlib.metadata`` tells of them: name and version, no files.

What somebody installs may demand ``grpcio``, and an installer asks here whether that is there.
"""

from __future__ import annotations

from importlib import metadata
from os import PathLike
from pathlib import Path
from typing import Any

from . import registry
from .requesters import DISTRIBUTIONS, normal_name

_VERSION_OF = {"grpc_status": "grpc"}
"""Released together, and only one says its version."""


class StandInDistribution(metadata.Distribution):
    """One that no folder has."""

    def __init__(self, name: str, version: str) -> None:
        self._metadata = f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n"

    def read_text(self, filename: str) -> str | None:
        """Only ``METADATA`` is there."""
        return self._metadata if filename == "METADATA" else None

    def locate_file(self, path: str | PathLike[str]) -> Any:
        """Where the file would be; there is none."""
        return Path(path)


def stood_in_package(distribution: str) -> str | None:
    """The package that a distribution has, if it is stood in for."""
    wanted = normal_name(distribution)
    packages = (package for package, name in DISTRIBUTIONS.items() if name == wanted)
    return next((package for package in packages if registry.is_published(package)), None)


def distribution_of(package: str) -> metadata.Distribution:
    """The distribution that a package which is stood in for would have come with."""
    return StandInDistribution(DISTRIBUTIONS[package], _version(package))


def _version(package: str) -> str:
    return str(registry.module(_VERSION_OF.get(package, package)).__version__)
