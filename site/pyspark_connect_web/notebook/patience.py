"""Asking Spark while nobody has asked for a query: briefly, silently, or not at all."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NoReturn

from ..bridge import on_tick
from ..progress_bar import without_progress

PATIENCE_SECONDS = 4.0
"""JupyterLab drops a completion after its limit, which our site sets to 10 s."""

_deadline: float | None = None
_listens = False


class OutOfPatience(KeyboardInterrupt):
    """It took too long. PySpark ends its query as it does at a press on Stop."""


@contextmanager
def patience() -> Iterator[None]:
    """Within, a call that takes long, or an endpoint that has to be waited for, is given up.

    Raises:
        OutOfPatience: it was.
    """
    global _deadline, _listens
    if not _listens:
        on_tick(_tick)
        _listens = True
    plain, time.sleep = time.sleep, _give_up
    _deadline = time.monotonic() + PATIENCE_SECONDS
    try:
        with without_progress():
            yield
    finally:
        _deadline = None
        time.sleep = plain


def _tick() -> None:
    if _deadline is not None and time.monotonic() > _deadline:
        raise OutOfPatience


def _give_up(_seconds: Any) -> NoReturn:
    raise OutOfPatience
