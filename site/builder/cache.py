"""The download cache: files under their own sha256, checked each time they are used."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from builder.digest import sha256


class Cache:
    """Content-addressed, so that no file name, version or source can be confused with another."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def path(self, digest: str) -> Path:
        return self.folder / digest[:2] / digest

    def get(self, digest: str) -> bytes | None:
        """The bytes, or None; a truncated or altered entry is removed and counts as absent."""
        path = self.path(digest)
        try:
            data = path.read_bytes()
        except FileNotFoundError:
            return None
        if sha256(data) == digest:
            return data
        path.unlink(missing_ok=True)
        return None

    def put(self, data: bytes) -> Path:
        """Stores atomically: an interrupted write never leaves a partial entry."""
        path = self.path(sha256(data))
        path.parent.mkdir(parents=True, exist_ok=True)
        write_atomically(path, data)
        return path


def write_atomically(path: Path, data: bytes) -> None:
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".partial-")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        os.replace(name, path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
