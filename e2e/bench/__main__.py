"""`python -m e2e.bench`: how long things take here, each beside a reference from the same run."""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

from deploy.local.config import Config, Ports
from deploy.local.stack import Stack
from e2e.bench import calls, start
from e2e.bench.table import Table
from e2e.browser import launch

DEFAULT_ROUNDS = 5
OUT = Path(__file__).resolve().parents[1] / "out" / "bench.md"


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m e2e.bench", description=__doc__)
    parser.add_argument("--rounds", type=int, default=DEFAULT_ROUNDS, help="medians of so many")
    parser.add_argument("--out", type=Path, default=OUT, help="where the table is written")
    options = parser.parse_args()
    tables: list[Table] = []
    with tempfile.TemporaryDirectory() as state, sync_playwright() as playwright:
        stack = Stack(Config(state_dir=Path(state), ports=Ports.free()))
        try:
            tables.append(start.of_the_stack(stack, options.rounds))
            stack.up()
            browser = launch(playwright, loopback_only=True)
            tables.append(start.of_the_page(browser, stack, options.rounds))
            tables.append(calls.measure(browser, stack, options.rounds))
            browser.close()
        finally:
            stack.down()
    text = "\n\n".join(table.markdown() for table in tables)
    options.out.parent.mkdir(parents=True, exist_ok=True)
    options.out.write_text(text + "\n")
    print(f"\n{text}\n\nwritten to {options.out}")


if __name__ == "__main__":
    main()
