"""Files and folders that are there at once or not at all."""

from __future__ import annotations

import os
import shutil
from pathlib import Path


def write_private(path: Path, content: str | bytes) -> None:
    """A file that only its owner reads, from the first moment."""
    path.parent.mkdir(parents=True, exist_ok=True)
    news = path.with_name(f"{path.name}.new")
    news.unlink(missing_ok=True)
    with os.fdopen(os.open(news, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(content.encode() if isinstance(content, str) else content)
    news.replace(path)


def fresh_beside(folder: Path) -> Path:
    """Where the folder's successor is made, for `swap`; nothing is there."""
    new = folder.with_name(f"{folder.name}.new")
    shutil.rmtree(new, ignore_errors=True)
    return new


def swap(folder: Path) -> None:
    """Puts `fresh_beside` in its place, all files at once: nobody sees some of each."""
    old = folder.with_name(f"{folder.name}.old")
    shutil.rmtree(old, ignore_errors=True)
    if folder.exists():
        folder.rename(old)
    folder.with_name(f"{folder.name}.new").rename(folder)
    shutil.rmtree(old, ignore_errors=True)
