"""Prints all objects of a deployment on Kubernetes, for `kubectl apply --server-side -f -`.

    python -m deploy.kubernetes shared            one Spark server, for people who trust each other
    python -m deploy.kubernetes per-group         one for each group, in a namespace of its own

docs/kubernetes.md says which secrets there must be before, and what was tried.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from pathlib import Path

from deploy.kubernetes import tools
from deploy.kubernetes.render import HERE, OVERLAYS, RenderError, render
from deploy.kubernetes.settings import SettingsError, read
from deploy.shared.errors import StackError
from deploy.team.spark.build import BuildError

ROOT = HERE.parents[1]


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        prog="python -m deploy.kubernetes",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("overlay", choices=OVERLAYS)
    parser.add_argument("--settings", type=Path, default=HERE / "team.toml", help="a TOML file")
    parser.add_argument("--site", type=Path, default=ROOT / "site" / "dist", help="a built site")
    options = parser.parse_args(arguments)
    try:
        with tempfile.TemporaryDirectory() as work:
            settings = read(options.settings)
            text = render(
                options.overlay,
                settings,
                options.site,
                tools.spark_home(ROOT),
                tools.kubectl(),
                Path(work),
            )
    except (SettingsError, tools.ToolError) as error:
        print(error, file=sys.stderr)
        return 2
    except (RenderError, BuildError, StackError, OSError) as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    try:
        sys.stdout.write(text)
        sys.stdout.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return 0


if __name__ == "__main__":
    sys.exit(main())
