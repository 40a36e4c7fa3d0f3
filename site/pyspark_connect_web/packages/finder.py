"""Finds modules that lie in the site's wheels, and blocks while it fetches them.

Pyodide loads the packages that a cell's text imports. PySpark imports pandas and numpy deep in its
own functions, and zoneinfo imports tzdata when it is asked for a zone, which Pyodide cannot see:
this finder loads them there.
"""

from __future__ import annotations

import importlib.machinery
import sys
from collections.abc import Sequence
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType

from .lock import SiteLock
from .wheel import install_wheel

ON_DEMAND = frozenset({"numpy", "pandas", "pyarrow", "tzdata"})
"""What is imported out of sight. Not more: libraries also try imports that they can do without."""


class SiteWheelFinder(MetaPathFinder):
    """Last on ``sys.meta_path``: asked only for what nothing else has found."""

    def __init__(self, lock: SiteLock) -> None:
        self._lock = lock

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if fullname not in ON_DEMAND:
            return None
        wheels = self._lock.wheels_for(fullname)
        for wheel in wheels:
            install_wheel(wheel)
            self._lock.mark_loaded(wheel.name)
        return importlib.machinery.PathFinder.find_spec(fullname) if wheels else None


def load_on_import(lock: SiteLock) -> None:
    """From now on an import loads the wheel that has the module, if the site has one."""
    if not any(isinstance(finder, SiteWheelFinder) for finder in sys.meta_path):
        sys.meta_path.append(SiteWheelFinder(lock))
