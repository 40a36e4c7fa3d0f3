"""Calls that are written down and not sent: the page sends them, once this kernel cannot."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass


@dataclass(frozen=True)
class WrittenCall:
    """All that a POST needs; ``body`` is framed."""

    url: str
    headers: list[tuple[str, str]]
    body: bytes


_paper: ContextVar[list[WrittenCall] | None] = ContextVar("pcw_written", default=None)


@contextmanager
def written() -> Iterator[list[WrittenCall]]:
    """Within, a unary call is added to the list, and returns an empty response at once."""
    calls: list[WrittenCall] = []
    token = _paper.set(calls)
    try:
        yield calls
    finally:
        _paper.reset(token)


def paper() -> list[WrittenCall] | None:
    """Where calls are to be written down; None where they are to be sent."""
    return _paper.get()
