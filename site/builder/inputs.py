"""What a build is made from, as one hash: same hash, same site."""

from __future__ import annotations

import json
import platform
from pathlib import Path

from builder.digest import sha256, sha256_tree
from builder.settings import ROOT, SITE, Options

IGNORED_FOLDERS = {"__pycache__", "tests", ".ipynb_checkpoints"}
SOURCE_FOLDERS = ("pyspark_connect_web", "page", "builder", "content", "lite", "server")
LICENCES = ("LICENSE", "NOTICE")
"""Whose copies whoever hands a site on has to hand on with it."""
SOURCE_FILES = (".env", "pyproject.toml", "README.md", *LICENCES, "requirements/site.txt")


def read_tree(folder: Path) -> list[tuple[str, bytes]]:
    """All files below a folder that can reach the site."""
    members = []
    for path in sorted(folder.rglob("*")):
        parts = path.relative_to(folder).parts
        ignored = IGNORED_FOLDERS.intersection(parts) or any(p.startswith(".") for p in parts)
        if not ignored and path.is_file():
            members.append((path.relative_to(folder).as_posix(), path.read_bytes()))
    return members


def inputs_hash(
    options: Options, tool_versions: dict[str, str], python: str = platform.python_version()
) -> str:
    """Sources, versions and options of a build; not the wheels: their lock is a source."""
    trees = {name: sha256_tree(read_tree(SITE / name)) for name in SOURCE_FOLDERS}
    files = {
        name: sha256((ROOT / name).read_bytes()) for name in SOURCE_FILES if (ROOT / name).is_file()
    }
    given = {
        "base": options.base,
        "content": sha256_tree(read_tree(options.content)) if options.content else None,
        "host": options.host.name,
        "packages": options.packages,
        "pypi": options.pypi,
        "overrides": options.overrides.read_text("utf-8") if options.overrides else None,
        "remote": options.remote,
        "python": python,
    }
    everything = [trees, files, given, tool_versions]
    return sha256(json.dumps(everything, sort_keys=True).encode())
