"""The command line: up, down, status, logs."""

from __future__ import annotations

import argparse

from deploy.local import commands, health
from deploy.local.stack import Stack
from deploy.shared.cli import CommandLine, exit_code_of_status, print_addresses, print_runs_with
from deploy.shared.config import Config
from deploy.shared.progress import Progress

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
    return _command_line().main(arguments)


def _command_line() -> CommandLine[Stack]:
    line = CommandLine(
        "python -m deploy.local",
        __doc__,
        _ENVIRONMENT,
        lambda _options: Stack(Config.from_environment()),
    )
    up = line.add_up(_up)
    up.add_argument("--no-archive", action="store_true", help="do not make Spark's class archive")
    line.add_down(commands.down)
    line.add_status(_status)
    line.add_logs(_logs, services="spark, site, envoy")
    return line


def _up(stack: Stack, options: argparse.Namespace) -> int:
    started = stack.up(Progress(), with_archive=not options.no_archive)
    if not started:
        print("Already running.")
    print_addresses(stack.site_url, stack.grpcweb_remote)
    return 0


def _status(stack: Stack, _options: argparse.Namespace) -> int:
    complete = commands.print_status(stack.services)
    if complete:
        print_addresses(stack.site_url, stack.grpcweb_remote)
        print_runs_with(health.spark_runs_with(stack.config.ports.spark))
    return exit_code_of_status(complete)


def _logs(stack: Stack, options: argparse.Namespace) -> int:
    return commands.show_logs({service.name: service.log for service in stack.services}, options)
