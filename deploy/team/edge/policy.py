"""What a browser is told of the site: which code runs, where it may ask, who may frame it."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterable
from html.parser import HTMLParser
from pathlib import Path

from deploy.team.edge.facts import Edge

PERMISSIONS = (
    "accelerometer=(), browsing-topics=(), camera=(), display-capture=(), "
    "geolocation=(), gyroscope=(), hid=(), magnetometer=(), microphone=(), midi=(), payment=(), "
    "serial=(), usb=(), cross-origin-isolated=(self), fullscreen=(self)"
)
REFERRER = "same-origin"
_RUNS = re.compile(r"^(module|importmap|(text|application)/(java|ecma)script)?$", re.I)


def content_security_policy(edge: Edge) -> str:
    """Code comes from the site, byte by byte; JupyterLab's settings schemas and Pyodide compile
    code of their own (`unsafe-eval`), which only code that runs already can do.
    """
    hashes = " ".join(f"'{each}'" for each in edge.script_hashes)
    directives = {
        "default-src": "'self'",
        "script-src": f"'self' 'unsafe-eval' 'wasm-unsafe-eval' blob: {hashes}".strip(),
        "worker-src": "'self' blob:",
        "connect-src": " ".join(["'self'", "data:", "blob:", *edge.connect]),
        "style-src": "'self' 'unsafe-inline'",
        "img-src": "'self' data: blob:",
        "media-src": "'self' data: blob:",
        "font-src": "'self' data:",
        "frame-src": "'self' blob: data:",
        "object-src": "'none'",
        "base-uri": "'self'",
        "form-action": "'self'",
        "frame-ancestors": "'self'",
    }
    return "; ".join(f"{name} {value}" for name, value in directives.items())


def inline_script_hashes(site: Path) -> list[str]:
    """Of what runs in the built site's own pages: `sha256-…`, as CSP has it."""
    found: set[str] = set()
    for page in site.rglob("*.html"):
        parser = _InlineScripts()
        parser.feed(page.read_text(encoding="utf-8", errors="replace"))
        found |= {_hash(script) for script in parser.scripts}
    return sorted(found)


def _hash(script: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()


class _InlineScripts(HTMLParser):
    """Collects the text of scripts that have no address and are code."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=False)
        self.scripts: list[str] = []
        self._inside = False

    def handle_starttag(self, tag: str, attrs: Iterable[tuple[str, str | None]]) -> None:
        if tag == "script":
            named = dict(attrs)
            self._inside = "src" not in named and bool(_RUNS.match(named.get("type") or ""))
            if self._inside:
                self.scripts.append("")

    def handle_data(self, data: str) -> None:
        if self._inside:
            self.scripts[-1] += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "script":
            self._inside = False
