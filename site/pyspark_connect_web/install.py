"""``install()``: everything that ``import pyspark`` needs, before it is imported."""

from __future__ import annotations

import importlib
import importlib.util

from . import arrow, client, kernel, packages
from .bridge import check_environment
from .bridge.connection import connection
from .client import SUPPORTED_PYSPARK
from .stand_ins import publish

_STAND_INS = {"grpc": ("_utilities",), "grpc_status": ("rpc_status",), "zstandard": ()}
"""Packages of ours by the names that PySpark imports, with their submodules; not yet Arrow."""

_installed = False

__all__ = ["SUPPORTED_PYSPARK", "install", "is_installed"]


def install() -> None:
    """Prepare this kernel for PySpark. Call it before ``import pyspark``; again does nothing.

    Raises:
        EnvironmentUnsupportedError: not in a browser's worker.
        IsolationError: the page is not cross-origin isolated.
        PageHalfMissingError: ``pcw_kernel_bridge.js`` is not in the page.
        BridgeError: the page's I/O worker did not start.
        UnsupportedPySparkError: no PySpark, or an untried one.
    """
    global _installed
    if _installed:
        return
    check_environment()
    lock = packages.SiteLock.of_this_kernel()
    client.adapt(lock.versions("numpy", "pandas"))
    connection()
    kernel.prepare()
    _publish_modules()
    _installed = True


def is_installed() -> bool:
    """Whether :func:`install` has done its work."""
    return _installed


def _publish_modules() -> None:
    for name, submodules in _STAND_INS.items():
        if importlib.util.find_spec(name) is None:
            names = ("", *(f".{submodule}" for submodule in submodules))
            publish(
                {name + one: importlib.import_module(f"{__package__}.{name}{one}") for one in names}
            )
    arrow.install()
