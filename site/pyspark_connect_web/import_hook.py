"""Runs code around the execution of a package's modules, whenever they are imported."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any

Around = Callable[[ModuleType], AbstractContextManager[None]]


class _Loader(Loader):
    """The loader that was found, with something around its execution of the module."""

    def __init__(self, loader: Any, around: Around) -> None:
        self._loader = loader
        self._around = around

    def __getattr__(self, name: str) -> Any:
        return getattr(self._loader, name)

    def create_module(self, spec: ModuleSpec) -> ModuleType | None:
        made: ModuleType | None = self._loader.create_module(spec)
        return made

    def exec_module(self, module: ModuleType) -> None:
        with self._around(module):
            self._loader.exec_module(module)


class _Finder(MetaPathFinder):
    def __init__(self, package: str, around: Around) -> None:
        self._package = package
        self._around = around

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Finder) and vars(other) == vars(self)

    def __hash__(self) -> int:
        return hash((self._package, self._around))

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if fullname != self._package and not fullname.startswith(f"{self._package}."):
            return None
        return spec_around(self, self._around, fullname, path, target)


def spec_around(
    finder: MetaPathFinder,
    around: Around,
    fullname: str,
    path: Sequence[str] | None,
    target: ModuleType | None,
) -> ModuleSpec | None:
    """What the finders after this one find, its module executed within ``around(module)``."""
    for later in sys.meta_path[sys.meta_path.index(finder) + 1 :]:
        spec = later.find_spec(fullname, path, target)
        if spec is not None:
            if spec.loader is not None:
                spec.loader = _Loader(spec.loader, around)
            return spec
    return None


def around_imports(package: str, around: Around) -> None:
    """From now on the modules of a package are executed within ``around(module)``.

    The same call again does nothing.
    """
    finder = _Finder(package, around)
    if finder not in sys.meta_path:
        sys.meta_path.insert(0, finder)
