"""What pages and their workers fetched: requests, and bytes over the wire."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import urlsplit

from playwright.sync_api import BrowserContext, Page, Request

FETCHED = ("http", "https")
"""Schemes of what comes over the wire."""


class Traffic:
    """The finished requests of a context, or of a page, since this was made."""

    def __init__(self, source: BrowserContext | Page) -> None:
        self.requests: list[Request] = []
        source.on("requestfinished", self._note)

    def _note(self, request: Request) -> None:
        if urlsplit(request.url).scheme in FETCHED:
            self.requests.append(request)

    def until(self, method: str) -> list[Request]:
        """Those that ended before the first call of a method did, and that call."""
        paths = paths_of(self.requests)
        ends = [place for place, path in enumerate(paths) if path.endswith(f"/{method}")]
        return self.requests[: ends[0] + 1]


def bytes_of(requests: Sequence[Request]) -> int:
    """Of their responses, headers and bodies, as compressed as they came."""
    sizes = [request.sizes() for request in requests]
    return sum(one["responseBodySize"] + one["responseHeadersSize"] for one in sizes)


def paths_of(requests: Sequence[Request]) -> list[str]:
    """What was asked for."""
    return [urlsplit(request.url).path for request in requests]
