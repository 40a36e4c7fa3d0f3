"""Makes pandas believe that there is no pyarrow.

pandas uses pyarrow for storage and compute as soon as it can import it, far beyond what this
package implements. Three ways lead pandas to a module called pyarrow, and each is closed:

* import statements, at module level or inside of functions called much later: every pandas module
  runs with its own `__builtins__`, whose `__import__` refuses pyarrow;
* compiled modules, which ask `sys.modules` directly: pyarrow is not in there while a pandas module
  is being executed;
* `import_optional_dependency`, which calls `importlib`: its module gets an importlib that refuses.

Other modules are not affected, and neither is a pandas that was imported before: that one has
already seen that there was no pyarrow.
"""

from __future__ import annotations

import builtins
import importlib
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from types import ModuleType, SimpleNamespace

from ..import_hook import around_imports

_OPTIONAL = "pandas.compat._optional"


def _refuse(name: str) -> None:
    if name == "pyarrow" or name.startswith("pyarrow."):
        raise ModuleNotFoundError(f"No module named {name!r}", name=name)


def _import(
    name: str,
    globals: Mapping[str, object] | None = None,
    locals: Mapping[str, object] | None = None,
    fromlist: Sequence[str] | None = (),
    level: int = 0,
) -> ModuleType:
    """`__import__` as pandas sees it."""
    if level == 0:
        _refuse(name)
    return builtins.__import__(name, globals, locals, fromlist or (), level)


def _import_module(name: str, package: str | None = None) -> ModuleType:
    """`importlib.import_module` as pandas' optional imports see it."""
    _refuse(name)
    return importlib.import_module(name, package)


@contextmanager
def _out_of_sight() -> Iterator[None]:
    """pyarrow taken out of `sys.modules` for a while."""
    hidden = {
        name: module
        for name, module in sys.modules.items()
        if name == "pyarrow" or name.startswith("pyarrow.")
    }
    for name in hidden:
        del sys.modules[name]
    try:
        yield
    finally:
        sys.modules.update(hidden)


@contextmanager
def _hidden(module: ModuleType) -> Iterator[None]:
    """Around the execution of a pandas module."""
    module.__dict__["__builtins__"] = {**vars(builtins), "__import__": _import}
    with _out_of_sight():
        yield
    if module.__name__ == _OPTIONAL:
        module.__dict__["importlib"] = SimpleNamespace(import_module=_import_module)


def hide() -> None:
    """Hide pyarrow from every pandas module imported from now on; again does nothing."""
    around_imports("pandas", _hidden)
