"""What pages and their workers fetched: requests, and bytes over the wire."""

from __future__ import annotations

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

    def __len__(self) -> int:
        return len(self.requests)

    def bytes(self) -> int:
        """Of all responses, headers and bodies, as compressed as they came."""
        sizes = [request.sizes() for request in self.requests]
        return sum(one["responseBodySize"] + one["responseHeadersSize"] for one in sizes)

    def paths(self) -> list[str]:
        """What was asked for, in the order in which it ended."""
        return [urlsplit(request.url).path for request in self.requests]
