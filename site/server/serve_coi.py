#!/usr/bin/env python3
"""Serves this folder with the headers that PySpark in the tab needs: `python serve_coi.py 8080`.

For one's own machine. Only Python's standard library is needed.
"""

from __future__ import annotations

import argparse
import errno
import functools
import ipaddress
import socket
import sys
from collections.abc import Sequence
from http import HTTPStatus
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

HEADERS = {
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Embedder-Policy": "credentialless",
    "Cross-Origin-Resource-Policy": "cross-origin",
    "X-Content-Type-Options": "nosniff",
    # Kept, but asked about each time: a site that was built anew is seen at once.
    "Cache-Control": "no-cache",
}
# Of whatever a site has. Named here: the machine's own table may lack them, and Windows' registry
# may have other ones. The stack's static servers take them from here.
MEDIA_TYPES = {
    ".css": "text/css",
    ".csv": "text/csv",
    ".data": "application/octet-stream",
    ".eot": "application/vnd.ms-fontobject",
    ".gif": "image/gif",
    ".html": "text/html",
    ".ico": "image/x-icon",
    ".ipynb": "application/json",
    ".jpeg": "image/jpeg",
    ".jpg": "image/jpeg",
    ".js": "text/javascript",
    ".json": "application/json",
    ".map": "application/json",
    ".md": "text/markdown",
    ".mjs": "text/javascript",
    ".pdf": "application/pdf",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".ttf": "font/ttf",
    ".txt": "text/plain",
    ".wasm": "application/wasm",
    ".webmanifest": "application/manifest+json",
    ".webp": "image/webp",
    ".whl": "application/zip",
    ".woff": "font/woff",
    ".woff2": "font/woff2",
    ".xml": "application/xml",
    ".zip": "application/zip",
}
EXIT_FAILED = 1


class Handler(SimpleHTTPRequestHandler):
    """The headers on every answer, errors and redirects too; only errors are printed."""

    protocol_version = "HTTP/1.1"
    extensions_map = SimpleHTTPRequestHandler.extensions_map | MEDIA_TYPES

    def end_headers(self) -> None:
        for name, value in HEADERS.items():
            self.send_header(name, value)
        super().end_headers()

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        if isinstance(code, int) and code >= HTTPStatus.BAD_REQUEST:
            super().log_request(code, size)


class Server(ThreadingHTTPServer):
    """Ends with its process; a browser that hangs up is no error."""

    daemon_threads = True

    def __init__(self, address: tuple[str, int], folder: Path) -> None:
        self.address_family = socket.AF_INET6 if ":" in address[0] else socket.AF_INET
        super().__init__(address, functools.partial(Handler, directory=str(folder)))

    def handle_error(self, request: Any, client_address: Any) -> None:
        if not isinstance(sys.exc_info()[1], ConnectionError):
            super().handle_error(request, client_address)


def parser() -> argparse.ArgumentParser:
    here = Path(__file__).resolve().parent
    options = argparse.ArgumentParser(
        prog="serve_coi.py",
        description="Serves a site with the headers that make its pages cross-origin isolated.",
    )
    options.add_argument("--port", type=int, default=8000, help="default: %(default)s")
    options.add_argument(
        "as_http_server", type=int, nargs="?", metavar="PORT", help="the same as --port PORT"
    )
    options.add_argument(
        "--bind", default="127.0.0.1", metavar="ADDRESS", help="default: %(default)s"
    )
    options.add_argument(
        "--directory", type=Path, default=here, metavar="DIR", help="default: %(default)s"
    )
    return options


def main(arguments: Sequence[str] | None = None) -> int:
    """Serves until Ctrl-C; what stands in the way is one sentence and exit code 1."""
    given = parser().parse_args(arguments)
    if given.as_http_server is not None:
        given.port = given.as_http_server
    if not (given.directory / "index.html").is_file():
        return fail(f"{given.directory} has no index.html: name the site with --directory.")
    try:
        server = Server((given.bind, given.port), given.directory)
    except OSError as error:
        return fail(reason(error, given.bind, given.port))
    except OverflowError:
        return fail(f"port {given.port} is none: a port is a number from 0 to 65535.")
    with server:
        try:
            print(
                f"{url(given.bind, server.server_port)} serves {given.directory}; Ctrl-C ends it."
            )
            if not on_loopback(given.bind):
                print("Browsers isolate pages of other machines over https only.")
            sys.stdout.flush()
            server.serve_forever()
        except KeyboardInterrupt:
            print("\nended")
    return 0


def fail(sentence: str) -> int:
    print(f"error: {sentence}", file=sys.stderr)
    return EXIT_FAILED


def reason(error: OSError, bind: str, port: int) -> str:
    if error.errno == errno.EADDRINUSE:
        return f"port {port} of {bind} is taken: choose another with --port."
    if error.errno in (errno.EACCES, errno.EPERM):
        return (
            f"port {port} of {bind} is not for ordinary users: choose one above 1023 with --port."
        )
    return f"this machine has no address {bind} to listen on ({error.strerror or error})."


def on_loopback(bind: str) -> bool:
    try:
        return ipaddress.ip_address(bind).is_loopback
    except ValueError:
        return bind == "localhost"


def url(bind: str, port: int) -> str:
    host = f"[{bind}]" if ":" in bind else bind
    return f"http://{'localhost' if on_loopback(bind) else host}:{port}/"


if __name__ == "__main__":
    sys.exit(main())
