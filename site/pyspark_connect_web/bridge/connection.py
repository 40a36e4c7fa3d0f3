"""This kernel's connection to its I/O worker, made once."""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files
from typing import Any

from ..errors import BridgeError
from .environment import check_environment
from .layout import Answer, as_json

CONNECT_TIMEOUT_MS = 30_000
"""For the page to hear and its I/O worker to load; a page that draws a lot answers late."""

_COMPLAINTS = {
    Answer.NONE: "The page did not answer within {seconds} s; it may be frozen: reload it.",
    Answer.HEARD: "The I/O worker did not start within {seconds} s; reload the page.",
    Answer.DEAD: (
        "The I/O worker pcw_io_worker.js failed to start; it must lie beside "
        "pcw_kernel_bridge.js with the site's other pcw_*.js, all of them served with the same "
        "headers (the browser's console has the error)."
    ),
    Answer.MISMATCH: (
        "The site's pcw_io_worker.js and the installed pyspark_connect_web are of different "
        "versions; rebuild the site, or reload it without the browser's cache."
    ),
}


@cache
def kernel_half() -> Any:
    """The kernel half (``kernel_half.js``); the page is told of it, its answer not waited for.

    Raises:
        EnvironmentUnsupportedError: see :func:`check_environment`.
    """
    check_environment()
    from pyodide.code import run_js

    source = files(__package__).joinpath("kernel_half.js").read_text("utf-8")
    half = run_js(source)(as_json())
    half.announce()
    return half


@cache
def connection() -> Any:
    """The kernel half, connected.

    Raises:
        EnvironmentUnsupportedError: see :func:`check_environment`.
        BridgeError: the I/O worker did not start, or does not speak this layout.
    """
    half = kernel_half()
    answer = Answer(half.connect(CONNECT_TIMEOUT_MS))
    if answer is not Answer.READY:
        raise BridgeError(_COMPLAINTS[answer].format(seconds=CONNECT_TIMEOUT_MS // 1000))
    return half


def announced_half() -> Any:
    """The kernel half if :func:`kernel_half` has made it, else None."""
    return kernel_half() if kernel_half.cache_info().currsize else None


def request_json(
    url: str,
    method: str,
    headers: list[tuple[str, str]],
    deadline: float | None,
    framed: bool,
    delay: float = 0.0,
    upload: int | None = None,
) -> str:
    """A call as the I/O worker reads it; ``deadline`` and ``delay`` in seconds from now.

    ``upload`` is the id of a body that was sent ahead.
    """
    deadline_ms = None if deadline is None else max(0, round(deadline * 1000))
    return json.dumps(
        {
            "url": url,
            "method": method,
            "headers": headers,
            "deadlineMs": deadline_ms,
            "framed": framed,
            "delayMs": round(delay * 1000),
            "upload": upload,
        }
    )
