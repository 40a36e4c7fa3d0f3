"""One command at a time per stack."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from deploy.shared.errors import StackError


@contextmanager
def alone(state_dir: Path, what: str) -> Iterator[None]:
    """Raises where another process changes the same stack."""
    state_dir.mkdir(parents=True, exist_ok=True)
    with (state_dir / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise StackError(
                f"Another `up` or `down` of the {what} in {state_dir} "
                f"is at work: wait for it to end, or interrupt it."
            ) from error
        yield
