"""`python -m e2e.bench`: how long things take here, each beside its reference of the same run."""

from __future__ import annotations

import shlex
import sys
import warnings
from collections.abc import Sequence

from deploy.shared.progress import Progress
from e2e.bench import catalog, docs, machine, report, words
from e2e.bench.options import Options, parse
from e2e.bench.plot import svg
from e2e.bench.report import Report
from e2e.bench.rounds import measure
from e2e.bench.stage import Stage
from e2e.command import exit_code_of

EXIT_NOT_ALL_MEASURED = 1


def main(arguments: Sequence[str] | None = None) -> int:
    given = sys.argv[1:] if arguments is None else arguments
    options = parse(given)
    return exit_code_of(lambda: run(options, given))


def run(options: Options, given: Sequence[str]) -> int:
    """Measure, or read what was measured; report it; 1 where something could not be."""
    names = catalog.chosen(options.words)
    if options.listed:
        for line in (line for line in catalog.LINES if line.name in names):
            print(f"{line.name:16} {line.what}; goal {words.goal(line)}")
        return 0
    found = Report.load(options.earlier) if options.earlier else measured(options, names, given)
    write(options, found)
    return EXIT_NOT_ALL_MEASURED if report.failed(found) else 0


def measured(options: Options, names: Sequence[str], given: Sequence[str]) -> Report:
    """On servers and browsers of its own, which are stopped in any case."""
    warnings.filterwarnings("ignore", "PySpark does not yet fully support pandas")
    tell = Progress()
    command = f'make bench ARGS="{shlex.join(given)}"' if given else "make bench"
    with Stage(options, tell) as stage:
        results = measure(stage, names, tell)
        about = machine.described(stage, command)
    return Report({**about, "rounds": options.rounds}, results)


def write(options: Options, found: Report) -> None:
    """The files; on the screen the table, and what falls short."""
    options.out.mkdir(parents=True, exist_ok=True)
    text = found.markdown()
    for name, content in (("md", text), ("json", found.dump()), ("svg", svg(found))):
        (options.out / f"bench.{name}").write_text(content, "utf-8")
    if options.docs:
        docs.write(found)
    print(f"\n{text}")
    for sentence in report.short(found):
        print(f"short: {sentence}")
    for result in report.failed(found):
        print(f"not measured: {result.line.name}: {result.failure}")
    print(f"written to {options.out}/bench.md, .json and .svg")


if __name__ == "__main__":
    sys.exit(main())
