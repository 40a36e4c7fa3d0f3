"""For every test: PySpark takes a main module without a file for its own doctests.

In CI (`CI` set) hypothesis tries the same inputs each time: a run says whether a change is good;
looking for new inputs is `make fuzz` and every run elsewhere.
"""

from __future__ import annotations

import os
import sys

from hypothesis import settings

main_module = sys.modules["__main__"]
if not hasattr(main_module, "__file__"):  # in a process of pytest-xdist
    main_module.__file__ = __file__

settings.register_profile("ci", derandomize=True)
if os.environ.get("CI"):
    settings.load_profile("ci")
