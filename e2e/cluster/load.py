"""People's worth of native sessions through a team's Envoy, for minutes: what it costs, what fails.

    python -m e2e.cluster.load --people 50 --minutes 5

It starts a stack of its own, with a cluster. Printed are the errors, each process's memory at the
beginning and the end, the unit costs, and what more people would need by those.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

from deploy.shared.cli import EXIT_FAILED, exit_code_of
from deploy.shared.config import ROOT
from deploy.shared.progress import Progress
from e2e.cluster import costs
from e2e.cluster.people import run
from e2e.cluster.team import environment, stack_of
from e2e.native_clients import trusted


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        prog="python -m e2e.cluster.load",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--people", type=int, default=50)
    parser.add_argument("--minutes", type=float, default=5.0)
    parser.add_argument(
        "--no-browser", action="store_true", help="do not measure the bytes of a visit"
    )
    options = parser.parse_args(arguments)
    return exit_code_of(lambda: _main(options.people, 60 * options.minutes, options.no_browser))


def _main(people: int, seconds: float, no_browser: bool) -> int:
    tell = Progress()
    with tempfile.TemporaryDirectory(prefix="pcw-load-") as folder:
        environ = environment(Path(folder), ROOT / "site" / "dist")
        team = stack_of(environ)
        try:
            team.up(tell)
            with trusted(team.authority):
                result = run(team, people, seconds, tell)
            costs.show(result)
            tell("measuring what Envoy takes for a gigabyte")
            costs.show_gigabyte(team)
            if not no_browser:
                tell("measuring what a browser's visit takes")
                costs.show_visit(team)
        finally:
            team.down(tell)
    return EXIT_FAILED if result.tally.errors else 0


if __name__ == "__main__":
    sys.exit(main())
