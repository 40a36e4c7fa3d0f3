"""Sources of Python's own library, for tracebacks and ``inspect``: fetched when somebody reads one.

A site starts Python from an archive of bytecode, and has Pyodide's own, of sources, beside it.
"""

from __future__ import annotations

import io
import sys
import zipfile
from functools import cache
from zipimport import zipimporter

from ..bridge.site_file import get_bytes

SOURCES = "python_stdlib_sources.zip"


def find_stdlib_sources() -> None:
    """From now on, where ``zipimport`` finds bytecode without its source."""
    plain = zipimporter.get_source

    def get_source(self: zipimporter, fullname: str) -> str | None:
        source = plain(self, fullname)
        if source is None and self.archive == _archive():
            source = _read(self.get_filename(fullname).removeprefix(f"{self.archive}/"))
        return source

    zipimporter.get_source = get_source  # type: ignore[method-assign]


def _archive() -> str | None:
    """Where Pyodide puts its library."""
    return next((path for path in sys.path if path.endswith(".zip")), None)


def _read(compiled: str) -> str | None:
    sources = _sources()
    name = compiled.removesuffix("c")
    if sources is None or name not in sources.namelist():
        return None
    return sources.read(name).decode("utf-8")


@cache
def _sources() -> zipfile.ZipFile | None:
    import js
    import pyodide_js

    base = str(pyodide_js._api.config.indexURL)
    data = get_bytes(str(js.URL.new(SOURCES, base).href))
    return zipfile.ZipFile(io.BytesIO(data)) if data is not None else None
