"""``threading.Lock`` where there are no threads: a wait for one that is held has no end.

Python's own would wait in C, where Stop does not come. That a task of the event loop holds the lock
and awaits makes no difference: a wait that blocks lets no task go on.
"""

from __future__ import annotations

import _thread
import threading
import time
from typing import Any, NoReturn

from .threads import NoThreadsError

HELD = (
    "This lock is held, and to wait for it would be for ever: a browser tab has no threads, so "
    "nobody can release it meanwhile; release it first, use threading.RLock where the same code "
    "takes it twice, asyncio.Lock between tasks that await, or acquire(timeout=…)."
)
_NAME = "_thread.lock"
_ALIASES = ("acquire_lock", "release_lock", "locked_lock")

_plain = _thread.allocate_lock


class _LockType(type):
    """Locks that were made before this class took the place of Python's are locks too."""

    def __instancecheck__(cls, instance: Any) -> bool:
        return type(instance) in (cls, _PLAIN_TYPE)


_PLAIN_TYPE = type(_plain())


class lock(metaclass=_LockType):
    """Python's lock; only a wait that nobody can end is an error."""

    __slots__ = ("__weakref__", "_free", "_held", "_take")
    __doc__ = _PLAIN_TYPE.__doc__
    __module__ = "_thread"

    def __init__(self) -> None:
        self._at_fork_reinit()

    def __init_subclass__(cls) -> NoReturn:
        raise TypeError(f"type '{_NAME}' is not an acceptable base type")

    def _at_fork_reinit(self) -> None:
        plain = _plain()
        self._take, self._free, self._held = plain.acquire, plain.release, plain.locked

    def acquire(self, blocking: bool = True, timeout: float = -1) -> bool:
        if not self._held():
            return self._take(blocking, timeout)
        # That one is free: it only finds fault with the arguments, in Python's words.
        _plain().acquire(blocking, timeout)
        if not blocking:
            return False
        if timeout < 0:
            raise NoThreadsError(HELD)
        time.sleep(timeout)
        return self._take(False)

    def release(self) -> None:
        self._free()

    def locked(self) -> bool:
        return self._held()

    def __enter__(self) -> bool:
        if self._take(False):
            return True
        raise NoThreadsError(HELD)

    def __exit__(self, *_: object) -> None:
        self._free()

    def __repr__(self) -> str:
        state = "locked" if self._held() else "unlocked"
        return f"<{state} {_NAME} object at {id(self):#x}>"

    def __reduce_ex__(self, protocol: Any) -> NoReturn:
        raise TypeError(f"cannot pickle '{_NAME}' object")


for _alias in _ALIASES:
    setattr(lock, _alias, getattr(lock, _alias.removesuffix("_lock")))
for _method in ("acquire", "release", "locked"):
    getattr(lock, _method).__doc__ = getattr(_PLAIN_TYPE, _method).__doc__


def refuse_held_locks() -> None:
    """From now on a lock is one of these, by whatever name it is made."""
    for name in ("lock", "LockType", "allocate_lock", "allocate"):
        if hasattr(_thread, name):
            setattr(_thread, name, lock)
    threading.Lock = threading._allocate_lock = lock  # type: ignore[assignment, attr-defined]
