"""The command line of the cluster: up, down, status, logs, upgrade, rollback, backup, restore."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from deploy.cluster.backup import backup, restore
from deploy.cluster.cluster import Cluster
from deploy.cluster.conf import ClusterConfig
from deploy.cluster.services import ConnectServer, written_log
from deploy.cluster.upgrade import DEFAULT_LIMIT_S, rollback, sessions_of, upgrade
from deploy.local.cli import EXIT_FAILED, EXIT_NOT_ALL_RUNNING, exit_code_of
from deploy.local.errors import StackError
from deploy.local.logs import show
from deploy.local.progress import Progress

_ENVIRONMENT = """environment:
  PCW_CLUSTER_WORKERS, PCW_CLUSTER_SERVERS   how many workers and Connect servers (2, 2)
  PCW_CLUSTER_WORKER_CORES, PCW_CLUSTER_WORKER_MEMORY   what a worker gives (all cores, 2g)
  PCW_CLUSTER_EXECUTOR_MEMORY                heap of an executor, which has one core (1g)
  PCW_CLUSTER_FIRST_PORT                     the first of the ports, all on loopback (15100)
  PCW_CLUSTER_STATE_DIR                      tables, catalog, event logs, logs (.run/cluster)
  SPARK_DRIVER_MEMORY                        heap of a Connect server (1g)
  PCW_SPARK_PYTHON                           a Python that has pyspark[connect]
"""


def main(arguments: list[str] | None = None) -> int:
    options = _parser().parse_args(arguments)
    return exit_code_of(lambda: int(options.run(_cluster(), options)))


def _cluster() -> Cluster:
    return Cluster(ClusterConfig.from_environment())


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m deploy.cluster",
        description=__doc__,
        epilog=_ENVIRONMENT,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    commands = parser.add_subparsers(required=True, metavar="command")
    up = commands.add_parser("up", help="start what does not run, wait until all of it answers")
    up.set_defaults(run=_up)
    commands.add_parser("down", help="stop everything").set_defaults(run=_down)
    status = commands.add_parser("status", help="what runs; exit code 3 unless all of it answers")
    status.set_defaults(run=_status)
    logs = commands.add_parser("logs", help="the ends of the logs")
    logs.add_argument("service", nargs="*", help="such as connect-1-0; all without one")
    logs.add_argument("-f", "--follow", action="store_true", help="go on until Ctrl-C")
    logs.add_argument("-n", "--lines", type=int, default=20)
    logs.set_defaults(run=_logs)
    for name, what, run in (
        ("upgrade", "new Connect servers; those of now end with their last session", _upgrade),
        ("rollback", "back to the Connect servers, or their settings, of before", _rollback),
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
    save = commands.add_parser("backup", help="tables, catalog and event logs, one file")
    save.add_argument("file", type=Path)
    save.add_argument(
        "--with-secrets", action="store_true", help="the cluster's secret and its settings too"
    )
    save.set_defaults(run=_backup)
    load = commands.add_parser("restore", help="what a backup has, where nothing is")
    load.add_argument("file", type=Path)
    load.set_defaults(run=_restore)
    return parser


def _up(cluster: Cluster, _options: argparse.Namespace) -> int:
    if not cluster.up(Progress()):
        print("Already running.")
    _print_addresses(cluster)
    return 0


def _print_addresses(cluster: Cluster) -> None:
    for server in cluster.servers:
        print(f"{server.name:14} {server.remote}")
    for name, port in cluster.web_pages.items():
        print(f"{name:14} http://127.0.0.1:{port}/")


def _down(cluster: Cluster, _options: argparse.Namespace) -> int:
    ended = cluster.down(Progress())
    print(f"Stopped: {', '.join(ended)}." if ended else "Nothing was running.")
    return 0


def _status(cluster: Cluster, _options: argparse.Namespace) -> int:
    complete = True
    for service in cluster.services:
        pid, problem = service.pid, service.problem()
        complete = complete and not problem
        state = problem or "answers"
        if isinstance(service, ConnectServer) and not problem:
            state += f", {len(sessions_of(service))} sessions"
        print(f"{service.name:14} {f'pid {pid}' if pid else '-':12} {state}")
    return 0 if complete else EXIT_NOT_ALL_RUNNING


def _logs(cluster: Cluster, options: argparse.Namespace) -> int:
    known = {service.name: written_log(service) for service in cluster.services}
    if unknown := set(options.service) - set(known):
        raise StackError(f"No such service: {', '.join(unknown)}; there are {', '.join(known)}.")
    chosen = {name: log for name, log in known.items() if name in (options.service or known)}
    show(chosen, options.lines, options.follow)
    return 0


def _upgrade(cluster: Cluster, options: argparse.Namespace) -> int:
    return replaced(cluster, upgrade(cluster, Progress(), options.limit))


def _rollback(cluster: Cluster, options: argparse.Namespace) -> int:
    return replaced(cluster, rollback(cluster, Progress(), options.limit))


def replaced(cluster: Cluster, cut: int) -> int:
    """Says how an upgrade or a rollback ended; the exit code."""
    number = cluster.generations.current.number
    print(f"Generation {number} serves everybody; {cut or 'no'} sessions were cut off.")
    return EXIT_FAILED if cut else 0


def _backup(cluster: Cluster, options: argparse.Namespace) -> int:
    size = backup(cluster, options.file, options.with_secrets, Progress())
    print(f"{options.file}: {size / 1e6:.1f} MB. Whoever can read it can read every table.")
    if options.with_secrets:
        print("It has the cluster's secret and settings in plain.", file=sys.stderr)
    return 0


def _restore(cluster: Cluster, options: argparse.Namespace) -> int:
    count = restore(cluster, options.file, Progress())
    print(f"{count} files are back in {cluster.config.state_dir}. Start with `up`.")
    return 0
