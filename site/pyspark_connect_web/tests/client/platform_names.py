"""Finds where a package's source uses what depends on the platform.

A tab's Python has 32 bits, Emscripten's C library and the browser's time zone. What is found is a
module, the function in it and a name. Methods of arrays that sum or sort (`values.cumsum()`) are
not found: columns and frames have the same names, and numpy's functions are what PySpark calls.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

MODULES = frozenset(
    [
        *("array", "ctypes", "fcntl", "grp", "mmap", "pwd", "resource", "select", "signal"),
        *("struct", "sysconfig"),
        *("calendar", "dateutil", "locale", "platform", "time", "zoneinfo"),
    ]
)
"""Everything of these is looked at."""

SAME_EVERYWHERE = {
    "os": frozenset(
        [
            *("PathLike", "chdir", "environ", "fspath", "getcwd", "getenv", "linesep", "listdir"),
            *("makedirs", "mkdir", "path", "pathsep", "remove", "rename", "rmdir", "scandir"),
            *("sep", "unlink", "walk"),
        ]
    ),
    "sys": frozenset(
        [
            *("argv", "exc_info", "excepthook", "executable", "exit", "implementation", "modules"),
            *("path", "stderr", "stdin", "stdout", "version", "version_info"),
        ]
    ),
}
"""Of these modules everything else is looked at."""

NUMPY = frozenset(
    [
        # Types of C, and the default integer.
        *("int_", "intp", "intc", "uint", "uintp", "long", "ulong", "longlong", "ulonglong"),
        *("longdouble", "clongdouble", "iinfo", "result_type", "promote_types", "can_cast"),
        *("min_scalar_type",),
        # Arrays of what may be Python's integers; zeros, ones and empty are of floats.
        *("array", "asarray", "asanyarray", "asarray_chkfinite", "ascontiguousarray"),
        *("asfortranarray", "require", "fromiter", "fromfunction", "fromstring", "loadtxt"),
        *("genfromtxt", "arange", "full", "full_like", "mgrid", "ogrid", "tri"),
        # Sums of narrow integers have the default one.
        *("sum", "cumsum", "prod", "cumprod", "nansum", "nanprod", "nancumsum", "nancumprod"),
        *("trace", "add", "multiply", "cumulative_sum", "cumulative_prod"),
        # Places and counts.
        *("argsort", "argmin", "argmax", "nanargmin", "nanargmax", "argwhere", "argpartition"),
        *("lexsort", "nonzero", "flatnonzero", "where", "searchsorted", "digitize", "bincount"),
        *("indices", "ix_", "unique", "unique_all", "unique_counts", "unique_inverse"),
        *("count_nonzero", "histogram", "histogram2d", "histogramdd", "intersect1d"),
        *("tril_indices", "triu_indices", "diag_indices", "mask_indices", "ndindex"),
        *("ravel_multi_index", "unravel_index"),
        # All of it: the old generators draw C's longs.
        "random",
    ]
)
"""What of numpy's has the widths of this Python's integers."""

PANDAS = frozenset(
    [
        *("factorize", "Categorical", "cut", "qcut", "read_excel", "read_clipboard"),
        *("Timestamp.now", "Timestamp.today", "Timestamp.fromtimestamp", "to_datetime"),
        "date_range",
    ]
)
"""What of pandas' counts with numpy's default integer, or asks what time it is here."""

METHODS = frozenset(
    [
        *("astimezone", "fromtimestamp", "utcfromtimestamp", "timestamp", "to_pydatetime"),
        *("now", "today", "utcnow", "timetuple", "utctimetuple", "strftime", "strptime"),
        "formatTime",
    ]
)
"""Of datetimes and of log records: they ask the C library."""

FUNCTIONS = frozenset({"hash", "pandas_dtype"})
ALIASES = {"numpy": "np", "pandas": "pd"}
CONVERSIONS = frozenset({"astype", "view", "dtype"})
INTS = frozenset(
    ["int", "int_", "uint", "intp", "uintp", "long", "ulong", "l", "L", "p", "P", "n", "N"]
)
"""numpy's names of its default integers and of C's longs."""

DOCTESTS = "_test"
"""The function by which a module of PySpark runs its own doctests."""


class Found(NamedTuple):
    """A use: ``place`` is ``module:function``, with the function's classes, or ``module:``."""

    place: str
    name: str


def uses(source: str, module: str = "") -> set[Found]:
    """What is used in a module's code; its docstrings are not code."""
    tree = ast.parse(source)
    names = _imported(tree)
    return {Found(f"{module}:{place}", name) for place, name in _walk(tree, "", names)}


def uses_of_package(folder: Path, package: str) -> set[Found]:
    """Of all modules but those that only test the package."""
    found = set()
    for file in sorted(folder.rglob("*.py")):
        parts = [package, *file.relative_to(folder).with_suffix("").parts]
        if {"tests", "testing"} & set(parts):
            continue
        module = ".".join(parts).removesuffix(".__init__")
        found |= uses(file.read_text(encoding="utf-8"), module)
    return found


def _walk(node: ast.AST, place: str, names: dict[str, str]) -> Iterator[tuple[str, str]]:
    for child in ast.iter_child_nodes(node):
        inside = place
        if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            if child.name == DOCTESTS:
                continue
            inside = f"{place}.{child.name}".lstrip(".")
        for name in _used(child, names):
            yield place, name
        yield from _walk(child, inside, names)


def _imported(tree: ast.Module) -> dict[str, str]:
    """What names in the module stand for: `np` for `np`, `sleep` for `time.sleep`."""
    found: dict[str, str] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                top = alias.name.partition(".")[0]
                whole = alias.name if alias.asname else top
                found[alias.asname or top] = _short(whole)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            for alias in node.names:
                found[alias.asname or alias.name] = f"{_short(node.module)}.{alias.name}"
    return found


def _short(module: str) -> str:
    top, dot, rest = module.partition(".")
    return ALIASES.get(top, top) + dot + rest


def _dotted(node: ast.AST, names: dict[str, str]) -> str:
    """The full name that an expression is, or nothing."""
    if isinstance(node, ast.Name):
        return names.get(node.id, "")
    if isinstance(node, ast.Attribute):
        left = _dotted(node.value, names)
        return f"{left}.{node.attr}" if left else ""
    return ""


def _depends(name: str) -> bool:
    module, _, rest = name.partition(".")
    first = rest.partition(".")[0]
    if module in SAME_EVERYWHERE:
        return bool(first) and first not in SAME_EVERYWHERE[module]
    if module == "np":
        return first in NUMPY
    if module == "pd":
        return rest in PANDAS
    return bool(rest) and module in MODULES


def _used(node: ast.AST, names: dict[str, str]) -> Iterator[str]:
    name = _dotted(node, names)
    if _depends(name):
        yield name
    if isinstance(node, ast.Constant) and node.value == "TZ":
        yield "os.environ['TZ']"
    if isinstance(node, ast.Call):
        yield from _called(node, names)


def _called(node: ast.Call, names: dict[str, str]) -> Iterator[str]:
    name = _dotted(node.func, names)
    last = node.func.attr if isinstance(node.func, ast.Attribute) else ""
    if last in METHODS and not name.startswith("pyarrow."):
        yield f"datetime.{last}"
    if isinstance(node.func, ast.Name) and node.func.id in FUNCTIONS:
        yield node.func.id
    of_numpy = name.partition(".")[0] in ALIASES.values()
    made = [k.value for k in node.keywords if k.arg == "dtype"]
    if of_numpy or last in CONVERSIONS or name.rpartition(".")[2] in CONVERSIONS:
        made += node.args
    if any(_is_int(value) for value in made):
        yield "dtype=int"
    handed_on = [k.value for k in node.keywords if k.arg == "dtype"]
    if name == "np.dtype":
        handed_on += node.args
    is_options = isinstance(node.func, ast.Name) and node.func.id == "dict"
    if (of_numpy or is_options) and any(_is_anything(value) for value in handed_on):
        yield f"{name or 'dict'}(dtype)"


def _is_int(value: ast.expr) -> bool:
    return (isinstance(value, ast.Name) and value.id == "int") or (
        isinstance(value, ast.Constant) and value.value in INTS
    )


def _is_anything(value: ast.expr) -> bool:
    """Whether it may be `int`, because somebody else says what it is."""
    return not isinstance(value, ast.Constant | ast.Attribute) and not (
        isinstance(value, ast.Name) and value.id in {"bool", "float", "object", "str"}
    )
