"""What a failed exchange means to a person, and to PySpark's retries.

PySpark retries UNAVAILABLE for ten minutes. Only a broken stream, and a server that was there a
moment ago, get that code here; what no retry can mend gets FAILED_PRECONDITION, which the gRPC
documentation reserves for "do not retry until the state has been explicitly fixed".
"""

from __future__ import annotations

from ..bridge import Failure, Head, has_login, in_browser, site_root
from ..conditions import login_sentence
from ._status import Status, StatusCode

_CONNECT_FAILURES = (
    "remote connection failure",
    "connection refused",
    "connection timeout",
    "no healthy upstream",
)
"""Parts of Envoy's local replies to a request that never reached the server behind it."""

HTTP_UNAUTHORIZED = 401
_HTTP_CODES = {
    400: StatusCode.INTERNAL,
    403: StatusCode.PERMISSION_DENIED,
    404: StatusCode.UNIMPLEMENTED,
    429: StatusCode.UNAVAILABLE,
    502: StatusCode.UNAVAILABLE,
    503: StatusCode.UNAVAILABLE,
    504: StatusCode.UNAVAILABLE,
}
"""https://github.com/grpc/grpc/blob/master/doc/http-grpc-status-mapping.md"""


def _sentence(text: str, code: StatusCode = StatusCode.FAILED_PRECONDITION) -> Status:
    return Status(code, text, sentence=True)


def _page_origin() -> str:
    if not in_browser():
        return ""
    import js

    return f" {js.location.origin}"


def _signs_in_at(origin: str) -> bool:
    """Whether calls to that origin are let in by the login of this page."""
    return in_browser() and has_login() and _page_origin().strip() == origin


def unreachable(origin: str, with_token: bool = False) -> Status:
    """Nothing accepts connections at the endpoint, or, as far as a page can see, not over TLS."""
    if origin.startswith("https:"):
        why = (
            " (a token makes the client use https, unless the host is written localhost)"
            if with_token
            else ""
        )
        return _sentence(
            f"Nothing answers at {origin}, or its certificate is not trusted; open {origin} in a "
            f"tab once to see which, and check the host and the port of the Spark Connect URL{why}."
        )
    return _sentence(
        f"Nothing answers at {origin}; check the host and the port of the Spark Connect URL and "
        "that the grpc-web proxy (Envoy) is running, then run the cell again."
    )


def server_down(origin: str) -> Status:
    """The proxy answers that it cannot reach Spark."""
    return _sentence(
        f"The proxy at {origin} answers, but the Spark Connect server behind it does not; start "
        "it (or wait until it has started) and run the cell again."
    )


def unauthenticated(status: Status, origin: str, with_token: bool) -> Status:
    """The same status, saying what to do."""
    cure = "correct the token" if with_token else "add a token"
    said = f" ({status.details})" if status.details else ""
    if not with_token and _signs_in_at(origin):
        # Past the proxy, which would have refused a login that has ended.
        text = (
            f"Spark at {origin} refuses your login{said}: tell who runs the site, if signing out "
            "and in again does not help."
        )
        return Status(status.code, status.details, status.trailing_metadata, sentence=text)
    text = (
        f"{origin} refuses this call{said}; {cure}: write token=… into the Spark Connect URL, with "
        "the value that the server was started with."
    )
    return Status(status.code, status.details, status.trailing_metadata, sentence=text)


_GATEKEEPERS = (StatusCode.PERMISSION_DENIED, StatusCode.RESOURCE_EXHAUSTED)
"""What a proxy's limits and a server's guard refuse with, never Spark itself."""

_DETAILS = "grpc-status-details-bin"


def said_by_a_gatekeeper(status: Status) -> Status:
    """The same status, shown as the sentence that it is where it is one and nothing else."""
    text = status.details
    known = any(name == _DETAILS for name, _value in status.trailing_metadata)
    if status.code in _GATEKEEPERS and text.endswith(".") and "\n" not in text and not known:
        return Status(status.code, text, status.trailing_metadata, sentence=True)
    return status


def of_failure(failure: Failure, origin: str, limit: int, with_token: bool = False) -> Status:
    """The status of an exchange that broke, outages aside (see ``_outage.py``).

    ``limit`` is the channel's longest message in bytes.
    """
    match failure.reason:
        case "deadline":
            return Status(StatusCode.DEADLINE_EXCEEDED, "Deadline Exceeded")
        case "too-large":
            return Status(
                StatusCode.RESOURCE_EXHAUSTED,
                f"CLIENT: Received message larger than max ({failure.message} vs. {limit})",
            )
        case "compressed":
            return Status(StatusCode.UNIMPLEMENTED, "The server sent a compressed message.")
        case "cors":
            return _sentence(
                f"{origin} answers, but refuses this page's origin{_page_origin()} (CORS); add "
                "that origin to the allowed origins of the grpc-web proxy, or open the page from "
                "an allowed one."
            )
        case "mixed-content":
            return _sentence(
                f"This page came over https, so the browser blocks calls to {origin}; serve the "
                "Spark endpoint over https too and connect with use_ssl=true."
            )
        case "unreachable":
            return unreachable(origin, with_token)
        case "login-ended" | "login-untimely" | "signed-out":
            root = (in_browser() and site_root()) or f"{origin}/"
            text = login_sentence(failure.reason, origin, root)
            return _sentence(text, StatusCode.UNAUTHENTICATED)
        case _:
            return Status(
                StatusCode.UNAVAILABLE,
                f"The stream from {origin} was cut before its end ({failure.message}).",
            )


def is_outage(head: Head, status: Status) -> bool:
    """True where a proxy says, in its own name, that it could not connect to Spark."""
    return (
        status.code is StatusCode.UNAVAILABLE
        and head.status in (200, 503)
        and any(mark in status.details.lower() for mark in _CONNECT_FAILURES)
    )


def of_http(head: Head, origin: str) -> Status:
    """The status of an answer that is not gRPC."""
    kind = (head.get("content-type") or "no content type").split(";")[0]
    if "html" in kind and (head.redirected or head.status == 200):
        return _sentence(
            f"{origin} answered with a web page ({head.url}), probably a login; sign in there in "
            "this browser, or point the Spark Connect URL at the grpc-web proxy."
        )
    if head.status == HTTP_UNAUTHORIZED:
        return Status(StatusCode.UNAUTHENTICATED, f"HTTP {head.status}")
    code = _HTTP_CODES.get(head.status, StatusCode.UNKNOWN)
    if code is StatusCode.UNAVAILABLE:
        return Status(code, f"{origin} answered HTTP {head.status} ({kind}).")
    return _sentence(
        f"{origin} is no Spark Connect endpoint for browsers: it answered HTTP {head.status} "
        f"({kind}) instead of grpc-web; check the host and port.",
        code,
    )
