"""Hooks of MkDocs, which has them only while it builds: see mkdocs.yml."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from deploy.docs.pages import OUTSIDE, rewritten

ROOT = Path(__file__).resolve().parents[2]


def on_files(files: Any, config: Any) -> Any:
    """The files that lie outside of docs/ become pages."""
    from mkdocs.structure.files import File  # type: ignore[import-not-found, unused-ignore]

    for source, page in OUTSIDE.items():
        text = (ROOT / source).read_text("utf-8")
        if not source.endswith(".md"):
            text = f"# {source.title()}\n\n```text\n{text}```\n"
        files.append(File.generated(config, page, content=text))
    return files


def on_page_markdown(markdown: str, page: Any, config: Any, files: Any) -> str:
    """Links that are right in the repository become right in the site."""
    return rewritten(page.file.src_uri, markdown)
