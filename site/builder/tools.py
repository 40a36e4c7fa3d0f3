"""Calls of npm and pip, the registries' ordinary clients: they know the mirrors of this machine."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

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
# Compiled for Pyodide by the package's own authors, or pure.
TAB_PYTHON_FLAGS = (
    *("--only-binary", ":all:", "--python-version", "3.14", "--implementation", "cp"),
    *("--abi", "cp314", "--abi", "abi3", "--abi", "none", "--platform", "any"),
)
# The platform gives uv the markers of a tab; of compiled wheels it is told by `builder.stubs`.
UV_COMPILE = (
    *(sys.executable, "-m", "uv", "pip", "compile", "--color", "never", "--no-python-downloads"),
    *("--python-version", "3.14", "--python-platform", "wasm32-pyodide2025", "--no-build"),
    *("--no-header", "--annotation-style", "line"),
    *("--find-links", "wheels", "--constraints", "site.txt", "-o", "found.txt", "wanted.in"),
)
UV_NO_CONNECTION = re.compile(r"[Ff]ailed to fetch|error sending request|dns error|timed out")
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


def pip_download_tab_wheels(requirements: Sequence[str], platform: str, into: Path) -> None:
    """Downloads wheels that a tab can load, without their dependencies; no code of theirs runs."""
    flags = ("--no-deps", *TAB_PYTHON_FLAGS, "--platform", platform)
    run([*PIP, "download", *flags, "--dest", str(into), *requirements])


def pip_tab_metadata(requirement: str, platform: str) -> dict[str, Any]:
    """The metadata of the newest wheel that a tab can load, as pip's report has it."""
    flags = ("--dry-run", "--no-deps", "--ignore-installed", "--ignore-requires-python")
    target = ("--target", tempfile.gettempdir(), "--report", "-", "--platform", platform)
    report = json.loads(run([*PIP, "install", *flags, *target, *TAB_PYTHON_FLAGS, requirement]))
    metadata: dict[str, Any] = report["install"][0]["metadata"]
    return metadata


def uv_compile(folder: Path) -> str:
    """Writes `found.txt`: what `wanted.in` comes to, within the pins of `site.txt`.

    `found.txt` holds the versions that are preferred before, `wheels` those that no registry has.
    Returns uv's refusal, nothing if it found an answer. Warnings about extras count as a refusal.
    """
    environment = {**os.environ, **index_of_pip()}
    try:
        done = subprocess.run(
            UV_COMPILE,
            cwd=folder,
            env=environment,
            capture_output=True,
            text=True,
            timeout=TOOL_TIMEOUT_S,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise SourceUnavailable(f"uv gave no answer in {TOOL_TIMEOUT_S} s") from None
    if "No module named uv" in done.stderr:
        raise SourceUnavailable("uv is not installed: run `make env`")
    if UV_NO_CONNECTION.search(done.stderr):
        raise SourceUnavailable("PACKAGES needs the package registry, which cannot be reached")
    return done.stderr if done.returncode or "extra named" in done.stderr else ""


def index_of_pip() -> dict[str, str]:
    """uv does not read pip's configuration, which is where a machine's mirror is named."""
    if os.environ.keys() & {"UV_DEFAULT_INDEX", "UV_INDEX_URL"}:
        return {}
    if "PIP_INDEX_URL" in os.environ:
        return {"UV_DEFAULT_INDEX": os.environ["PIP_INDEX_URL"]}
    try:
        return {"UV_DEFAULT_INDEX": run([*PIP, "config", "get", "global.index-url"]).strip()}
    except SourceUnavailable:
        return {}
