"""Runs tests in a copy with pytest, and reads what became of each."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import threading
import time
import xml.etree.ElementTree as ElementTree
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import psutil

from e2e.mutants.copies import Copy

MARK = "PCW_MUTANT"
"""In the environment of everything that a run starts, with the copy's folder."""

TEST_LIMIT_S = 300
RUN_LIMIT_S = 1800.0
STOP_PATIENCE_S = 60.0
POLL_S = 0.2
OWN_OPTIONS = ("CI", "PYTEST_ADDOPTS")
"""Variables that change how pytest runs: in CI a failed test has a second try."""
UNUSABLE = re.compile(r"\b(ImportError|ModuleNotFoundError|SyntaxError|IndentationError)\b")


class Stopped(Exception):
    """Somebody asked for the end of all runs."""


@dataclass(frozen=True)
class Outcome:
    """Of one test: `passed`, `failed`, `error` (of a fixture) or `skipped`, and why."""

    test: str
    kind: str
    message: str = ""

    @property
    def is_unusable(self) -> bool:
        """Whether the code could not even be loaded, which is no finding."""
        return bool(UNUSABLE.search(self.message))

    @property
    def sentence(self) -> str:
        return self.message.strip().partition("\n")[0]


@dataclass(frozen=True)
class Run:
    outcomes: Sequence[Outcome]
    seconds: float
    end: str
    """The last lines of what pytest printed."""

    def of(self, kind: str) -> list[Outcome]:
        return [outcome for outcome in self.outcomes if outcome.kind == kind]


def run_tests(copy: Copy, tests: Sequence[str], stop: threading.Event, all_of_them: bool) -> Run:
    """Runs tests in the copy, up to the first that fails unless `all_of_them`.

    Raises:
        Stopped: `stop` was set meanwhile.
    """
    began = time.monotonic()
    report, log = copy.folder / "report.xml", copy.folder / "log"
    report.unlink(missing_ok=True)
    command = [sys.executable, "-m", "pytest", *tests, "-q", "-p", "no:cacheprovider"]
    command += ["-o", "junit_family=xunit1", f"--junit-xml={report}", "--tb=short"]
    command += [f"--timeout={TEST_LIMIT_S}", f"--basetemp={copy.folder / 't'}"]
    command += [] if all_of_them else ["--exitfirst"]
    execute(copy, command, log, stop)
    end = "\n".join(log.read_text("utf-8", "replace").splitlines()[-12:])
    return Run(_read(report), time.monotonic() - began, end)


def execute(copy: Copy, command: Sequence[str], log: Path, stop: threading.Event) -> int:
    """Exit code of a command in the copy; nothing that it started is left when this returns.

    Raises:
        Stopped: `stop` was set meanwhile.
    """
    environ = {**copy.environ, MARK: str(copy.folder)}
    for name in OWN_OPTIONS:
        environ.pop(name, None)
    give_up = time.monotonic() + RUN_LIMIT_S
    if stop.is_set():
        raise Stopped
    with log.open("wb") as output:
        process = subprocess.Popen(
            command,
            cwd=copy.root,
            env=environ,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
        )
        try:
            while process.poll() is None and time.monotonic() < give_up and not stop.is_set():
                time.sleep(POLL_S)
        finally:
            _end(process, copy.folder)
    if stop.is_set():
        raise Stopped
    return process.returncode


def _end(process: subprocess.Popen[bytes], folder: Path) -> None:
    """As Ctrl-C does, which stops the tests' stacks; then whatever is left."""
    if process.poll() is None:
        process.send_signal(signal.SIGINT)
        with suppress(subprocess.TimeoutExpired):
            process.wait(STOP_PATIENCE_S)
    for pid in _marked(folder):
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    process.wait()


def _marked(folder: Path) -> Iterator[int]:
    for process in psutil.process_iter():
        with suppress(psutil.Error, OSError):
            if process.environ().get(MARK) == str(folder):
                yield process.pid


def _read(report: Path) -> list[Outcome]:
    """Nothing where pytest wrote none, or collected none."""
    if not report.is_file():
        return []
    found = []
    for case in ElementTree.parse(report).iter("testcase"):
        if file := case.get("file"):
            test = f"{file}::{case.get('name')}"
            found += [_outcome(test, each) for each in case if each.tag in KINDS] or [
                Outcome(test, "passed")
            ]
    return found


KINDS = {"failure": "failed", "error": "error", "skipped": "skipped"}


def _outcome(test: str, element: ElementTree.Element) -> Outcome:
    return Outcome(test, KINDS[element.tag], element.get("message") or "")
