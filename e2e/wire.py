"""What a harness page sent to Spark, as the browser tells it."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Page, Request

from e2e.waiting import WaitedInVain, until

SERVICE = "/spark.connect.SparkConnectService/"
LAST_WORDS = ("/ReleaseSession", "/Interrupt")
PATIENCE_S = 20.0


class Wire:
    """The calls of a page since it was made."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.requests: list[Request] = []
        page.on("request", self._note)

    def _note(self, request: Request) -> None:
        # A preflight is the browser's own.
        if SERVICE in request.url and request.method == "POST" and not is_rehearsal(request):
            self.requests.append(request)

    def __len__(self) -> int:
        return len(self.requests)

    def methods(self, since: int = 0) -> list[str]:
        """The names of the methods that were called, but for so many first calls."""
        return [request.url.rpartition("/")[2] for request in self.requests[since:]]

    def wait(self, found: Callable[[list[str]], bool], since: int = 0) -> list[str]:
        """The same names, once ``found`` is true of them."""
        try:
            until(
                lambda: found(self.methods(since)),
                "the calls that the page was to send",
                PATIENCE_S,
                sleep=lambda seconds: self.page.wait_for_timeout(1000 * seconds),
            )
        except WaitedInVain as error:
            error.add_note(f"It sent {self.methods(since)}")
            raise
        return self.methods(since)

    def last(self, method: str) -> Request:
        """The last call of a method."""
        return next(r for r in reversed(self.requests) if r.url.endswith(f"/{method}"))


def is_rehearsal(request: Request) -> bool:
    """Whether the page only asks for the preflight of its last word: a call without a message."""
    return request.url.endswith(LAST_WORDS) and not request.post_data_buffer
