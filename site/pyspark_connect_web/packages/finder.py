"""Finds modules that lie in the site's wheels, and blocks while it fetches them.

Pyodide loads the packages that a cell's text imports. What a library imports in its own functions,
or what stands in a cell with a magic, it cannot see: this finder loads it there.
"""

from __future__ import annotations

import importlib.machinery
import importlib.util
import sys
from collections.abc import Sequence
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType

from ..stand_ins.requesters import asks_for_spec
from .lock import SiteLock
from .probes import is_probe
from .wheel import WheelError, install_wheels


class SiteWheelFinder(MetaPathFinder):
    """Last on ``sys.meta_path``: asked only for what nothing else has found."""

    def __init__(self, lock: SiteLock) -> None:
        self._lock = lock

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if not self._lock.lacks(fullname):
            return None
        if asks_for_spec(sys._getframe(1)):
            wheels = self._lock.wheels_for(fullname)
            return ModuleSpec(fullname, _WheelLoader(self, path), origin=wheels[-1].url)
        if is_probe(fullname, sys._getframe(1)):
            return None
        return self.load(fullname, path)

    def load(self, fullname: str, path: Sequence[str] | None) -> ModuleSpec:
        """Install the wheels of a module; blocks.

        Raises:
            WheelError: one is not there, or its wheel has no such module.
        """
        wheels = self._lock.wheels_for(fullname)
        install_wheels(wheels, self._lock.mark_loaded)
        spec = importlib.machinery.PathFinder.find_spec(fullname, path)
        if spec is None:
            raise WheelError(f"{wheels[-1].url} has no module {fullname}; rebuild the site.")
        return spec


class _WheelLoader(Loader):
    """Of a spec that was only asked for: the wheel is there, and is fetched for who goes on."""

    def __init__(self, finder: SiteWheelFinder, path: Sequence[str] | None) -> None:
        self._finder = finder
        self._path = path

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        self._spec = self._finder.load(spec.name, self._path)
        return importlib.util.module_from_spec(self._spec)

    def exec_module(self, module: ModuleType) -> None:
        module.__spec__ = self._spec
        if self._spec.loader is not None:  # a namespace has no code
            self._spec.loader.exec_module(module)


def load_on_import(lock: SiteLock) -> None:
    """From now on an import loads the wheel that has the module, if the site has one."""
    if not any(isinstance(finder, SiteWheelFinder) for finder in sys.meta_path):
        sys.meta_path.append(SiteWheelFinder(lock))
