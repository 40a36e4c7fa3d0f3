"""What the builder says while it works: one line per step, with sizes and times."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

MIB = 1024 * 1024
KIB = 1024


def say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def human_size(size: int) -> str:
    if size >= MIB:
        return f"{size / MIB:.1f} MiB"
    return f"{size / KIB:.1f} KiB" if size >= KIB else f"{size} B"


@contextmanager
def step(title: str) -> Iterator[None]:
    """Announces a step before it starts, and how long it took when it is done."""
    say(f"{title} ...")
    start = time.monotonic()
    yield
    say(f"{title}: {time.monotonic() - start:.1f} s")
