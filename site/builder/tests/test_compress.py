"""Precompressed siblings."""

from __future__ import annotations

import gzip
import os
import shutil
import subprocess
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZIP_STORED

import pytest
from builder.compress import brotli, compress_tree, compressed
from builder.errors import BuildError
from builder.wheels import zip_deterministically

TEXT = b"var answer = 42;\n" * 1000
DECOMPRESS = (
    "const packed = require('fs').readFileSync(process.argv[1]);"
    "process.stdout.write(require('zlib').brotliDecompressSync(packed))"
)


def test_what_gains_by_it_gets_two_siblings(tmp_path: Path) -> None:
    site = tmp_path / "site"
    site.mkdir()
    contents = {
        "big.js": TEXT,
        "small.js": b"1",
        "picture.png": TEXT,
        "noise.wasm": os.urandom(4096),
        "_headers": TEXT,
    }
    for name, data in contents.items():
        (site / name).write_bytes(data)
    compress_tree(site, tmp_path / "cache")
    assert {p.name for p in site.iterdir()} == {*contents, "big.js.gz", "big.js.br"}
    assert gzip.decompress((site / "big.js.gz").read_bytes()) == TEXT
    assert unpacked(site / "big.js.br") == TEXT


def unpacked(path: Path) -> bytes:
    node = str(shutil.which("node"))
    return subprocess.run([node, "-e", DECOMPRESS, path], capture_output=True, check=True).stdout


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


def test_brotli_is_asked_for_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "a.js"
    file.write_bytes(TEXT)
    first = brotli([file], tmp_path)
    monkeypatch.setenv("PATH", "")
    assert brotli([file], tmp_path) == first
    (kept,) = tmp_path.glob("*.br")
    kept.write_bytes(kept.read_bytes()[:-1])
    with pytest.raises(BuildError, match="install Node 20"):
        brotli([file], tmp_path)


def test_what_every_visitor_loads_is_compressed_best(tmp_path: Path) -> None:
    noisy = b"".join(f"{number * number % 9973};".encode() for number in range(5000))
    files = [tmp_path / "pyodide.asm.wasm", tmp_path / "other.wasm"]
    for file in files:
        file.write_bytes(noisy)
    best, quick = brotli(files, tmp_path).values()
    assert len(best) < len(quick)


def test_an_archive_gets_siblings_unless_it_is_compressed_itself(tmp_path: Path) -> None:
    site = tmp_path / "site"
    site.mkdir()
    for name, method in (("stored", ZIP_STORED), ("deflated", ZIP_DEFLATED)):
        packed = zip_deterministically([(f"{n}.py", os.urandom(20)) for n in range(300)], method)
        (site / f"{name}.whl").write_bytes(packed)
    compress_tree(site, tmp_path / "cache")
    assert {path.name for path in site.glob("*.*.*")} == {"stored.whl.gz", "stored.whl.br"}
