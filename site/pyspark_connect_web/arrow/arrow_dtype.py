"""What pandas says when its Arrow-backed columns are asked for.

pandas sees no pyarrow here, so ``dtype_backend="pyarrow"`` ends in ``name 'ArrowDtype' is not
defined`` in some functions, and elsewhere asks for a package that ``import pyarrow`` seems to find.
All of them go through a few places of pandas, which get one sentence. It is an ImportError, as
without the facade: that is what a program may be prepared for.
"""

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
    for name, explain in _EXPLAINED.items():
        if name in sys.modules:
            explain(sys.modules[name])
        around_imports(name, _around)


@contextmanager
def _around(module: ModuleType) -> Iterator[None]:
    yield
    _EXPLAINED[module.__name__](module)


def _refusal() -> ImportError:
    what = "A pandas column backed by Arrow (ArrowDtype, '[pyarrow]', dtype_backend='pyarrow')"
    return ImportError(str(unsupported(what)), name="pyarrow")


def _explained(function: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(function)
    def call(*args: Any, **kwargs: Any) -> Any:
        try:
            return function(*args, **kwargs)
        except ImportError as error:
            raise _refusal() from error

    return call


def _explain_arrow_dtype(module: ModuleType) -> None:
    cls = module.ArrowDtype
    cls.__init__ = _explained(cls.__init__)
    cls.construct_from_string = classmethod(_explained(cls.construct_from_string.__func__))


def _explain_string_dtype(module: ModuleType) -> None:
    module.StringDtype.__init__ = _explained(module.StringDtype.__init__)


def _explain_backends(module: ModuleType) -> None:
    """All readers and ``convert_dtypes`` ask it first, each by the name that it has imported."""
    check = module.check_dtype_backend

    @wraps(check)
    def check_dtype_backend(dtype_backend: Any) -> None:
        if isinstance(dtype_backend, str) and dtype_backend == "pyarrow":
            raise _refusal()
        check(dtype_backend)

    for one in list(sys.modules.values()):
        if getattr(one, "__name__", "").startswith("pandas.") and (
            vars(one).get("check_dtype_backend") is check
        ):
            vars(one)["check_dtype_backend"] = check_dtype_backend
    vars(module)["check_dtype_backend"] = check_dtype_backend


_EXPLAINED = {
    "pandas.core.dtypes.dtypes": _explain_arrow_dtype,
    "pandas.core.arrays.string_": _explain_string_dtype,
    "pandas.util._validators": _explain_backends,
}
