"""The command line: build, `verify`, `lock`, `release`."""

from __future__ import annotations

import argparse
import os
from collections.abc import Sequence
from pathlib import Path

from builder.assemble import build
from builder.errors import BuildError, SourceUnavailable
from builder.hosts import DEFAULT_HOST, HOSTS, check_base, check_remote, find_host
from builder.lite import labextensions
from builder.lockfile import load_lock
from builder.release import release
from builder.relock import relock
from builder.report import say
from builder.requested import requested_options
from builder.settings import SITE, Options, default_cache, read_pins, wheel_folders
from builder.verify import verify

EXIT_FAILED = 1
EXIT_INTERRUPTED = 130

EPILOG = """\
environment:
  PCW_WHEELS  folders (separated as in PATH) that are asked for every vendored file first
  PCW_PACKAGES, PCW_CONTENT, PCW_PYPI   what --packages, --content and --pypi are if not given
  PCW_CACHE   where downloads are kept (default ~/.cache/pyspark-connect-web)
"""


def parser() -> argparse.ArgumentParser:
    top = argparse.ArgumentParser(
        prog="python -m builder",
        description="Builds the site: JupyterLite, Pyodide, all wheels and the bridge, hashed.",
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    top.add_argument(
        "--out", type=Path, default=SITE / "dist", help="the site (default: %(default)s)"
    )
    top.add_argument("--force", action="store_true", help="build even if nothing changed")
    top.add_argument("--overrides", type=Path, help="more JupyterLab settings (overrides.json)")
    top.add_argument(
        "--host",
        default=DEFAULT_HOST.name,
        metavar="HOST",
        help=f"what will serve the site: {', '.join(HOSTS)} (default: %(default)s)",
    )
    top.add_argument("--remote", help="the Spark endpoint that pcw.default_remote() returns")
    top.add_argument(
        "--base", default="/", help="the path the site is served under (default: %(default)s)"
    )
    top.add_argument(
        "--packages",
        default=os.environ.get("PCW_PACKAGES"),
        metavar="NAMES|FILE",
        help="what notebooks may import beside: requirements between spaces, or a file of them",
    )
    top.add_argument(
        "--content",
        default=os.environ.get("PCW_CONTENT"),
        metavar="FOLDER",
        help="more notebooks for the file browser",
    )
    top.add_argument(
        "--pypi",
        default=os.environ.get("PCW_PYPI"),
        metavar="allow",
        help="notebooks may also install from PyPI at run time (default: from the site only)",
    )
    commands = top.add_subparsers(dest="command", metavar="{verify,lock,release}")
    check = commands.add_parser("verify", help="recheck every hash of a built site")
    check.add_argument("dist", type=Path)
    published = commands.add_parser("release", help="wheel, sdist and a site for each host")
    published.add_argument("dist", type=Path)
    commands.add_parser("lock", help="write wheels.lock.json anew for the pinned versions")
    return top


def options_of(given: argparse.Namespace) -> Options:
    """The options, once they make sense together."""
    host = find_host(given.host)
    check_base(given.base)
    if given.remote:
        check_remote(given.remote, host)
    return Options(
        out=given.out.absolute(),
        cache=default_cache().absolute(),
        wheel_folders=wheel_folders(),
        overrides=given.overrides,
        remote=given.remote or None,
        base=given.base,
        host=host,
        force=given.force,
        **requested_options(given.packages, given.content, given.pypi),
    )


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs one command; an error is one sentence and exit code 1."""
    given = parser().parse_args(arguments)
    try:
        options = options_of(given)
        if given.command == "verify":
            say(f"{given.dist}: {verify(given.dist, load_lock())} files are as they should be.")
        elif given.command == "lock":
            relock(read_pins(), options, labextensions())
        elif given.command == "release":
            release(options, given.dist.absolute())
        else:
            build(options)
    except (BuildError, SourceUnavailable) as error:
        say(f"error: {error}")
        return EXIT_FAILED
    except KeyboardInterrupt:
        say(f"interrupted: {given.dist if given.command == 'release' else given.out} is as it was.")
        return EXIT_INTERRUPTED
    return 0
