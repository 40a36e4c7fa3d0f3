"""What the site says of itself: ``pcw-site.json``, which the build writes beside its scripts."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from .layout import WorkerName

SITE_FILE = "pcw-site.json"
HTTP_OK = 200
TIMEOUT_MS = 5000
"""A host that takes a request and never answers must not stop the cell."""

CONTENT_TIMEOUT_MS = 120_000
"""For a large file of a host that answers: a slow link may need long."""


@dataclass(frozen=True)
class Answer:
    """What the host answered; ``request`` is the browser's own object."""

    request: Any

    def header(self, name: str) -> str | None:
        value = self.request.getResponseHeader(name)
        return str(value) if value else None


def get(url: str) -> Answer | None:
    """A file of the page's own origin; None where the host cannot be asked.

    Synchronous: a notebook asks for it in the middle of a cell.
    """
    return _ask("GET", url, TIMEOUT_MS)


def get_bytes(url: str) -> bytes | None:
    """A large file of the page's own origin as it is; None where there is none."""
    import js

    if _ask("HEAD", url, TIMEOUT_MS) is None:
        return None
    answer = _ask("GET", url, CONTENT_TIMEOUT_MS, "arraybuffer")
    if answer is None or answer.request.status != HTTP_OK:
        return None
    content: bytes = js.Uint8Array.new(answer.request.response).to_bytes()
    return content


def _ask(method: str, url: str, limit_ms: int, kind: str = "") -> Answer | None:
    import js
    from pyodide.ffi import JsException

    request = js.XMLHttpRequest.new()
    try:
        request.open(method, url, False)
        request.responseType = kind
        request.timeout = limit_ms
        request.send()
    except JsException:
        return None
    return Answer(request)


def read_site() -> dict[str, Any]:
    """The site's file, asked for anew; empty where there is none, as in a site of another build."""
    root = site_root()
    answer = get(f"{root}{SITE_FILE}") if root else None
    if answer is None or answer.request.status != HTTP_OK:
        return {}
    try:
        site = json.loads(str(answer.request.responseText))
    except ValueError:
        return {}
    return site if isinstance(site, dict) else {}


def site_root() -> str | None:
    """The address of the site's root, if the page told it."""
    return _told(WorkerName.SITE)


def page_url() -> str | None:
    """The address of the page that made this worker, if it told it."""
    return _told(WorkerName.PATH)


def _told(prefix: WorkerName) -> str | None:
    import js

    names = str(js.self.name).split()
    paths = [name.removeprefix(prefix) for name in names if name.startswith(prefix)]
    return f"{js.location.origin}{paths[-1]}" if paths else None
