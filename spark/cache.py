"""Where what is made once for a machine is kept."""

from __future__ import annotations

import os
from pathlib import Path


def cache_dir() -> Path:
    """Outside of the clone: a second clone and a rebuilt environment find it again."""
    if chosen := os.environ.get("PCW_CACHE"):
        return Path(chosen)
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(base) / "pyspark-connect-web"
