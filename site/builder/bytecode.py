"""Python files become bytecode, by the very Pyodide that a tab runs: here under Node.

A tab that imports from source compiles it at every start, which is most of a kernel's start. What
has been compiled is kept, under the hash of what it was made from.
"""

from __future__ import annotations

import io
import json
import os
import shutil
import subprocess
import tempfile
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from builder.cache import write_atomically
from builder.digest import sha256
from builder.errors import BuildError
from builder.report import step

SITE_PACKAGES = "/lib/python3.14/site-packages/"
STDLIB = "/lib/python314.zip/"
SCRIPT = Path(__file__).with_name("compile.mjs")
# A process needs 3 s to start Pyodide, and compiles 1 MB (deflated) in about as much.
BYTES_PER_PROCESS = 2_000_000


@dataclass(frozen=True)
class Sources:
    """An archive with Python files, and where its members lie in the tab."""

    data: bytes
    prefix: str = SITE_PACKAGES


class Compiler:
    """Compiles with the Pyodide whose core files are `core`."""

    def __init__(self, core: Mapping[str, bytes], cache: Path) -> None:
        self.core = core
        self.cache = cache
        described = sorted((name, sha256(data)) for name, data in core.items())
        self.made_by = json.dumps([described, sha256(SCRIPT.read_bytes())])

    def compile(self, wanted: Sequence[Sources]) -> list[dict[str, bytes]]:
        """The `.pyc` of each Python file that is one, by the file's name in its archive.

        Raises:
            BuildError: there is no Node, or it failed.
        """
        missing = {self.kept(one): one for one in wanted if not self.is_kept(one)}
        if missing:
            with step(f"bytecode of {len(missing)} archives"):
                self.run(missing)
        return [dict(read_zip(self.kept(one).read_bytes())) for one in wanted]

    def kept(self, one: Sources) -> Path:
        key = sha256(json.dumps([self.made_by, one.prefix, sha256(one.data)]).encode())
        return self.cache / f"{key}.zip"

    def is_kept(self, one: Sources) -> bool:
        path = self.kept(one)
        try:
            with zipfile.ZipFile(path) as archive:
                return archive.testzip() is None
        except (OSError, zipfile.BadZipFile):
            return False  # truncated or altered: it is made anew

    def run(self, missing: Mapping[Path, Sources]) -> None:
        node = shutil.which("node")
        if node is None:
            raise BuildError(
                "The site's Python files are compiled by Pyodide under Node, which is not "
                "installed: install Node 20 or newer (Debian: `apt install nodejs npm`)."
            )
        self.cache.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            core = folder / "core"
            core.mkdir()
            for file_name, data in self.core.items():
                (core / file_name).write_bytes(data)
            jobs = []
            for number, (path, one) in enumerate(missing.items()):
                (folder / f"{number}.in").write_bytes(one.data)
                job = {"source": f"{number}.in", "result": f"{number}.out", "prefix": one.prefix}
                jobs.append((path, len(one.data), job))
            with processes(node, core, folder, shared_out(jobs)) as running:
                for process in running:
                    finish(process)
            for path, _, job in jobs:
                write_atomically(path, (folder / job["result"]).read_bytes())


Job = tuple[Path, int, dict[str, str]]


def shared_out(jobs: Sequence[Job]) -> list[list[dict[str, str]]]:
    """Jobs for as many processes as are worth their start, of about the same size."""
    total = sum(size for _, size, _ in jobs)
    count = min(os.cpu_count() or 1, 1 + total // BYTES_PER_PROCESS)
    shares: list[tuple[int, list[dict[str, str]]]] = [(0, []) for _ in range(count)]
    for _, size, job in sorted(jobs, key=lambda job: (-job[1], job[2]["source"])):
        shares.sort(key=lambda share: share[0])
        taken, share = shares[0]
        shares[0] = (taken + size, [*share, job])
    return [share for _, share in shares if share]


@contextmanager
def processes(
    node: str, core: Path, folder: Path, shares: Sequence[list[dict[str, str]]]
) -> Iterator[list[subprocess.Popen[bytes]]]:
    """One Node for each share; none of them outlives the block."""
    running: list[subprocess.Popen[bytes]] = []
    try:
        for share in shares:
            with tempfile.TemporaryFile() as jobs:
                jobs.write(json.dumps(share).encode())
                jobs.seek(0)
                command = [node, str(SCRIPT), str(core), str(folder)]
                running.append(
                    subprocess.Popen(
                        command, stdin=jobs, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
                    )
                )
        yield running
    finally:
        for process in running:
            if process.poll() is None:
                process.kill()
                process.communicate()


def finish(process: subprocess.Popen[bytes]) -> None:
    _, stderr = process.communicate()
    if process.returncode:
        # Node repeats the line of the file where it failed, and Pyodide's is all in one line.
        lines = [line.strip() for line in stderr.decode("utf-8", "replace").splitlines()]
        told = [line for line in lines if line and len(line) < 300 and not line.startswith("at ")]
        raise BuildError(f"Pyodide under Node could not compile: {' '.join(told[-3:])}")


def read_zip(data: bytes) -> list[tuple[str, bytes]]:
    """The files of an archive, without its folders."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        names = [name for name in archive.namelist() if not name.endswith("/")]
        return [(name, archive.read(name)) for name in names]
