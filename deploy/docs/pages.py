"""Which file of the project is which page of the site, and links between them.

A link in a page is written as it works in the repository: relative to the file that has it. The
site has some files at other places, so their links are written anew.
"""

from __future__ import annotations

import posixpath
import re

OUTSIDE = {
    "CHANGELOG.md": "project/changes.md",
    "CODE_OF_CONDUCT.md": "project/conduct.md",
    "CONTRIBUTING.md": "project/contributing.md",
    "NOTICE": "project/notice.md",
    "SECURITY.md": "project/reporting.md",
    **{
        f"deploy/static-hosts/{host}/README.md": f"project/{host}.md"
        for host in ("cloudflare-pages", "github-pages", "http-server", "netlify")
    },
}
"""Files that are not in docs/, by their path in the project, and their pages."""

FOLDER = "docs"

_FENCE = re.compile(r"^(?P<fence>```+|~~~+).*?^(?P=fence)[ \t]*$", re.MULTILINE | re.DOTALL)
_INLINE_CODE = re.compile(r"(?<!`)(`+)(?!`).+?(?<!`)\1(?!`)", re.DOTALL)
_TARGET = re.compile(r"(?<=\]\()[^()\s]+(?=\))")


def link_spans(markdown: str) -> list[tuple[int, int]]:
    """Where the targets of links and pictures are, code left out."""
    return [found.span() for found in _TARGET.finditer(without_code(markdown))]


def without_code(markdown: str) -> str:
    """The same text, of the same length, whose code is blank."""
    return _INLINE_CODE.sub(_blank, without_blocks(markdown))


def without_blocks(markdown: str) -> str:
    """Likewise, but what is code within a line stays."""
    return _FENCE.sub(_blank, markdown)


def _blank(found: re.Match[str]) -> str:
    return re.sub(r"[^\n]", " ", found[0])


def is_internal(target: str) -> bool:
    return not re.match(r"[a-z][a-z0-9+.-]*:", target)


def source_of(page: str) -> str:
    """The file of the project that a page of the site is made of."""
    by_page = {there: here for here, there in OUTSIDE.items()}
    return by_page.get(page, f"{FOLDER}/{page}")


def page_of(source: str) -> str | None:
    """The page that is made of a file of the project; a folder stands for its README."""
    for path in (source, posixpath.join(source, "README.md")):
        if path in OUTSIDE:
            return OUTSIDE[path]
    return source.removeprefix(f"{FOLDER}/") if source.startswith(f"{FOLDER}/") else None


def resolved(source: str, target: str) -> tuple[str, str]:
    """What a link in a file of the project leads to: the path in the project, and the anchor."""
    path, _, anchor = target.partition("#")
    if not path:
        return source, anchor
    return posixpath.normpath(posixpath.join(posixpath.dirname(source), path)), anchor


def rewritten(page: str, markdown: str) -> str:
    """A page's text with links that lead to pages; what is no page stays, and the build says so."""
    source, parts, end = source_of(page), [], 0
    for start, stop in link_spans(markdown):
        parts += [markdown[end:start], _for_site(page, source, markdown[start:stop])]
        end = stop
    return "".join([*parts, markdown[end:]])


def _for_site(page: str, source: str, target: str) -> str:
    if not is_internal(target) or target.startswith("#"):
        return target
    path, anchor = resolved(source, target)
    there = page_of(path)
    if there is None:
        return target
    relative = posixpath.relpath(there, posixpath.dirname(page) or ".")
    return f"{relative}#{anchor}" if anchor else relative
