"""The two wheels of the site root: our own, and pyspark-client, which has only an sdist.

Both are built to the same bytes each time.
"""

from __future__ import annotations

import base64
import io
import os
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
import time
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256 as sha256_hash
from pathlib import Path

from builder.constants import PYSPARK_NAME, SOURCE_DATE_EPOCH
from builder.digest import sha256_tree
from builder.errors import BuildError
from builder.lockfile import Lock

Members = list[tuple[str, bytes]]

FILE_MODE = 0o644 << 16
WHEEL_METADATA = b"""\
Wheel-Version: 1.0
Generator: pyspark-connect-web
Root-Is-Purelib: true
Tag: py3-none-any
"""
# What the wheel of this project is made of, relative to the root (see pyproject.toml).
OWN_FOLDERS = ("site/pyspark_connect_web", "site/page")
OWN_FILES = (
    *("pyproject.toml", "README.md", "LICENSE", "NOTICE"),
    *("site/builder/lite_addon.py", "site/builder/wheel_contents.py"),
)
# Where pyproject.toml expects the wheels that ours carries.
CARRIED_FOLDER = "site/kernel_wheels"


@dataclass(frozen=True)
class Wheel:
    """A wheel's file name and bytes."""

    file_name: str
    data: bytes

    @property
    def version(self) -> str:
        return self.file_name.split("-")[1]


def sdist_members(sdist: bytes) -> Members:
    """The `pyspark/` tree of pyspark-client's sdist: exactly what its own setup.py installs."""
    with tarfile.open(fileobj=io.BytesIO(sdist)) as archive:
        return read_members(archive, r"[^/]+/(pyspark/.+)")


def read_members(archive: tarfile.TarFile, pattern: str) -> Members:
    """The regular files whose path matches, under the name of the first group."""
    members = []
    for member in archive.getmembers():
        match = re.fullmatch(pattern, member.name)
        file = archive.extractfile(member) if match and member.isfile() else None
        if match and file:
            members.append((match[1], file.read()))
    return members


def pyspark_wheel(sdist: bytes, lock: Lock) -> Wheel:
    """The pyspark-client of the site as a wheel, its content being what was locked."""
    actual = sha256_tree(sdist_members(sdist))
    if actual != lock.pyspark_tree_sha256:
        raise BuildError(
            f"The content of {lock.sdist.file_name} is not what was locked: expected "
            f"{lock.pyspark_tree_sha256}, got {actual}."
        )
    return wheel_of_sdist(sdist, lock.sdist.version)


def wheel_of_sdist(sdist: bytes, version: str, leave_out: tuple[str, ...] = ()) -> Wheel:
    """pyspark-client of a verified sdist as a wheel, unmodified; no setup.py runs.

    Files whose path begins with one of ``leave_out`` are not in it.
    """
    content = [one for one in sdist_members(sdist) if not one[0].startswith(leave_out)]
    with tarfile.open(fileobj=io.BytesIO(sdist)) as archive:
        metadata = dict(read_members(archive, r"[^/]+/(PKG-INFO|LICENSE|NOTICE)"))
    info = f"{PYSPARK_NAME.replace('-', '_')}-{version}.dist-info"
    content += [
        (f"{info}/METADATA", metadata["PKG-INFO"]),
        (f"{info}/WHEEL", WHEEL_METADATA),
        (f"{info}/licenses/LICENSE", metadata["LICENSE"]),
        (f"{info}/licenses/NOTICE", metadata["NOTICE"]),
    ]
    content.append((f"{info}/RECORD", record(content, info)))
    name = f"{PYSPARK_NAME.replace('-', '_')}-{version}-py3-none-any.whl"
    return Wheel(name, zip_deterministically(content))


def pure_wheel(sdist: bytes, name: str, version: str) -> Wheel:
    """The Python files of a verified sdist as a wheel, without what is compiled; no setup.py runs.

    For packages whose compiled part is optional, and whose sources lie in `src/`.
    """
    info = f"{name}-{version}.dist-info"
    with tarfile.open(fileobj=io.BytesIO(sdist)) as archive:
        content = read_members(archive, rf"[^/]+/src/({name}/.+\.(?:py|pyi|typed))")
        [(_, metadata)] = read_members(archive, r"[^/]+/(PKG-INFO)")
        licenses = read_members(archive, r"[^/]+/(LICENSE.*)")
    content += [(f"{info}/METADATA", metadata), (f"{info}/WHEEL", WHEEL_METADATA)]
    content += [(f"{info}/licenses/{file}", data) for file, data in licenses]
    content.append((f"{info}/RECORD", record(content, info)))
    return Wheel(f"{name}-{version}-py3-none-any.whl", zip_deterministically(content))


def record(members: Members, info: str) -> bytes:
    lines = []
    for name, data in sorted(members):
        digest = base64.urlsafe_b64encode(sha256_hash(data).digest()).rstrip(b"=").decode()
        lines.append(f"{name},sha256={digest},{len(data)}\n")
    return "".join([*lines, f"{info}/RECORD,,\n"]).encode()


def zip_deterministically(
    members: Iterable[tuple[str, bytes]], compression: int = zipfile.ZIP_DEFLATED
) -> bytes:
    """A zip whose bytes depend on names and contents only; metadata last, as wheels have it."""
    when = time.gmtime(SOURCE_DATE_EPOCH)[:6]
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", compression, compresslevel=9) as archive:
        for name, data in sorted(members, key=lambda m: (".dist-info/" in m[0], m[0])):
            info = zipfile.ZipInfo(name, when)
            info.external_attr = FILE_MODE
            info.compress_type = compression
            archive.writestr(info, data)
    return buffer.getvalue()


def own_wheel(root: Path, carried: Iterable[Wheel] = ()) -> Wheel:
    """This project's wheel, built by hatchling from a copy without stray files.

    The wheel of a site carries none; the released one carries what a kernel needs.
    """
    (path,) = hatch(root, carried, "wheel")
    return path


def own_distributions(root: Path, carried: Iterable[Wheel]) -> list[Wheel]:
    """What is released: the wheel and the sdist, both with the wheels they carry."""
    return hatch(root, carried, "wheel", "sdist")


def hatch(root: Path, carried: Iterable[Wheel], *targets: str) -> list[Wheel]:
    with tempfile.TemporaryDirectory() as name:
        copy, out = Path(name) / "project", Path(name) / "out"
        copy_sources(root, copy, carried)
        environment = {**os.environ, "SOURCE_DATE_EPOCH": str(SOURCE_DATE_EPOCH)}
        chosen = [argument for target in targets for argument in ("-t", target)]
        command = [sys.executable, "-m", "hatchling", "build", *chosen, "-d", str(out)]
        done = subprocess.run(
            command, cwd=copy, env=environment, capture_output=True, text=True, check=False
        )
        if done.returncode:
            reason = (done.stderr.strip() or "hatchling failed").splitlines()[-1]
            raise BuildError(f"The wheel of this project cannot be built: {reason}")
        return [Wheel(path.name, path.read_bytes()) for path in sorted(out.iterdir())]


def copy_sources(root: Path, copy: Path, carried: Iterable[Wheel] = ()) -> None:
    """What goes into our wheel; file modes as they are everywhere, whatever the umask here."""
    ignored = shutil.ignore_patterns("__pycache__", "*.pyc", "tests", ".*")
    copy.mkdir()
    for name in OWN_FOLDERS:
        shutil.copytree(root / name, copy / name, ignore=ignored)
    for name in OWN_FILES:
        if (root / name).is_file():
            (copy / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(root / name, copy / name)
    (copy / CARRIED_FOLDER).mkdir()
    for wheel in carried:
        (copy / CARRIED_FOLDER / wheel.file_name).write_bytes(wheel.data)
    # pyproject.toml names it; a checkout in the making may not have it yet.
    (copy / "README.md").touch()
    for path in copy.rglob("*"):
        path.chmod(0o755 if path.is_dir() else 0o644)
