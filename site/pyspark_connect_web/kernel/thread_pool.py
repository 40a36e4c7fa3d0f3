"""``multiprocessing.pool.ThreadPool`` without threads: tasks run when they are asked for.

Pyodide has no ``_multiprocessing``, without which Python's own module cannot be imported.
"""

from __future__ import annotations

import importlib.util
import itertools
import os
import sys
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any

from ..errors import PcwError

_MODULE = "multiprocessing.pool"

NO_PROCESSES = (
    "A browser tab has no processes: use concurrent.futures.ThreadPoolExecutor or "
    "multiprocessing.pool.ThreadPool, which run their tasks one after the other, or have Spark do "
    "the work."
)


class NoProcessesError(PcwError, OSError):
    """Something wants a process of its own."""


class ApplyResult:
    """The result of a task, which is there from the start."""

    def __init__(
        self,
        task: Callable[[], Any],
        callback: Callable[[Any], object] | None = None,
        error_callback: Callable[[BaseException], object] | None = None,
    ) -> None:
        try:
            self._value, self._success = task(), True
        except Exception as error:  # noqa: BLE001 - get() raises it
            self._value, self._success = error, False
        then = callback if self._success else error_callback
        if then is not None:
            then(self._value)

    def get(self, timeout: float | None = None) -> Any:
        """The value; raises what the task raised."""
        if self._success:
            return self._value
        raise self._value

    def wait(self, timeout: float | None = None) -> None:
        """It is there."""

    def ready(self) -> bool:
        return True

    def successful(self) -> bool:
        return self._success


AsyncResult = ApplyResult


class ThreadPool:
    """As Python's own, with one worker: the caller."""

    def __init__(
        self,
        processes: int | None = None,
        initializer: Callable[..., object] | None = None,
        initargs: Iterable[Any] = (),
    ) -> None:
        if processes is not None and processes < 1:
            raise ValueError("Number of processes must be at least 1")
        if initializer is not None and not callable(initializer):
            raise TypeError("initializer must be a callable")
        self._state = "RUN"
        self._processes = processes or os.cpu_count() or 1
        self._asked: list[IMapIterator] = []
        if initializer is not None:
            initializer(*initargs)

    def apply(self, func: Any, args: Iterable[Any] = (), kwds: dict[str, Any] | None = None) -> Any:
        """``func(*args, **kwds)``"""
        return self.apply_async(func, args, kwds).get()

    def apply_async(
        self,
        func: Any,
        args: Iterable[Any] = (),
        kwds: dict[str, Any] | None = None,
        callback: Any = None,
        error_callback: Any = None,
    ) -> ApplyResult:
        self._check_running()
        return ApplyResult(lambda: func(*args, **(kwds or {})), callback, error_callback)

    def map(self, func: Any, iterable: Iterable[Any], chunksize: int | None = None) -> list[Any]:
        """All results, in order."""
        return self.map_async(func, iterable, chunksize).get()  # type: ignore[no-any-return]

    def map_async(
        self,
        func: Any,
        iterable: Iterable[Any],
        chunksize: int | None = None,
        callback: Any = None,
        error_callback: Any = None,
    ) -> ApplyResult:
        return self._map(map, func, iterable, chunksize, callback, error_callback)

    def starmap(
        self, func: Any, iterable: Iterable[Any], chunksize: int | None = None
    ) -> list[Any]:
        """As :meth:`map`, of functions of several arguments."""
        return self.starmap_async(func, iterable, chunksize).get()  # type: ignore[no-any-return]

    def starmap_async(
        self,
        func: Any,
        iterable: Iterable[Any],
        chunksize: int | None = None,
        callback: Any = None,
        error_callback: Any = None,
    ) -> ApplyResult:
        return self._map(itertools.starmap, func, iterable, chunksize, callback, error_callback)

    def imap(self, func: Any, iterable: Iterable[Any], chunksize: int = 1) -> IMapIterator:
        """The results, in order."""
        self._check_running()
        if chunksize < 1:
            raise ValueError(f"Chunksize must be 1+, not {chunksize:n}")
        results = IMapIterator(func, iterable)
        self._asked.append(results)
        return results

    imap_unordered = imap

    def close(self) -> None:
        """No more tasks are taken."""
        if self._state == "RUN":
            self._state = "CLOSE"

    def terminate(self) -> None:
        """No more tasks are taken, and those that nobody has asked for do not run."""
        self._state = "TERMINATE"
        self._asked.clear()

    def join(self) -> None:
        """Run what is left of each ``imap``: somebody may want only what the tasks do."""
        if self._state == "RUN":
            raise ValueError("Pool is still running")
        while self._asked:
            self._asked.pop(0).run_all()

    def __enter__(self) -> ThreadPool:
        self._check_running()
        return self

    def __exit__(self, *_: object) -> None:
        self.terminate()

    def _map(
        self, apply: Any, func: Any, iterable: Iterable[Any], size: int | None, *callbacks: Any
    ) -> ApplyResult:
        """A task that fails ends its chunk, not the others; the first error is the result's."""
        self._check_running()
        items = list(iterable)
        size = size or max(1, -(-len(items) // (self._processes * 4)))
        chunks = [items[at : at + size] for at in range(0, len(items), size)]

        def run() -> list[Any]:
            done = [ApplyResult(lambda chunk=chunk: list(apply(func, chunk))) for chunk in chunks]  # type: ignore[misc]
            return list(itertools.chain.from_iterable(result.get() for result in done))

        return ApplyResult(run, *callbacks)

    def _check_running(self) -> None:
        if self._state != "RUN":
            raise ValueError("Pool not running")


class IMapIterator:
    """Runs each task when its result is asked for, or all when its pool is joined."""

    def __init__(self, func: Callable[[Any], Any], iterable: Iterable[Any]) -> None:
        self._func = func
        self._rest = iter(iterable)
        self._done: deque[ApplyResult] = deque()

    def run_all(self) -> None:
        """Run the tasks that are left; their results are kept."""
        for one in self._rest:
            self._done.append(ApplyResult(lambda one=one: self._func(one)))  # type: ignore[misc]

    def __iter__(self) -> Iterator[Any]:
        return self

    def __next__(self) -> Any:
        return self._done.popleft().get() if self._done else self._func(next(self._rest))

    def next(self, timeout: float | None = None) -> Any:
        return next(self)


class Pool:
    """A pool of processes, which a tab has none of."""

    def __init__(self, *_: object, **__: object) -> None:
        raise NoProcessesError(NO_PROCESSES)


class _Finder(MetaPathFinder, Loader):
    """Puts this module in the place of Python's."""

    def find_spec(self, fullname: str, path: Any, target: Any = None) -> ModuleSpec | None:
        return ModuleSpec(fullname, self) if fullname == _MODULE else None

    def exec_module(self, module: ModuleType) -> None:
        names = ("ApplyResult", "AsyncResult", "IMapIterator", "Pool", "ThreadPool")
        module.__dict__.update({name: globals()[name] for name in names})
        module.__doc__ = __doc__


def make_pools_importable() -> None:
    """From now on, where Python's own pools cannot be imported; again does nothing."""
    if importlib.util.find_spec("_multiprocessing") is not None:
        return
    if not any(isinstance(finder, _Finder) for finder in sys.meta_path):
        sys.meta_path.insert(0, _Finder())
