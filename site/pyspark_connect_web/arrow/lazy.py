"""Modules that are loaded when they are first used.

A tab compiles each from its source at every start. What a notebook may never ask for can wait.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from importlib import import_module
from typing import Any


def loader(package: str, names: Sequence[str]) -> Callable[[str], Any]:
    """The `__getattr__` of a package that imports those of its modules when they are asked for."""

    def __getattr__(name: str) -> Any:
        if name in names:
            return import_module(f"{package}.{name}")
        raise AttributeError(f"module {package!r} has no attribute {name!r}")

    return __getattr__
