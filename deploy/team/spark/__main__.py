"""Makes the jar with which a Spark server knows its users, for a Spark started in another way.

    python -m deploy.team.spark <folder>     into that folder; prints the jar's path

The Spark is the stack's own (PCW_SPARK_PYTHON), or that of SPARK_HOME.
"""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

from deploy.team.spark.build import JAR, BuildError, build, spark_home


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        prog="python -m deploy.team.spark",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("folder", type=Path, help="where the jar is put")
    options = parser.parse_args(arguments)
    try:
        print(build(options.folder, _spark_home()))
    except BuildError as error:
        print(error, file=sys.stderr)
        return 2
    except OSError as error:
        print(f"{JAR} cannot be written: {error}.", file=sys.stderr)
        return 1
    return 0


def _spark_home() -> Path:
    if chosen := os.environ.get("SPARK_HOME"):
        return Path(chosen)
    # Where an image is built there is no stack on processes.
    from deploy.shared.config import Config

    return spark_home(Config.from_environment().spark_python)


if __name__ == "__main__":
    sys.exit(main())
