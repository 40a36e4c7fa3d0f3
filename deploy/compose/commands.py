"""`status` and `logs` of stacks that are containers."""

from __future__ import annotations

import argparse
from collections.abc import Iterable

from deploy.compose import engine
from deploy.shared.cli import chosen


def print_status(services: Iterable[str], environ: engine.Environ = None) -> bool:
    """A line for each of these and whatever else there is; whether all of them answer."""
    found = {container.service: container for container in engine.containers(environ)}
    names = sorted({*services, *found})
    width = max(map(len, names))
    for name in names:
        print(f"{name:{width}} {_words(found.get(name))}")
    return all(name in found and found[name].answers for name in names)


def _words(container: engine.Container | None) -> str:
    if container is None:
        return f"port {'-':16} not running"
    ports = ", ".join(map(str, container.ports)) or "-"
    state = "answers" if container.answers else container.health or container.state
    return f"port {ports:16} {state}"


def show_logs(
    options: argparse.Namespace, known: Iterable[str], environ: engine.Environ = None
) -> int:
    names = chosen(options.service, known) if options.service else []
    follow = ["--follow"] if options.follow else []
    tail = ["--tail", str(options.lines)]
    return engine.compose("logs", *follow, *tail, *names, environ=environ)
