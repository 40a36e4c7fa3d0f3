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
from deploy.local import commands
from deploy.local.service import Service
from deploy.shared.cli import EXIT_FAILED, Command, CommandLine, Subject, exit_code_of_status
from deploy.shared.progress import Progress

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
    return _command_line().main(arguments)


def _command_line() -> CommandLine[Cluster]:
    line = CommandLine(
        "python -m deploy.cluster",
        __doc__,
        _ENVIRONMENT,
        lambda _options: Cluster(ClusterConfig.from_environment()),
    )
    line.add_up(_up)
    line.add_down(commands.down)
    line.add_status(_status)
    line.add_logs(_logs, services="such as connect-1-0")
    add_replacing(line, upgrade=_upgrade, rollback=_rollback)
    save = line.add("backup", _backup, "tables, catalog and event logs, one file")
    save.add_argument("file", type=Path)
    save.add_argument(
        "--with-secrets", action="store_true", help="the cluster's secret and its settings too"
    )
    load = line.add("restore", _restore, "what a backup has, where nothing is")
    load.add_argument("file", type=Path)
    return line


def add_replacing(
    line: CommandLine[Subject], upgrade: Command[Subject], rollback: Command[Subject]
) -> None:
    """The commands by which a cluster's Connect servers give way to others."""
    for command in (
        line.add("upgrade", upgrade, "new Connect servers; those of now end with their sessions"),
        line.add("rollback", rollback, "back to the Connect servers, or their settings, of before"),
    ):
        command.add_argument(
            "--limit",
            type=float,
            default=DEFAULT_LIMIT_S,
            metavar="SECONDS",
            help="sessions that are left then are cut off (%(default).0f)",
        )


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


def _status(cluster: Cluster, _options: argparse.Namespace) -> int:
    return exit_code_of_status(commands.print_status(cluster.services, sessions_told))


def sessions_told(service: Service) -> str:
    """Of a Connect server, how many people are on it."""
    return f", {len(sessions_of(service))} sessions" if isinstance(service, ConnectServer) else ""


def _logs(cluster: Cluster, options: argparse.Namespace) -> int:
    logs = {service.name: written_log(service) for service in cluster.services}
    return commands.show_logs(logs, options)


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
