"""The deployment for a team, as processes of this machine: up, down, status, logs, and of a
cluster upgrade and rollback.

Without a file of settings it is a demonstration: people, a provider and certificates of its own,
for this machine alone.
"""

from __future__ import annotations

import argparse
from dataclasses import replace
from pathlib import Path

from deploy.cluster.cli import add_replacing, replaced, sessions_told
from deploy.cluster.services import written_log
from deploy.local import commands
from deploy.shared.cli import CommandLine, exit_code_of_status, print_addresses
from deploy.shared.progress import Progress
from deploy.team.config import TeamConfig
from deploy.team.settings import SHIPPED, as_demo, read, refuse_what_is_unsafe
from deploy.team.stack import TeamStack, groups_of_records

_EPILOG = f"""settings:
  {SHIPPED.name} in this folder lists every one, with its default. PCW_STATE_DIR and PCW_SITE_DIR
  (.run/team and site/dist) are read from the environment. docs/team.md says more.
"""


def main(arguments: list[str] | None = None) -> int:
    return _command_line().main(arguments)


def _stack(options: argparse.Namespace) -> TeamStack:
    env: Path | None = options.env
    settings = read(env)
    config = TeamConfig.from_environment(settings)
    if options.run is not _up and not settings.groups:
        # Whoever stops a demonstration or looks at it need not name its groups again.
        settings = replace(settings, groups=groups_of_records(config.state_dir))
    return TeamStack(replace(config, settings=settings if env else as_demo(settings)))


def _command_line() -> CommandLine[TeamStack]:
    line = CommandLine("python -m deploy.team", __doc__, _EPILOG, _stack)
    add_env(line.parser)
    up = line.add_up(_up)
    up.add_argument("--no-archive", action="store_true", help="do not make Spark's class archive")
    line.add_down(commands.down)
    line.add_status(_status)
    line.add_logs(_logs, services="spark or spark-<group>, site, envoy, access, …")
    add_replacing(line, upgrade=_upgrade, rollback=_rollback)
    return line


def add_env(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--env", type=Path, help="file of settings; without it, a demonstration")


def _up(stack: TeamStack, options: argparse.Namespace) -> int:
    refuse_what_is_unsafe(stack.team.settings)
    stack.refuse_other_groups()
    started = stack.up(Progress(), with_archive=not options.no_archive)
    if not started:
        print("Already running.")
    tell(stack)
    return 0


def tell(stack: TeamStack) -> None:
    print_addresses(stack.site_url, stack.native_remote)
    print(f"Metrics        {stack.metrics_url}")
    if stack.cluster and stack.team.settings.pages_url:
        print(f"Spark's pages  {stack.team.settings.pages_url}/ and /history/ there")
    if stack.team.settings.demo:
        print(f"Sign in        as {_people(stack)}; the password is {stack.password}")
        print(f"Certificate    trust {stack.authority} (a demonstration's own authority)")


def _people(stack: TeamStack) -> str:
    """Who is in which group, as `idp.mjs` has them."""
    groups = stack.team.settings.groups
    if not groups:
        return "alice, bob or carol"
    alice, bob = [*groups[:2], "no group"][:2]
    return f"alice ({alice}), bob ({bob}) or carol (no group)"


def _status(stack: TeamStack, _options: argparse.Namespace) -> int:
    complete = commands.print_status(stack.all_services, sessions_told)
    if complete:
        tell(stack)
    return exit_code_of_status(complete)


def _logs(stack: TeamStack, options: argparse.Namespace) -> int:
    logs = {service.name: written_log(service) for service in stack.all_services}
    return commands.show_logs({**logs, "access": stack.access_log}, options)


def _upgrade(stack: TeamStack, options: argparse.Namespace) -> int:
    cluster = stack.require_cluster()
    return replaced(cluster.cluster, cluster.upgrade(Progress(), options.limit))


def _rollback(stack: TeamStack, options: argparse.Namespace) -> int:
    cluster = stack.require_cluster()
    return replaced(cluster.cluster, cluster.rollback(Progress(), options.limit))
