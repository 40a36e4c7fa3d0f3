"""What stands in for what."""

from __future__ import annotations

from collections.abc import Mapping
from types import ModuleType

_modules: dict[str, ModuleType] = {}
roots: set[str] = set()
"""The packages that are stood in for."""


def add(modules: Mapping[str, ModuleType]) -> None:
    """Make modules known under their full public names; packages with all their submodules."""
    _modules.update(modules)
    roots.update(name.partition(".")[0] for name in modules)


def has_root(name: str) -> bool:
    """Whether the name is of a package that is stood in for."""
    return name.partition(".")[0] in roots


def is_published(name: str) -> bool:
    """Whether a module of that public name is ours."""
    return name in _modules


def all_modules() -> dict[str, ModuleType]:
    """By their public names."""
    return dict(_modules)


class MissingNameImportError(ImportError, NotImplementedError):
    """``from pyarrow import csv`` where ours has none: a library may have a way without it."""


def module(name: str) -> ModuleType:
    """The module of that public name.

    Raises:
        ModuleNotFoundError: its package is ours, and has no such submodule.
    """
    found = _modules.get(name)
    if found is not None:
        return found
    parent, _, last = name.rpartition(".")
    raise ModuleNotFoundError(_why_missing(module(parent), last), name=name)


def check_names(owner: ModuleType, names: tuple[str, ...]) -> None:
    """Raise unless ``from owner import names`` works.

    Raises:
        MissingNameImportError: with the sentence of the module itself, if it has one.
    """
    for name in names:
        if name == "*" or hasattr(owner, name):
            continue
        raise MissingNameImportError(_why_missing(owner, name), name=owner.__name__)


def _why_missing(owner: ModuleType, name: str) -> str:
    try:
        getattr(owner, name)
    except AttributeError as error:
        if isinstance(error, NotImplementedError):
            return str(error)
    return f"cannot import name {name!r} from {owner.__name__!r}"
