"""Makes the Python environments from their locks; only the standard library is needed.

    python3 deploy/local/bootstrap.py           tools and spark
    python3 deploy/local/bootstrap.py tools     .venv: the site builder, Envoy, the tests
    python3 deploy/local/bootstrap.py spark     .venv-spark: the Spark Connect server
    python3 deploy/local/bootstrap.py docs      .venv-docs: what makes a site of docs/

uv installs them: that on PATH, else the one of requirements/uv.txt. An environment is stamped with
what it was made from. It is made again when that changed, and when an installation was interrupted.
"""

from __future__ import annotations

import argparse
import ast
import fcntl
import hashlib
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LOCKS = ROOT / "requirements"
OWN_UV = ROOT / ".venv-uv"
OLDEST_PYTHON = (3, 11)
JAVA = 17
STAMP = ".made-from"
AS_UV_CALLS_IT = {
    "index-url": "UV_DEFAULT_INDEX",
    "extra-index-url": "UV_INDEX",
    "find-links": "UV_FIND_LINKS",
    "no-index": "UV_NO_INDEX",
    "trusted-host": "UV_INSECURE_HOST",
    "cert": "SSL_CERT_FILE",
    "proxy": "ALL_PROXY",
}
"""Settings of pip that say where packages are."""


class BootstrapError(RuntimeError):
    """An environment could not be made; the message says why in one sentence."""


@dataclass(frozen=True)
class Environment:
    name: str
    folder: Path
    lock: Path
    with_project: bool = False
    """Installed editable, so that its entry points (the JupyterLite addon) are found."""
    with_java: bool = False
    """Given a Java of its own where the machine has none."""
    when_named: bool = False
    """Made only where it is asked for; no part of the stack runs from it."""

    @property
    def python(self) -> Path:
        return self.folder / "bin" / "python"

    @property
    def stamp(self) -> Path:
        return self.folder / STAMP

    def fingerprint(self) -> str:
        """All that an installed environment depends on."""
        digest = hashlib.sha256(f"{sys.version}\n{self.folder}\n".encode())
        for path in (self.lock, *((ROOT / "pyproject.toml",) if self.with_project else ())):
            digest.update(path.read_bytes())
        return digest.hexdigest()

    def is_made(self) -> bool:
        try:
            return self.python.exists() and self.stamp.read_text() == self.fingerprint()
        except OSError:
            return False


def environments() -> dict[str, Environment]:
    return {
        "tools": Environment("tools", ROOT / ".venv", LOCKS / "tools.txt", with_project=True),
        "spark": Environment("spark", ROOT / ".venv-spark", LOCKS / "spark.txt", with_java=True),
        "docs": Environment("docs", ROOT / ".venv-docs", LOCKS / "docs.txt", when_named=True),
    }


def make(environment: Environment) -> None:
    if not environment.is_made():
        _install(environment)
    if environment.with_java and not _has_java(environment):
        print(f"No Java {JAVA} or newer found: installing one into {environment.folder.name}")
        _install_lock(environment, LOCKS / "java.txt")


def _install(environment: Environment) -> None:
    print(f"Installing {environment.folder.name} (only when its lock changed)", flush=True)
    if not environment.when_named:
        _stop_stack()
    folder = environment.folder
    if folder.is_symlink():  # what it leads to is somebody else's
        folder.unlink()
    shutil.rmtree(folder, ignore_errors=True)
    _uv(folder.name, "venv", "--quiet", "--python", sys.executable, str(folder))
    _install_lock(environment, environment.lock)
    if environment.with_project:
        arguments = ["--quiet", "--no-build-isolation", "--no-deps", "--editable", str(ROOT)]
        _uv("this project", "pip", "install", "--python", str(environment.python), *arguments)
    environment.stamp.write_text(environment.fingerprint())


def _install_lock(environment: Environment, lock: Path) -> None:
    arguments = ("--require-hashes", "--no-deps", "--requirement", str(lock))
    what = f"packages of {lock.name}"
    _uv(what, "pip", "install", "--python", str(environment.python), *arguments)


def _has_java(environment: Environment) -> bool:
    """Asked of the launcher's own search, in the environment that will run it."""
    question = "from spark.java import find_java; find_java()"
    command = [str(environment.python), "-c", question]
    return subprocess.run(command, cwd=ROOT, capture_output=True, check=False).returncode == 0


def _stop_stack() -> None:
    """What runs must not have its files changed underneath it."""
    command = [sys.executable, "-m", "deploy.local", "down"]
    subprocess.run(command, cwd=ROOT, capture_output=True, check=False)


def _uv(what: str, *arguments: str) -> None:
    """Runs uv and shows what it is at.

    Raises:
        BootstrapError: it failed; with its reason.
    """
    command = [_find_uv(), *arguments, "--no-python-downloads", "--color", "never"]
    said = []
    with subprocess.Popen(
        command, cwd=ROOT, env=_settings(), stderr=subprocess.PIPE, text=True
    ) as process:
        try:
            for line in process.stderr or ():
                said.append(line.strip())
                if not line.startswith(" + "):  # the long list of all that it installed
                    print(f"  {line}", end="", flush=True)
        except BaseException:
            process.terminate()
            raise
    if process.returncode:
        raise BootstrapError(f"Installing {what} failed: {_reason(said, process.returncode)}.")


def _reason(said: Sequence[str], code: int) -> str:
    """What failed, and the innermost of the causes that uv tells."""
    causes = [line for line in said if line.startswith("cause: ")]
    lines = [line for line in said if line.startswith("error: ")] + causes[-1:]
    lines = lines or [f"error: {line}" for line in said[-1:]]
    return ": ".join(line.split(": ", 1)[1].rstrip(".") for line in lines) or f"exit code {code}"


def _find_uv() -> str:
    """That on PATH, else our own."""
    if on_path := shutil.which("uv"):
        return on_path
    lock = LOCKS / "uv.txt"
    stamp, uv = OWN_UV / STAMP, OWN_UV / "bin" / "uv"
    made_from = hashlib.sha256(lock.read_bytes()).hexdigest()
    if not (uv.exists() and stamp.exists() and stamp.read_text() == made_from):
        print(f"Installing uv into {OWN_UV.name} (once)", flush=True)
        answer = _run(*_pip_for_uv(), "--quiet", "--require-hashes", "--requirement", str(lock))
        if answer.returncode:
            lines = [line for line in answer.stderr.splitlines() if line.startswith("ERROR: ")]
            raise BootstrapError(
                f"Installing uv failed ({lines[-1] if lines else answer.stderr.strip()}): can the "
                f"package index be reached?"
            )
        stamp.write_text(made_from)
    return str(uv)


def _pip_for_uv() -> Sequence[str]:
    """A command that installs into a folder of uv's own.

    Raises:
        BootstrapError: this machine has no pip, and no way to make one.
    """
    shutil.rmtree(OWN_UV, ignore_errors=True)
    if not _run(sys.executable, "-m", "venv", str(OWN_UV)).returncode:
        return (str(OWN_UV / "bin" / "python"), "-m", "pip", "install")
    shutil.rmtree(OWN_UV, ignore_errors=True)
    if not _run(sys.executable, "-m", "pip", "--version").returncode:
        return (sys.executable, "-m", "pip", "install", "--target", str(OWN_UV))
    raise BootstrapError(
        f"{sys.executable} has no pip and cannot make a virtual environment: install its venv "
        f"module (Debian: `apt install python3-venv`), or uv, or another Python with PYTHON=<path>."
    )


def _settings() -> dict[str, str]:
    """The environment for uv, which does not read pip's configuration, where mirrors are named.

    All indexes count alike, as for pip: whose file it is, its hash decides.
    """
    told = {"UV_INDEX_STRATEGY": "unsafe-best-match"}
    own = OWN_UV / "bin" / "python"
    answer = _run(str(own if own.exists() else sys.executable), "-m", "pip", "config", "list")
    lines = sorted(answer.stdout.splitlines(), key=lambda line: line.startswith(":env:"))
    for key, _, value in (line.partition("=") for line in lines):
        name = AS_UV_CALLS_IT.get(key.rpartition(".")[2])
        if name:
            between = "," if name == "UV_FIND_LINKS" else " "
            told[name] = between.join(ast.literal_eval(value).split())
    return {**told, **os.environ}


def _run(*command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, capture_output=True, text=True, check=False)


@contextmanager
def _alone() -> Iterator[None]:
    """Two at once would install into the same folders."""
    folder = ROOT / ".run"
    folder.mkdir(exist_ok=True)
    with (folder / "bootstrap.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            print("Another installation is at work: waiting for it to end.", flush=True)
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("which", nargs="*", metavar="tools|spark|docs")
    chosen = parser.parse_args(arguments).which
    if sys.version_info < OLDEST_PYTHON:
        print(
            f"Python {'.'.join(map(str, OLDEST_PYTHON))} or newer is needed and {sys.executable} "
            f"is {sys.version.split()[0]}: install one and choose it with PYTHON=<path>.",
            file=sys.stderr,
        )
        return 1
    try:
        signal.signal(signal.SIGTERM, signal.default_int_handler)
        known = environments()
        if unknown := set(chosen) - set(known):
            raise BootstrapError(f"No environment {', '.join(unknown)} (only {[*known]}).")
        with _alone():
            for name in chosen or [name for name in known if not known[name].when_named]:
                make(known[name])
    except BootstrapError as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nInterrupted; the next run begins this environment again.", file=sys.stderr)
        return 130
    return 0


if __name__ == "__main__":
    os.environ.pop("PYTHONHOME", None)
    sys.exit(main())
