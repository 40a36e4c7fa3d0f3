"""One file that must have exactly one content."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from builder.digest import sha256
from builder.errors import BuildError


class Origin(StrEnum):
    """The package of a registry that surely has the bytes (the CDN may have them too)."""

    NPM = "npm"
    CARRIER = "carrier"
    REGISTRY = "registry"
    KERNEL = "kernel"
    SDIST = "sdist"
    PURE_SDIST = "pure-sdist"
    OFFICIAL = "official"
    """Of Pyodide's own lock, for `PACKAGES`."""
    WANTED = "wanted"
    """Of the registry, for `PACKAGES`."""


@dataclass(frozen=True)
class Artifact:
    """A file by name and sha256.

    Pyodide's own lock may have other bytes under the same file name: it repacks some pure wheels.
    """

    name: str
    version: str
    file_name: str
    sha256: str
    origin: Origin
    official_sha256: str | None = None

    @property
    def official(self) -> bool:
        """Whether Pyodide itself publishes these very bytes."""
        return self.sha256 == self.official_sha256

    def verified(self, data: bytes, source: str) -> bytes:
        """`data`, or an error that names the file, both hashes and the source."""
        actual = sha256(data)
        if actual != self.sha256:
            raise BuildError(
                f"{self.file_name} from {source} is altered or truncated: expected sha256 "
                f"{self.sha256}, got {actual} ({len(data)} bytes)."
            )
        return data
