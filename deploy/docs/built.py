"""Whether a built site of pages holds together, and loads nothing from elsewhere."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

_LOADS = {
    ("audio", "src"),
    ("embed", "src"),
    ("iframe", "src"),
    ("img", "src"),
    ("img", "srcset"),
    ("input", "src"),
    ("link", "href"),
    ("object", "data"),
    ("script", "src"),
    ("source", "src"),
    ("source", "srcset"),
    ("track", "src"),
    ("video", "poster"),
    ("video", "src"),
}
"""What a browser asks for by itself; a link is followed by a person."""

POLICY = "default-src 'self'"
"""How the policy of each page begins, which holds for what its scripts would load, too."""

_CSS_URL = re.compile(r"""(?:url\(\s*|@import\s+)["']?([^"')\s]+)""")
_ELSEWHERE = re.compile(r"(?:[a-z][a-z0-9+.-]*:)?//", re.IGNORECASE)


@dataclass
class Page(HTMLParser):
    """What one page has: names to jump to, links, what it loads, what it may load."""

    names: set[str] = field(default_factory=set)
    links: list[str] = field(default_factory=list)
    loads: list[str] = field(default_factory=list)
    policy: str = ""

    def __post_init__(self) -> None:
        super().__init__(convert_charrefs=True)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self.names |= {given[name] for name in ("id", "name") if name in given}
        for name, value in given.items():
            if (tag, name) in _LOADS and given.get("rel") != "canonical":
                self.loads.append(value)
            elif (tag, name) == ("a", "href"):
                self.links.append(value)
        if given.get("http-equiv", "").lower() == "content-security-policy":
            self.policy = given.get("content", "")
        self.loads += _CSS_URL.findall(given.get("style", ""))


def faults(site: Path) -> list[str]:
    """One sentence for each link that leads nowhere and each file that comes from elsewhere."""
    pages = {path: _read(path) for path in sorted(site.rglob("*.html"))}
    found = [] if pages else [f"{site} has no page"]
    for path, page in pages.items():
        name = path.relative_to(site).as_posix()
        if not page.policy.startswith(POLICY):
            found.append(f"{name} has no policy that keeps its scripts to this origin")
        if path == site / "404.html":  # served at any address, so its own are absolute
            continue
        found += [f"{name} loads {one} from elsewhere" for one in page.loads if _is_elsewhere(one)]
        inside = [one for one in [*page.links, *page.loads] if not urlsplit(one).scheme]
        found += [
            f"{name}: {one} leads nowhere"
            for one in inside
            if not _is_elsewhere(one) and not _leads_somewhere(site, pages, path, one)
        ]
    for path in sorted(site.rglob("*.css")):
        loads = _CSS_URL.findall(path.read_text("utf-8"))
        name = path.relative_to(site).as_posix()
        found += [f"{name} loads {one} from elsewhere" for one in loads if _is_elsewhere(one)]
    return found


def _read(path: Path) -> Page:
    page = Page()
    page.feed(path.read_text("utf-8"))
    return page


def _is_elsewhere(address: str) -> bool:
    return _ELSEWHERE.match(address.strip()) is not None


def _leads_somewhere(site: Path, pages: dict[Path, Page], page: Path, address: str) -> bool:
    parts = urlsplit(address)
    there = (page.parent / unquote(parts.path)).resolve() if parts.path else page.resolve()
    if there.is_dir():
        there /= "index.html"
    if not there.is_relative_to(site.resolve()) or not there.is_file():
        return False
    target = pages.get(site / there.relative_to(site.resolve()))
    name = unquote(parts.fragment)
    return not name or target is None or name in target.names
