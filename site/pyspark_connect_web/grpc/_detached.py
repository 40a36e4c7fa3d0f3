"""Calls whose answer nobody reads: they are sent, and the caller goes on."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_delay: ContextVar[float | None] = ContextVar("pcw_detached", default=None)


@contextmanager
def detached(delay: float = 0.0) -> Iterator[None]:
    """Within, a unary call returns an empty response at once; it is sent ``delay`` s later."""
    token = _delay.set(delay)
    try:
        yield
    finally:
        _delay.reset(token)


def is_detached() -> bool:
    """Whether the code that asks runs within :func:`detached`."""
    return _delay.get() is not None


def detached_delay() -> float:
    """The seconds that :func:`detached` was given."""
    return _delay.get() or 0.0
