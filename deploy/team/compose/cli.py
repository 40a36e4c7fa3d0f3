"""The deployment for a team, in containers: up, down, status, logs.

Without a file of settings it is a demonstration: people, a provider and certificates of its own,
for this machine alone.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path

from deploy.compose import engine
from deploy.local.cli import EXIT_NOT_ALL_RUNNING, exit_code_of
from deploy.local.errors import StackError
from deploy.team.cli import tell
from deploy.team.compose.containers import PROJECT, Containers
from deploy.team.config import TeamConfig
from deploy.team.settings import SHIPPED, as_demo, read

Command = Callable[[Containers, argparse.Namespace], int]
_EPILOG = f"""settings:
  {SHIPPED.name} in deploy/team lists every one, with its default. From the environment are read
  PCW_STATE_DIR, PCW_SITE_DIR      .run/team and site/dist
  COMPOSE_PROJECT_NAME             {PROJECT}
  ENVOY_MEMORY_LIMIT, SPARK_MEMORY_LIMIT, SITE_MEMORY_LIMIT, SPARK_DRIVER_MEMORY, ENVOY_CONCURRENCY
"""


def main(arguments: list[str] | None = None) -> int:
    """The exit code: 0, 1 for what failed in one sentence, 3 for a stack that does not answer."""
    options = _parser().parse_args(arguments)
    return exit_code_of(lambda: options.run(_containers(options.env), options))


def _containers(env: Path | None) -> Containers:
    settings = read(env)
    config = TeamConfig.from_environment(settings if env else as_demo(settings))
    return Containers.from_environment(config)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m deploy.team.compose",
        description=__doc__,
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--env", type=Path, help="file of settings; without it, a demonstration")
    commands = parser.add_subparsers(required=True, metavar="up|down|status|logs")
    up = commands.add_parser(
        "up", help="build what changed, start it, wait until all of it answers"
    )
    up.set_defaults(run=_up)
    down = commands.add_parser("down", help="stop everything; volumes stay")
    down.add_argument("-v", "--volumes", action="store_true", help="saved tables go too")
    down.set_defaults(run=_down)
    status = commands.add_parser("status", help="what runs; exit code 3 unless all of it answers")
    status.set_defaults(run=_status)
    logs = commands.add_parser("logs", help="the ends of the logs; Envoy's has the requests")
    logs.add_argument("service", nargs="*", help="envoy, site, spark, keys, provider")
    logs.add_argument("-f", "--follow", action="store_true", help="go on until Ctrl-C")
    logs.add_argument("-n", "--lines", type=int, default=20)
    logs.set_defaults(run=_logs)
    return parser


def _up(containers: Containers, _options: argparse.Namespace) -> int:
    containers.up()
    tell(containers.addresses)
    return 0


def _down(containers: Containers, options: argparse.Namespace) -> int:
    return containers.down(*(["--volumes"] if options.volumes else []))


def _status(containers: Containers, _options: argparse.Namespace) -> int:
    found = {each.service: each for each in engine.containers(containers.engine_environ())}
    complete = True
    for name in sorted({*containers.services, *found}):
        container = found.get(name)
        complete = complete and container is not None and container.answers
        state = container.health or container.state if container else "not running"
        state = "answers" if container and container.answers else state
        ports = ", ".join(map(str, container.ports)) if container and container.ports else "-"
        print(f"{name:8} port {ports:16} {state}")
    if complete and (problem := containers.addresses.envoy.health()):
        print(problem)
        complete = False
    if complete:
        tell(containers.addresses)
    return 0 if complete else EXIT_NOT_ALL_RUNNING


def _logs(containers: Containers, options: argparse.Namespace) -> int:
    environ = containers.engine_environ()
    unknown = set(options.service) - set(containers.services)
    if unknown:
        known = ", ".join(sorted(containers.services))
        raise StackError(f"No such service: {', '.join(sorted(unknown))}; there are {known}.")
    follow = ["--follow"] if options.follow else []
    tail = ["--tail", str(options.lines)]
    return engine.compose("logs", *follow, *tail, *options.service, environ=environ)
