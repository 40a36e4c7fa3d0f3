"""Hashes of files and of trees of files."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from pathlib import Path


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def sha256_file(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def sha256_tree(members: Iterable[tuple[str, bytes]]) -> str:
    """One hash over names and contents, whatever the order, dates and compression."""
    lines = sorted(f"{sha256(data)}  {name}\n" for name, data in members)
    return sha256("".join(lines).encode())
