"""``ThreadPoolExecutor`` where there are no threads: each task runs when it is submitted.

It stays Python's own class, with all that it checks and promises; only who works is changed.
"""

from __future__ import annotations

import logging
import queue
from functools import wraps
from types import ModuleType
from typing import Any

_CONTEXT = "_pcw_worker_context"


def run_tasks_inline(module: ModuleType) -> None:
    """Change ``module``, which is ``concurrent.futures.thread``, executed."""
    executor = module.ThreadPoolExecutor
    plain = executor.submit

    @wraps(plain)
    def submit(self: Any, fn: Any, /, *args: Any, **kwargs: Any) -> Any:
        future = plain(self, fn, *args, **kwargs)
        _work(self)
        return future

    executor.submit = submit
    # Called by the plain submit, which holds locks that a task may want.
    executor._adjust_thread_count = lambda self: None


def _work(executor: Any) -> None:
    """What a worker's thread does, until nothing is left to do."""
    if not _is_initialized(executor):
        return
    while True:
        try:
            item = executor._work_queue.get_nowait()
        except queue.Empty:
            return
        if item is None:
            return
        future = item.future
        item.run(getattr(executor, _CONTEXT))
        if future.cancelled():
            continue
        if isinstance(future.exception(), KeyboardInterrupt):
            # It was meant for whoever waits, and that is the caller.
            raise future.exception()


def _is_initialized(executor: Any) -> bool:
    if hasattr(executor, _CONTEXT):
        return True
    context = executor._create_worker_context()
    try:
        context.initialize()
    except Exception:
        # Whatever it is breaks the pool, as it does in a thread.
        logging.getLogger("concurrent.futures").critical("Exception in initializer:", exc_info=True)
        executor._initializer_failed()
        return False
    setattr(executor, _CONTEXT, context)
    return True
