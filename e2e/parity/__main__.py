"""`python -m e2e.parity`: what native PySpark does and what the notebook does, compared.

Runs every operation with the native client and in a browser's kernel, on one Spark Connect server,
which it starts and stops unless E2E_BASE_URL names one. Exit code 1: something differs, and no
reason is known.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path

from playwright.sync_api import sync_playwright

import e2e.parity.operations  # noqa: F401
from deploy.local.stack import Stack
from deploy.shared.config import Config, Ports
from e2e.browser import launch
from e2e.command import exit_code_of
from e2e.parity import report
from e2e.parity.compare import Comparison, Verdict, compare
from e2e.parity.native_side import NativeSide
from e2e.parity.registry import OPERATIONS, Operation
from e2e.parity.tab_side import TabSide
from e2e.stacks import ForeignStack, RunningStack

OUT = Path(__file__).resolve().parents[1] / "out" / "parity.json"
TIMEZONE = "Europe/Berlin"
"""Of both clients: one with summer time, and not the server's."""

PROGRESS_EVERY_SECONDS = 2.0


def main(arguments: Sequence[str] | None = None) -> int:
    options = parser().parse_args(arguments)
    chosen = [one for one in OPERATIONS.values() if any(k in one.key for k in options.only)]
    if not chosen:
        print(f"error: no operation has {' or '.join(options.only)} in its name.", file=sys.stderr)
        return 2
    return exit_code_of(lambda: run(chosen, options.timezone, options.out))


def run(chosen: Sequence[Operation], timezone: str, out: Path) -> int:
    """Compare, write and print; 1 where something differs without a known reason."""
    with running_stack() as stack:
        comparisons = compare_all(stack, chosen, timezone)
    report.write(comparisons, out)
    print(f"{report.table(comparisons)}\n\nwritten to {out}")
    return int(any(c.verdict is Verdict.UNEXPECTED for c in comparisons))


def parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m e2e.parity", description=__doc__)
    parser.add_argument(
        "only", nargs="*", default=[""], help="run operations with one of these in their names"
    )
    parser.add_argument("--timezone", default=TIMEZONE, help="of both clients (%(default)s)")
    parser.add_argument("--out", type=Path, default=OUT, help="where the result is written")
    return parser


@contextmanager
def running_stack() -> Iterator[RunningStack]:
    """The one that E2E_BASE_URL names, or one of our own."""
    foreign = ForeignStack.from_environment()
    if foreign is not None:
        yield foreign
        return
    with tempfile.TemporaryDirectory() as state:
        stack = Stack(Config(state_dir=Path(state), ports=Ports.free()))
        try:
            stack.up()
            yield stack
        finally:
            stack.down()


def compare_all(
    stack: RunningStack,
    operations: Sequence[Operation],
    timezone: str,
    environ: Mapping[str, str] | None = None,
    settings: Mapping[str, str] | None = None,
) -> list[Comparison]:
    """Run them in order, and tell how far it is.

    ``environ`` is added to the native client's environment, ``settings`` to the page's globals.
    """
    comparisons = []
    told = time.monotonic()
    with sync_playwright() as playwright, ExitStack() as ends:
        browser = ends.enter_context(launch(playwright, loopback_only=True))
        native = NativeSide.of_this_machine(stack.spark_remote, timezone, environ)
        ends.enter_context(closing(native))
        tab = TabSide(browser, stack.site_url, stack.grpcweb_remote, timezone, **(settings or {}))
        ends.enter_context(closing(tab))
        for done, operation in enumerate(operations):
            if time.monotonic() - told > PROGRESS_EVERY_SECONDS:
                told = time.monotonic()
                print(f"  {done} of {len(operations)}, now {operation.key}", flush=True)
            comparisons.append(compare(operation, native, tab))
    return comparisons


if __name__ == "__main__":
    sys.exit(main())
