"""The clients of the matrix: what is locked in `requirements/client-*.txt`, and the site's own."""

from __future__ import annotations

import io
import re
import tempfile
import zipfile
from dataclasses import dataclass
from pathlib import Path

from builder import tools
from builder.cache import Cache
from builder.settings import default_cache, read_pins
from builder.wheels import Wheel, wheel_of_sdist

ROOT = Path(__file__).resolve().parents[2]
LOCKED = re.compile(
    r"(?P<name>pyspark(-client)?)==(?P<version>\S+).*?--hash=sha256:(?P<digest>\w{64})", re.S
)

NOT_OF_THE_CLIENT = ("pyspark/core/", "pyspark/python/pyspark/", "pyspark/sql/classic/")
"""What pyspark has and pyspark-client has not; PySpark tells the two apart by it."""


@dataclass(frozen=True)
class Client:
    """A release of the client; without a digest it is the one that the site has.

    ``name`` is the distribution whose sdist has it.
    """

    version: str
    name: str = "pyspark-client"
    digest: str | None = None

    def wheel(self) -> Wheel | None:
        """Its wheel, made of the locked sdist; None where the site and `.venv` have it already.

        Raises:
            SourceUnavailable: neither the cache nor the registry has the sdist.
        """
        if self.digest is None:
            return None
        cache = Cache(default_cache() / "downloads")
        sdist = cache.get(self.digest)
        if sdist is None:
            sdist = download(f"{self.name}=={self.version}", self.digest)
            cache.put(sdist)
        return wheel_of_sdist(sdist, self.version, NOT_OF_THE_CLIENT)


def clients() -> list[Client]:
    """Those that are locked, and the one that the site is built with, oldest first."""
    found = []
    for lock in sorted((ROOT / "requirements").glob("client-*.txt")):
        match = LOCKED.search(lock.read_text())
        if match is None:
            raise ValueError(f"{lock} names no client with its sha256.")
        found.append(Client(match["version"], match["name"], match["digest"]))
    found.append(Client(read_pins().pyspark_client))
    return sorted(found, key=lambda client: client.version)


def download(requirement: str, digest: str) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        tools.pip_download_sdist(requirement, digest, Path(folder))
        (path,) = Path(folder).glob("*.tar.gz")
        return path.read_bytes()


def unpack(wheel: Wheel, into: Path) -> None:
    """Make a wheel's modules importable from a folder."""
    with zipfile.ZipFile(io.BytesIO(wheel.data)) as archive:
        archive.extractall(into)
