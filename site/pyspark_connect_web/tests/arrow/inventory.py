"""Every public name the facade offers, found by program: functions, and members of classes."""

from __future__ import annotations

from collections.abc import Iterator

from pyspark_connect_web.arrow import namespace

MODULES = {
    "": namespace.lib_names(),
    "types.": namespace.types_names(),
    "ipc.": namespace.ipc_names(),
    "compute.": namespace.compute_names(),
}
PROTOCOLS = frozenset(
    f"__{name}__"
    for name in (
        "array", "buffer", "eq", "getitem", "hash", "iter", "len", "reduce", "repr", "str", "enter",
        "exit", "next",
    )
)  # fmt: skip


def offered() -> set[str]:
    """Names such as ``array``, ``types.is_map``, ``Array.take``; a member counts for the class that
    defines it, for the subclasses inherit it."""
    return set(_offered())


def _offered() -> Iterator[str]:
    for prefix, names in MODULES.items():
        for name, value in names.items():
            if not isinstance(value, type):
                yield prefix + name
            elif not issubclass(value, BaseException):
                yield from _members(value)


def _members(cls: type) -> Iterator[str]:
    for base in cls.__mro__:
        if base in (object, tuple) or base.__name__ == "Facade":
            continue
        # pyarrow has no such class: what it holds are members of both.
        owners = base.__subclasses__() if base.__name__ == "Column" else [base]
        for name, value in vars(base).items():
            public = not name.startswith("_") or name in PROTOCOLS
            if public and value is not None:
                yield from (f"{owner.__name__.lstrip('_')}.{name}" for owner in owners)


def exceptions() -> dict[str, type[BaseException]]:
    """The exception classes by name."""
    return {
        name: value
        for name, value in MODULES[""].items()
        if isinstance(value, type) and issubclass(value, BaseException)
    }
