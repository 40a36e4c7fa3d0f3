"""Which of the two ways to run is meant: prints `compose` or `local`.

`STACK=compose|local` forces one; else containers where a Docker engine answers. Make asks this.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping

MODES = ("compose", "local")
ENGINE_ANSWERS_WITHIN_S = 10.0


def has_plugin() -> bool:
    """Whether there is a `docker`, and it knows `compose`."""
    return shutil.which("docker") is not None and _succeeds(["docker", "compose", "version"])


def engine_answers() -> bool:
    """Whether `docker` has the compose plugin, and an engine behind it."""
    return has_plugin() and _succeeds(["docker", "version", "-f", "ok"])


def _succeeds(command: list[str]) -> bool:
    try:
        run = subprocess.run(
            command, capture_output=True, timeout=ENGINE_ANSWERS_WITHIN_S, check=False
        )
    except subprocess.TimeoutExpired:
        return False
    return run.returncode == 0


def mode(environ: Mapping[str, str] = os.environ) -> str:
    """`compose` or `local`.

    Raises:
        ValueError: STACK has another value.
    """
    forced = environ.get("STACK", "")
    if not forced:
        return "compose" if engine_answers() else "local"
    if forced not in MODES:
        raise ValueError(f"STACK is {forced!r}: use one of {', '.join(MODES)}, or leave it out.")
    return forced


def main() -> int:
    try:
        print(mode())
    except ValueError as error:
        print(error, file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
