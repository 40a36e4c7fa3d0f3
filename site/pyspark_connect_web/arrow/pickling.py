"""Pickles of the facade's objects, for this Python and for a server's.

A function that Spark runs takes its objects along as calls of ``pyarrow`` by name: there that is
the real one. Elsewhere nobody finds ours by that name, and the calls go to this package.
"""

from __future__ import annotations

import copyreg
import sys
from collections.abc import Callable, Iterable
from typing import Any

from .namespace import lib_names


def make_picklable(classes: Iterable[type]) -> None:
    """Have ``pickle`` and ``copy`` know objects of these classes, which have ``__reduce__``."""
    for cls in classes:
        copyreg.pickle(cls, _reduce)


def _reduce(thing: Any) -> tuple[Callable[..., Any], tuple[Any, ...]]:
    function, arguments = thing.__reduce__()
    if "pyarrow" in sys.modules or not function.__module__.startswith("pyarrow"):
        return function, arguments
    return restore, (function.__qualname__, arguments)


def restore(name: str, arguments: tuple[Any, ...]) -> Any:
    """What that function in ``pyarrow.lib``, or of a class there, makes of the arguments."""
    first, *rest = name.split(".")
    function = lib_names()[first]
    for part in rest:
        function = getattr(function, part)
    return function(*arguments)
