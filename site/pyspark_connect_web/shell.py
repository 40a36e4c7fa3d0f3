"""The IPython shell of this kernel, where it has one."""

from __future__ import annotations

import sys
from typing import Any


def ipython_shell() -> Any:
    """The ``InteractiveShell``, or None, as in the harness page."""
    ipython = sys.modules.get("IPython")
    return ipython.get_ipython() if ipython else None
