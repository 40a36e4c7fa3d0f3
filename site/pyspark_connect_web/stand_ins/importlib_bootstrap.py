"""``import`` with the stand-ins: the statement, ``importlib``'s functions and ``find_spec``.

Nobody is to notice that every import now goes through here. A warning of a module that is imported
is told of its importer, as ``warnings`` passes over files with ``importlib`` and ``_bootstrap`` in
their names, hence this one's. An error's traceback has no line of this file.
"""

from __future__ import annotations

import builtins
import importlib
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import wraps
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from importlib.metadata import Distribution, DistributionFinder
from importlib.util import resolve_name
from types import ModuleType, TracebackType
from typing import Any

from ..import_hook import spec_around
from . import registry
from .distributions import distribution_of, stood_in_package
from .requesters import asks_for_spec, is_machinery, may_see, requester


def publish(modules: Mapping[str, ModuleType]) -> None:
    """Have these modules found under these full names by those who may see them."""
    registry.add(modules)
    _change_import()
    if not any(isinstance(finder, _Finder) for finder in sys.meta_path):
        sys.meta_path.append(_Finder())


@contextmanager
def visible_to_all() -> Iterator[None]:
    """Within, the stand-ins are in ``sys.modules``: pickle finds classes there by their names.

    Modules that are imported meanwhile do not find them.
    """
    with _placed():
        finder = _HidingFinder()
        sys.meta_path.insert(0, finder)
        try:
            yield
        finally:
            sys.meta_path.remove(finder)


@contextmanager
def _placed() -> Iterator[None]:
    ours = registry.all_modules()
    placed = {name: module for name, module in ours.items() if name not in sys.modules}
    sys.modules.update(placed)
    try:
        yield
    finally:
        for name in placed:
            sys.modules.pop(name, None)


@contextmanager
def _hidden() -> Iterator[None]:
    ours = registry.all_modules()
    names = [name for name, module in ours.items() if sys.modules.get(name) is module]
    for name in names:
        del sys.modules[name]
    try:
        yield
    finally:
        sys.modules.update({name: ours[name] for name in names})


class _HidingFinder(MetaPathFinder):
    """First on ``sys.meta_path``: has each module executed as if nothing was visible."""

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        return spec_around(self, lambda module: _hidden(), fullname, path, target)


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

    def find_distributions(
        self, context: DistributionFinder.Context | None = None
    ) -> list[Distribution]:
        """For ``importlib.metadata``; who lists all that is installed does not see them."""
        package = stood_in_package(context.name) if context and context.name else None
        if package is None or not may_see(requester(sys._getframe(1)), package):
            return []
        return [distribution_of(package)]


_changed: list[bool] = []


def _change_import() -> None:
    if _changed:
        return
    _changed.append(True)
    builtins.__import__ = _importing(builtins.__import__)
    importlib.import_module = _importing_module(importlib.import_module)
    importlib.reload = _reloading(importlib.reload)


def _importing(plain: Any) -> Any:
    roots = registry.roots

    @wraps(plain)
    def __import__(
        name: str,
        globals: Mapping[str, Any] | None = None,
        locals: Mapping[str, Any] | None = None,
        fromlist: Sequence[str] | None = (),
        level: int = 0,
    ) -> ModuleType:
        try:
            # Every import statement comes here, those in loops too: one look into a set is cheap.
            if level == 0 and isinstance(name, str) and name.partition(".")[0] in roots:
                if not globals or is_machinery(globals):
                    globals = requester(sys._getframe(1))
                if may_see(globals, name):
                    return _resolve(name, tuple(fromlist or ()))
            found: ModuleType = plain(name, globals, locals, fromlist, level)
            return found
        except BaseException as error:
            error.__traceback__ = _from_elsewhere(error.__traceback__)
            raise

    return __import__


def _from_elsewhere(traceback: TracebackType | None) -> TracebackType | None:
    """Without the lines of this package at its head; a bare ``raise`` adds none."""
    while traceback and traceback.tb_frame.f_globals.get("__package__") == __package__:
        traceback = traceback.tb_next
    return traceback


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
        try:
            full = resolve_name(name, package) if name.startswith(".") and package else name
            if registry.has_root(full) and may_see(requester(sys._getframe(1)), full):
                return registry.module(full)
            found: ModuleType = plain(name, package)
            return found
        except BaseException as error:
            error.__traceback__ = _from_elsewhere(error.__traceback__)
            raise

    return import_module


def _reloading(plain: Any) -> Any:
    @wraps(plain)
    def reload(module: ModuleType) -> ModuleType:
        """A stand-in is what it was: there is no file that might have changed."""
        name = getattr(module, "__name__", "")
        if registry.is_published(name) and registry.module(name) is module:
            return module
        reloaded: ModuleType = plain(module)
        return reloaded

    return reload
