"""`python -m e2e.mutants`: breaks the product in one place at a time; a test has to notice each.

Works in a copy in a temporary folder: this checkout is left as it is, whatever happens. The named
tests run once with nothing changed, then each mutation runs its own. Exit code 1: one survived,
cannot be applied any more, or no test could tell.
"""

from __future__ import annotations

import argparse
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from deploy.local.archive import ensure_archive
from deploy.shared.config import ROOT, Config
from e2e.command import exit_code_of
from e2e.mutants.catalog import MUTATIONS
from e2e.mutants.copies import Project
from e2e.mutants.mutation import ENGINE, Mutation, NotApplied
from e2e.mutants.rounds import CannotBegin, play, to_stderr
from e2e.mutants.verdict import GOOD, State, Verdict, table
from e2e.stacks import stack_mode

USAGE_ERROR = 2
BUILD = (sys.executable, "-m", "builder", "--out", "site/dist")
COPIED_CACHES = ("compressed", "lite", "packages")
"""What a builder that was changed may write; the others are known by the hash of their content."""


def main(arguments: Sequence[str] | None = None) -> int:
    options = parser().parse_args(arguments)
    chosen = [one for one in MUTATIONS if any(map(one.mentions, options.only or [""]))]
    if not chosen:
        print(f"error: no mutation has {' or '.join(options.only)} in it.", file=sys.stderr)
        return USAGE_ERROR
    if options.list:
        print(listed(chosen))
        return 0
    return exit_code_of(lambda: run(chosen, options))


def run(chosen: Sequence[Mutation], options: argparse.Namespace) -> int:
    """Run what can run here, and print the table."""
    has_engine = stack_mode() == "compose"
    runnable = [one for one in chosen if has_engine or one.needs != ENGINE]
    left_out = [
        Verdict(one, State.NOT_RUN, "needs a Docker engine and STACK=compose")
        for one in chosen
        if one not in runnable
    ]
    with project() as made:
        try:
            verdicts = play(
                made,
                runnable,
                to_stderr,
                options.jobs,
                with_unchanged=not options.no_unchanged,
                alone=options.alone,
            )
        except CannotBegin as error:
            print(f"error: the unchanged project fails:\n{error}", file=sys.stderr)
            return 1
    text = table([*verdicts, *left_out])
    if options.out:
        options.out.write_text(text + "\n")
    print(text)
    return int(any(verdict.state not in GOOD for verdict in verdicts))


@contextmanager
def project() -> Iterator[Project]:
    """This checkout, with a cache in which a changed builder can do no harm."""
    usual = Path(os.environ.get("PCW_CACHE") or Path.home() / ".cache" / "pyspark-connect-web")
    if stack_mode() == "local":
        # Here, once: where there is none the first test would make it, and each copy again.
        ensure_archive(Config(environ=_same_spark()), to_stderr)
    with tempfile.TemporaryDirectory(prefix="mutants-cache-") as folder:
        cache = Path(folder)
        for each in usual.iterdir() if usual.is_dir() else ():
            if each.name in COPIED_CACHES:
                shutil.copytree(each, cache / each.name)
            elif each.is_dir():
                (cache / each.name).symlink_to(each)
        yield Project(
            root=ROOT,
            linked=(".venv", ".venv-spark", "node_modules"),
            copied=("deploy/team/idp/node_modules",),
            built="site/dist",
            build=BUILD,
            environ={"PYTHONPATH": "site", "PCW_CACHE": folder, **_same_spark()},
        )


def _same_spark() -> dict[str, str]:
    """By its real path: an archive of Java's classes is of jars in one place."""
    if "SPARK_HOME" in os.environ:
        return {}
    found = [*(ROOT / ".venv-spark").resolve().glob("lib/python3.*/site-packages/pyspark")]
    return {"SPARK_HOME": str(found[0])} if found else {}


def listed(mutations: Sequence[Mutation]) -> str:
    """Name, file and what each breaks, and whether it can be applied."""
    lines = []
    for one in mutations:
        lines.append(f"{one.name}  {one.file}\n    {one.breaks}")
        lines += [f"    {test}" for test in one.tests]
        lines += [f"    needs: {one.needs}"] if one.needs else []
        try:
            one.mutated(ROOT)
        except NotApplied as error:
            lines.append(f"    NOT APPLIED: {error}")
    return "\n".join([*lines, f"{len(mutations)} mutations"])


def jobs(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError(f"{text} is no number of copies: 1 or more.")
    return number


def parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m e2e.mutants",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "-k",
        dest="only",
        action="append",
        metavar="WORDS",
        help="only those with these words in their name, file or tests; may be given again",
    )
    parser.add_argument("--list", action="store_true", help="say what there is, and run nothing")
    parser.add_argument(
        "--jobs", type=jobs, default=1, metavar="N", help="copies that work at the same time (1)"
    )
    parser.add_argument(
        "--no-unchanged", action="store_true", help="do not run the tests unchanged first"
    )
    parser.add_argument(
        "--alone",
        action="store_true",
        help="run the tests of what is caught once more, unchanged and without the others",
    )
    parser.add_argument("--out", type=Path, metavar="FILE", help="write the table there too")
    return parser


if __name__ == "__main__":
    sys.exit(main())
