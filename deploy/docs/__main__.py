"""`python -m deploy.docs`, which is `make docs`: the documentation as a site."""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from deploy.docs.built import faults

ROOT = Path(__file__).resolve().parents[2]
SITE = ROOT / "docs-site"
MKDOCS = ROOT / ".venv-docs" / "bin" / "mkdocs"
# The notice is of the theme's future, and longer than what a build says.
ENVIRONMENT = {"PYTHONPATH": str(ROOT), "NO_MKDOCS_2_WARNING": "1"}


def main(arguments: Sequence[str] | None = None) -> int:
    given = _parser().parse_args(arguments)
    if not MKDOCS.exists():
        print(f"{MKDOCS.relative_to(ROOT)} is missing: run `make docs`.", file=sys.stderr)
        return 1
    try:
        if given.serve:
            return _mkdocs("serve", "--dev-addr", given.serve)
        return _mkdocs("build", "--strict", "--quiet", "--site-dir", str(SITE)) or _check(SITE)
    except KeyboardInterrupt:
        return 130


def _parser() -> argparse.ArgumentParser:
    top = argparse.ArgumentParser(prog="python -m deploy.docs", description=__doc__)
    top.add_argument(
        "--serve",
        metavar="ADDRESS:PORT",
        nargs="?",
        const="127.0.0.1:8008",
        help="show the pages at this address instead, anew after each change (%(const)s)",
    )
    return top


def _mkdocs(*arguments: str) -> int:
    command = [str(MKDOCS), arguments[0], "--config-file", "mkdocs.yml", *arguments[1:]]
    return subprocess.run(
        command, cwd=ROOT, env={**os.environ, **ENVIRONMENT}, check=False
    ).returncode


def _check(site: Path) -> int:
    """What MkDocs does not look at: the theme's own files, and where everything comes from."""
    found = faults(site)
    for fault in found:
        print(fault, file=sys.stderr)
    if found:
        return 1
    pages = sum(1 for _ in site.rglob("*.html"))
    print(f"{site.relative_to(ROOT)}/ has {pages} pages; open {site.relative_to(ROOT)}/index.html")
    return 0


if __name__ == "__main__":
    sys.exit(main())
