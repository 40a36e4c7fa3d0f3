"""The command line: up, down, status, logs."""

from __future__ import annotations

import argparse

from deploy.compose import commands, engine, own_spark
from deploy.local.stack import Stack
from deploy.shared.cli import CommandLine, exit_code_of_status, print_addresses, print_runs_with
from deploy.shared.config import PORT_VARIABLES, Config
from deploy.shared.errors import StackError
from deploy.shared.interrupts import uninterrupted
from deploy.shared.ports import require_free

_SERVICES = ("envoy", "site", "spark")
_ENVIRONMENT = """environment: see the table in docs/configuration.md; the most used ones
  PCW_SITE_PORT, PCW_GRPCWEB_PORT   ports a browser uses (8000, 8081)
  BIND                              address they are published on (127.0.0.1)
  COMPOSE_PROFILES=native           publishes Spark's gRPC on PCW_SPARK_PORT (15002)
"""


def main(arguments: list[str] | None = None) -> int:
    return _command_line().main(arguments)


def _command_line() -> CommandLine[Config]:
    line = CommandLine(
        "python -m deploy.compose",
        __doc__,
        _ENVIRONMENT,
        lambda _options: Config.from_environment(),
    )
    line.add_up(_up, "build what changed, start it, wait until all of it answers")
    line.add_down(_down, "stop everything; volumes stay")
    line.add_status(_status)
    line.add_logs(_logs, services=", ".join(_SERVICES))
    return line


def _up(config: Config, _options: argparse.Namespace) -> int:
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
    print_addresses(config.site_url, config.grpcweb_remote)
    return 0


def _down(config: Config, _options: argparse.Namespace) -> int:
    local = Stack(config)
    if any(service.handle for service in local.services):
        local.down(print)  # started before there was an engine
    return engine.compose(*engine.EVERY_PROFILE, "down", "--remove-orphans")


def _status(config: Config, _options: argparse.Namespace) -> int:
    complete = commands.print_status(_SERVICES)
    if complete:
        print_addresses(config.site_url, config.grpcweb_remote)
        print_runs_with(engine.answer("spark", "python", "-m", "spark.health", "--runs-with"))
    return exit_code_of_status(complete)


def _logs(_config: Config, options: argparse.Namespace) -> int:
    return commands.show_logs(options, engine.service_names())
