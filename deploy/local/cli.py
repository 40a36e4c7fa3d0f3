"""The command line: up, down, status, logs."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable

from deploy.local import health
from deploy.local.config import Config
from deploy.local.errors import StackError
from deploy.local.interrupts import Interrupted, interruptible
from deploy.local.logs import show
from deploy.local.progress import Progress
from deploy.local.stack import Stack

EXIT_FAILED = 1
EXIT_NOT_ALL_RUNNING = 3  # as `systemctl status` has it
SERVICE_NAMES = ("spark", "site", "envoy")

_ENVIRONMENT = """environment:
  PCW_SITE_PORT, PCW_GRPCWEB_PORT   ports a browser uses (8000, 8081)
  BIND                              address they are bound to (127.0.0.1)
  PCW_ALLOWED_ORIGINS               origins whose pages may use Spark (this machine's own)
  PCW_SPARK_PORT                    Spark's gRPC, on loopback (15002); the three after it are
                                    Spark's own and the static server's, each settable:
                                    PCW_SPARK_DRIVER_PORT, PCW_SPARK_BLOCK_PORT, PCW_STATIC_PORT
  PCW_STATE_DIR, PCW_SITE_DIR       .run and site/dist
  PCW_SPARK_PYTHON                  .venv-spark/bin/python
  PCW_SPARK_CONF, PCW_SPARK_JARS    settings and jars of your own: docs/tables.md
  SPARK_MASTER, SPARK_DRIVER_MEMORY, PCW_SPARK_JIT, PCW_CACHE, JAVA_HOME: see spark/launcher.py
"""


def main(arguments: list[str] | None = None) -> int:
    options = _parser().parse_args(arguments)
    return exit_code_of(lambda: options.run(Stack(Config.from_environment()), options))


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


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m deploy.local",
        description=__doc__,
        epilog=_ENVIRONMENT,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    commands = parser.add_subparsers(required=True, metavar="up|down|status|logs")
    up = commands.add_parser("up", help="start what does not run, wait until all of it answers")
    up.add_argument("--no-archive", action="store_true", help="do not make Spark's class archive")
    up.set_defaults(run=_up)
    commands.add_parser("down", help="stop everything").set_defaults(run=_down)
    status = commands.add_parser("status", help="what runs; exit code 3 unless all of it answers")
    status.set_defaults(run=_status)
    logs = commands.add_parser("logs", help="the ends of the logs")
    logs.add_argument("service", nargs="*", metavar="|".join(SERVICE_NAMES))
    logs.add_argument("-f", "--follow", action="store_true", help="go on until Ctrl-C")
    logs.add_argument("-n", "--lines", type=int, default=20)
    logs.set_defaults(run=_logs)
    return parser


def _up(stack: Stack, options: argparse.Namespace) -> int:
    progress = Progress()
    started = stack.up(progress, with_archive=not options.no_archive)
    if not started:
        print("Already running.")
    print(f"Site           {stack.site_url}")
    print(f"Spark Connect  {stack.grpcweb_remote}")
    return 0


def _down(stack: Stack, _options: argparse.Namespace) -> int:
    ended = stack.down(Progress())
    print(f"Stopped: {', '.join(ended)}." if ended else "Nothing was running.")
    return 0


def _status(stack: Stack, _options: argparse.Namespace) -> int:
    complete = True
    for service in stack.services:
        pid, problem = service.pid, service.problem()
        complete = complete and not problem
        ports = ", ".join(str(port) for _address, port, _variable in service.listens)
        state = problem or "answers"
        print(f"{service.name:6} {f'pid {pid}' if pid else '-':12} port {ports:19} {state}")
    if complete:
        print(f"Site           {stack.site_url}")
        print(f"Spark Connect  {stack.grpcweb_remote}")
        print_runs_with(health.spark_runs_with(stack.config.ports.spark))
    return 0 if complete else EXIT_NOT_ALL_RUNNING


def print_runs_with(words: str) -> None:
    """One line each for catalog, settings and jars."""
    for line in words.split("; ") if words else ():
        name, _, what = line.partition(": ")
        print(f"{name.capitalize():14} {what}")


def _logs(stack: Stack, options: argparse.Namespace) -> int:
    unknown = set(options.service) - set(SERVICE_NAMES)
    if unknown:
        raise StackError(f"No such service: {', '.join(unknown)}; there are {SERVICE_NAMES}.")
    chosen = [s for s in stack.services if s.name in (options.service or SERVICE_NAMES)]
    show({service.name: service.log for service in chosen}, options.lines, options.follow)
    return 0
