"""`python -m builder verify DIST`: is every vendored byte of a built site the locked one?"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from builder.constants import PYODIDE_DIR, PYODIDE_LOCK, SITE_FILE, SUMS_FILE
from builder.digest import sha256_file
from builder.errors import BuildError
from builder.lockfile import Lock


def write_sums(dist: Path) -> None:
    """`sha256sum -c`-style list of every file in the site."""
    files = sorted(path for path in dist.rglob("*") if path.is_file())
    lines = [f"{sha256_file(path)}  {path.relative_to(dist).as_posix()}\n" for path in files]
    (dist / SUMS_FILE).write_text("".join(lines), "utf-8")


def read_sums(dist: Path) -> dict[str, str]:
    """The listed files and their hashes."""
    try:
        lines = (dist / SUMS_FILE).read_text("utf-8").splitlines()
    except FileNotFoundError:
        raise BuildError(f"{dist} is not a built site: it has no {SUMS_FILE}.") from None
    return {name: digest for digest, name in (line.split("  ", 1) for line in lines)}


def verify(dist: Path, lock: Lock) -> int:
    """Checks everything, tells the first difference; the number of files checked otherwise."""
    # Here, for they need packages, and `builder.current` must do without.
    from builder.lite_addon import app_pages, check_page
    from builder.official import PyodideLock

    checked = verify_sums(dist)
    # `PACKAGES` may have put others in their place.
    site = read_site_file(dist)
    own = site.get("packages", {})
    for artifact in (*lock.core, *lock.wheels):
        path = dist / PYODIDE_DIR / artifact.file_name
        if artifact.file_name == PYODIDE_LOCK or artifact.name in own:
            continue
        if artifact.file_name in site.get("madeFrom", {}):
            require_made_from(path, site["madeFrom"][artifact.file_name], artifact.sha256)
        else:
            require(path, artifact.sha256, "wheels.lock.json")
    theirs = PyodideLock.load((dist / PYODIDE_DIR / PYODIDE_LOCK).read_bytes())
    for entry in theirs.packages.values():
        require(dist / PYODIDE_DIR / entry.file_name, entry.sha256, PYODIDE_LOCK)
    for page in app_pages(dist):
        try:
            check_page(dist, page)
        except ValueError as error:
            raise BuildError(f"{error}.") from None
    return checked


def require_made_from(path: Path, source: str, locked: str) -> None:
    """Of a file with bytecode: its own hash is the build's, its source's is locked."""
    if source != locked:
        raise BuildError(
            f"{path} was made from a file with sha256 {source}, but wheels.lock.json has {locked}."
        )


def verify_sums(dist: Path) -> int:
    """Checks that all files are as the build wrote them; their number."""
    sums = read_sums(dist)
    for name, digest in sums.items():
        require(dist / name, digest, "the build")
    return len(sums)


def require(path: Path, digest: str, authority: str) -> None:
    if not path.is_file():
        raise BuildError(f"{path} is missing, but {authority} names it.")
    actual = sha256_file(path)
    if actual != digest:
        raise BuildError(
            f"{path} is altered or truncated: expected sha256 {digest} by {authority}, "
            f"got {actual}."
        )


def built_from(dist: Path) -> str | None:
    """The inputs' hash of a complete site in `dist`, else None."""
    try:
        complete = all((dist / name).is_file() for name in read_sums(dist))
    except (OSError, ValueError, BuildError):
        return None
    return read_site_file(dist).get("inputs") if complete else None


def read_site_file(dist: Path) -> dict[str, Any]:
    """What a site tells of itself; nothing where there is no site."""
    try:
        site: dict[str, Any] = json.loads((dist / SITE_FILE).read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return site
