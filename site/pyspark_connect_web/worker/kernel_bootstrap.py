"""An explicit way to ask "can this kernel block?" before :func:`pyspark_connect_web.install`.

Importing this module never fails and changes nothing.
"""

from __future__ import annotations

from ..bridge import check_environment
from ..errors import EnvironmentUnsupportedError


def assert_kernel_ready() -> None:
    """Raise the error that names what is missing; see :func:`check_environment`."""
    check_environment()


def installed() -> bool:
    """Whether this kernel can block on the bridge."""
    try:
        check_environment()
    except EnvironmentUnsupportedError:
        return False
    return True


__all__ = ["assert_kernel_ready", "installed"]
