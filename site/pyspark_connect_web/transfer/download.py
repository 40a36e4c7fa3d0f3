"""Files that Spark sees to the tab, by Spark's ``binaryFile`` source, in parts."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlparse

from ..progress_bar import without_progress
from .bars import TransferBar, transfer_bar
from .session import TransferError, session_or_active

PART_BYTES = 1 << 20
"""So much of a file is one row of the answer."""

_GLOBBED = re.compile(r"([\\*?\[\]{}])")


def download(path: str, to: str | os.PathLike[str] | None = None, *, spark: Any = None) -> Path:
    """Copy a file or a folder that Spark sees to this tab, and return its path here.

    ``path`` is any that ``spark.read`` takes, patterns aside, with any file system. ``to`` is a
    file, or a folder that exists; without it the file goes beside the notebook, where JupyterLab's
    file browser shows it. Of a folder the files come that Spark reads: none that is empty, or whose
    name begins with ``_`` or ``.``. The server reads a file as a whole: some hundred megabytes are
    its measure.

    Raises:
        TransferError: there are no files, or one changed on its way.
        AnalysisException: Spark's, where it does not see the path.
    """
    session = session_or_active(spark)
    found = _listed(session, path)
    name = unquote(urlparse(path.rstrip("/")).path).rpartition("/")[2]
    target = Path(name if to is None else to)
    if to is not None and target.is_dir():
        target /= name
    root = _root(path, found)
    for address, size in found:
        inside = unquote(urlparse(address).path)[len(root) :].lstrip("/")
        _fetch(session, address, size, target / inside if inside else target)
    return target


def _listed(session: Any, path: str) -> list[tuple[str, int]]:
    """Address and size of each file; contents are not read for it."""
    reader = session.read.format("binaryFile").option("recursiveFileLookup", "true")
    rows = reader.load(_literally(path)).select("path", "length").orderBy("path").collect()
    if not rows:
        raise TransferError(
            f"Spark reads no files in {path!r}: there is nothing to download (it leaves out empty "
            "files, and those whose names begin with '_' or '.')."
        )
    return [(row[0], row[1]) for row in rows]


def _root(path: str, found: list[tuple[str, int]]) -> str:
    """What the paths of the files have before their place in the folder."""
    first = unquote(urlparse(found[0][0]).path)
    asked = unquote(urlparse(path).path).rstrip("/")
    return first[: first.find(asked) + len(asked)]


def _literally(path: str) -> str:
    """Spark takes a path for a pattern."""
    return _GLOBBED.sub(r"\\\1", path)


def _fetch(session: Any, address: str, size: int, target: Path) -> None:
    """To a name of its own until it is whole."""
    target.parent.mkdir(parents=True, exist_ok=True)
    unfinished = target.with_name(f"{target.name}.part")
    try:
        with (
            unfinished.open("wb") as out,
            transfer_bar(f"downloading {target.name}", size) as bar,
            without_progress(),
        ):
            _copy(session, address, size, out, bar)
        unfinished.replace(target)
    finally:
        unfinished.unlink(missing_ok=True)


def _copy(session: Any, address: str, size: int, out: Any, bar: TransferBar) -> None:
    last = max(0, size - 1) // PART_BYTES
    part = f"substring(content, cast(i * {PART_BYTES} + 1 as int), {PART_BYTES})"
    parts = f"posexplode(transform(sequence(0, {last}), i -> {part})) as (n, part)"
    frame = session.read.format("binaryFile").load(_literally(address)).selectExpr(parts)
    received = 0
    for number, row in enumerate(frame.toLocalIterator()):
        if row[0] != number:
            raise TransferError(f"The parts of {address} came out of order: download it again.")
        out.write(row[1])
        received += len(row[1])
        bar.advance(len(row[1]))
    if received != size:
        raise TransferError(
            f"{address} has changed while it was downloaded: {received} bytes came of {size}; "
            "download it again."
        )
