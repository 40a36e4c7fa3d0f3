"""Runs in Spark's Python workers (3.9 or newer): makes a function's code object from its source.

Its text travels inside the pickle, so it imports nothing of this project. The kernel runs it too,
to see that the source it is about to send gives the code that the function has.
"""

from __future__ import annotations
import __future__

import ast
import linecache
import sys
from types import CodeType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

    Position = tuple[int, int]
    Span = tuple[Position, Position]
    Place = tuple[str, int, Span]
    Scope = tuple[str, str, tuple[str, ...], str | None, bool]
    Function = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda

WRAPPER = "_"
LOCALS = ".<locals>."


def make_code(
    text: str,
    header: str,
    place: Place,
    scope: Scope,
    kernel_python: str,
    imported: Sequence[str] = (),
) -> CodeType:
    """The code object of one function or lambda.

    text: the lines of its file from its first line on, which hold its body.
    header: its `def …:` or `lambda …:` without annotations, decorators and the values of defaults.
    place: (file name, first line, ((line, column) of the body's begin, of its end)); lines count
        from 1, columns in bytes of UTF-8, as in Python's `ast`.
    scope: (name, qualified name, free variables, name of the class around it or None, whether
        annotations are left as text).
    imported: the names that the file imports, where the code has to be equal to that of the whole
        file: Python 3.11 and newer call `imported.function()` by other instructions.

    Raises:
        SyntaxError: this Python cannot compile it; the message names both versions.
    """
    name, qualname, free, owner, lazy = scope
    filename, first_line, span = place
    try:
        function = parse_function(text, header, first_line, span)
        module = _in_scope(function, name, free, owner)
        if imported:
            module.body.insert(0, ast.Import([ast.alias(name, None) for name in imported]))
            ast.fix_missing_locations(module)
        flags = __future__.annotations.compiler_flag if lazy else 0
        compiled = compile(module, filename, "exec", flags, True)
    except SyntaxError as fault:
        raise SyntaxError(
            f"`{name}` cannot run on this server: the server's Python {_own_version()} cannot "
            f"compile it, the notebook's Python {kernel_python} can: {fault.msg} "
            f"(line {fault.lineno} of {filename})"
        ) from None
    code = _innermost(compiled, owner)
    if code.co_freevars != free:
        raise SyntaxError(
            f"`{name}` cannot run on this server: the server's Python {_own_version()} takes "
            f"{code.co_freevars} from around it, the notebook's Python {kernel_python} {free}"
        )
    _show(filename, text, first_line)
    return _renamed(code, _made_qualname(name, free, owner), qualname)


def parse_function(
    text: str, header: str, first_line: int, span: Span, version: tuple[int, int] | None = None
) -> Function:
    """The AST of the function, at the lines and columns of its file; as of a version of Python."""
    (begin, column), end = span
    lines = [line.encode() for line in text.split("\n")]
    body = lines[begin - first_line : end[0] - first_line + 1]
    body[-1] = body[-1][: end[1]]
    if header.startswith("lambda"):
        above, before, after = 0, header + " (", "\n)"
    elif body[0][:column].strip():
        above, before, after = 0, header + " ", ""
    else:
        above, before, after = 1, header + "\n", ""
    if not above:
        body[0] = body[0][column:]
    try:
        tree = ast.parse(before + b"\n".join(body).decode() + after, feature_version=version)
    except SyntaxError as fault:
        if fault.lineno is not None:
            fault.lineno += begin - 1 - above
        raise
    statement: Any = tree.body[0]
    function: Any = statement.value if isinstance(statement, ast.Expr) else statement
    moved = 0 if above else column - len(before.encode())
    for node in ast.walk(function):
        _move(node, begin - 1 - above, 1 + above, moved)
    function.lineno = first_line
    made: Function = function
    return made


def _move(node: Any, down: int, first: int, right: int) -> None:
    """To the lines and columns of the user's file; `first` is the first line of the body here."""
    if not hasattr(node, "lineno"):
        return
    if node.lineno == first:
        node.col_offset = max(0, node.col_offset + right)
    if node.end_lineno == first:
        node.end_col_offset = max(0, node.end_col_offset + right)
    node.lineno = max(1, node.lineno + down)
    node.end_lineno = max(1, node.end_lineno + down)


def _in_scope(
    function: Function, name: str, free: tuple[str, ...], owner: str | None
) -> ast.Module:
    """The function within a function that has its free variables, and its class for `__names`."""
    bound = [variable for variable in free if not (owner and variable == "__class__")]
    # What the wrapper itself binds would else be taken for a free variable.
    own = owner or (None if isinstance(function, ast.Lambda) else name)
    outer = ast.parse(f"def {WRAPPER}({', '.join(bound)}): pass")
    holder: Any = outer.body[0]
    holder.body = [ast.Global(names=[own])] if own and own not in free else []
    if owner:
        kind: Any = ast.parse(f"class {owner}: pass").body[0]
        kind.body = []
        holder.body.append(kind)
        holder = kind
    holder.body.append(ast.Expr(function) if isinstance(function, ast.Lambda) else function)
    ast.fix_missing_locations(outer)
    return outer


def _innermost(compiled: CodeType, owner: str | None) -> CodeType:
    code = compiled
    for _ in range(3 if owner else 2):
        code = next(const for const in code.co_consts if isinstance(const, CodeType))
    return code


def _made_qualname(name: str, free: tuple[str, ...], owner: str | None) -> str:
    if name == "<lambda>" and not owner:
        return WRAPPER + LOCALS + name
    own = owner or name
    above = WRAPPER + LOCALS if own in free else ""
    return above + own + ("." + name if owner else "")


def _renamed(code: CodeType, made: str, qualname: str) -> CodeType:
    """Qualified names as they were: those of code objects (3.11), and those in constants."""
    below = made + LOCALS
    consts: list[Any] = []
    for const in code.co_consts:
        if isinstance(const, CodeType):
            const = _renamed(const, made, qualname)
        elif isinstance(const, str) and const.startswith(below):
            const = qualname + const[len(made) :]
        consts.append(const)
    changes: dict[str, Any] = {"co_consts": tuple(consts)}
    if hasattr(code, "co_qualname"):
        changes["co_qualname"] = qualname + code.co_qualname[len(made) :]
    return code.replace(**changes)


def _own_version() -> str:
    return "{}.{}".format(*sys.version_info)


def _show(filename: str, text: str, first_line: int) -> None:
    """Have tracebacks show the lines; an entry without a time of change is left alone by Python."""
    known: Any = linecache.cache.get(filename)
    if known is not None and (len(known) == 1 or known[1] is not None):
        return
    lines = list(known[2]) if known is not None else []
    new = [line + "\n" for line in text.split("\n")]
    lines += ["\n"] * (first_line - 1 + len(new) - len(lines))
    lines[first_line - 1 : first_line - 1 + len(new)] = new
    linecache.cache[filename] = (sum(map(len, lines)), None, lines, filename)
