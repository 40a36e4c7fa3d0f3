"""Finds where a package's source uses what depends on the platform."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

MODULES = frozenset({"array", "ctypes", "locale", "platform", "resource", "struct", "time"})
"""Everything of these is looked at."""

NAMES = frozenset(
    [
        "sys.maxsize",
        "sys.platform",
        "sys.byteorder",
        "sys.getsizeof",
        "sys.hash_info",
        "os.cpu_count",
        "os.fork",
        "os.getpid",
        "os.getppid",
        "os.kill",
        "os.name",
        "os.popen",
        "os.sched_getaffinity",
        "os.spawn",
        "os.system",
        "os.uname",
        "os.getloadavg",
        "os.umask",
        "os.setsid",
        "os.killpg",
        "os.waitpid",
        "os.execv",
        "np.int_",
        "np.intp",
        "np.intc",
        "np.uint",
        "np.uintp",
        "np.long",
        "np.ulong",
        "np.longlong",
        "np.longdouble",
        "np.arange",
        "np.bincount",
        "np.argsort",
        "np.searchsorted",
        "np.indices",
        "np.zeros",
        "np.ones",
        "np.full",
        "np.array",
        "np.asarray",
    ]
)
"""Of modules where the rest is the same everywhere; numpy's make arrays of its default integer."""

METHODS = frozenset(
    {"astimezone", "fromtimestamp", "utcfromtimestamp", "timestamp", "to_pydatetime"}
)
"""Of datetimes: they ask the C library for the local time."""

FUNCTIONS = frozenset({"hash", "pandas_dtype"})

ALIASES = {"numpy": "np"}


def uses(source: str) -> set[str]:
    """The names of these that are used in a module's code; its docstrings are not code."""
    tree = ast.parse(source)
    names = _imported(tree)
    return {name for node in ast.walk(tree) for name in _used(node, names)}


def uses_of_package(folder: Path, package: str) -> set[tuple[str, str]]:
    """Pairs of a module and a name, for all modules but those that only test the package."""
    found = set()
    for file in sorted(folder.rglob("*.py")):
        parts = [package, *file.relative_to(folder).with_suffix("").parts]
        if {"tests", "testing"} & set(parts):
            continue
        module = ".".join(parts).removesuffix(".__init__")
        found |= {(module, name) for name in uses(file.read_text(encoding="utf-8"))}
    return found


def _imported(tree: ast.Module) -> dict[str, str]:
    """What names in the module stand for: `np` for `np`, `sleep` for `time.sleep`."""
    found: dict[str, str] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                found[alias.asname or alias.name] = ALIASES.get(alias.name, alias.name)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            for alias in node.names:
                module = ALIASES.get(node.module, node.module)
                found[alias.asname or alias.name] = f"{module}.{alias.name}"
    return found


def _used(node: ast.AST, names: dict[str, str]) -> Iterator[str]:
    if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
        name = f"{names.get(node.value.id, '')}.{node.attr}"
        if name in NAMES or name.partition(".")[0] in MODULES:
            yield name
            return
    if isinstance(node, ast.Name):
        name = names.get(node.id, "")
        if name in NAMES or ("." in name and name.partition(".")[0] in MODULES):
            yield name
    if isinstance(node, ast.Call):
        yield from _called(node, names)


def _called(node: ast.Call, names: dict[str, str]) -> Iterator[str]:
    function = node.func
    if isinstance(function, ast.Attribute) and function.attr in METHODS:
        yield f"datetime.{function.attr}"
    if isinstance(function, ast.Name) and function.id in FUNCTIONS:
        yield function.id
    is_astype = isinstance(function, ast.Attribute) and function.attr == "astype"
    wanted = [
        *(node.args if is_astype else ()),
        *(k.value for k in node.keywords if k.arg == "dtype"),
    ]
    if any(_is_int(value) for value in wanted):
        yield "dtype=int"


def _is_int(value: ast.expr) -> bool:
    return (isinstance(value, ast.Name) and value.id == "int") or (
        isinstance(value, ast.Constant) and value.value in ("int", "long", "uint", "intp")
    )
