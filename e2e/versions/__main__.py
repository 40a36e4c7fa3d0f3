"""`python -m e2e.versions`: the operations of `e2e.parity` with each PySpark client.

Each client runs in the tab and natively, on one server, the pinned one. Its sources are compared
with the list of what depends on the platform; `--places` does only that. Exit code 1: with one of
them something differs, and no reason is known, or a place is not listed.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import e2e.parity.operations  # noqa: F401
from deploy.local.stack import Stack
from deploy.shared.config import Config, Ports
from e2e.command import exit_code_of
from e2e.parity import report
from e2e.parity.__main__ import TIMEZONE, compare_all
from e2e.parity.compare import Verdict
from e2e.parity.registry import OPERATIONS, Operation
from e2e.stacks import RunningStack
from e2e.versions.clients import Client, clients, unpack
from e2e.versions.places import complaints

OUT = Path(__file__).resolve().parents[1] / "out" / "versions.json"
WHEEL_SETTING = "PCW_PYSPARK_WHEEL_URL"
HEADINGS = ("client", "operations", "equal", "different", "impossible", "unexpected")


def main(arguments: Sequence[str] | None = None) -> int:
    options = parser().parse_args(arguments)
    operations = [one for one in OPERATIONS.values() if any(k in one.key for k in options.only)]
    chosen = [one for one in clients() if one.version.startswith(options.client)]
    if not operations or not chosen:
        known = ", ".join(client.version for client in clients())
        print(
            f"error: no operation has {' or '.join(options.only)} in its name, or no client of "
            f"{known} begins with {options.client}.",
            file=sys.stderr,
        )
        return 2
    if options.places:
        return exit_code_of(lambda: check_places(chosen))
    return exit_code_of(lambda: check_places(chosen) | run(chosen, operations))


def check_places(chosen: Sequence[Client]) -> int:
    """Print what is wrong with the list of platform-dependent places; 1 where something is."""
    with tempfile.TemporaryDirectory() as folder:
        wrong = [one for client in chosen for one in complaints(client, Path(folder))]
    for one in wrong:
        print(f"error: {one}", file=sys.stderr)
    if not wrong:
        versions = ", ".join(client.version for client in chosen)
        print(f"every place that depends on the platform is listed: {versions}", flush=True)
    return int(bool(wrong))


def run(chosen: Sequence[Client], operations: Sequence[Operation]) -> int:
    """Compare, write and print; 1 where something differs without a known reason."""
    results: dict[str, Any] = {}
    with tempfile.TemporaryDirectory() as folder, stack_with_wheels(Path(folder), chosen) as stack:
        for client in chosen:
            print(f"pyspark-client {client.version}", flush=True)
            results[client.version] = one_client(stack, client, operations, Path(folder))
            OUT.parent.mkdir(parents=True, exist_ok=True)
            OUT.write_text(json.dumps(results, indent=1, ensure_ascii=False) + "\n")
    print(f"{table(results)}\n\nwritten to {OUT}")
    return int(any(counts(result)["unexpected"] for result in results.values()))


def parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m e2e.versions", description=__doc__)
    parser.add_argument(
        "only", nargs="*", default=[""], help="run operations with one of these in their names"
    )
    parser.add_argument("--client", default="", help="only clients whose version begins so")
    parser.add_argument(
        "--places", action="store_true", help="only compare the sources with the list of places"
    )
    return parser


@contextmanager
def stack_with_wheels(folder: Path, chosen: Sequence[Client]) -> Iterator[RunningStack]:
    """A stack whose site also serves the clients' wheels; they are unpacked beside it."""
    config = Config(state_dir=folder / "state", ports=Ports.free())
    site = folder / "site"
    shutil.copytree(config.site_dir, site)
    for client in chosen:
        wheel = client.wheel()
        if wheel is not None:
            (site / wheel.file_name).write_bytes(wheel.data)
            unpack(wheel, folder / client.version)
    stack = Stack(Config(state_dir=folder / "state", site_dir=site, ports=config.ports))
    try:
        stack.up()
        yield stack
    finally:
        stack.down()


def one_client(
    stack: RunningStack, client: Client, operations: Sequence[Operation], folder: Path
) -> dict[str, Any]:
    """The comparison of one client as JSON."""
    environ: Mapping[str, str] = {}
    settings: Mapping[str, str] = {}
    wheel = client.wheel()
    if wheel is not None:
        paths = [str(folder / client.version), os.environ.get("PYTHONPATH", "")]
        environ = {"PYTHONPATH": os.pathsep.join(filter(None, paths))}
        settings = {WHEEL_SETTING: f"/{wheel.file_name}"}
    comparisons = compare_all(stack, operations, TIMEZONE, environ, settings)
    result = report.as_json(comparisons)
    unexpected = [c.operation.key for c in comparisons if c.verdict is Verdict.UNEXPECTED]
    return {**result, "unexpected": unexpected}


def counts(result: Mapping[str, Any]) -> dict[str, int]:
    """How many operations came out how."""
    unexpected = len(result["unexpected"])
    return {
        "operations": result["operations"],
        "equal": result["equal"],
        "different": len(result["different"]) - unexpected,
        "impossible": len(result["impossible"]),
        "unexpected": unexpected,
    }


def table(results: Mapping[str, Mapping[str, Any]]) -> str:
    """A row for each client, as Markdown."""
    lines = [f"| {' | '.join(HEADINGS)} |", "|---" * len(HEADINGS) + "|"]
    for version, result in results.items():
        cells = [version, *map(str, counts(result).values())]
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())
