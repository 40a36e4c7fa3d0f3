"""Compiles the cluster's two classes against Spark's own jars."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import tempfile
import zipfile
from pathlib import Path

from deploy.local.errors import StackError

SOURCES = Path(__file__).resolve().parent / "java"
NAME = "pcw-cluster.jar"
_RELEASE = "17"  # the oldest Java that runs Spark 4
_PATIENCE_S = 120


def build(jars: Path, folder: Path) -> Path:
    """The jar in ``folder``, made if it is not there or was made of something else.

    Args:
        jars: Spark's own jars.

    Raises:
        StackError: there is no compiler, or it refuses.
    """
    sources = sorted(SOURCES.glob("*.java"))
    facts = [source.read_bytes() for source in sources]
    facts += [f"{jar.name} {jar.stat().st_size}".encode() for jar in sorted(jars.glob("*.jar"))]
    key = hashlib.sha256(b"\0".join(facts)).hexdigest()[:16]
    target = folder / key / NAME
    if not target.exists():
        target.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder) as classes:
            _compile(sources, jars, Path(classes))
            _pack(Path(classes), target)
    return target


def _compile(sources: list[Path], jars: Path, classes: Path) -> None:
    compiler = shutil.which("javac")
    if not compiler:
        raise StackError(
            "The cluster needs a Java compiler, and there is no javac on PATH: install a JDK "
            "(Debian: `apt install openjdk-17-jdk-headless`)."
        )
    answer = subprocess.run(
        [
            compiler,
            "--release",
            _RELEASE,
            "-cp",
            f"{jars}/*",
            "-d",
            str(classes),
            *map(str, sources),
        ],
        capture_output=True,
        text=True,
        check=False,
        timeout=_PATIENCE_S,
    )
    if answer.returncode:
        first = next((line for line in answer.stderr.splitlines() if "error:" in line), "no reason")
        raise StackError(f"The cluster's classes cannot be compiled against {jars}: {first}")


def _pack(classes: Path, target: Path) -> None:
    news = target.with_suffix(".new")
    with zipfile.ZipFile(news, "w", zipfile.ZIP_DEFLATED) as jar:
        for path in sorted(classes.rglob("*.class")):
            jar.write(path, path.relative_to(classes))
    news.replace(target)
