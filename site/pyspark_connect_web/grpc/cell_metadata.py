"""The cell that a call comes from: one id on all calls of one execution.

Proxies and servers that know the header (this project's) write it down, so that a job leads back to
its cell. It goes to the host of the page only: another's rules of CORS may not allow it.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from urllib.parse import urlsplit

from ..bridge import in_browser

CELL_KEY = "pcw-cell"
_NOT_IN_IDS = re.compile(r"[^A-Za-z0-9._-]")
_NAME_CHARACTERS = 40
_RUN_CHARACTERS = 8

_cell: ContextVar[str | None] = ContextVar("pcw_cell", default=None)


@contextmanager
def cell_running(name: str = "") -> Iterator[str]:
    """Within, and in tasks begun there, calls are of one more execution of the cell ``name``.

    The id, at most 64 characters of ``[A-Za-z0-9._-]``, is the name, a dot and what is new in each.
    """
    run = uuid.uuid4().hex[:_RUN_CHARACTERS]
    known = _NOT_IN_IDS.sub("", name)[:_NAME_CHARACTERS]
    cell = f"{known}.{run}" if known else run
    token = _cell.set(cell)
    try:
        yield cell
    finally:
        _cell.reset(token)


def cell_headers(origin: str) -> list[tuple[str, str]]:
    """What a call to ``origin`` says of its cell; nothing outside of cells."""
    cell = _cell.get()
    return [(CELL_KEY, cell)] if cell and _is_page_host(origin) else []


@cache
def _is_page_host(origin: str) -> bool:
    if not in_browser():
        return True
    import js

    # Both read in the same way: the browser's own `hostname` keeps the brackets of an IPv6 address.
    return urlsplit(origin).hostname == urlsplit(str(js.location.href)).hostname
