"""Writes `.gz` and `.br` siblings, for servers that serve precompressed files."""

from __future__ import annotations

import gzip
import json
import os
import shutil
import subprocess
import tempfile
import zlib
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from builder.cache import write_atomically
from builder.constants import PYODIDE_CORE_FILES
from builder.digest import sha256
from builder.errors import BuildError

MIN_SIZE_B = 1024
LEVEL = 9
SUFFIXES = {
    *(".css", ".html", ".ipynb", ".js", ".json", ".md", ".mjs", ".svg", ".txt", ".wasm"),
    *(".csv", ".ttf", ".webmanifest", ".whl", ".zip"),
}
ARCHIVES = {".whl", ".zip"}
# Where the header of a zip's first member has its method, and one of them.
METHOD = slice(8, 10)
DEFLATED = b"\x08\0"
SIBLINGS = (".gz", ".br")
SCRIPT = Path(__file__).with_name("brotli.mjs")
# The best takes 3 s for each MB, and gains a tenth: for what every visitor loads and no change of
# this project changes.
BEST, QUICK = 11, 9
DIGEST_LENGTH = 64


def compress_tree(dist: Path, cache: Path) -> None:
    """Two deterministic siblings for each file that gains by it. `_headers` stays plain.

    Raises:
        BuildError: there is no Node, or it failed.
    """
    cache.mkdir(parents=True, exist_ok=True)
    files = [
        path
        for path in sorted(dist.rglob("*"))
        if path.suffix in SUFFIXES
        and path.is_file()
        and path.stat().st_size >= MIN_SIZE_B
        and not is_deflated(path)
    ]
    with ThreadPoolExecutor() as threads:  # zlib works without the interpreter's lock
        packed = threads.map(lambda path: compressed(path.read_bytes(), cache), files)
        for path, data in zip(files, packed, strict=True):
            write_smaller(path, ".gz", data)
    for path, data in brotli(files, cache).items():
        write_smaller(path, ".br", data)


def is_deflated(path: Path) -> bool:
    """An archive that is compressed by itself: its first member tells."""
    if path.suffix not in ARCHIVES:
        return False
    with path.open("rb") as file:
        start = file.read(METHOD.stop)
    return start[METHOD] == DEFLATED


def write_smaller(path: Path, suffix: str, packed: bytes) -> None:
    if len(packed) < path.stat().st_size:
        path.with_name(path.name + suffix).write_bytes(packed)


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


def brotli(files: list[Path], cache: Path) -> dict[Path, bytes]:
    """The files by Brotli; kept under the hash of what each holds, with a hash of their own."""
    kept = {}
    for path in files:
        quality = BEST if path.name in PYODIDE_CORE_FILES else QUICK
        kept[path] = cache / f"{sha256(path.read_bytes())}.{quality}.br"
    run_node({place: path for path, place in kept.items() if read_kept(place) is None})
    packed = {path: read_kept(place) for path, place in kept.items()}
    return {path: data for path, data in packed.items() if data is not None}


def read_kept(place: Path) -> bytes | None:
    """What is kept there, None if it is missing, truncated or altered."""
    try:
        content = place.read_bytes()
    except OSError:
        return None
    digest, packed = content[:DIGEST_LENGTH], content[DIGEST_LENGTH:]
    return packed if digest == sha256(packed).encode() else None


def run_node(missing: Mapping[Path, Path]) -> None:
    """Fills places of the cache, each from the file that it is mapped to."""
    if not missing:
        return
    node = shutil.which("node")
    if node is None:
        raise BuildError(
            "The site's files are compressed by Node, which is not installed: install Node 20 or "
            "newer (Debian: `apt install nodejs npm`)."
        )
    with tempfile.TemporaryDirectory() as name:
        results = {place: Path(name) / place.name for place in missing}
        jobs = [
            {
                "source": str(path),
                "result": str(results[place]),
                "quality": int(place.suffixes[0].removeprefix(".")),
            }
            for place, path in missing.items()
        ]
        done = subprocess.run(
            [node, str(SCRIPT)],
            input=json.dumps(jobs),
            env={**os.environ, "UV_THREADPOOL_SIZE": str(os.cpu_count() or 1)},
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            reason = (done.stderr.strip() or "no reason given").splitlines()[-1]
            raise BuildError(f"Node could not compress the site's files: {reason}")
        for place, result in results.items():
            packed = result.read_bytes()
            write_atomically(place, sha256(packed).encode() + packed)
