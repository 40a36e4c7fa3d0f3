"""`python -m builder release DIST`: wheel, sdist, a site archive for each host, and their hashes.

Two releases of the same sources have the same bytes.
"""

from __future__ import annotations

import gzip
import tarfile
import tempfile
from dataclasses import replace
from pathlib import Path

from builder.assemble import build, replacing, vendored
from builder.constants import CONNECT_WHEELS, OWN_NAME, SOURCE_DATE_EPOCH
from builder.hosts import HOSTS
from builder.lockfile import check_pins, load_lock
from builder.report import human_size, say, step
from builder.settings import ROOT, Options, read_pins
from builder.verify import write_sums
from builder.wheels import Wheel, own_distributions, own_wheel, pyspark_wheel

GZIP_LEVEL = 6
FOLDER_MODE = 0o755
FILE_MODE = 0o644


def release(options: Options, dist: Path) -> None:
    """Everything that is published, in a folder that is replaced as a whole."""
    with replacing(dist) as folder:
        with step("wheel and sdist"):
            for distribution in own_distributions(ROOT, kernel_wheels(options)):
                (folder / distribution.file_name).write_bytes(distribution.data)
        for host in HOSTS.values():
            name = f"{OWN_NAME}-site-{read_pins().own}-{host.name}"
            with step(f"{name}.tar.gz"), tempfile.TemporaryDirectory() as work:
                site = Path(work) / "dist"
                build(replace(options, out=site, host=host))
                archive(site, folder / f"{name}.tar.gz", name)
        write_sums(folder)
    for path in sorted(dist.iterdir()):
        say(f"{path.name}  {human_size(path.stat().st_size)}")


def kernel_wheels(options: Options) -> list[Wheel]:
    """What our wheel carries for the kernels of other people's sites: pure, from the lock."""
    lock = load_lock()
    check_pins(lock, read_pins())
    libraries = [artifact for artifact in lock.wheels if artifact.name in CONNECT_WHEELS]
    files = vendored(options, [lock.sdist, *libraries], lock)
    carried = [Wheel(artifact.file_name, files[artifact]) for artifact in libraries]
    return [own_wheel(ROOT), pyspark_wheel(files[lock.sdist], lock), *carried]


def archive(tree: Path, path: Path, name: str) -> None:
    """A `.tar.gz` whose bytes depend on the tree's names and contents only."""
    with (
        path.open("wb") as raw,
        gzip.GzipFile("", "wb", GZIP_LEVEL, raw, mtime=0) as packed,
        tarfile.open(fileobj=packed, mode="w", format=tarfile.PAX_FORMAT) as tar,
    ):
        for member in sorted([tree, *tree.rglob("*")]):
            add(tar, member, "/".join((name, *member.relative_to(tree).parts)))


def add(tar: tarfile.TarFile, path: Path, name: str) -> None:
    """Nobody's file, of no particular time; the same modes whatever the umask here."""
    info = tarfile.TarInfo(name)
    info.mtime = SOURCE_DATE_EPOCH
    if path.is_dir():
        info.type, info.mode = tarfile.DIRTYPE, FOLDER_MODE
        tar.addfile(info)
        return
    info.mode, info.size = FILE_MODE, path.stat().st_size
    with path.open("rb") as file:
        tar.addfile(info, file)
