"""The catalog of saved tables: Spark's own Hive catalog in a Derby database beside the warehouse.

One server at a time has a folder: its lock is this process's, and so the JVM's that it becomes,
until that ends in whatever way. A crash leaves no lock behind.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import socket
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from urllib.parse import urlsplit

from spark.problems import SettingError

IMPLEMENTATION = "spark.sql.catalogImplementation"
WAREHOUSE = "spark.sql.warehouse.dir"
CONNECT_PATIENCE_S = 5.0
_FOLDER = "catalog"
_PLACE = "warehouse-is"
_DEFAULT_METASTORE_PORT = 9083
_URIS = ("spark.hadoop.hive.metastore.uris", "spark.hive.metastore.uris")
_DATABASES = (
    "spark.hadoop.javax.jdo.option.ConnectionURL",
    "spark.hive.javax.jdo.option.ConnectionURL",
)
# What Spark writes before it commits: FileOutputCommitter's folder, and dynamic overwrite's.
_UNFINISHED = ("_temporary", ".spark-staging-*")


def folder(work_dir: Path) -> Path:
    return work_dir / _FOLDER


def is_beside_the_warehouse(own: Mapping[str, str]) -> bool:
    """Whether tables are in our Derby; else the deployment's own settings name another place."""
    in_hive = own.get(IMPLEMENTATION, "hive") == "hive"
    return in_hive and not any(name in own for name in (*_URIS, *_DATABASES))


def description(own: Mapping[str, str], work_dir: Path) -> str:
    """Where the catalog is, for people; without what may hold a password."""
    if is_beside_the_warehouse(own):
        return f"in {folder(work_dir)}"
    if own.get(IMPLEMENTATION) == "in-memory":
        return "in memory, gone with the server"
    uris = [own[name] for name in _URIS if name in own]
    return f"the Hive metastore {uris[0]}" if uris else "a Hive catalog in a database of your own"


def conf(work_dir: Path) -> dict[str, str]:
    database = folder(work_dir) / "metastore"
    return {
        _DATABASES[0]: f"jdbc:derby:;databaseName={database};create=true",
        # Not /tmp/hive, which another user of this machine may have made for himself.
        "spark.hadoop.hive.exec.scratchdir": str(work_dir / "tmp" / "hive"),
    }


def jvm_options(work_dir: Path) -> list[str]:
    return [f"-Dderby.stream.error.file={folder(work_dir) / 'derby.log'}"]


def claim(work_dir: Path) -> None:
    """Takes the folder for this process and what it becomes by `exec`.

    Raises:
        SettingError: another server has it.
    """
    lock = os.open(work_dir / "server.lock", os.O_RDWR | os.O_CREAT, 0o644)
    os.set_inheritable(lock, True)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        holder = os.pread(lock, 100, 0).decode(errors="replace").strip() or "another process"
        os.close(lock)
        raise SettingError(
            f"Another Spark server ({holder}) runs in {work_dir}, and saved tables cannot be "
            f"shared by two: stop it, or choose another folder with PCW_STATE_DIR (containers: "
            f"another project, with COMPOSE_PROJECT_NAME)."
        ) from None
    os.ftruncate(lock, 0)
    os.pwrite(lock, f"pid {os.getpid()} on {socket.gethostname()}\n".encode(), 0)


def require_same_warehouse(work_dir: Path, warehouse: str) -> None:
    """The catalog names files by their whole path, so a moved folder would be written elsewhere.

    Raises:
        SettingError: the catalog was made for another warehouse.
    """
    record = folder(work_dir) / _PLACE
    record.parent.mkdir(parents=True, exist_ok=True)
    known = record.read_text().strip() if record.exists() else ""
    if known and not _same(known, warehouse):
        raise SettingError(
            f"The catalog in {record.parent} belongs to the warehouse {known}, not to {warehouse}: "
            f"move it back or make a link there, or delete {record.parent}, which forgets the "
            f"names of its tables and leaves their files."
        )
    if not known:
        record.write_text(f"{warehouse}\n")


def _same(one: str, other: str) -> bool:
    if one == other:
        return True
    return "://" not in one + other and Path(one).resolve() == Path(other).resolve()


def drop_unfinished(warehouse: Path) -> list[Path]:
    """Deletes what a killed server had not committed: it would block the name of its table.

    Only for one who has the folder to himself. Returns what was deleted.
    """
    dropped = []
    for table in _table_folders(warehouse):
        for pattern in _UNFINISHED:
            for path in table.glob(pattern):
                shutil.rmtree(path, ignore_errors=True)
                dropped.append(path)
    return dropped


def _table_folders(warehouse: Path) -> Iterator[Path]:
    """`<table>` and `<database>.db/<table>`."""
    for path in warehouse.glob("*/"):
        if path.suffix == ".db":
            yield from path.glob("*/")
        else:
            yield path


def require_metastore(own: Mapping[str, str]) -> None:
    """One of the metastores that the settings name answers; Hive itself would try for minutes.

    Raises:
        SettingError: an address is none, or nobody answers there.
    """
    for name in _URIS:
        if uris := [uri.strip() for uri in own.get(name, "").split(",") if uri.strip()]:
            problems = [_unreachable(uri) for uri in uris]
            if all(problems):
                raise SettingError(f"{name} is {own[name]}, and {problems[0]}.")


def _unreachable(uri: str) -> str:
    try:
        parts = urlsplit(uri)
        host, port = parts.hostname, parts.port or _DEFAULT_METASTORE_PORT
    except ValueError:
        host, port = None, 0
    if not host or urlsplit(uri).scheme != "thrift":
        return f"{uri} is no address of a metastore: write thrift://host:9083"
    with suppress(OSError), socket.create_connection((host, port), CONNECT_PATIENCE_S):
        return ""
    return f"nothing answers at {host}:{port}: start the metastore, or correct the address"
