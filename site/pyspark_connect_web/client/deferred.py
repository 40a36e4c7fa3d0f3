"""numpy and pandas as PySpark's modules see them while they are imported: there, but not loaded.

PySpark imports both at the head of its modules, though `collect()`, `show()` and
`createDataFrame(rows)` use neither; in a tab they cost megabytes and seconds. A stand-in answers
what PySpark asks before any array or frame can exist (its version, and "is this one of yours?"),
and becomes the real package for everything else.
"""

from __future__ import annotations

import importlib
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any

CLASSES = {
    "numpy": frozenset({"generic", "ndarray"}),
    "pandas": frozenset({"DataFrame", "Index", "Series", "Timedelta", "Timestamp"}),
}
"""Classes that PySpark tests values against: until the package is loaded nothing is an instance."""

FUNCTIONS = {"pandas.api.types": frozenset({"is_datetime64_dtype", "is_timedelta64_dtype"})}
"""Functions that PySpark imports by name; they are looked up when they are called."""


class _Late:
    """A name of a package that is looked up when it is used."""

    def __init__(self, module: str, name: str) -> None:
        self._module = module
        self._name = name

    def _real(self) -> Any:
        return getattr(_load(self._module), self._name)

    def __instancecheck__(self, instance: object) -> bool:
        return is_loaded(self._module) and isinstance(instance, self._real())

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return self._real()(*args, **kwargs)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return getattr(self._real(), name)


class _StandIn(ModuleType):
    """A module that loads the real one as soon as more is asked than it can answer."""

    def __init__(self, name: str, version: str | None) -> None:
        super().__init__(name, f"Stands in for {name} until it is used.")
        self.__spec__ = ModuleSpec(name, None, is_package=True)
        self.__path__: list[str] = []
        if version is not None:
            self.__version__ = version

    def __getattr__(self, name: str) -> Any:
        module = self.__name__
        late = CLASSES.get(module, frozenset()) | FUNCTIONS.get(module, frozenset())
        if name in late and not is_loaded(module):
            return _Late(module, name)
        return getattr(_load(module), name)


def is_loaded(name: str) -> bool:
    """Whether the real module is there."""
    return name in sys.modules and not isinstance(sys.modules[name], _StandIn)


def _load(name: str) -> ModuleType:
    """The real module, in place of every stand-in of its package."""
    if not is_loaded(name):
        _remove(name.partition(".")[0])
    return importlib.import_module(name)


def _remove(package: str) -> None:
    for name, module in list(sys.modules.items()):
        if name.partition(".")[0] == package and isinstance(module, _StandIn):
            del sys.modules[name]


class Deferral:
    """Puts the stand-ins in place; ``versions`` are those that the real packages would have."""

    def __init__(self, versions: Mapping[str, str]) -> None:
        self._stand_ins = {
            name: _StandIn(name, version if name == package else None)
            for package, version in versions.items()
            for name in _names(package)
        }
        self._depth = 0

    @contextmanager
    def __call__(self) -> Iterator[None]:
        """Within, an import of a package that is not loaded yet gives its stand-in."""
        if self._depth == 0:
            self._place()
        self._depth += 1
        try:
            yield
        finally:
            self._depth -= 1
            if self._depth == 0:
                for package in CLASSES:
                    _remove(package)

    def _place(self) -> None:
        absent = {package for package in CLASSES if package not in sys.modules}
        for name, stand_in in self._stand_ins.items():
            if name.partition(".")[0] in absent:
                sys.modules[name] = stand_in


def _names(package: str) -> list[str]:
    """A package and the submodules that PySpark imports from."""
    names = {package}
    for name in FUNCTIONS:
        while name.startswith(f"{package}."):
            names.add(name)
            name = name.rpartition(".")[0]
    return sorted(names)
