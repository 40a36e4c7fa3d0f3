"""Where this Python keeps its own modules and those that were installed."""

from __future__ import annotations

import sys
import sysconfig
from functools import cache


@cache
def library_folders() -> tuple[str, ...]:
    """Folders of installed packages, each with a slash at its end."""
    return _folders("purelib", "platlib")


@cache
def stdlib_folders() -> tuple[str, ...]:
    """Folders of the standard library; Pyodide has it in a zip file."""
    zipped = f"/python{sys.version_info.major}{sys.version_info.minor}.zip"
    archives = (f"{path}/" for path in sys.path if path.endswith(zipped))
    return (*_folders("stdlib", "platstdlib"), *archives)


def _folders(*kinds: str) -> tuple[str, ...]:
    paths = sysconfig.get_paths()
    # Pyodide's begin with two slashes, the modules' own with one.
    return tuple({f"/{paths[kind].lstrip('/')}/" for kind in kinds})
