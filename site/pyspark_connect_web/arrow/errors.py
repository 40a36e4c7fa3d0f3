"""The exception classes of `pyarrow.lib`, with the same bases and the same meaning.

PySpark catches them by name (`pa.ArrowInvalid`, `pa.lib.ArrowException`) and by their built-in
base (`TypeError` and `ValueError` become different PySpark errors), so both must agree.
"""

from __future__ import annotations

from typing import Any


class ArrowException(Exception):
    """Base of every error Arrow raises by itself."""


class ArrowInvalid(ValueError, ArrowException):
    """The data, or a request about it, makes no sense (malformed input, lossy safe cast)."""


class ArrowTypeError(TypeError, ArrowException):
    """A Python value has a type that the wanted Arrow type does not take."""


class ArrowNotImplementedError(NotImplementedError, ArrowException):
    """The operation exists in Arrow, but not for these types (or not in this module)."""


class ArrowKeyError(KeyError, ArrowException):
    """A name that is not there."""

    def __str__(self) -> str:
        return ArrowException.__str__(self)


class ArrowIndexError(IndexError, ArrowException):
    """A position that is not there."""


class ArrowMemoryError(MemoryError, ArrowException):
    """An allocation failed."""


class ArrowCapacityError(ArrowException):
    """More data than the type's offsets can address."""


class ArrowCancelled(ArrowException):
    """The operation was cancelled."""


class ArrowSerializationError(ArrowException):
    """An object cannot be serialized."""


ArrowIOError = OSError


class MissingFromFacadeError(ArrowNotImplementedError, AttributeError):
    """A part of the `pyarrow` API that this module does not implement.

    It is an `AttributeError` too, so that `hasattr` and `getattr` with a default keep working.
    """


def missing(name: str) -> MissingFromFacadeError:
    """The error for `name`, such as ``pyarrow.Table.join``: what is missing, and the cure."""
    return MissingFromFacadeError(
        f"{name} is not implemented by the pure-Python pyarrow of pyspark_connect_web; "
        "install the real `pyarrow` package to use it."
    )


def unsupported(what: str) -> ArrowNotImplementedError:
    """The error for a combination (a cast, a type) that real `pyarrow` knows and this does not."""
    return ArrowNotImplementedError(
        f"{what} is not supported by the pure-Python pyarrow of pyspark_connect_web; "
        "install the real `pyarrow` package for it."
    )


def no_cast(source: object, target: object) -> ArrowNotImplementedError:
    """The error for a pair of types without a cast."""
    return ArrowNotImplementedError(
        f"Unsupported cast from {source} to {target} (if real `pyarrow` has it, install it)"
    )


def wrong_argument(name: str, expected: str, value: object) -> TypeError:
    """The error for an argument of another class, as real `pyarrow` words it."""
    return TypeError(
        f"Argument '{name}' has incorrect type (expected pyarrow.lib.{expected}, "
        f"got {type(value).__name__})"
    )


class Facade:
    """Base of the public classes: names the missing method instead of a bare AttributeError."""

    __slots__ = ()

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}")
        raise missing(f"pyarrow.{type(self).__name__}.{name}")

    def __reduce__(self) -> str | tuple[Any, ...]:
        name = type(self).__name__
        raise TypeError(f"A pyarrow.{name} is no value: it cannot be copied or pickled.")
