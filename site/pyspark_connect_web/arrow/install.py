"""Registering the facade as `pyarrow` in `sys.modules`."""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Callable, Sequence
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any

from .errors import missing

# PySpark 4.3 converts nested columns itself, slowly, for a pyarrow before 25.0.1.
VERSION = "25.0.1+pcw"

_MARK = "__pyspark_connect_web_facade__"


class _FacadeLoader(Loader):
    """The loader in the modules' `__spec__`; they are made by `install`, so it loads nothing."""

    def create_module(self, spec: ModuleSpec) -> ModuleType | None:
        return sys.modules.get(spec.name)

    def exec_module(self, module: ModuleType) -> None:
        """Nothing to do."""


class _MissingSubmodules(MetaPathFinder):
    """Says what is wrong when a submodule is imported that the facade does not have."""

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if fullname.startswith("pyarrow.") and is_facade():
            raise ModuleNotFoundError(str(missing(fullname)), name=fullname)
        return None


def is_facade() -> bool:
    """Whether the module now called `pyarrow` is this facade."""
    return hasattr(sys.modules.get("pyarrow"), _MARK)


def install(force: bool = False) -> str:
    """Make `import pyarrow` work; call it before pandas is imported.

    Returns ``"pyarrow"`` when the real one is there (nothing is changed, unless `force`), else
    ``"facade"``. Calling it again does nothing.
    """
    if is_facade():
        return "facade"
    if not force and ("pyarrow" in sys.modules or importlib.util.find_spec("pyarrow") is not None):
        return "pyarrow"
    from .hide_from_pandas import hide

    hide()
    for name in [name for name in sys.modules if name.partition(".")[0] == "pyarrow"]:
        del sys.modules[name]
    sys.modules.update(_modules())
    if not any(isinstance(finder, _MissingSubmodules) for finder in sys.meta_path):
        sys.meta_path.append(_MissingSubmodules())
    return "facade"


def _modules() -> dict[str, ModuleType]:
    from . import namespace

    lib = namespace.lib_names()
    namespace.adopt(lib, "pyarrow.lib")
    contents = {
        "pyarrow.lib": lib,
        "pyarrow.types": namespace.types_names(),
        "pyarrow.ipc": namespace.ipc_names(),
        "pyarrow.compute": namespace.compute_names(),
    }
    for name in ("pyarrow.types", "pyarrow.ipc", "pyarrow.compute"):
        namespace.adopt(contents[name], name)
    modules = {name: _module(name, names) for name, names in contents.items()}
    # pandas on Spark imports it at its head, and uses it for one function only.
    modules["pyarrow.parquet"] = _module("pyarrow.parquet", {})
    top = {name: value for name, value in lib.items() if name not in _LIB_ONLY}
    top |= {name.partition(".")[2]: module for name, module in modules.items()}
    top |= {"__version__": VERSION, _MARK: True, "__path__": []}
    modules["pyarrow"] = _module("pyarrow", top, is_package=True)
    return modules


_LIB_ONLY = {"asarray", "type_for_alias", "string_to_tzinfo", "tzinfo_to_string", "IpcWriteOptions"}


def _module(name: str, names: dict[str, Any], *, is_package: bool = False) -> ModuleType:
    module = ModuleType(name, "Pure-Python pyarrow of pyspark_connect_web.")
    module.__spec__ = ModuleSpec(name, _FacadeLoader(), is_package=is_package)
    module.__loader__ = module.__spec__.loader
    module.__package__ = name if is_package else name.partition(".")[0]
    module.__dict__.update(names)
    module.__dict__["__getattr__"] = _missing_from(name)
    return module


def _missing_from(module: str) -> Callable[[str], Any]:
    def __getattr__(name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(f"module {module!r} has no attribute {name!r}")
        raise missing(f"{module}.{name}")

    return __getattr__
