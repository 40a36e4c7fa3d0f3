"""Where the source of a code object is, found by the positions that its instructions have."""

from __future__ import annotations
import __future__

import ast
import linecache
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from types import CodeType

from . import on_server

LAMBDA = "<lambda>"
_KEPT_FILES = 16
_ANNOTATIONS_AS_TEXT = __future__.annotations.compiler_flag
_IGNORED_FLAGS = 0x10 | 0x8000000
"""CO_NESTED and CO_METHOD (inspect): whether it stands directly in a function or a class."""
KERNEL_PYTHON = "{}.{}".format(*sys.version_info)

_Function = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda
_Position = tuple[int, int]


class NoSourceError(Exception):
    """The message says of which code object, and why."""


@dataclass(frozen=True)
class FunctionSource:
    """What `on_server.make_code` takes; its docstring has the shapes."""

    text: str
    header: str
    place: tuple[str, int, tuple[_Position, _Position]]
    scope: tuple[str, str, tuple[str, ...], str | None, bool]

    @property
    def arguments(self) -> tuple[str, str, on_server.Place, on_server.Scope, str]:
        """In the order of `make_code`."""
        return self.text, self.header, self.place, self.scope, KERNEL_PYTHON

    def parse(self, version: tuple[int, int]) -> None:
        """Raise a SyntaxError, at the line of the file, where that Python cannot compile it.

        Not everything is found: CPython's own parser says of most of its syntax since when it is.
        """
        _, first_line, span = self.place
        on_server.parse_function(self.text, self.header, first_line, span, version)


def keep_source(filename: str, text: str) -> None:
    """Have tracebacks and :func:`source_of` find the text of code that is in no file."""
    # An entry without a time of change is left alone by linecache.checkcache().
    linecache.cache[filename] = (len(text), None, text.splitlines(keepends=True), filename)


def source_of(code: CodeType) -> FunctionSource:
    """The source of a function's code object; compiled here it gives the same code.

    Raises:
        NoSourceError: there is none, or it is no longer that of the function.
    """
    lines = linecache.getlines(code.co_filename)
    if not lines:
        raise NoSourceError(
            f"{_called(code)} has no source: it was made by `exec`, `eval` or a program, from "
            f"{code.co_filename}"
        )
    file = _parsed("".join(lines))
    for found in _candidates(code, file):
        source = _source(code, lines, *found)
        if _same(on_server.make_code(*source.arguments, file.imported), code):
            return source
    raise NoSourceError(
        f"the source of {_called(code)} is no longer the one it was made from: {code.co_filename} "
        "has changed since; define it again"
    )


def _called(code: CodeType) -> str:
    if code.co_name == LAMBDA:
        return f"a lambda (line {code.co_firstlineno})"
    return f"`{code.co_qualname}`"


_Scoped = tuple[_Function, str | None]
"""A function and the name of the class around it."""


@dataclass(frozen=True)
class _File:
    functions: dict[str, list[_Scoped]]
    """By their names."""
    imported: tuple[str, ...]
    """The names that its top level imports."""


@lru_cache(_KEPT_FILES)
def _parsed(text: str) -> _File:
    try:
        tree = ast.parse(text)
    except SyntaxError:
        return _File({}, ())
    functions: dict[str, list[_Scoped]] = {}
    for function, owner in _walk(tree, None):
        functions.setdefault(getattr(function, "name", LAMBDA), []).append((function, owner))
    return _File(functions, tuple(_imported(tree)))


def _imported(node: ast.AST) -> Iterator[str]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.Import):
            yield from (name.asname or name.name.partition(".")[0] for name in child.names)
        elif isinstance(child, ast.ImportFrom):
            yield from (name.asname or name.name for name in child.names if name.name != "*")
        elif not isinstance(child, _Function | ast.ClassDef):
            yield from _imported(child)


def _walk(node: ast.AST, owner: str | None) -> Iterator[_Scoped]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, _Function):
            yield child, owner
        yield from _walk(child, child.name if isinstance(child, ast.ClassDef) else owner)


def _candidates(code: CodeType, file: _File) -> list[_Scoped]:
    """The functions that can be it, the likeliest first."""
    named = file.functions.get(code.co_name, [])
    return sorted(
        (found for found in named if _first_line(found[0]) == code.co_firstlineno),
        key=lambda found: _span(found[0])[0] != _begin(code),
    )


def _first_line(function: _Function) -> int:
    """As `co_firstlineno` has it: that of the first decorator."""
    decorators = getattr(function, "decorator_list", [])
    return decorators[0].lineno if decorators else function.lineno


def _begin(code: CodeType) -> _Position | None:
    """Where the first instruction that stands in the body stands."""
    places = [
        (line, column)
        for line, _, column, end in code.co_positions()
        if line is not None and column is not None and (column, end) != (0, 0)
    ]
    return min(places, default=None)


def _span(function: _Function) -> tuple[_Position, _Position]:
    """Begin and end of the body; decorators count, and stand on lines of their own."""
    body = [function.body] if isinstance(function, ast.Lambda) else function.body
    first, last = body[0], body[-1]
    decorators = getattr(first, "decorator_list", [])
    begin = (decorators[0].lineno, 0) if decorators else (first.lineno, first.col_offset)
    return begin, (last.end_lineno or 0, last.end_col_offset or 0)


def _source(
    code: CodeType, lines: list[str], function: _Function, owner: str | None
) -> FunctionSource:
    span = _span(function)
    text = "".join(lines[code.co_firstlineno - 1 : span[1][0]]).removesuffix("\n")
    lazy = bool(code.co_flags & _ANNOTATIONS_AS_TEXT)
    scope = (code.co_name, code.co_qualname, code.co_freevars, owner, lazy)
    place = (code.co_filename, code.co_firstlineno, span)
    return FunctionSource(text, _header(function), place, scope)


def _header(function: _Function) -> str:
    """Names of parameters, and which have defaults: all else of a signature is no code of it."""
    signature = ast.unparse(_bare(function.args))
    if isinstance(function, ast.Lambda):
        return f"lambda {signature}:"
    keyword = "async def" if isinstance(function, ast.AsyncFunctionDef) else "def"
    return f"{keyword} {function.name}({signature}):"


def _bare(given: ast.arguments) -> ast.arguments:
    def bare(argument: ast.arg) -> ast.arg:
        return ast.arg(argument.arg)

    nothing = ast.Constant(None)
    return ast.arguments(
        posonlyargs=[bare(argument) for argument in given.posonlyargs],
        args=[bare(argument) for argument in given.args],
        vararg=bare(given.vararg) if given.vararg else None,
        kwonlyargs=[bare(argument) for argument in given.kwonlyargs],
        kw_defaults=[default and nothing for default in given.kw_defaults],
        kwarg=bare(given.kwarg) if given.kwarg else None,
        defaults=[nothing for _ in given.defaults],
    )


_COMPARED = (
    "co_name",
    "co_qualname",
    "co_code",
    "co_names",
    "co_varnames",
    "co_freevars",
    "co_cellvars",
    "co_argcount",
    "co_posonlyargcount",
    "co_kwonlyargcount",
    "co_firstlineno",
    "co_exceptiontable",
)


def _same(made: CodeType, code: CodeType) -> bool:
    """Whether two code objects do the same, at the same lines."""
    return (
        all(getattr(made, name) == getattr(code, name) for name in _COMPARED)
        and made.co_flags | _IGNORED_FLAGS == code.co_flags | _IGNORED_FLAGS
        and len(made.co_consts) == len(code.co_consts)
        and all(map(_same_constant, made.co_consts, code.co_consts))
    )


def _same_constant(made: object, given: object) -> bool:
    if isinstance(made, CodeType) and isinstance(given, CodeType):
        return _same(made, given)
    # By text, since -0.0 == 0.0, 1 == True and nan != nan.
    return type(made) is type(given) and repr(made) == repr(given)
