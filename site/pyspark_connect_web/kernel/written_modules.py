"""Modules that were written a moment ago: ``%%writefile helper.py``, then ``import helper``.

Python reads a folder again when its time of change has changed. That of JupyterLite's drive
does not change with what is written into it.
"""

from __future__ import annotations

import importlib
import importlib.machinery
import os
import sys
from collections.abc import Sequence
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType


class WrittenModuleFinder(MetaPathFinder):
    """Looks at the folders of ``sys.path`` once more where a module lies in one of them."""

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        last = fullname.rpartition(".")[2]
        folders = sys.path if path is None else path
        if not any(_has(folder, last) for folder in folders if not folder.endswith(".zip")):
            return None
        importlib.invalidate_caches()
        return importlib.machinery.PathFinder.find_spec(fullname, path, target)


def find_written_modules() -> None:
    """From now on; again does nothing."""
    if not any(isinstance(finder, WrittenModuleFinder) for finder in sys.meta_path):
        sys.meta_path.append(WrittenModuleFinder())


def _has(folder: str, name: str) -> bool:
    place = os.path.join(folder or os.curdir, name)
    return os.path.isfile(f"{place}.py") or os.path.isfile(os.path.join(place, "__init__.py"))
