"""`python -m builder.current DIST`: is that a whole site of these very sources?

Whoever built it, with whatever Python. Needs the standard library only, so that it can be asked
where nothing is installed; exit code 0 is yes.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from builder.errors import BuildError
from builder.inputs import inputs_hash
from builder.lite import LITE_PACKAGES
from builder.report import say
from builder.requested import requested_options
from builder.settings import Options
from builder.verify import built_from, read_site_file, verify_sums


def require_current(dist: Path) -> None:
    """An error for a site of other sources or options, and for an altered one.

    What else is in the site is read from the environment, as the builder does.
    """
    versions = read_site_file(dist).get("versions", {})
    tools = {name: versions.get(name, "") for name in LITE_PACKAGES}
    requested = requested_options(*map(os.environ.get, ("PCW_PACKAGES", "PCW_CONTENT", "PCW_PYPI")))
    options = Options(out=dist, cache=dist, **requested)
    if built_from(dist) != inputs_hash(options, tools, versions.get("python", "")):
        raise BuildError(f"{dist} is not a site of these sources.")
    verify_sums(dist)


def main(folder: str) -> int:
    try:
        require_current(Path(folder))
    except BuildError as error:
        say(str(error))
        return 1
    say(f"{folder} is a site of these sources.")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
