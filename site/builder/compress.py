"""Writes `.gz` siblings, for servers that serve precompressed files."""

from __future__ import annotations

import gzip
import zlib
from pathlib import Path

from builder.cache import write_atomically
from builder.digest import sha256

MIN_SIZE_B = 1024
LEVEL = 9
SUFFIXES = {
    *(".css", ".html", ".ipynb", ".js", ".json", ".md", ".mjs", ".svg", ".txt", ".wasm"),
    *(".csv", ".ttf", ".webmanifest"),
}


def compress_tree(dist: Path, cache: Path) -> None:
    """One deterministic sibling for each file that gains by it. `_headers` stays plain."""
    cache.mkdir(parents=True, exist_ok=True)
    for path in sorted(dist.rglob("*")):
        if path.suffix in SUFFIXES and path.is_file() and path.stat().st_size >= MIN_SIZE_B:
            data = path.read_bytes()
            packed = compressed(data, cache)
            if len(packed) < len(data):
                path.with_name(path.name + ".gz").write_bytes(packed)


def compressed(data: bytes, cache: Path) -> bytes:
    """gzip without name and time, kept under the hash of what it holds."""
    kept = cache / f"{sha256(data)}.gz"
    if kept.is_file():
        packed = kept.read_bytes()
        try:
            if gzip.decompress(packed) == data:
                return packed
        except (OSError, EOFError, zlib.error):
            pass  # truncated or altered: made anew below
    packed = gzip.compress(data, LEVEL, mtime=0)
    write_atomically(kept, packed)
    return packed
