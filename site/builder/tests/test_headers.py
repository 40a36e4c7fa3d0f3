"""The `_headers` file of static hosts."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest
from builder.errors import BuildError
from builder.headers import IMMUTABLE, headers_text

STATIC = "extensions/@jupyterlite/pyodide-kernel-extension/static"


def touch(site: Path, *names: str) -> None:
    for name in names:
        (site / name).parent.mkdir(parents=True, exist_ok=True)
        (site / name).touch()


def immutable(site: Path) -> list[str]:
    """The patterns of what may be kept for ever."""
    lines = headers_text(site).splitlines()
    kept = f"  Cache-Control: {IMMUTABLE}"
    return [before for before, line in pairwise(lines) if line == kept]


def test_isolation_on_everything_comes_first(tmp_path: Path) -> None:
    assert headers_text(tmp_path) == (
        "/*\n"
        "  Cross-Origin-Opener-Policy: same-origin\n"
        "  Cross-Origin-Embedder-Policy: credentialless\n"
        "  Cross-Origin-Resource-Policy: cross-origin\n"
    )


def test_every_path_carries_the_base(tmp_path: Path) -> None:
    touch(tmp_path, "build/1.a8fa7b2.js")
    paths = [line for line in headers_text(tmp_path, "/repo/").splitlines() if line[0] == "/"]
    assert paths == ["/repo/*", "/repo/build/1*"]


def test_hashed_files_are_immutable_by_their_first_letter(tmp_path: Path) -> None:
    touch(tmp_path, "build/1.a8fa7b2.js", "build/10.b8fa7b2.js", "build/2.c8fa7b2.js")
    assert immutable(tmp_path) == ["/build/1*", "/build/2*"]


@pytest.mark.parametrize("other", ["build/core.js", "build/css/x.css", "build/c"])
def test_a_file_without_a_hash_is_never_covered(tmp_path: Path, other: str) -> None:
    touch(tmp_path, "build/chunk.a8fa7b2.js", "build/chunk.a8fa7b2.js.gz", other)
    assert immutable(tmp_path) == ["/build/chunk.a8fa7b2.js"]


def test_the_kernels_extension_is_treated_alike(tmp_path: Path) -> None:
    touch(tmp_path, f"{STATIC}/221.bd81adfe732d749d.js", f"{STATIC}/style.js")
    assert immutable(tmp_path) == [f"/{STATIC}/2*"]


def test_wheels_and_locks_are_never_immutable(tmp_path: Path) -> None:
    touch(tmp_path, "pyodide/pyodide-lock.json", "pyspark_connect_web-1.0.0-py3-none-any.whl")
    assert immutable(tmp_path) == []


def test_more_rules_than_cloudflare_reads_stop_the_build(tmp_path: Path) -> None:
    touch(tmp_path, "build/c.js", *(f"build/c{number}.a8fa7b2.js" for number in range(100)))
    with pytest.raises(BuildError, match="101 rules, but Cloudflare Pages reads 100"):
        headers_text(tmp_path)
