"""``import`` with the stand-ins: the statement, ``importlib.import_module`` and ``find_spec``."""

from __future__ import annotations

import builtins
import importlib
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import wraps
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any

from . import registry
from .requesters import asks_for_spec, is_machinery, may_see, requester


def publish(modules: Mapping[str, ModuleType]) -> None:
    """Have these modules found under these full names by those who may see them."""
    registry.add(modules)
    _change_import()
    if not any(isinstance(finder, _Finder) for finder in sys.meta_path):
        sys.meta_path.append(_Finder())


@contextmanager
def visible_to_all() -> Iterator[None]:
    """Within, the stand-ins are in ``sys.modules``: pickle finds classes there by their names."""
    ours = registry.all_modules()
    placed = {name: module for name, module in ours.items() if name not in sys.modules}
    sys.modules.update(placed)
    try:
        yield
    finally:
        for name in placed:
            sys.modules.pop(name, None)


class _Loader(Loader):
    """For whoever imports by a spec; the module has been executed."""

    def create_module(self, spec: ModuleSpec) -> ModuleType | None:
        return registry.module(spec.name)

    def exec_module(self, module: ModuleType) -> None:
        """Nothing to do."""


class _Finder(MetaPathFinder):
    """Last on ``sys.meta_path``: ``importlib.util.find_spec`` asks it."""

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        # An import that comes here is a compiled module's, and whatever it gets is everybody's.
        if not registry.is_published(fullname) or not asks_for_spec(sys._getframe(1)):
            return None
        if not may_see(requester(sys._getframe(1)), fullname):
            return None
        is_package = any(name.startswith(f"{fullname}.") for name in registry.all_modules())
        return ModuleSpec(fullname, _Loader(), is_package=is_package)


_changed: list[bool] = []


def _change_import() -> None:
    if _changed:
        return
    _changed.append(True)
    builtins.__import__ = _importing(builtins.__import__)
    importlib.import_module = _importing_module(importlib.import_module)


def _importing(plain: Any) -> Any:
    has_root = registry.has_root

    @wraps(plain)
    def __import__(
        name: str,
        globals: Mapping[str, Any] | None = None,
        locals: Mapping[str, Any] | None = None,
        fromlist: Sequence[str] | None = (),
        level: int = 0,
    ) -> ModuleType:
        if level == 0 and has_root(name):
            if not globals or is_machinery(globals):
                globals = requester(sys._getframe(1))
            if may_see(globals, name):
                return _resolve(name, tuple(fromlist or ()))
        found: ModuleType = plain(name, globals, locals, fromlist, level)
        return found

    return __import__


def _resolve(name: str, fromlist: tuple[str, ...]) -> ModuleType:
    """As ``__import__``: without names to take from it, it is the top package."""
    module = registry.module(name)
    if not fromlist:
        return registry.module(name.partition(".")[0])
    registry.check_names(module, fromlist)
    return module


def _importing_module(plain: Any) -> Any:
    @wraps(plain)
    def import_module(name: str, package: str | None = None) -> ModuleType:
        if registry.has_root(name) and may_see(requester(sys._getframe(1)), name):
            return registry.module(name)
        found: ModuleType = plain(name, package)
        return found

    return import_module
