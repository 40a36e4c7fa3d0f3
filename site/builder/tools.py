"""Calls of npm and pip, the registries' ordinary clients: they know the mirrors of this machine."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from builder.errors import SourceUnavailable

TOOL_TIMEOUT_S = 600
# Without a network the tools' own patience (minutes) would only delay the sentence that says so.
NPM_PATIENCE = (
    "--fetch-retries=1",
    "--fetch-retry-mintimeout=500",
    "--fetch-retry-maxtimeout=1000",
)
PIP_PATIENCE = ("--retries", "1")
# Any interpreter may run the builder, but the wheels are for Pyodide's Python.
PURE_WHEEL_FLAGS = (
    *("--only-binary", ":all:", "--platform", "any"),
    *("--python-version", "3.14", "--implementation", "py", "--abi", "none"),
)
NO_CONNECTION = re.compile(
    r"NewConnectionError|NameResolutionError|ConnectTimeout|ReadTimeout|ECONN|ENOTFOUND|EAI_AGAIN"
)
PIP = (sys.executable, "-m", "pip", "--disable-pip-version-check", "--quiet", *PIP_PATIENCE)


def run(command: Sequence[str], cwd: Path | None = None) -> str:
    """The tool's stdout; its failure is one line, for the sentence that names the source."""
    try:
        done = subprocess.run(
            command, cwd=cwd, capture_output=True, text=True, timeout=TOOL_TIMEOUT_S, check=False
        )
    except FileNotFoundError:
        raise SourceUnavailable(f"{command[0]} is not installed") from None
    except subprocess.TimeoutExpired:
        raise SourceUnavailable(f"{command[0]} gave no answer in {TOOL_TIMEOUT_S} s") from None
    if done.returncode:
        raise SourceUnavailable(last_error(done.stderr))
    return done.stdout


def last_error(stderr: str) -> str:
    """The tool's own words for what went wrong, without the advice around them."""
    if NO_CONNECTION.search(stderr):
        return "it cannot be reached"
    lines = [line.strip() for line in stderr.splitlines() if line.strip()]
    errors = [line for line in lines if re.match(r"(npm )?(ERROR|error)\b", line)]
    return (errors or lines or ["no message"])[-1][:300]


def npm_pack(name: str, version: str, into: Path) -> Path:
    """Downloads the tarball of an npm package."""
    flags = ("--loglevel=error", "--prefer-offline", *NPM_PATIENCE, "--pack-destination", str(into))
    return into / run(["npm", "pack", f"{name}@{version}", *flags]).strip().splitlines()[-1]


def pip_download_wheels(requirements: Sequence[str], into: Path) -> None:
    """Downloads pure wheels without their dependencies; no code of theirs runs."""
    run([*PIP, "download", "--no-deps", *PURE_WHEEL_FLAGS, "--dest", str(into), *requirements])


def pip_download_sdist(requirement: str, digest: str | None, into: Path) -> None:
    """Downloads an sdist. pip runs its setup.py for the metadata: only with the hash we expect."""
    listed = into / "requirements.txt"
    listed.write_text(requirement + (f" --hash=sha256:{digest}" if digest else "") + "\n")
    name = requirement.partition("==")[0]
    flags = ["--no-deps", "--no-binary", name, *(["--require-hashes"] if digest else [])]
    run([*PIP, "download", *flags, "--dest", str(into), "-r", str(listed)])


def pip_wheel_url(requirement: str) -> str:
    """The address of a wheel at this machine's registry, without downloading it."""
    flags = ("--dry-run", "--no-deps", "--ignore-installed", "--ignore-requires-python")
    target = ("--target", tempfile.gettempdir(), "--report", "-")
    report = json.loads(run([*PIP, "install", *flags, *target, *PURE_WHEEL_FLAGS, requirement]))
    url: str = report["install"][0]["download_info"]["url"]
    return url
