"""pandas' ``ArrowDtype`` says that the facade cannot back it, where pandas would say "install"."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import ModuleType
from typing import Any

from ..import_hook import around_imports
from .errors import unsupported

_MODULE = "pandas.core.dtypes.dtypes"


def explain_arrow_dtype() -> None:
    """From now on, for a pandas that has been imported too; again does nothing."""
    if _MODULE in sys.modules:
        _explain(sys.modules[_MODULE])
    around_imports(_MODULE, _around)


@contextmanager
def _around(module: ModuleType) -> Iterator[None]:
    yield
    _explain(module)


def _explain(module: ModuleType) -> None:
    plain = module.ArrowDtype.__init__

    def init(self: Any, *args: Any, **kwargs: Any) -> None:
        try:
            plain(self, *args, **kwargs)
        except ImportError as error:
            # An ImportError still: that is what a program may be prepared for.
            sentence = str(unsupported("A pandas column backed by Arrow (ArrowDtype)"))
            raise ImportError(sentence) from error

    module.ArrowDtype.__init__ = init
