"""A 32-bit Python counts and tells time as PySpark's modules expect it of a 64-bit one.

`sys.maxsize` is 2**31 - 1 in a tab, a C long has 32 bits, numpy's default integer too, and
Emscripten's `mktime` takes the years 1 to 99 for 1901 to 1999. PySpark's modules are given names
of their own for these; everybody else's stay as they are.

A tab's `sys.maxsize` in a frame of a window is what people write for "unbounded", and so it is
taken, though natively 2147483647 is a number like others. Of rows both mean the same: no partition
has more rows. Of a range they do not, and a warning says so.
"""

from __future__ import annotations

import functools
import inspect
import sys
import time
import warnings
from collections.abc import Callable
from types import ModuleType
from typing import Any

NATIVE_MAXSIZE = 2**63 - 1
"""`sys.maxsize` of the Pythons that PySpark is written for."""

_FIRST_YEAR_OF_MKTIME = 100
_YEARS_OF_A_CYCLE = 400
_SECONDS_OF_A_CYCLE = 146_097 * 86_400
"""The calendar repeats itself; no zone had a rule before the year 1400."""

_DTYPES = dict.fromkeys((int, "int", "int_", "intp", "p", "l", "long"), "int64") | dict.fromkeys(
    ("uint", "uintp", "P", "L", "ulong"), "uint64"
)
"""What numpy calls its default integers and C's longs, with their native widths."""


class _View(ModuleType):
    """A module with some names of its own; the others are the real one's."""

    def __init__(self, real: ModuleType, **own: Any) -> None:
        super().__init__(real.__name__, real.__doc__)
        self._real = real
        vars(self).update(own)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._real, name)


def is_narrow() -> bool:
    """Whether this Python is of 32 bits."""
    return sys.maxsize < NATIVE_MAXSIZE


def mktime(moment: Any, plain: Callable[[Any], float] = time.mktime) -> float:
    """Seconds since 1970 of a local time: `plain`, and right in the years 1 to 99 too.

    Raises:
        OverflowError: the C library cannot tell it.
    """
    year = moment[0]
    if not 0 < year < _FIRST_YEAR_OF_MKTIME:
        return plain(moment)
    # The weekday and the day of the year are ignored.
    return plain((year + _YEARS_OF_A_CYCLE, *moment[1:])) - _SECONDS_OF_A_CYCLE


def adapt_types(module: ModuleType) -> None:
    """`pyspark.sql.types`: local times, and arrays of C longs, which are LongType natively.

    Unsigned ones do not fit a LongType natively and are refused.
    """
    if not is_narrow():
        return
    module.time = _View(time, mktime=mktime)  # type: ignore[attr-defined]
    module._array_type_mappings["l"] = module.LongType
    module._array_type_mappings.pop("L", None)


def adapt_seeds(module: ModuleType) -> None:
    """Modules that draw a seed between 0 and `sys.maxsize`: of 63 bits, as natively."""
    if is_narrow():
        module.sys = _View(sys, maxsize=NATIVE_MAXSIZE)  # type: ignore[attr-defined]


def adapt_thresholds(module: ModuleType) -> None:
    """`pyspark.sql.window`: from which number on a frame is unbounded."""
    module.Window._PRECEDING_THRESHOLD = -NATIVE_MAXSIZE
    module.Window._FOLLOWING_THRESHOLD = NATIVE_MAXSIZE


def adapt_frames(module: ModuleType) -> None:
    """`pyspark.sql.connect.window`: `sys.maxsize` of this Python is unbounded too."""
    if not is_narrow():
        return
    for name in ("rowsBetween", "rangeBetween"):
        setattr(module.WindowSpec, name, _with_maxsize(getattr(module.WindowSpec, name)))


def _with_maxsize(between: Callable[[Any, int, int], Any]) -> Callable[[Any, int, int], Any]:
    @functools.wraps(between)
    def bounded(self: Any, start: int, end: int) -> Any:
        first = -NATIVE_MAXSIZE if start in (-sys.maxsize, -sys.maxsize - 1) else start
        last = NATIVE_MAXSIZE if end == sys.maxsize else end
        if (first, last) != (start, end) and between.__name__ == "rangeBetween":
            warnings.warn(
                f"rangeBetween({start}, {end}): {sys.maxsize} is sys.maxsize of this 32-bit "
                "Python, and is taken for unbounded; write Window.unboundedPreceding or "
                "Window.unboundedFollowing if you mean that, and another number if you do not.",
                UserWarning,
                stacklevel=2,
            )
        return between(self, first, last)

    return bounded


def adapt_dtypes(module: ModuleType) -> None:
    """`pyspark.pandas.typedef.typehints`: `int` is int64, as numpy has it natively."""
    if not is_narrow():
        return
    plain = module.pandas_dtype

    @functools.wraps(plain)
    def pandas_dtype(dtype: Any) -> Any:
        return plain(_native_dtype(dtype))

    module.pandas_dtype = pandas_dtype  # type: ignore[attr-defined]


def adapt_series(module: ModuleType) -> None:
    """`pyspark.pandas.series`: as `adapt_dtypes`, where pandas makes the data."""
    if is_narrow():
        module.Series.__init__ = _with_native_dtype(module.Series.__init__)


def adapt_frame(module: ModuleType) -> None:
    """`pyspark.pandas.frame`: as `adapt_series`."""
    if is_narrow():
        frame = module.DataFrame
        frame.__init__ = _with_native_dtype(frame.__init__)
        frame.from_dict = staticmethod(_with_native_dtype(frame.from_dict))


def adapt_index(module: ModuleType) -> None:
    """`pyspark.pandas.indexes.base`: as `adapt_series`, and where values are handed to numpy."""
    if is_narrow():
        module.Index.__new__ = staticmethod(_with_native_dtype(module.Index.__new__))
        module.Index.to_numpy = _with_native_dtype(module.Index.to_numpy)


def adapt_namespace(module: ModuleType) -> None:
    """`pyspark.pandas.namespace`: as `adapt_series`, where pandas reads a file."""
    if is_narrow():
        module.read_excel = _with_native_dtype(module.read_excel)  # type: ignore[attr-defined]


def _with_native_dtype(made: Callable[..., Any]) -> Callable[..., Any]:
    """A function whose argument `dtype`, named or by its place, is the native one."""
    place = list(inspect.signature(made).parameters).index("dtype")

    @functools.wraps(made)
    def native(*args: Any, **kwargs: Any) -> Any:
        if "dtype" in kwargs:
            kwargs["dtype"] = _native_dtype(kwargs["dtype"])
        elif len(args) > place:
            args = (*args[:place], _native_dtype(args[place]), *args[place + 1 :])
        return made(*args, **kwargs)

    return native


def _native_dtype(dtype: Any) -> Any:
    """A dtype of numpy itself says its width; only names and `int` leave it to the platform.

    A dict has one for each column, where pandas takes such.
    """
    if isinstance(dtype, dict):
        return {column: _native_dtype(one) for column, one in dtype.items()}
    named = isinstance(dtype, str) or dtype is int
    return _DTYPES.get(dtype, dtype) if named else dtype
