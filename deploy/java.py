"""Compiles the project's Java against the jars of the Spark that will run it.

With `javac` of Java 17 or newer. The same sources give the same bytes. What was made once is kept
in the cache (PCW_CACHE).
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import tempfile
import zipfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from deploy.shared.errors import StackError
from spark.cache import cache_dir
from spark.java import MINIMUM_MAJOR, major_of, probe

TIMEOUT_S = 600
_LINT = "-Xlint:all,-path,-processing,-classfile,-serial"
_LONG_AGO = (1980, 1, 1, 0, 0, 0)  # the first time that a zip archive can tell


class BuildError(StackError):
    """A jar cannot be made; the message says what to do."""


@dataclass(frozen=True)
class Jar:
    """A jar's name, and the folder of its sources."""

    name: str
    sources: Path

    @property
    def files(self) -> list[Path]:
        return sorted(self.sources.rglob("*.java"))


def build(
    jar: Jar, folder: Path, spark_home: Path, environ: Mapping[str, str] = os.environ
) -> Path:
    """The jar in ``folder``, made now or from the cache.

    One that is there is replaced by a move: a process that has it open goes on with what it has.

    Args:
        spark_home: the folder whose ``jars`` are Spark's, such as the pyspark package.

    Raises:
        BuildError: there is no Java compiler, or the sources do not fit this Spark.
    """
    kept = cache_dir() / f"{Path(jar.name).stem}-{_key(jar, spark_home)}" / jar.name
    if not kept.exists():
        _make(jar, kept, spark_home, find_javac(jar.name, environ))
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=folder, prefix=jar.name, delete=False) as new:
        new.write(kept.read_bytes())
    os.chmod(new.name, 0o644)
    return Path(new.name).replace(folder / jar.name)


def find_javac(needed_for: str, environ: Mapping[str, str] = os.environ) -> Path:
    """The compiler of JAVA_HOME, else the one on PATH.

    Raises:
        BuildError: there is none that is new enough.
    """
    beside_home = Path(environ["JAVA_HOME"]) / "bin" / "javac" if environ.get("JAVA_HOME") else None
    on_path = shutil.which("javac", path=environ.get("PATH", ""))
    for found in filter(None, (beside_home, Path(on_path).resolve() if on_path else None)):
        version = probe(found.with_name("java")) if found.exists() else None
        if version and major_of(version) >= MINIMUM_MAJOR:
            return found
    raise BuildError(
        f"{needed_for} cannot be made without javac of Java {MINIMUM_MAJOR} or newer (none in "
        f"JAVA_HOME or on PATH): install a JDK (Debian: `apt install openjdk-17-jdk-headless`)."
    )


def spark_home(python: Path, environ: Mapping[str, str] = os.environ) -> Path:
    """SPARK_HOME, else the pyspark package of the server's environment, by its interpreter.

    Raises:
        BuildError: that environment has none.
    """
    if chosen := environ.get("SPARK_HOME"):
        return Path(chosen)
    found = sorted(python.parent.parent.glob("lib/python3*/site-packages/pyspark"))
    if not found:
        raise BuildError(
            f"{python} has no pyspark: run `make env`, or name a Python that has "
            f"pyspark[connect] with PCW_SPARK_PYTHON."
        )
    return found[-1]


def _key(jar: Jar, spark_home: Path) -> str:
    """Of the sources and of the jars' names, which hold their versions."""
    digest = hashlib.sha256(Path(__file__).read_bytes())
    for path in jar.files:
        digest.update(f"{path.relative_to(jar.sources)}\0".encode() + path.read_bytes())
    for each in _jars(spark_home):
        digest.update(f"{each.name} {each.stat().st_size}\0".encode())
    return digest.hexdigest()[:16]


def _jars(spark_home: Path) -> list[Path]:
    jars = sorted((spark_home / "jars").glob("*.jar"))
    if not any(jar.name.startswith("spark-connect_") for jar in jars):
        raise BuildError(
            f"{spark_home} has no Spark Connect: name the pyspark package of the server's "
            f"environment, or a Spark 4 distribution, with SPARK_HOME."
        )
    return jars


def _make(jar: Jar, target: Path, spark_home: Path, javac: Path) -> None:
    cache_dir().mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=cache_dir()) as work:
        classes = Path(work) / "classes"
        _compile(jar, javac, _jars(spark_home), classes)
        new = Path(work) / jar.name
        _pack(sorted(classes.rglob("*.class")), classes, new)
        target.parent.mkdir(exist_ok=True)
        new.replace(target)


def _compile(jar: Jar, javac: Path, jars: Iterable[Path], classes: Path) -> None:
    command = [str(javac), "--release", str(MINIMUM_MAJOR), _LINT, "-Werror", "-proc:none"]
    command += ["-d", str(classes), *map(str, jar.files)]
    try:
        subprocess.run(
            command,
            env={**os.environ, "CLASSPATH": os.pathsep.join(map(str, jars))},
            capture_output=True,
            text=True,
            timeout=TIMEOUT_S,
            check=True,
        )
    except subprocess.CalledProcessError as error:
        said = error.stderr.strip()
        raise BuildError(f"{jar.name} cannot be made: javac says\n{said}") from error
    except (OSError, subprocess.TimeoutExpired) as error:
        raise BuildError(f"{jar.name} cannot be made: {javac} did not end as it should.") from error


def _pack(files: Iterable[Path], base: Path, target: Path) -> None:
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as jar:
        jar.writestr(zipfile.ZipInfo("META-INF/MANIFEST.MF", _LONG_AGO), "Manifest-Version: 1.0\n")
        for file in files:
            entry = zipfile.ZipInfo(file.relative_to(base).as_posix(), _LONG_AGO)
            entry.external_attr = 0o644 << 16
            jar.writestr(entry, file.read_bytes(), zipfile.ZIP_DEFLATED)
