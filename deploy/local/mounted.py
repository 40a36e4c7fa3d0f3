"""A folder of notebooks beside a built site: the lists that JupyterLite's file browser asks for.

JupyterLite reads the contents of Jupyter's REST API from a file `all.json` for each folder:
https://jupyterlite.readthedocs.io/en/stable/howto/content/files.html
`site/nginx/notebooks.js` does the same in a container.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from deploy.local import media_types

NOTEBOOKS_VARIABLE = "PCW_NOTEBOOKS"
NAME = "notebooks"
"""Of the folder in the file browser."""

ROOT_LISTING = "/api/contents/all.json"
LISTING = re.compile(rf"/api/contents/{NAME}/(?:(?P<inside>.*)/)?all\.json")
FILE = re.compile(rf"/files/{NAME}/(?P<inside>.+)")


class Mounted:
    """The site's application, and in front of it what the folder adds."""

    def __init__(self, folder: Path, site: Path, inner: WSGIApplication) -> None:
        self.folder = folder.resolve()
        self.site = site
        self.inner = inner

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        # WSGI gives the bytes of a path as Latin-1.
        path = environ.get("PATH_INFO", "").encode("latin-1").decode("utf-8", "replace")
        found = self.answer(path)
        if found is None or environ["REQUEST_METHOD"] not in ("GET", "HEAD"):
            return self.inner(environ, start_response)
        body, kind = found
        headers = [("Content-Type", kind), ("Content-Length", str(len(body)))]
        start_response("200 OK", headers)
        return [body]

    def answer(self, path: str) -> tuple[bytes, str] | None:
        """Body and media type, or None where the site itself answers."""
        if path == ROOT_LISTING and self.folder.is_dir():
            return as_json(self.root())
        listing = LISTING.fullmatch(path)
        if listing:
            folder = self.inner_path(listing["inside"] or "")
            return as_json(self.listing(folder)) if folder and folder.is_dir() else None
        wanted = FILE.fullmatch(path)
        file = self.inner_path(wanted["inside"]) if wanted else None
        if file and file.is_file():
            return file.read_bytes(), media_types.of(file)
        return None

    def inner_path(self, inside: str) -> Path | None:
        """What lies in the folder by that path: nothing hidden, nothing behind a link."""
        if inside and any(not part or part.startswith(".") for part in inside.split("/")):
            return None
        path = self.folder / inside
        return path if path.resolve() == path else None

    def root(self) -> dict[str, Any]:
        built: dict[str, Any] = json.loads((self.site / ROOT_LISTING[1:]).read_text("utf-8"))
        others = [entry for entry in built["content"] if entry["name"] != NAME]
        return {**built, "content": [*others, self.model(self.folder)]}

    def listing(self, folder: Path) -> dict[str, Any]:
        entries = sorted(folder.iterdir())
        shown = [e for e in entries if not (e.name.startswith(".") or e.is_symlink())]
        content = [self.model(entry) for entry in shown]
        return {**self.model(folder), "content": content, "format": "json"}

    def model(self, path: Path) -> dict[str, Any]:
        """How Jupyter tells of a file or folder."""
        facts = path.stat()
        changed = datetime.fromtimestamp(facts.st_mtime, UTC).isoformat().replace("+00:00", "Z")
        kind = "notebook" if path.suffix == ".ipynb" else "file"
        inside = path.relative_to(self.folder).parts
        return {
            "content": None,
            "created": changed,
            "format": None,
            "hash": None,
            "hash_algorithm": None,
            "last_modified": changed,
            "mimetype": None,
            "name": inside[-1] if inside else NAME,
            "path": "/".join((NAME, *inside)),
            "size": None if path.is_dir() else facts.st_size,
            "type": "directory" if path.is_dir() else kind,
            "writable": True,
        }


def as_json(data: dict[str, Any]) -> tuple[bytes, str]:
    return json.dumps(data).encode(), "application/json"
