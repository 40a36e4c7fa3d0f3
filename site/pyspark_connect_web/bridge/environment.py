"""Can this interpreter block on the bridge? Each "no" is an error of its own."""

from __future__ import annotations

import sys

from ..errors import EnvironmentUnsupportedError, IsolationError, PageHalfMissingError
from .isolation import isolation_sentence
from .layout import WorkerName


def in_browser() -> bool:
    """True in Pyodide, in a browser's worker or in Node."""
    return sys.platform == "emscripten"


def check_environment() -> None:
    """Raise unless this kernel can block on the bridge.

    Raises:
        EnvironmentUnsupportedError: not in Pyodide, not in a worker, or no secure context.
        IsolationError: no cross-origin isolation.
        PageHalfMissingError: the page does not listen.
    """
    if not in_browser():
        raise EnvironmentUnsupportedError(
            "pyspark_connect_web runs in a browser's Python (Pyodide in JupyterLite) only; here "
            'install "pyspark[connect]" and use SparkSession.builder.remote(...) as it is.'
        )
    import js

    if not hasattr(js, "WorkerGlobalScope"):
        raise EnvironmentUnsupportedError(
            "This Python does not run in a Web Worker, where alone a call may block; use the "
            "JupyterLite Pyodide kernel, or start Pyodide in a worker as worker_bootstrap.js does."
        )
    if not js.isSecureContext or not js.crossOriginIsolated:
        raise IsolationError(isolation_sentence())
    check_page_half()


def check_page_half() -> None:
    """Raise unless the page's script was there before this worker.

    Raises:
        PageHalfMissingError: it was not.
    """
    import js

    if WorkerName.PAGE not in str(js.self.name).split():
        raise PageHalfMissingError(
            "The page did not load pcw_kernel_bridge.js before it started this kernel; put "
            "<script src='pcw_kernel_bridge.js'></script> first in the page's <head> (the site "
            "build does it), reload the page, and look in the browser's console if it stays."
        )
