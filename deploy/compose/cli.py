"""The command line: up, down, status, logs."""

from __future__ import annotations

import argparse

from deploy.compose import engine, own_spark
from deploy.local.cli import EXIT_NOT_ALL_RUNNING, exit_code_of, print_runs_with
from deploy.local.config import PORT_VARIABLES, Config
from deploy.local.errors import StackError
from deploy.local.interrupts import uninterrupted
from deploy.local.ports import require_free
from deploy.local.stack import Stack

_ENVIRONMENT = """environment: see the table in docs/configuration.md; the most used ones
  PCW_SITE_PORT, PCW_GRPCWEB_PORT   ports a browser uses (8000, 8081)
  BIND                              address they are published on (127.0.0.1)
  COMPOSE_PROFILES=native           publishes Spark's gRPC on PCW_SPARK_PORT (15002)
"""


def main(arguments: list[str] | None = None) -> int:
    options = _parser().parse_args(arguments)
    return exit_code_of(lambda: options.run(options))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m deploy.compose",
        description=__doc__,
        epilog=_ENVIRONMENT,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    commands = parser.add_subparsers(required=True, metavar="up|down|status|logs")
    up = commands.add_parser("up", help="build what changed, start it, wait until it answers")
    up.set_defaults(run=_up)
    commands.add_parser("down", help="stop everything; volumes stay").set_defaults(run=_down)
    status = commands.add_parser("status", help="what runs; exit code 3 unless all of it answers")
    status.set_defaults(run=_status)
    logs = commands.add_parser("logs", help="the ends of the logs")
    logs.add_argument("service", nargs="*")
    logs.add_argument("-f", "--follow", action="store_true", help="go on until Ctrl-C")
    logs.add_argument("-n", "--lines", type=int, default=20)
    logs.set_defaults(run=_logs)
    return parser


def _up(_options: argparse.Namespace) -> int:
    config = Config.from_environment()
    own_spark.require_usable()
    if not engine.containers():
        for port in ("site", "grpcweb"):
            require_free(config.bind, getattr(config.ports, port), PORT_VARIABLES[port])
    try:
        code = engine.compose("up", "--build", "--wait")
    except BaseException:
        with uninterrupted():
            print("stopping what was started", flush=True)
            engine.compose("down")
        raise
    if code:
        raise StackError(engine.why_not("make logs"))
    _print_urls(config)
    return 0


def _print_urls(config: Config) -> None:
    print(f"Site           {config.site_url}")
    print(f"Spark Connect  {config.grpcweb_remote}")


def _down(_options: argparse.Namespace) -> int:
    local = Stack(Config.from_environment())
    if any(service.handle for service in local.services):
        local.down(print)  # started before there was an engine
    return engine.compose(*engine.EVERY_PROFILE, "down", "--remove-orphans")


def _status(_options: argparse.Namespace) -> int:
    found = {container.service: container for container in engine.containers()}
    complete = True
    for name in sorted({"envoy", "site", "spark", *found}):
        container = found.get(name)
        complete = complete and container is not None and container.answers
        state = "not running"
        if container is not None:
            state = container.health or container.state
            state = "answers" if container.answers else state
        ports = ", ".join(map(str, container.ports)) if container and container.ports else "-"
        print(f"{name:6} port {ports:12} {state}")
    if complete:
        _print_urls(Config.from_environment())
        print_runs_with(engine.answer("spark", "python", "-m", "spark.health", "--runs-with"))
    return 0 if complete else EXIT_NOT_ALL_RUNNING


def _logs(options: argparse.Namespace) -> int:
    unknown = set(options.service) - set(engine.service_names())
    if unknown:
        known = ", ".join(engine.service_names())
        raise StackError(f"No such service: {', '.join(sorted(unknown))}; there are {known}.")
    follow = ["--follow"] if options.follow else []
    return engine.compose("logs", *follow, "--tail", str(options.lines), *options.service)
