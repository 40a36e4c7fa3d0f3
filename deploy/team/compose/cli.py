"""The deployment for a team, in containers: up, down, status, logs.

Without a file of settings it is a demonstration: people, a provider and certificates of its own,
for this machine alone.
"""

from __future__ import annotations

import argparse

from deploy.compose import commands
from deploy.shared.cli import CommandLine, exit_code_of_status
from deploy.team.cli import add_env, tell
from deploy.team.compose.containers import PROJECT, Containers
from deploy.team.config import TeamConfig
from deploy.team.settings import SHIPPED, as_demo, read

_EPILOG = f"""settings:
  {SHIPPED.name} in deploy/team lists every one, with its default. From the environment are read
  PCW_STATE_DIR, PCW_SITE_DIR      .run/team and site/dist
  COMPOSE_PROJECT_NAME             {PROJECT}
  ENVOY_MEMORY_LIMIT, SPARK_MEMORY_LIMIT, SITE_MEMORY_LIMIT, SPARK_DRIVER_MEMORY, ENVOY_CONCURRENCY
"""


def main(arguments: list[str] | None = None) -> int:
    return _command_line().main(arguments)


def _containers(options: argparse.Namespace) -> Containers:
    settings = read(options.env)
    config = TeamConfig.from_environment(settings if options.env else as_demo(settings))
    return Containers.from_environment(config)


def _command_line() -> CommandLine[Containers]:
    line = CommandLine("python -m deploy.team.compose", __doc__, _EPILOG, _containers)
    add_env(line.parser)
    line.add_up(_up, "build what changed, start it, wait until all of it answers")
    down = line.add_down(_down, "stop everything; volumes stay")
    down.add_argument("-v", "--volumes", action="store_true", help="saved tables go too")
    line.add_status(_status)
    line.add_logs(
        _logs,
        services="envoy, site, spark, keys, provider",
        what="the ends of the logs; Envoy's has the requests",
    )
    return line


def _up(containers: Containers, _options: argparse.Namespace) -> int:
    containers.up()
    tell(containers.addresses)
    return 0


def _down(containers: Containers, options: argparse.Namespace) -> int:
    return containers.down(*(["--volumes"] if options.volumes else []))


def _status(containers: Containers, _options: argparse.Namespace) -> int:
    complete = commands.print_status(containers.services, containers.engine_environ())
    if complete and (problem := containers.addresses.envoy.health()):
        print(problem)
        complete = False
    if complete:
        tell(containers.addresses)
    return exit_code_of_status(complete)


def _logs(containers: Containers, options: argparse.Namespace) -> int:
    return commands.show_logs(options, sorted(containers.services), containers.engine_environ())
