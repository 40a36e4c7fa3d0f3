"""pandas says that the facade cannot back a column, where it would say "install pyarrow"."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from types import ModuleType
from typing import Any

from ..import_hook import around_imports
from .errors import unsupported


def explain_arrow_dtypes() -> None:
    """From now on, for a pandas that has been imported too; again does nothing."""
    for name in _CHANGES:
        if name in sys.modules:
            _CHANGES[name](sys.modules[name])
        around_imports(name, _around)


@contextmanager
def _around(module: ModuleType) -> Iterator[None]:
    yield
    if module.__name__ in _CHANGES:
        _CHANGES[module.__name__](module)


def _refusal() -> ImportError:
    """An ImportError, as pandas': that is what a program may be prepared for."""
    return ImportError(str(unsupported("A pandas column backed by Arrow (ArrowDtype)")))


def _explain_dtype(module: ModuleType) -> None:
    plain = module.ArrowDtype.__init__

    @wraps(plain)
    def init(self: Any, *args: Any, **kwargs: Any) -> None:
        try:
            plain(self, *args, **kwargs)
        except ImportError as error:
            raise _refusal() from error

    module.ArrowDtype.__init__ = init


def _explain_backend(module: Any) -> None:
    """All readers and ``convert_dtypes`` ask it first, each by the name that it has imported."""
    plain = module.check_dtype_backend

    @wraps(plain)
    def check(dtype_backend: Any) -> None:
        if dtype_backend == "pyarrow":
            raise _refusal()
        plain(dtype_backend)

    for one in list(sys.modules.values()):
        if getattr(one, "__name__", "").startswith("pandas.") and (
            vars(one).get("check_dtype_backend") is plain
        ):
            vars(one)["check_dtype_backend"] = check
    module.check_dtype_backend = check


_CHANGES: dict[str, Callable[[ModuleType], None]] = {
    "pandas.core.dtypes.dtypes": _explain_dtype,
    "pandas.util._validators": _explain_backend,
}
