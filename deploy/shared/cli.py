"""The frame of the command lines: a parser with up, down, status and logs, and how they end.

Exit codes: 0; 1 for what failed, said in one sentence; 2 for a command that is not understood;
3 for a stack of which not all answers; 128 and the signal's number for what was interrupted.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterable
from typing import Generic, TypeVar

from deploy.shared.errors import StackError
from deploy.shared.interrupts import Interrupted, interruptible

EXIT_FAILED = 1
EXIT_NOT_ALL_RUNNING = 3  # as `systemctl status` has it
LOG_LINES = 20

Subject = TypeVar("Subject")
"""What the commands of one way to run are about: a stack, a cluster, containers."""
Command = Callable[[Subject, argparse.Namespace], int]


class CommandLine(Generic[Subject]):
    """The parser of one way to run; ``subject`` makes what its commands are about."""

    def __init__(
        self,
        prog: str,
        description: str | None,
        epilog: str,
        subject: Callable[[argparse.Namespace], Subject],
    ) -> None:
        self.parser = argparse.ArgumentParser(
            prog=prog,
            description=description,
            epilog=epilog,
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )
        self._commands = self.parser.add_subparsers(required=True)
        self._subject = subject

    def add(self, name: str, run: Command[Subject], what: str) -> argparse.ArgumentParser:
        command = self._commands.add_parser(name, help=what)
        command.set_defaults(run=run)
        self._commands.metavar = "|".join(self._commands.choices)
        return command

    def add_up(
        self,
        run: Command[Subject],
        what: str = "start what does not run, wait until all of it answers",
    ) -> argparse.ArgumentParser:
        return self.add("up", run, what)

    def add_down(
        self, run: Command[Subject], what: str = "stop everything"
    ) -> argparse.ArgumentParser:
        return self.add("down", run, what)

    def add_status(self, run: Command[Subject]) -> None:
        self.add("status", run, f"what runs; exit code {EXIT_NOT_ALL_RUNNING} unless all answers")

    def add_logs(
        self, run: Command[Subject], services: str, what: str = "the ends of the logs"
    ) -> None:
        logs = self.add("logs", run, what)
        logs.add_argument("service", nargs="*", help=f"{services}; all without one")
        logs.add_argument("-f", "--follow", action="store_true", help="go on until Ctrl-C")
        logs.add_argument("-n", "--lines", type=int, default=LOG_LINES)

    def main(self, arguments: list[str] | None = None) -> int:
        """The exit code."""
        options = self.parser.parse_args(arguments)
        return exit_code_of(lambda: int(options.run(self._subject(options), options)))


def exit_code_of(command: Callable[[], int]) -> int:
    """Run a command; what stops it, or is wrong, is said in one sentence."""
    try:
        with interruptible():
            return command()
    except Interrupted as interrupted:
        print(f"\nInterrupted ({interrupted}).", file=sys.stderr)
        return interrupted.exit_code
    except StackError as error:
        print(error, file=sys.stderr)
        return EXIT_FAILED


def exit_code_of_status(complete: bool) -> int:
    return 0 if complete else EXIT_NOT_ALL_RUNNING


def chosen(asked: Iterable[str], known: Iterable[str]) -> list[str]:
    """Those that were asked for, in the order in which they are known; all where none was.

    Raises:
        StackError: one is not known.
    """
    names, wanted = list(known), set(asked)
    if unknown := sorted(wanted - set(names)):
        raise StackError(f"No such service: {', '.join(unknown)}; there are {', '.join(names)}.")
    return [name for name in names if not wanted or name in wanted]


def print_runs_with(words: str) -> None:
    """One line each for Spark's catalog, settings and jars."""
    for line in words.split("; ") if words else ():
        name, _, what = line.partition(": ")
        print(f"{name.capitalize():14} {what}")


def print_addresses(site_url: str, remote: str) -> None:
    print(f"Site           {site_url}")
    print(f"Spark Connect  {remote}")
