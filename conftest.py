"""For every test: PySpark takes a main module without a file for its own doctests."""

from __future__ import annotations

import sys

main_module = sys.modules["__main__"]
if not hasattr(main_module, "__file__"):  # in a process of pytest-xdist
    main_module.__file__ = __file__
