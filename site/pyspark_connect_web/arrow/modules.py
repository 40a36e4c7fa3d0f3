"""The modules of the facade: `pyarrow`, `pyarrow.lib` and so on."""

from __future__ import annotations

from collections.abc import Callable
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any

from . import namespace
from .errors import missing
from .pickling import make_picklable

_LIB_ONLY = {"asarray", "type_for_alias", "string_to_tzinfo", "tzinfo_to_string", "IpcWriteOptions"}


def modules(version: str) -> dict[str, ModuleType]:
    """`pyarrow` of that version, and the modules in it, by name."""
    lib = namespace.lib_names()
    namespace.adopt(lib, "pyarrow.lib")
    make_picklable(namespace.classes(lib))
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
    top |= {"__version__": version, "__path__": []}
    modules["pyarrow"] = _module("pyarrow", top, is_package=True)
    return modules


def _module(name: str, names: dict[str, Any], *, is_package: bool = False) -> ModuleType:
    module = ModuleType(name, "Pure-Python pyarrow of pyspark_connect_web.")
    module.__spec__ = ModuleSpec(name, None, is_package=is_package)
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
