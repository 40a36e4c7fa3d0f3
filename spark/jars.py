"""A deployment's own jars: `PCW_SPARK_JARS`, files or Maven coordinates separated by commas.

Coordinates are fetched once, by Spark's own resolver (`spark.jars.packages`, which is Ivy), into
the work directory; later starts ask nobody.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import subprocess
import time
import zipfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from spark.problems import SettingError

VARIABLE = "PCW_SPARK_JARS"
STALLED_AFTER_S = 30.0
"""No byte arrived and no word was said: the repository does not answer."""
TOLD_EVERY_S = 5.0
_POLL_S = 0.2
_WORD = r"[A-Za-z0-9._-]+"
_COORDINATES = re.compile(f"{_WORD}:{_WORD}:{_WORD}")
_ADDRESS = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://")
_SCALA = re.compile(r"_(2\.\d+)(?=[-:])")
_UNRESOLVED = re.compile(r"unresolved dependency: ([^\s:]+)#([^\s;]+);([^\s:]+): (.*)")
_NO_ACCESS = re.compile(r"(?:Server access error at|Host \S+ not found\.) url[ =](\S+)")

Report = Callable[[str], None]


@dataclass(frozen=True)
class Jars:
    files: tuple[Path, ...] = ()
    packages: tuple[str, ...] = ()
    """Maven coordinates, `group:artifact:version`."""

    @property
    def names(self) -> list[str]:
        return [*(file.name for file in self.files), *self.packages]


def parse(text: str, scala: str, base: Path | None = None) -> Jars:
    """What the variable names.

    ``scala`` is the version that Spark's own jars are made for; empty where it is not known.
    ``base`` is the folder that paths begin at, else the working directory.

    Raises:
        SettingError: an entry is neither a readable jar nor coordinates.
    """
    base = base or Path.cwd()
    files, packages = [], []
    for entry in filter(None, (part.strip() for part in text.split(","))):
        found = _SCALA.search(entry)
        if found and scala and found[1] != scala:
            raise _wrong(entry, f"is made for Scala {found[1]}; this Spark has Scala {scala}")
        if _COORDINATES.fullmatch(entry):
            packages.append(entry)
        elif _ADDRESS.match(entry):
            raise _wrong(entry, "is an address: download it, and name the file")
        elif ":" in entry and not (base / entry).exists():
            raise _wrong(entry, "is no Maven coordinate: write group:artifact:version")
        else:
            files.append(_jar(base / entry))
    return Jars(tuple(files), tuple(packages))


def _jar(path: Path) -> Path:
    try:
        with path.open("rb") as file:
            sound = zipfile.is_zipfile(file)
    except FileNotFoundError:
        raise _wrong(path, "does not exist: name a jar file, or group:artifact:version") from None
    except OSError as error:
        raise _wrong(path, f"cannot be read ({error.strerror})") from None
    if not sound:
        raise _wrong(path, "is no jar: a jar is a zip archive, so it may be cut off or a web page")
    return path


def _wrong(entry: object, problem: str) -> SettingError:
    return SettingError(f"{VARIABLE}: {entry} {problem}.")


def scala_version(class_path: str) -> str:
    """Of Spark's own jars, such as 2.13."""
    found = re.search(r"spark-connect_(2\.\d+)-", class_path)
    return found[1] if found else ""


def fetch(
    packages: Sequence[str],
    work_dir: Path,
    resolver: Callable[[Mapping[str, str]], tuple[list[str], dict[str, str]]],
    report: Report,
) -> list[Path]:
    """The jars of Maven packages and of what they need, downloaded if they were not yet.

    ``resolver`` gives the command and the environment of a JVM with these settings of Spark.

    Raises:
        SettingError: they cannot be had.
    """
    if not packages:
        return []
    key = hashlib.sha256(json.dumps(packages).encode()).hexdigest()[:16]
    folder = work_dir / "jars" / key
    record = folder / "complete.json"
    with suppress(OSError, ValueError):
        known = [folder / "jars" / name for name in json.loads(record.read_text())]
        if all(path.exists() for path in known):
            return known
    folder.mkdir(parents=True, exist_ok=True)
    shutil.rmtree(folder / "jars", ignore_errors=True)
    settings = {"spark.jars.packages": ",".join(packages), "spark.jars.ivy": str(folder)}
    command, environ = resolver(settings)
    log = folder / "resolver.log"
    ended = _run(command, environ, folder, log, lambda: report(_progress(packages, folder)))
    if problem := _problem(ended, log.read_text(errors="replace")):
        raise _wrong(", ".join(packages), problem)
    jars = sorted((folder / "jars").glob("*.jar"))
    record.write_text(json.dumps([jar.name for jar in jars]))
    return jars


def _progress(packages: Sequence[str], folder: Path) -> str:
    return f"fetching {', '.join(packages)} ({_size(folder) / 1e6:.0f} MB)"


def _run(
    command: Sequence[str],
    environ: Mapping[str, str],
    folder: Path,
    log: Path,
    tell: Callable[[], None],
) -> int | None:
    """The exit code; None for one that was ended because nothing more came."""
    with log.open("wb") as output:
        process = subprocess.Popen(command, env=environ, cwd=folder, stdout=output, stderr=output)
        try:
            size, moved, told = -1, time.monotonic(), 0.0
            while process.poll() is None:
                now = time.monotonic()
                if now - told >= TOLD_EVERY_S:
                    tell()
                    told = now
                if (newest := _size(folder)) != size:
                    size, moved = newest, now
                elif now - moved > STALLED_AFTER_S:
                    return None
                time.sleep(_POLL_S)
            return process.returncode
        finally:
            process.kill()
            process.wait()


def _size(folder: Path) -> int:
    total = 0
    for path in folder.rglob("*"):
        with suppress(OSError):
            total += path.stat().st_size
    return total


def _problem(ended: int | None, text: str) -> str:
    """Empty if the resolver succeeded; else what to say of the packages."""
    if ended == 0:
        return ""
    cure = (
        "give Spark a way out (containers: deploy/compose/outside.yaml), or name a repository that "
        "it reaches with spark.jars.repositories in PCW_SPARK_CONF, or name jar files instead"
    )
    if ended is None:
        return f"cannot be fetched: no repository answered within {STALLED_AFTER_S:.0f} s; {cure}"
    if sites := _hosts(_NO_ACCESS.findall(text)):
        return f"cannot be fetched: {sites} cannot be reached; {cure}"
    if found := _UNRESOLVED.search(text):
        what = ":".join(found.groups()[:3])
        return f"cannot be fetched: no repository has {what}; correct the coordinates"
    last = next((line for line in reversed(text.splitlines()) if "Exception" in line), "no reason")
    return f"cannot be fetched ({last.strip()})"


def _hosts(urls: Iterable[str]) -> str:
    return ", ".join(sorted({url.split("/")[2] for url in urls if url.count("/") > 2}))


def as_setting(files: Iterable[Path]) -> dict[str, str]:
    text = ",".join(os.fspath(file) for file in files)
    return {"spark.jars": text} if text else {}
