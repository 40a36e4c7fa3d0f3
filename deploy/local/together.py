"""Several services as one: started, waited for and stopped together."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from deploy.local import process
from deploy.local.service import Service
from deploy.shared.interrupts import uninterrupted
from deploy.shared.progress import Tell


def start(services: Iterable[Service], tell: Tell) -> None:
    for service in services:
        service.start()
        tell(f"{service.name} started, pid {service.pid}")


def wait_healthy(services: Iterable[Service], tell: Tell) -> None:
    for service in services:
        service.wait_healthy(tell)
        tell(f"{service.name} answers")


@contextmanager
def or_none(services: Sequence[Service], tell: Tell) -> Iterator[None]:
    """What fails or is interrupted within stops all of them again, the last started first."""
    try:
        yield
    except BaseException:
        with uninterrupted():
            tell("stopping what was started")
            for service in reversed(services):
                service.stop()
        raise


def stop(services: Iterable[Service], tell: Tell) -> list[str]:
    """The names of those that were on record."""
    ended = []
    for service in services:
        if service.handle:
            tell(f"stopping {service.name}")
            ended.append(service.name)
        service.stop()
    return ended


def end_strays(state_dir: Path) -> list[str]:
    """What belongs to a stack and is on no record."""
    return [f"pid {pid}" for pid in process.kill_marked(state_dir)]
