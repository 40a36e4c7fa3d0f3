"""Whether the links of the project's Markdown files lead somewhere. Needs nothing but Python."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

from deploy.docs.pages import is_internal, link_spans, resolved, without_blocks

_HEADING = re.compile(r"^#{1,6}[ \t]+(.+?)[ \t]*#*$", re.MULTILINE)


def broken(root: Path, source: str) -> list[str]:
    """One sentence for each link of a file that leads nowhere; `source` is relative to `root`."""
    text = (root / source).read_text("utf-8")
    found = []
    for start, stop in link_spans(text):
        if is_internal(target := text[start:stop]) and (why := _fault(root, source, target)):
            line = text.count("\n", 0, start) + 1
            found.append(f"{source}:{line}: the link {target} leads nowhere: {why}")
    return found


def _fault(root: Path, source: str, target: str) -> str | None:
    path, anchor = resolved(source, target)
    if path.startswith("..") or not (root / path).exists():
        return f"there is no {path}"
    if anchor and anchor not in anchors(root / path):
        return f"{path} has no heading #{anchor}"
    return None


@cache
def anchors(page: Path) -> frozenset[str]:
    """The anchors of a Markdown file's headings, as GitHub and the site name them."""
    if page.suffix != ".md":
        return frozenset()
    headings = _HEADING.findall(without_blocks(page.read_text("utf-8")))
    names = [slug(heading) for heading in headings]
    return frozenset(name + (f"_{n}" if n else "") for n, name in _numbered(names))


def slug(heading: str) -> str:
    """Lower case, words joined by hyphens, without punctuation."""
    plain = re.sub(r"\[([^]]*)\]\([^)]*\)", r"\1", heading)
    return re.sub(r"\s+", "-", re.sub(r"[^\w\s-]", "", plain).strip().lower())


def _numbered(names: list[str]) -> list[tuple[int, str]]:
    return [(names[:place].count(name), name) for place, name in enumerate(names)]
