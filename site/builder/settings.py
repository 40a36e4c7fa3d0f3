"""Where things are, and the versions that the project pins outside of the builder."""

from __future__ import annotations

import os
import tomllib
from dataclasses import dataclass
from pathlib import Path

from builder.errors import BuildError
from builder.hosts import DEFAULT_HOST, Host

SITE = Path(__file__).resolve().parent.parent
ROOT = SITE.parent


@dataclass(frozen=True)
class Pins:
    """The versions of `.env` and of the root `pyproject.toml`."""

    pyodide: str
    pyspark_client: str
    own: str


@dataclass(frozen=True)
class Options:
    """What one build is asked for."""

    out: Path
    cache: Path
    wheel_folders: tuple[Path, ...] = ()
    overrides: Path | None = None
    remote: str | None = None
    base: str = "/"
    host: Host = DEFAULT_HOST
    force: bool = False
    packages: tuple[str, ...] = ()
    """Requirements, as :mod:`builder.requested` reads them."""
    content: Path | None = None
    """A folder of notebooks, beside the project's own."""
    pypi: bool = False
    """Notebooks may install from PyPI too, which the page then asks."""


def read_env(path: Path) -> dict[str, str]:
    """The `NAME=value` lines of a compose-style `.env` file."""
    pairs = (
        line.split("=", 1)
        for line in path.read_text("utf-8").splitlines()
        if "=" in line and not line.lstrip().startswith("#")
    )
    return {name.strip(): value.strip() for name, value in pairs}


def read_pins(root: Path = ROOT) -> Pins:
    """The pinned versions, or one sentence about the one that is missing."""
    env = read_env(root / ".env")
    project = tomllib.loads((root / "pyproject.toml").read_text("utf-8"))["project"]
    try:
        return Pins(
            pyodide=env["PYODIDE_VERSION"],
            pyspark_client=env["PYSPARK_CLIENT_VERSION"],
            own=project["version"],
        )
    except KeyError as missing:
        raise BuildError(f"{root / '.env'} does not pin {missing.args[0]}.") from None


def default_cache() -> Path:
    """`$PCW_CACHE`, else a folder in the user's home: it outlives clones."""
    configured = os.environ.get("PCW_CACHE")
    return Path(configured) if configured else Path.home() / ".cache" / "pyspark-connect-web"


def wheel_folders() -> tuple[Path, ...]:
    """The folders of `$PCW_WHEELS`, separated as `$PATH` is."""
    return tuple(Path(p) for p in os.environ.get("PCW_WHEELS", "").split(os.pathsep) if p)
