"""``install()``: everything that ``import pyspark`` needs, before it is imported."""

from __future__ import annotations

from . import arrow, client, kernel, modules, packages
from .bridge import check_environment
from .bridge.connection import connection
from .client import SUPPORTED_PYSPARK

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
    package = __package__
    modules.publish("grpc", f"{package}.grpc", "_utilities")
    modules.publish("grpc_status", f"{package}.grpc_status", "rpc_status")
    if not modules.present("zstandard"):
        modules.publish("zstandard", f"{package}.zstandard")
    arrow.install()
