"""The list of operations that are compared, and how one becomes part of it.

This file and `operations/` run in both interpreters: natively, and as text in the tab. They may
import the standard library at their heads and PySpark, numpy and pandas within an operation.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

SHARING = {
    *("actions", "artifacts", "catalog", "errors", "files", "handing_over"),
    *("ml", "observe", "sessions", "statements", "streams", "udfs"),
}
"""Groups that use what all sessions of a server share: tables, files, caches, names of queries."""

Run = Callable[[Any], Any]
"""Takes a session; what it returns or raises is what is compared."""


@dataclass(frozen=True)
class Operation:
    """One operation.

    ``impossible`` says why a tab cannot do it, ``different`` why it does it differently.
    """

    group: str
    name: str
    run: Run
    impossible: str | None = None
    different: str | None = None
    on_servers_python: bool = False
    """The server's Python runs a part of it; the native client must be of its minor version."""

    @property
    def key(self) -> str:
        return f"{self.group}.{self.name}"

    @property
    def alone(self) -> bool:
        """Whether another client that does the same meanwhile would be in its way."""
        return self.group in SHARING


SHUFFLE_PARTITIONS = 4
"""For a few rows on two cores Spark's own 200 are 200 tasks, and as many state stores."""

OPERATIONS: dict[str, Operation] = {}
"""By key, in the order of the files."""


def add(group: str, name: str, run: Run, **remarks: Any) -> None:
    """Make a function part of the list; ``remarks`` are further fields of `Operation`."""
    operation = Operation(group, name, run, **remarks)
    if operation.key in OPERATIONS:
        raise ValueError(f"{operation.key} is there twice")
    OPERATIONS[operation.key] = operation


def prepare(spark: Any) -> None:
    """Set a session, of either side, up for the operations."""
    spark.conf.set("spark.sql.shuffle.partitions", SHUFFLE_PARTITIONS)


def operation(run: Run) -> Run:
    """Add a function under its own name, in the group of its file."""
    add(group_of(run), run.__name__, run)
    return run


def impossible_in_a_tab(reason: str) -> Callable[[Run], Run]:
    """Add a function that must end there with one sentence; ``reason`` is for the report."""
    return _remarked(impossible=reason)


def different_in_a_tab(reason: str) -> Callable[[Run], Run]:
    """Add a function whose result is another one there, and cannot be the same."""
    return _remarked(different=reason)


def runs_on_the_servers_python(run: Run) -> Run:
    """Add a function whose plan carries Python for the server."""
    return _remarked(on_servers_python=True)(run)


def _remarked(**remarks: Any) -> Callable[[Run], Run]:
    def decorate(run: Run) -> Run:
        add(group_of(run), run.__name__, run, **remarks)
        return run

    return decorate


def group_of(run: Run) -> str:
    return run.__module__.rpartition(".")[2]


def sql(group: str, name: str, statement: str) -> None:
    """Add a query whose rows are compared."""
    add(group, name, lambda spark: spark.sql(statement).collect())
