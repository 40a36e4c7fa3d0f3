"""Makes the Python environments from their locks; only the standard library is needed.

    python3 deploy/local/bootstrap.py           tools and spark
    python3 deploy/local/bootstrap.py tools     .venv: the site builder, Envoy, the tests
    python3 deploy/local/bootstrap.py spark     .venv-spark: the Spark Connect server
    python3 deploy/local/bootstrap.py docs      .venv-docs: what makes a site of docs/

An environment is stamped with what it was made from. It is made again when that changed, and
when an installation was interrupted. pip's own cache makes the second time quick.
"""

from __future__ import annotations

import argparse
import fcntl
import hashlib
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
OLDEST_PYTHON = (3, 11)
JAVA = 17
PROGRESS_EVERY_S = 5.0
PROGRESS_WIDTH = 80
STAMP = ".made-from"
INSTALL = (
    *("-m", "pip", "install", "--disable-pip-version-check", "--no-input"),
    *("--require-hashes", "--progress-bar", "off"),
)


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
    locks = ROOT / "requirements"
    return {
        "tools": Environment("tools", ROOT / ".venv", locks / "tools.txt", with_project=True),
        "spark": Environment("spark", ROOT / ".venv-spark", locks / "spark.txt", with_java=True),
        "docs": Environment("docs", ROOT / ".venv-docs", locks / "docs.txt", when_named=True),
    }


def make(environment: Environment) -> None:
    if not environment.is_made():
        _install(environment)
    if environment.with_java and not _has_java(environment):
        print(f"No Java {JAVA} or newer found: installing one into {environment.folder.name}")
        _install_lock(environment, ROOT / "requirements" / "java.txt")


def _install(environment: Environment) -> None:
    print(f"Installing {environment.folder.name} (only when its lock changed)", flush=True)
    if not environment.when_named:
        _stop_stack()
    _create(environment)
    _install_lock(environment, environment.lock)
    if environment.with_project:
        arguments = ["-m", "pip", "install", "--disable-pip-version-check", "--no-input"]
        arguments += ["--no-build-isolation", "--no-deps", "--editable", str(ROOT)]
        _run(environment, arguments, "this project")
    environment.stamp.write_text(environment.fingerprint())


def _install_lock(environment: Environment, lock: Path) -> None:
    _run(environment, [*INSTALL, "--requirement", str(lock)], f"packages of {lock.name}")


def _has_java(environment: Environment) -> bool:
    """Asked of the launcher's own search, in the environment that will run it."""
    question = "from spark.java import find_java; find_java()"
    command = [str(environment.python), "-c", question]
    return subprocess.run(command, cwd=ROOT, capture_output=True, check=False).returncode == 0


def _stop_stack() -> None:
    """What runs must not have its files changed underneath it."""
    command = [sys.executable, "-m", "deploy.local", "down"]
    subprocess.run(command, cwd=ROOT, capture_output=True, check=False)


def _create(environment: Environment) -> None:
    shutil.rmtree(environment.folder, ignore_errors=True)
    answer = subprocess.run(
        [sys.executable, "-m", "venv", str(environment.folder)],
        capture_output=True,
        text=True,
        check=False,
    )
    if answer.returncode:
        said = (answer.stderr + answer.stdout).strip()
        if "ensurepip" in said or "No module named venv" in said:
            raise BootstrapError(
                f"{sys.executable} cannot make a virtual environment: install its venv module "
                f"(Debian: `apt install python3-venv`), or another Python with PYTHON=<path>."
            )
        last = said.splitlines()[-1] if said else f"it ended with {answer.returncode}"
        raise BootstrapError(f"{environment.folder} cannot be made: {last}")


def _run(environment: Environment, arguments: Sequence[str], what: str) -> None:
    """Runs pip quietly, with a line of progress every few seconds, and its last words on error."""
    log = environment.folder / "install.log"
    began = time.monotonic()
    with log.open("w") as output:
        process = subprocess.Popen(
            [str(environment.python), *arguments], stdout=output, stderr=subprocess.STDOUT
        )
        ticker = _Ticker(what, log, began)
        try:
            code = process.wait()
        except BaseException:
            process.terminate()
            process.wait()
            raise
        finally:
            ticker.stop()
    if code:
        raise BootstrapError(f"Installing {what} failed ({_reason(log, code)}): see {log}.")
    print(f"  {what}: done in {time.monotonic() - began:.0f} s", flush=True)


def _reason(log: Path, code: int) -> str:
    """pip names the cause before the lines that only say that it failed."""
    words = ("ERROR: ", "OSError: ", "ConnectionError")
    lines = [line.strip() for line in log.read_text(errors="replace").splitlines()]
    return next((line for line in lines if line.startswith(words)), f"exit code {code}")


class _Ticker:
    """Tells what pip is at, every few seconds, for as long as it runs."""

    def __init__(self, what: str, log: Path, began: float) -> None:
        self._what, self._log, self._began = what, log, began
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._tick, daemon=True)
        self._thread.start()

    def _tick(self) -> None:
        while not self._done.wait(PROGRESS_EVERY_S):
            lines = self._log.read_text(errors="replace").splitlines()
            steps = [line.strip() for line in lines if not line.startswith("WARNING")]
            elapsed = time.monotonic() - self._began
            doing = steps[-1].split(" (from ")[0][:PROGRESS_WIDTH] if steps else "starting"
            print(f"  {self._what} ({elapsed:.0f} s): {doing}", flush=True)

    def stop(self) -> None:
        self._done.set()
        self._thread.join()


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
