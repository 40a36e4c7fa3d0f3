"""`down`, `status` and `logs` of stacks that are processes."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Protocol

from deploy.local.service import Service
from deploy.shared import logs
from deploy.shared.cli import chosen
from deploy.shared.progress import Progress, Tell


class Stoppable(Protocol):
    def down(self, tell: Tell) -> list[str]:
        """The names of what it ended."""


def down(stack: Stoppable, _options: argparse.Namespace) -> int:
    ended = stack.down(Progress())
    print(f"Stopped: {', '.join(ended)}." if ended else "Nothing was running.")
    return 0


def _nothing(_service: Service) -> str:
    return ""


def print_status(services: Iterable[Service], more: Callable[[Service], str] = _nothing) -> bool:
    """A line for each; whether all of them answer. ``more`` is said of one that does."""
    found = [(service, service.pid, service.problem()) for service in services]
    rows = [
        (
            service.name,
            f"pid {pid}" if pid else "-",
            f"port {_ports(service)}",
            problem or f"answers{more(service)}",
        )
        for service, pid, problem in found
    ]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        cells = (f"{cell:{width}}" for cell, width in zip(row, widths, strict=True))
        print(" ".join(cells).rstrip())
    return not any(problem for _, _, problem in found)


def _ports(service: Service) -> str:
    return ", ".join(str(port) for _address, port, _variable in service.listens) or "-"


def show_logs(files: Mapping[str, Path], options: argparse.Namespace) -> int:
    names = chosen(options.service, files)
    logs.show({name: files[name] for name in names}, options.lines, options.follow)
    return 0
