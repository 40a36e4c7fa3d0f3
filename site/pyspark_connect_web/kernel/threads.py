"""A tab has no threads: who starts one, or waits for one, is told what to use."""

from __future__ import annotations

import _thread
import threading
import time
from functools import wraps
from typing import Any, NoReturn

from ..errors import PcwError

NO_THREADS = (
    "A browser tab has no threads: use concurrent.futures.ThreadPoolExecutor or "
    "multiprocessing.pool.ThreadPool, which run their tasks one after the other, or asyncio for "
    "what should go on beside your cells."
)

NOBODY = (
    "This would wait for ever: a browser tab has no threads, so nobody can end the wait; give it a "
    "timeout, or do the work that is waited for first."
)


class NoThreadsError(PcwError):
    """Something wants a thread, or waits for one; a RuntimeError, as Python's own."""


def refuse_threads() -> None:
    """From now on ``start()`` raises, and so does a wait that has no end."""
    threading.Thread.start = _refuse  # type: ignore[method-assign]
    for name in ("start_new_thread", "start_joinable_thread"):
        if hasattr(_thread, name):
            setattr(_thread, name, _refuse)
    threading.Condition.wait = _waiting(threading.Condition.wait)  # type: ignore[method-assign]


def _refuse(*_: object, **__: object) -> NoReturn:
    raise NoThreadsError(NO_THREADS)


def _waiting(plain: Any) -> Any:
    """Events, queues, barriers, semaphores and futures wait by a condition."""

    @wraps(plain)
    def wait(self: Any, timeout: float | None = None) -> bool:
        if not self._is_owned():
            raise RuntimeError("cannot wait on un-acquired lock")
        if timeout is None:
            raise NoThreadsError(NOBODY)
        time.sleep(max(0.0, timeout))
        return False

    return wait


def wait_by_condition(module: Any) -> None:
    """``module`` is ``queue``, whose queue in C waits without a condition."""
    module.SimpleQueue = module._PySimpleQueue


def silence_monitor(module: Any) -> None:
    """``module`` is ``tqdm.std``: its bars want a thread to look after them, and warn."""
    module.tqdm.monitor_interval = 0
