"""Requests that the page sends once this kernel cannot: it was closed, restarted or shut down."""

from __future__ import annotations

import json
import time

from .connection import connection


def leave_farewell(
    key: str, url: str, headers: list[tuple[str, str]], body: bytes, hold: float = 0.0
) -> None:
    """Leave a POST with the page, in place of the one that it has under ``key``.

    It is not sent sooner than ``hold`` seconds from now: a page that goes before leaves it to a
    proxy that offers to wait, as this project's Envoy does, or else drops it. Keep the body small:
    a browser carries 64 KiB for a page that is gone, of all its farewells together.
    """
    from pyodide.ffi import to_js

    request = json.dumps({"url": url, "headers": headers})
    connection().leaveFarewell(key, request, to_js(body), (time.time() + hold) * 1000)


def withdraw_farewell(key: str) -> None:
    """Nothing is to be said under this key any more."""
    connection().withdrawFarewell(key)
