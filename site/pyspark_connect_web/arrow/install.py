"""Registering the facade as `pyarrow`."""

from __future__ import annotations

import importlib.util
import sys

from ..stand_ins import is_published, publish
from .arrow_dtype import explain_arrow_dtypes

# PySpark 4.3 converts nested columns itself, slowly, for a pyarrow before 25.0.1.
VERSION = "25.0.1+pcw"


def is_facade() -> bool:
    """Whether ``import pyarrow`` gives this facade."""
    return is_published("pyarrow")


def install(force: bool = False) -> str:
    """Make ``import pyarrow`` work for those who mean it: see ``stand_ins``.

    Returns ``"pyarrow"`` when the real one is there (nothing is changed, unless `force`), else
    ``"facade"``. Calling it again does nothing.
    """
    if is_facade():
        return "facade"
    if not force and ("pyarrow" in sys.modules or importlib.util.find_spec("pyarrow") is not None):
        return "pyarrow"
    for name in [name for name in sys.modules if name.partition(".")[0] == "pyarrow"]:
        del sys.modules[name]
    from .modules import modules  # where real pyarrow is, nothing of ours is loaded

    publish(modules(VERSION))
    explain_arrow_dtypes()
    return "facade"
