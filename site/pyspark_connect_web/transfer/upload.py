"""Files of the tab to Spark's default file system, by PySpark's ``copyFromLocalToFs``."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import Any
from urllib.parse import unquote, urlparse

from .bars import transfer_bar
from .session import TransferError, session_or_active

FOLDER = "files"
"""Beside the warehouse: where files go that are not told a place."""

_WAREHOUSE = "spark.sql.warehouse.dir"
_ALLOWED = "spark.sql.artifact.copyFromLocalToFs.allowDestLocal"
"""Without it Spark takes files only where its default file system is none of its own machine."""


def upload(path: str | os.PathLike[str], to: str | None = None, *, spark: Any = None) -> str:
    """Copy a file or a folder of this tab to where Spark reads, and return its path there.

    ``path`` is in the tab: what was dropped into JupyterLab's file browser is in the notebook's
    folder. ``to`` is an absolute path of Spark's default file system, a folder where it ends with
    ``/``; without it the file goes into ``files`` beside the warehouse. What is there is
    overwritten.

        spark.read.csv(pcw.upload("sales.csv"), header=True)

    Raises:
        TransferError: there is no such file, no such place, or no session.
    """
    source = Path(path)
    files = _files(source)
    session = session_or_active(spark)
    target = _target(source.resolve().name, to, session)
    with _local_targets_allowed(session):
        for file in files:
            inside = "" if file == source else f"/{file.relative_to(source).as_posix()}"
            with transfer_bar(f"uploading {file.name}", file.stat().st_size):
                session.copyFromLocalToFs(str(file), f"{target}{inside}")
    return target


def _files(source: Path) -> list[Path]:
    if source.is_file():
        return [source]
    if not source.is_dir():
        raise TransferError(
            f"There is no file {str(source)!r} in this tab (this notebook is in {os.getcwd()}): "
            "drop it into the file browser beside the notebook, or correct its name."
        )
    files = sorted(file for file in source.rglob("*") if file.is_file())
    if not files:
        raise TransferError(f"The folder {str(source)!r} has no files: there is nothing to upload.")
    return files


def _target(name: str, to: str | None, session: Any) -> str:
    if to is None:
        return str(_beside_the_warehouse(session) / FOLDER / name)
    if urlparse(to).scheme:
        raise TransferError(
            f"{to!r} names a file system, and uploads go to Spark's default one: give a path such "
            "as '/data/sales.csv'; to others write with Spark, as in df.write.parquet('s3a://…')."
        )
    if not to.startswith("/"):
        raise TransferError(
            f"{to!r} is no absolute path: begin it with '/', or leave it out and use the path that "
            "pcw.upload() returns."
        )
    return to + name if to.endswith("/") else to


def _beside_the_warehouse(session: Any) -> PurePosixPath:
    warehouse = urlparse(session.conf.get(_WAREHOUSE))
    if warehouse.scheme not in ("", "file"):
        raise TransferError(
            f"Spark's warehouse is at {warehouse.geturl()}, which is not its default file system: "
            "say where the file goes, as in pcw.upload('a.csv', '/data/a.csv')."
        )
    return PurePosixPath(unquote(warehouse.path)).parent


@contextmanager
def _local_targets_allowed(session: Any) -> Iterator[None]:
    """A setting of the session, which any client can make; as it was afterwards."""
    before = session.conf.get(_ALLOWED, None)
    session.conf.set(_ALLOWED, "true")
    try:
        yield
    finally:
        if before is None:
            session.conf.unset(_ALLOWED)
        else:
            session.conf.set(_ALLOWED, before)
