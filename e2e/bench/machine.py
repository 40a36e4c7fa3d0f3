"""Where, when and with what was measured."""

from __future__ import annotations

import os
import platform
import subprocess
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psutil

from deploy.shared.config import ROOT
from e2e.bench.stage import Stage

GIB = 1 << 30


def described(stage: Stage, command: str) -> dict[str, Any]:
    """All that a reader needs to repeat it; each value is a text or a number."""
    return {
        "date": datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC"),
        "command": command,
        "commit": _commit(),
        "machine": f"{os.cpu_count()} cores ({_processor()}), {_memory()}, {_system()}",
        "load": round(os.getloadavg()[0], 1),
        "against": stage.options.against,
        "quick": stage.options.quick,
        "versions": _versions(stage),
    }


def _processor() -> str:
    with Path("/proc/cpuinfo").open() as lines:
        names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor() or platform.machine()


def _memory() -> str:
    return f"{psutil.virtual_memory().total / GIB:.0f} GiB"


def _system() -> str:
    try:
        return platform.freedesktop_os_release()["PRETTY_NAME"]
    except (OSError, KeyError):
        return platform.system()


def _commit() -> str:
    git = ["git", "-C", str(ROOT), "describe", "--always", "--dirty"]
    try:
        return subprocess.run(git, capture_output=True, text=True, check=True).stdout.strip()
    except (OSError, subprocess.CalledProcessError):
        return "unknown"


def _versions(stage: Stage) -> dict[str, str]:
    """Of the site, and of what was started for a line."""
    site = stage.site_facts()
    versions = {str(name): str(version) for name, version in site.get("versions", {}).items()}
    versions["Python of the tools"] = platform.python_version()
    started = vars(stage)
    if "browser" in started:
        versions["Chromium"] = stage.browser.version
    if "native" in started:
        versions["Spark"] = stage.native.version
    return versions
