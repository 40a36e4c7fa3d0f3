"""Precompressed siblings."""

from __future__ import annotations

import gzip
import os
from pathlib import Path

import pytest
from builder.compress import compress_tree, compressed

TEXT = b"var answer = 42;\n" * 1000


def test_what_gains_by_it_gets_a_sibling(tmp_path: Path) -> None:
    site = tmp_path / "site"
    site.mkdir()
    contents = {
        "big.js": TEXT,
        "small.js": b"1",
        "numpy.whl": TEXT,
        "noise.wasm": os.urandom(4096),
        "_headers": TEXT,
    }
    for name, data in contents.items():
        (site / name).write_bytes(data)
    compress_tree(site, tmp_path / "cache")
    assert {p.name for p in site.glob("*.gz")} == {"big.js.gz"}
    assert gzip.decompress((site / "big.js.gz").read_bytes()) == TEXT


def test_same_bytes_from_the_cache_and_without(tmp_path: Path) -> None:
    first = compressed(TEXT, tmp_path)
    assert compressed(TEXT, tmp_path) == first
    other = tmp_path / "other"
    other.mkdir()
    assert compressed(TEXT, other) == first


@pytest.mark.parametrize("damage", [b"", b"junk", gzip.compress(b"something else", mtime=0)])
def test_damaged_cache_entry_is_made_again(tmp_path: Path, damage: bytes) -> None:
    first = compressed(TEXT, tmp_path)
    (kept,) = tmp_path.glob("*.gz")
    kept.write_bytes(damage)
    assert compressed(TEXT, tmp_path) == first
    assert kept.read_bytes() == first
