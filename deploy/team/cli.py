"""The deployment for a team, as processes of this machine: up, down, status, logs, and of a
cluster upgrade and rollback.

Without a file of settings it is a demonstration: people, a provider and certificates of its own,
for this machine alone.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from deploy.cluster.cli import replaced
from deploy.cluster.services import ConnectServer, written_log
from deploy.cluster.upgrade import DEFAULT_LIMIT_S, sessions_of
from deploy.local.cli import EXIT_NOT_ALL_RUNNING, exit_code_of
from deploy.local.errors import StackError
from deploy.local.logs import show
from deploy.local.progress import Progress
from deploy.team.config import TeamConfig
from deploy.team.settings import SHIPPED, as_demo, read, refuse_what_is_unsafe
from deploy.team.stack import TeamStack, groups_of_records

Command = Callable[[TeamStack, argparse.Namespace], int]
_EPILOG = f"""settings:
  {SHIPPED.name} in this folder lists every one, with its default. PCW_STATE_DIR and PCW_SITE_DIR
  (.run/team and site/dist) are read from the environment. docs/team.md says more.
"""


def main(arguments: list[str] | None = None) -> int:
    """The exit code: 0, 1 for what failed in one sentence, 3 for a stack that does not answer."""
    options = _parser().parse_args(arguments)
    return exit_code_of(lambda: options.run(_stack(options.env, options.run is _up), options))


def _stack(env: Path | None, starts: bool) -> TeamStack:
    settings = read(env)
    config = TeamConfig.from_environment(settings)
    if not starts and not settings.groups:
        # Whoever stops a demonstration or looks at it need not name its groups again.
        settings = replace(settings, groups=groups_of_records(config.state_dir))
    return TeamStack(replace(config, settings=settings if env else as_demo(settings)))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m deploy.team",
        description=__doc__,
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--env", type=Path, help="file of settings; without it, a demonstration")
    commands = parser.add_subparsers(required=True, metavar="up|down|status|logs|upgrade|rollback")
    up = commands.add_parser("up", help="start what does not run, wait until all of it answers")
    up.add_argument("--no-archive", action="store_true", help="do not make Spark's class archive")
    up.set_defaults(run=_up)
    commands.add_parser("down", help="stop everything").set_defaults(run=_down)
    status = commands.add_parser("status", help="what runs; exit code 3 unless all of it answers")
    status.set_defaults(run=_status)
    logs = commands.add_parser("logs", help="the ends of the logs")
    logs.add_argument(
        "service", nargs="*", help="spark or spark-<group>, site, envoy, access, …; all without one"
    )
    logs.add_argument("-f", "--follow", action="store_true", help="go on until Ctrl-C")
    logs.add_argument("-n", "--lines", type=int, default=20)
    logs.set_defaults(run=_logs)
    for name, what, run in (
        ("upgrade", "a cluster's new servers; those of now end with their last session", _upgrade),
        ("rollback", "back to a cluster's servers, or their settings, of before", _rollback),
    ):
        command = commands.add_parser(name, help=what)
        command.add_argument(
            "--limit",
            type=float,
            default=DEFAULT_LIMIT_S,
            metavar="SECONDS",
            help="sessions that are left then are cut off (3600)",
        )
        command.set_defaults(run=run)
    return parser


def _up(stack: TeamStack, options: argparse.Namespace) -> int:
    refuse_what_is_unsafe(stack.team.settings)
    stack.refuse_other_groups()
    started = stack.up(Progress(), with_archive=not options.no_archive)
    if not started:
        print("Already running.")
    tell(stack)
    return 0


def tell(stack: TeamStack) -> None:
    print(f"Site           {stack.site_url}")
    print(f"Spark Connect  {stack.native_remote}")
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


def _down(stack: TeamStack, _options: argparse.Namespace) -> int:
    ended = stack.down(Progress())
    print(f"Stopped: {', '.join(ended)}." if ended else "Nothing was running.")
    return 0


def _status(stack: TeamStack, _options: argparse.Namespace) -> int:
    complete = True
    width = max(len(service.name) for service in stack.all_services)
    for service in stack.all_services:
        pid, problem = service.pid, service.problem()
        complete = complete and not problem
        ports = ", ".join(str(port) for _address, port, _variable in service.listens)
        state = problem or "answers"
        if isinstance(service, ConnectServer) and not problem:
            state += f", {len(sessions_of(service))} sessions"
        print(f"{service.name:{width}} {f'pid {pid}' if pid else '-':12} port {ports:26} {state}")
    if complete:
        tell(stack)
    return 0 if complete else EXIT_NOT_ALL_RUNNING


def _logs(stack: TeamStack, options: argparse.Namespace) -> int:
    logs = {service.name: written_log(service) for service in stack.all_services}
    logs["access"] = stack.access_log
    unknown = set(options.service) - set(logs)
    if unknown:
        raise StackError(f"No such log: {', '.join(sorted(unknown))}; there are {', '.join(logs)}.")
    chosen = {name: path for name, path in logs.items() if name in (options.service or logs)}
    show(chosen, options.lines, options.follow)
    return 0


def _upgrade(stack: TeamStack, options: argparse.Namespace) -> int:
    cluster = stack.require_cluster()
    return replaced(cluster.cluster, cluster.upgrade(Progress(), options.limit))


def _rollback(stack: TeamStack, options: argparse.Namespace) -> int:
    cluster = stack.require_cluster()
    return replaced(cluster.cluster, cluster.rollback(Progress(), options.limit))
