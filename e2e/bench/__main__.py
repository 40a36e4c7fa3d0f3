"""`python -m e2e.bench`: how long things take here, each beside a reference from the same run."""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

from deploy.local.stack import Stack
from deploy.shared.config import Config, Ports
from e2e.bench import calls, start
from e2e.bench.table import Table
from e2e.browser import launch
from e2e.command import exit_code_of

DEFAULT_ROUNDS = 5
OUT = Path(__file__).resolve().parents[1] / "out" / "bench.md"


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m e2e.bench", description=__doc__)
    parser.add_argument("--rounds", type=int, default=DEFAULT_ROUNDS, help="medians of so many")
    parser.add_argument("--out", type=Path, default=OUT, help="where the table is written")
    options = parser.parse_args()
    return exit_code_of(lambda: measure(options.rounds, options.out))


def measure(rounds: int, out: Path) -> int:
    """Everything, on a stack of its own that is stopped in any case."""
    tables: list[Table] = []
    with tempfile.TemporaryDirectory() as state, sync_playwright() as playwright:
        stack = Stack(Config(state_dir=Path(state), ports=Ports.free()))
        try:
            tables.append(start.of_the_stack(stack, rounds))
            browser = launch(playwright, loopback_only=True)
            tables.append(start.of_the_page(browser, stack, rounds))
            tables.append(calls.measure(browser, stack, rounds))
            browser.close()
        finally:
            stack.down()
    text = "\n\n".join(table.markdown() for table in tables)
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_text(text + "\n")
    print(f"\n{text}\n\nwritten to {out}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
