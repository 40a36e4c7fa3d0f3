"""The WSGI application that serves the built site; Envoy in front adds headers and compression."""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING
from wsgiref.headers import Headers
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from deploy.local import media_types
from deploy.local.mounted import NOTEBOOKS_VARIABLE, Mounted

if TYPE_CHECKING:
    from servestatic import ServeStatic

SITE_DIR_VARIABLE = "PCW_SITE_DIR"
READY_PATH = "/.well-known/pcw/site"


class NotFound:
    """The site's own 404.html where it has one, else one line."""

    def __init__(self, root: Path) -> None:
        self.page = root / "404.html"

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        if environ.get("PATH_INFO") == READY_PATH:
            start_response("200 OK", [("Content-Type", "text/plain; charset=utf-8")])
            return [b"ready\n"]
        try:
            body, kind = self.page.read_bytes(), "text/html"
        except OSError:
            body, kind = b"Not found: the site has no such page.\n", "text/plain"
        headers = [("Content-Type", f"{kind}; charset=utf-8"), ("Content-Length", str(len(body)))]
        start_response("404 Not Found", headers)
        return [body]


def application(root: Path) -> ServeStatic:
    from servestatic import ServeStatic  # here: the stack's other commands need no server

    return ServeStatic(
        NotFound(root),
        root=root,
        # Looked up per request: a rebuilt site is served without a restart.
        autorefresh=True,
        index_file=True,
        mimetypes=dict(media_types.table()),
        max_age=None,  # caching is Envoy's to decide
        immutable_file_test=lambda _path, _url: False,
        allow_all_origins=False,
        add_headers_function=_add_tag,
    )


def _add_tag(headers: Headers, path: str, _url: str) -> None:
    facts = os.stat(path)
    if stat.S_ISREG(facts.st_mode):
        tag = _content_tag(path, facts.st_size, facts.st_mtime_ns, facts.st_ctime_ns)
        headers["ETag"] = tag


@lru_cache(maxsize=16384)
def _content_tag(path: str, *_when_it_may_have_changed: int) -> str:
    """By content, for vendored files all carry one date; weak, for Envoy may compress them."""
    with open(path, "rb") as file:
        return f'W/"{hashlib.file_digest(file, "sha256").hexdigest()[:32]}"'


def create() -> WSGIApplication:
    """The factory Granian calls in its worker."""
    root = Path(os.environ[SITE_DIR_VARIABLE])
    site: WSGIApplication = application(root)
    notebooks = os.environ.get(NOTEBOOKS_VARIABLE)
    return Mounted(Path(notebooks), root, site) if notebooks else site
