"""Static hosts as they are elsewhere, on loopback: with a `_headers` file, or without headers.

with StaticHost(dist, base="/repo/") as host:            # GitHub Pages
    ...host.url
with StaticHost(dist, rules=read_rules(dist)) as host:   # Netlify, Cloudflare Pages
    ...host.url
"""

from __future__ import annotations

import re
import socket
import ssl
import sys
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from http import HTTPStatus
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

HEADERS_FILE = "_headers"
MOST_RULES = 100
TOKEN = re.compile(r":[A-Za-z]\w*|\*")
GITHUB_CACHE_S = 600
"""For how long GitHub Pages lets browsers keep every file."""


class HeadersSyntaxError(ValueError):
    """A `_headers` file that one of the hosts would not read as it was meant."""


@dataclass(frozen=True)
class Rule:
    """A pattern of paths, and the headers of what matches it."""

    pattern: str
    headers: tuple[tuple[str, str], ...]

    def matches(self, path: str) -> bool:
        """`:name` is anything but a slash, `*` is anything; the rest is literal."""
        parts, end = [], 0
        for token in TOKEN.finditer(self.pattern):
            parts.append(re.escape(self.pattern[end : token.start()]))
            parts.append(".*" if token[0] == "*" else "[^/]+")
            end = token.end()
        parts.append(re.escape(self.pattern[end:]))
        return re.fullmatch("".join(parts), path, re.DOTALL) is not None


def read_rules(dist: Path) -> list[Rule]:
    return parse((dist / HEADERS_FILE).read_text("utf-8"))


def parse(text: str) -> list[Rule]:
    """The rules of a `_headers` file.

    Raises:
        HeadersSyntaxError: a line that is neither a path nor a header, or more than the hosts take.
    """
    rules: list[Rule] = []
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        if line.startswith("/"):
            if line.count("*") > 1:
                raise HeadersSyntaxError(f"line {number}: one * is allowed in {line}")
            rules.append(Rule(line.rstrip(), ()))
            continue
        name, colon, value = line.strip().partition(":")
        if not line[0].isspace() or not colon or not value.strip() or not rules:
            raise HeadersSyntaxError(f"line {number}: {line!r} is no header of a path")
        last = rules.pop()
        rules.append(Rule(last.pattern, (*last.headers, (name.strip(), value.strip()))))
    if len(rules) > MOST_RULES:
        raise HeadersSyntaxError(f"{len(rules)} rules, but {MOST_RULES} are read")
    return rules


def headers_for(rules: Sequence[Rule], path: str) -> dict[str, str]:
    """All matching rules together; what several set is joined, as both hosts do."""
    merged: dict[str, str] = {}
    for rule in rules:
        if rule.matches(path):
            for name, value in rule.headers:
                merged[name] = f"{merged[name]}, {value}" if name in merged else value
    return merged


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A browser that hangs up is no error."""
        if not isinstance(sys.exc_info()[1], (ConnectionError, ssl.SSLError)):
            super().handle_error(request, client_address)


def with_tls(listening: socket.socket, certificate: Path) -> ssl.SSLSocket:
    """The socket, speaking TLS with the certificate and key of a PEM file."""
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(certificate)
    return tls.wrap_socket(listening, server_side=True)


class StaticHost:
    """Serves a folder under a path of its own origin, with the headers of the rules only."""

    def __init__(
        self,
        folder: Path,
        base: str = "/",
        rules: Sequence[Rule] = (),
        max_age: int | None = None,
        certificate: Path | None = None,
    ) -> None:
        self.asked: list[str] = []
        """What was asked for: paths with their queries, in order."""
        asked = self.asked

        class Handler(SimpleHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def translate_path(self, path: str) -> str:
                return super().translate_path("/" + urlsplit(path).path.removeprefix(base))

            def send_head(self) -> Any:
                asked.append(self.path)
                if not urlsplit(self.path).path.startswith(base):
                    self.send_error(HTTPStatus.NOT_FOUND)
                    return None
                return super().send_head()

            def end_headers(self) -> None:
                for name, value in headers_for(rules, urlsplit(self.path).path).items():
                    self.send_header(name, value)
                if max_age is not None:
                    self.send_header("Cache-Control", f"max-age={max_age}")
                super().end_headers()

            def log_message(self, *_: object) -> None:
                return

        self.base = base
        self.scheme = "https" if certificate else "http"
        self._server = _Server(
            ("127.0.0.1", 0), lambda *given: Handler(*given, directory=str(folder))
        )
        if certificate:
            self._server.socket = with_tls(self._server.socket, certificate)
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)

    @property
    def url(self) -> str:
        return f"{self.scheme}://localhost:{self._server.server_port}{self.base}"

    def __enter__(self) -> StaticHost:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()
