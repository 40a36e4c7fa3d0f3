"""``multiprocessing.pool.ThreadPool`` where there are no threads: one task after the other.

``pyspark.ml`` imports it at the head of its modules, to fit several models at a time; in Pyodide
the module behind it, ``_multiprocessing``, does not exist.
"""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from types import ModuleType
from typing import Any

_MODULE = "multiprocessing.pool"


class ThreadPool:
    """Runs tasks in the caller's thread, when their results are asked for."""

    def __init__(self, processes: int | None = None, *_: Any, **__: Any) -> None:
        self.processes = processes

    def imap(
        self, func: Callable[[Any], Any], iterable: Iterable[Any], chunksize: int = 1
    ) -> Iterator[Any]:
        """The results in the order of the tasks."""
        return map(func, iterable)

    imap_unordered = imap

    def map(
        self, func: Callable[[Any], Any], iterable: Iterable[Any], chunksize: int | None = None
    ) -> list[Any]:
        """All results."""
        return [func(one) for one in iterable]

    def close(self) -> None:
        """Nothing to do."""

    terminate = join = close

    def __enter__(self) -> ThreadPool:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


@contextmanager
def importable() -> Iterator[None]:
    """Within, ``from multiprocessing.pool import ThreadPool`` works."""
    if _MODULE in sys.modules or importlib.util.find_spec("_multiprocessing") is not None:
        yield
        return
    stand_in = ModuleType(_MODULE, __doc__)
    stand_in.ThreadPool = ThreadPool  # type: ignore[attr-defined]
    sys.modules[_MODULE] = stand_in
    try:
        yield
    finally:
        sys.modules.pop(_MODULE, None)
