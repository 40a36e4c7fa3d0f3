"""Tables that objects hand over by ``__arrow_c_stream__``.

The protocol passes memory of C in a capsule, which Python cannot open. What hands over one of ours
(PySpark's DataFrame) hands it over as it is. Nobody else is told that ours have the protocol.
https://arrow.apache.org/docs/format/CDataInterface/PyCapsuleInterface.html
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from ..errors import ArrowNotImplementedError, Facade, unsupported

METHOD = "__arrow_c_stream__"


class Handed:
    """In a capsule's place: what is handed over."""

    def __init__(self, source: Any) -> None:
        self.source = source


_taking: list[bool] = []


@contextmanager
def _ours_have_it() -> Iterator[None]:
    _taking.append(True)
    try:
        yield
    finally:
        _taking.pop()


def method_of(source: Any, name: str) -> Callable[..., Handed] | None:
    """The protocol's method of one of our classes, where one of ours asks for it."""
    if name == METHOD and _taking:
        return lambda requested_schema=None: Handed(source)
    return None


def of_another_library(data: Any) -> ArrowNotImplementedError:
    """The error for memory of C, which Python cannot look into."""
    return unsupported(f"Arrow data of {type(data).__module__}.{type(data).__name__}")


def offers(data: Any) -> bool:
    """Whether an object has the protocol. Any attribute of a DataFrame may be one of its columns,
    so its class is asked; ours have it in `_ours_have_it` only.
    """
    return hasattr(type(data), METHOD) or (isinstance(data, Facade) and hasattr(data, METHOD))


def take(data: Any) -> Any:
    """The table, batch or reader that ``data`` hands over.

    Raises:
        ArrowNotImplementedError: it hands over memory of another library.
    """
    with _ours_have_it():
        method = getattr(data, METHOD, None) if offers(data) else None
        if method is None:
            raise TypeError(
                "Expected an object implementing the Arrow PyCapsule Protocol for streams "
                f"(i.e. having a `{METHOD}` method), got {type(data)!r}."
            )
        handed = method()
    if not isinstance(handed, Handed):
        raise of_another_library(data)
    return handed.source
