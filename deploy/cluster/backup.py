"""What of a cluster has to be kept, in one file: tables, their catalog, event logs.

Only of a cluster that is stopped: the catalog and the files that it names are of one moment then.
Settings are in a file of your own.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import tarfile
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import Any

from deploy.cluster.cluster import Cluster
from deploy.local import process
from deploy.shared.errors import StackError
from deploy.shared.lock import alone
from deploy.shared.progress import Tell, silently

KEPT = ("warehouse", "catalog", "events")
SECRETS = ("cluster.secret", "generations.json")
"""The second has the settings of the servers, of which some may be passwords."""
MANIFEST = "backup.json"
_FORM = 1
_NOT_KEPT = ("db.lck", "dbex.lck")
"""Derby's own marks of who has the database open."""


def backup(cluster: Cluster, file: Path, with_secrets: bool = False, tell: Tell = silently) -> int:
    """Writes ``file``, readable for its owner; returns its size in bytes.

    Raises:
        StackError: the cluster runs, the file is there already, or it cannot be written.
    """
    with alone(cluster.config.state_dir, "cluster"):
        _require_stopped(cluster, "backup")
        if file.exists():
            raise StackError(f"{file} exists: name a file that does not.")
        news = file.with_name(f"{file.name}.part")
        try:
            with os.fdopen(
                os.open(news, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb"
            ) as out:
                _write(cluster, out, KEPT + (SECRETS if with_secrets else ()), tell)
            news.replace(file)
        except OSError as error:
            raise StackError(f"{file} cannot be written ({error.strerror}).") from error
        finally:
            news.unlink(missing_ok=True)
        return file.stat().st_size


def restore(cluster: Cluster, file: Path, tell: Tell = silently) -> int:
    """Puts everything back where it was; returns the number of files.

    The whole of ``file`` is read and compared with its sums before anything is written.

    Raises:
        StackError: something runs or is there already, or the file is damaged or of another place.
    """
    state = cluster.config.state_dir
    with alone(state, "cluster"):
        _require_stopped(cluster, "restore")
        if there := [name for name in KEPT if (state / name).exists()]:
            raise StackError(
                f"{state} has {', '.join(there)} already: move them away, or name another folder."
            )
        try:
            tell(f"reading {file}")
            with tarfile.open(file, "r:gz") as archive:
                manifest = _checked(archive, file)
            if manifest["state_dir"] != str(state):
                raise StackError(
                    f"{file} is of {manifest['state_dir']}, and its catalog names files by their "
                    f"whole path: restore it there (PCW_CLUSTER_STATE_DIR), not in {state}."
                )
            tell(f"writing {state}")
            with tarfile.open(file, "r:gz") as archive:
                archive.extractall(state, _members(archive), filter="data")
        except (OSError, tarfile.TarError, EOFError, ValueError, KeyError) as error:
            raise StackError(f"{file} is no sound backup ({error}).") from error
        return len(manifest["sha256"])


def _require_stopped(cluster: Cluster, what: str) -> None:
    if running := list(process.marked(cluster.config.state_dir)):
        raise StackError(
            f"The cluster runs ({len(running)} processes), and a {what} of it could be half of one "
            f"moment and half of another: stop it first, with `down`."
        )


def _write(cluster: Cluster, out: io.BufferedIOBase, names: tuple[str, ...], tell: Tell) -> None:
    state = cluster.config.state_dir
    sums: dict[str, str] = {}
    with tarfile.open(fileobj=out, mode="w:gz", compresslevel=1) as archive:
        for path in _files(state, names):
            name = str(path.relative_to(state))
            tell(f"keeping {name.partition('/')[0]} ({len(sums)} files)")
            archive.add(path, name, recursive=False)
            if path.is_file():
                with path.open("rb") as file:
                    sums[name] = hashlib.file_digest(file, "sha256").hexdigest()
        text = json.dumps({"form": _FORM, "state_dir": str(state), "sha256": sums}).encode()
        entry = tarfile.TarInfo(MANIFEST)
        entry.size, entry.mode = len(text), 0o600
        archive.addfile(entry, io.BytesIO(text))


def _files(state: Path, names: tuple[str, ...]) -> Iterator[Path]:
    for name in names:
        path = state / name
        if path.exists():
            yield path
        for below in sorted(path.rglob("*")):
            if below.name not in _NOT_KEPT:
                yield below


def _checked(archive: tarfile.TarFile, file: Path) -> dict[str, Any]:
    found: dict[str, str] = {}
    manifest = None
    for member in archive:
        content = archive.extractfile(member)
        if member.name == MANIFEST and content:
            manifest = json.load(content)
        elif content:
            found[member.name] = hashlib.file_digest(content, "sha256").hexdigest()  # type: ignore[arg-type]
    if manifest is None or manifest["form"] != _FORM or manifest["sha256"] != found:
        raise StackError(f"{file} is no sound backup: its files are not those that were written.")
    return dict(manifest)


def _members(archive: tarfile.TarFile) -> Iterator[tarfile.TarInfo]:
    """Only what a backup has, whoever made the file."""
    for member in archive:
        if PurePosixPath(member.name).parts[0] in KEPT + SECRETS:
            yield member
