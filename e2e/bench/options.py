"""What the bench is asked for."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

OUT = Path(__file__).resolve().parents[1] / "out"
DEFAULT_ROUNDS = 5
QUICK_DIVISOR = 20

EPILOG = """\
Writes bench.md, bench.json and bench.svg. Exit code 1: something could not be measured. A goal that
is missed is printed, and is no failure. With E2E_BASE_URL it measures on a stack that runs (see
e2e/stacks.py), but for the lines that need one of their own.

examples:
  python -m e2e.bench -k collect -k pandas --rounds 3
  python -m e2e.bench --against http://localhost:9000/page.html
  python -m e2e.bench --docs                   measure, and write docs/performance.md
  python -m e2e.bench --from e2e/out/bench.json --docs     the same of an earlier run
"""


@dataclass(frozen=True)
class Options:
    """The command line, understood."""

    words: tuple[str, ...] = ()
    rounds: int = DEFAULT_ROUNDS
    quick: bool = False
    listed: bool = False
    against: str | None = None
    setup: str | None = None
    """Python that makes ``spark`` in the page of ``against``, with ``remote`` set."""
    out: Path = OUT
    earlier: Path | None = None
    docs: bool = False

    def scaled(self, count: int) -> int:
        """So many of something, or few where a quick run is asked for."""
        return max(1, count // QUICK_DIVISOR) if self.quick else count


def parse(arguments: Sequence[str] | None = None) -> Options:
    """Options of a command line; ends the process at what it does not understand."""
    given = parser().parse_args(arguments)
    rounds = given.rounds or (1 if given.quick else DEFAULT_ROUNDS)
    return Options(
        words=tuple(given.words),
        rounds=rounds,
        quick=given.quick,
        listed=given.list,
        against=given.against,
        setup=given.setup.read_text("utf-8") if given.setup else None,
        out=given.out,
        earlier=given.earlier,
        docs=given.docs,
    )


def parser() -> argparse.ArgumentParser:
    top = argparse.ArgumentParser(
        prog="python -m e2e.bench",
        description="How long things take here, each beside its reference of the same run.",
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add = top.add_argument
    add(
        "-k",
        dest="words",
        action="append",
        default=[],
        metavar="WORD",
        help="lines whose name has it; again for more",
    )
    add("--list", action="store_true", help="the names of the lines, and what each is")
    add(
        "--rounds",
        type=_at_least_one,
        metavar="N",
        help=f"medians of so many (default: {DEFAULT_ROUNDS})",
    )
    add(
        "--quick",
        action="store_true",
        help=f"one round of a {QUICK_DIVISOR}th of the data: whether it runs",
    )
    add(
        "--against",
        metavar="URL",
        help="a page with `window.__pcwRunPython(source)`, measured beside ours",
    )
    add(
        "--setup",
        type=Path,
        metavar="FILE",
        help="Python for that page: makes `spark`, of the address in `remote`",
    )
    add(
        "--out",
        type=Path,
        default=OUT,
        metavar="FOLDER",
        help="where the results go (default: e2e/out)",
    )
    add(
        "--from",
        dest="earlier",
        type=Path,
        metavar="FILE",
        help="a bench.json: report it, measure nothing",
    )
    add("--docs", action="store_true", help="write table and plot into docs/performance.md too")
    return top


def _at_least_one(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text} is no number of rounds: write 1 or more")
    return int(text)
