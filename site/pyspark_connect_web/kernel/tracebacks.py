"""Tracebacks in which frames of the server stand: PySpark knows single lines of its files only.

It puts them where Python looks for source (``pyspark/errors/exceptions/tblib.py``), and CPython's
``inspect.getsourcelines`` ends on such a line in a ``TokenError`` where the statement goes on.
IPython expects an ``OSError`` alone, and shows its own failure instead of the user's.
"""

from __future__ import annotations

import linecache
import tokenize
from functools import wraps
from types import ModuleType
from typing import Any


def show_single_lines(module: ModuleType) -> None:
    """``module`` is ``IPython.core.tbtools``."""
    plain = module.FrameInfo.__init__

    @wraps(plain)
    def init(self: Any, *args: Any, **kwargs: Any) -> None:
        try:
            plain(self, *args, **kwargs)
        except tokenize.TokenError:
            # All else it has set before.
            self.raw_lines = [linecache.getline(self.filename, self.lineno)]

    module.FrameInfo.__init__ = init
