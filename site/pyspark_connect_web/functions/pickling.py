"""cloudpickle for a server of another Python: what differs between versions travels otherwise.

Code objects travel as source (`source.py`, `on_server.py`). Objects of the standard library whose
attributes differ between 3.9 and 3.14 travel by what made them.
"""

from __future__ import annotations

import dataclasses
import functools
import linecache
import operator
import pickle
import sys
import typing
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from enum import Enum
from pathlib import Path
from types import CodeType, FunctionType, ModuleType
from typing import Any, NamedTuple

from ..errors import PcwError
from . import frames, frames_on_server, on_server
from .source import KERNEL_PYTHON, NoSourceError, source_of

PythonVersion = tuple[int, int]
"""Major and minor."""

TAB_PYTHON: PythonVersion = sys.version_info[:2]
LOWEST_PYTHON: PythonVersion = (3, 9)
"""That of Spark 4.0, the oldest server that is supported."""


class FunctionDoesNotTravelError(PcwError, pickle.PickleError):
    """A function cannot go to the server as source; the sentence has both versions and why.

    No PicklingError: PySpark replaces these by words of its own.
    """


class _Target(NamedTuple):
    server: PythonVersion
    strict: bool


_target: ContextVar[_Target | None] = ContextVar("_target", default=None)


@contextmanager
def pickled_for(server: PythonVersion, strict: bool = True) -> Iterator[None]:
    """Within, cloudpickle writes what the server's version of Python can read.

    For the tab's own version that is bytecode as always; pandas' text travels as objects in both
    ways. Where it is not strict, code without source travels as bytecode, without a word.

    Raises:
        FunctionDoesNotTravelError: in strictness, by what is pickled within.
    """
    token = _target.set(_Target(server, strict))
    try:
        yield
    finally:
        _target.reset(token)


def adapt_pickler(module: ModuleType) -> None:
    """``module`` is ``pyspark.cloudpickle.cloudpickle``."""
    plain = module.Pickler.reducer_override

    def reducer_override(self: Any, obj: Any) -> Any:
        target = _target.get()
        if target is None:
            return plain(self, obj)
        return _reduced(obj, target, lambda: plain(self, obj))

    module.Pickler.reducer_override = reducer_override


class _OnServer:
    """A function of a module that travels as text; pickled, that text, once a pickle."""

    def __init__(self, module: ModuleType, name: str) -> None:
        self._module = module
        self._name = name

    def __call__(self, *arguments: Any) -> Any:
        return getattr(self._module, self._name)(*arguments)

    def __reduce__(self) -> tuple[Any, ...]:
        return eval, (_loader(self._module, self._name),)


_make_code = _OnServer(on_server, "make_code")
_with_text_dtypes = _OnServer(frames_on_server, "with_text_dtypes")


@functools.cache
def _loader(module: ModuleType, name: str) -> str:
    assert module.__file__ is not None
    program = f"compile({Path(module.__file__).read_text()!r}, {module.__name__!r}, 'exec')"
    return f"(lambda names: (exec({program}, names), names[{name!r}])[1])({{}})"


def _reduced(obj: Any, target: _Target, plain: Callable[[], Any]) -> Any:
    if frames.is_of_pandas(obj):
        travelling = frames.without_text_dtypes(obj)
        return plain() if travelling is None else (_with_text_dtypes, travelling)
    if target.server == TAB_PYTHON:
        return plain()
    if isinstance(obj, CodeType):
        try:
            return _code(obj, target.server)
        except FunctionDoesNotTravelError:
            if target.strict:
                raise
            return plain()
    if isinstance(obj, type):
        return _class(obj, target.server, plain())
    if isinstance(obj, FunctionType):
        # Only the function knows the loader of a module that lies in an archive.
        linecache.getlines(obj.__code__.co_filename, obj.__globals__)
        return plain()
    for kind, reduce in _OTHERWISE.items():
        if type(obj) is kind:
            return reduce(obj, target.server)
    return plain()


def _code(code: CodeType, server: PythonVersion) -> tuple[Any, ...]:
    versions = f"this notebook is Python {KERNEL_PYTHON}, the server's Python is {_text(server)}"
    try:
        source = source_of(code)
    except NoSourceError as fault:
        raise FunctionDoesNotTravelError(
            f"{fault}. Functions go to this server as source: {versions}."
        ) from None
    try:
        source.parse(server)
    except SyntaxError as fault:
        raise FunctionDoesNotTravelError(
            f"`{code.co_qualname}` cannot run on this server: {fault.msg} (line {fault.lineno} of "
            f"{code.co_filename}; {versions})."
        ) from None
    return _make_code, source.arguments


def _text(version: PythonVersion) -> str:
    return "{}.{}".format(*version)


def _class(cls: type, server: PythonVersion, reduced: Any) -> Any:
    """Of a class that travels by value, without what 3.14 alone has in it."""
    if not isinstance(reduced, tuple) or len(reduced) < 3:
        return reduced
    make, arguments, (attributes, slots), *rest = reduced
    kept = {name: value for name, value in attributes.items() if _travels(cls, name, value, server)}
    annotations = _own_annotations(cls)
    if annotations:
        kept["__annotations__"] = annotations
    if issubclass(cls, Enum):
        arguments = _with_aliases(cls, arguments)
    return make, arguments, (kept, slots), *rest


def _with_aliases(cls: type[Enum], arguments: tuple[Any, ...]) -> tuple[Any, ...]:
    """cloudpickle takes the members that iteration gives, and misses other names of theirs."""
    bases, name, qualname, _, *rest = arguments
    members = {alias: member.value for alias, member in cls.__members__.items()}
    return bases, name, qualname, members, *rest


_OF_3_13 = frozenset(
    (
        "__annotations_cache__",
        "__annotate_func__",
        "__annotate__",
        "__classdictcell__",
        "__static_attributes__",
        "__firstlineno__",
        "__type_params__",
    )
)
_SINCE = {"__replace__": (3, 13)}
"""Names that the standard library gives to classes, by the version from which on it does."""
_USERS_OWN_IN_ENUMS = frozenset(("_missing_", "_ignore_"))


def _travels(cls: type, name: str, value: Any, server: PythonVersion) -> bool:
    if name in _OF_3_13 or (name in _SINCE and server < _SINCE[name]):
        return False
    if issubclass(cls, Enum):
        if name in cls.__members__:
            return False
        of_the_metaclass = name.startswith("_") and name.endswith("_") and name[1:2] != "_"
        return name in _USERS_OWN_IN_ENUMS or not (of_the_metaclass or _of_enum(value))
    # typing gives protocols its own functions, by names that other versions do not have.
    function = getattr(value, "__func__", value)
    return not (isinstance(function, FunctionType) and function.__module__ == "typing")


def _of_enum(value: Any) -> bool:
    return getattr(getattr(value, "__func__", value), "__module__", None) == "enum"


def _own_annotations(cls: type) -> dict[str, Any]:
    if not any(name in vars(cls) for name in ("__annotate_func__", "__annotations_cache__")):
        return {}
    try:
        return dict(cls.__annotations__)
    except Exception:  # noqa: BLE001 - a name that is not there yet; natively they are lost, too
        return {}


def _field(field: Any, server: PythonVersion) -> tuple[Any, ...]:
    names = _FIELD + (["kw_only"] if server >= (3, 10) else [])
    return dataclasses.field, (), (None, {name: getattr(field, name) for name in names})


_FIELD = [
    "name",
    "type",
    "default",
    "default_factory",
    "repr",
    "hash",
    "init",
    "compare",
    "metadata",
    "_field_type",
]


def _params(params: Any, server: PythonVersion) -> tuple[Any, ...]:
    values = {name: getattr(params, name) for name in _PARAMS}
    if server >= (3, 12):
        values |= {name: getattr(params, name, old) for name, old in _PARAMS_OF_3_12.items()}
    return object.__new__, (type(params),), (None, values)


_PARAMS = ["init", "repr", "eq", "order", "unsafe_hash", "frozen"]
_PARAMS_OF_3_12 = {"match_args": True, "kw_only": False, "slots": False, "weakref_slot": False}


def _cached_property(made: Any, server: PythonVersion) -> tuple[Any, ...]:
    # Up to 3.11 its constructor makes a lock.
    return type(made), (made.func,), {"attrname": made.attrname, "__doc__": made.__doc__}


def _union(union: Any, server: PythonVersion) -> tuple[Any, ...]:
    return operator.getitem, (_TypingUnion(), union.__args__)


class _TypingUnion:
    """`typing.Union`, which is a class since 3.14 and would travel as `types.UnionType`."""

    def __reduce__(self) -> tuple[Any, ...]:
        return getattr, (typing, "Union")


def _by_name(name: str) -> Callable[[Any, PythonVersion], tuple[Any, ...]]:
    return lambda obj, server: (getattr, (dataclasses, name))


_OTHERWISE: dict[type, Callable[[Any, PythonVersion], Any]] = {
    dataclasses.Field: _field,
    type(dataclasses.MISSING): _by_name("MISSING"),
    functools.cached_property: _cached_property,
    type(int | None): _union,
} | {
    kind: reduce
    for kind, reduce in (
        (getattr(dataclasses, "_DataclassParams", None), _params),
        (
            type(getattr(dataclasses, "_HAS_DEFAULT_FACTORY", None)),
            _by_name("_HAS_DEFAULT_FACTORY"),
        ),
        (type(getattr(dataclasses, "KW_ONLY", None)), _by_name("KW_ONLY")),
    )
    if kind not in (None, type(None))
}
"""By type: how an object is reduced whose attributes differ between versions of Python."""
