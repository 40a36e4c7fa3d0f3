"""Puts this package's modules where ``import`` finds them under other names."""

from __future__ import annotations

import importlib
import importlib.util
import sys


def present(name: str) -> bool:
    """Whether ``import name`` would find a module."""
    return name in sys.modules or importlib.util.find_spec(name) is not None


def publish(name: str, source: str, *submodules: str) -> None:
    """Make the module ``source`` importable as ``name``, and so the submodules that it has.

    Both names are the same module object: a class is never there twice.
    """
    for suffix in ("", *(f".{submodule}" for submodule in submodules)):
        sys.modules[name + suffix] = importlib.import_module(source + suffix)
