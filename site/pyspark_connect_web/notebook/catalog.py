"""``pcw.catalog()``: levels that are asked for when they are shown."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from typing import Any

from ..errors import PcwError
from ..shell import ipython_shell
from . import metadata
from .names import plain_name
from .sessions import session
from .spark_errors import by_sentence
from .table_view import Cell, Column, TableView
from .tokens import Kind, tokens
from .values import one_line

_LEVELS = ("catalog", "database", "table")


class NotInCatalogError(PcwError):
    """There is nothing of that name."""


class Level:
    """The session, a catalog, a database or a table, by the names that lead to it."""

    def __init__(self, spark: Any, path: tuple[str, ...] = ()) -> None:
        self._spark = spark
        self._path = path

    def __getitem__(self, name: str) -> Level:
        if len(self._path) == len(_LEVELS):
            raise NotInCatalogError(f"{metadata.quoted(*self._path)} is a table: nothing is in it.")
        return Level(self._spark, (*self._path, name))

    def __iter__(self) -> Iterator[str]:
        return iter([row[0] for row in self._rows if row[1] != "function"])

    def _ipython_key_completions_(self) -> list[str]:
        return list(self)

    def __repr__(self) -> str:
        return self._view().text()

    def _repr_html_(self) -> str:
        return self._view().html()

    @cached_property
    def _rows(self) -> list[tuple[str, ...]]:
        """Name and kind of what is in here; of a table name, type and comment of its columns.

        Raises:
            pyspark.errors.PySparkException: what Spark says, as that there is no such table.
        """
        with by_sentence():
            return self._ask()

    def _ask(self) -> list[tuple[str, ...]]:
        spark, path = self._spark, self._path
        if not path:
            return [(name, "catalog") for name in metadata.catalogs(spark)]
        if len(path) == 1:
            return [(name, "database") for name in metadata.databases(spark, *path)]
        if len(path) == 2:
            found = [(table.name, table.kind) for table in metadata.tables(spark, *path)]
            return [*found, *((name, "function") for name in metadata.functions(spark, *path))]
        return [_column(field) for field in _fields(spark, *path)]

    def _view(self) -> TableView:
        is_table = len(self._path) == len(_LEVELS)
        heads = ("column", "type", "null", "comment") if is_table else ("name", "kind")
        columns = [
            Column(Cell(head), Cell(""), False, [Cell(one_line(row[number])) for row in self._rows])
            for number, head in enumerate(heads)
        ]
        return TableView(columns, len(self._rows), False, None, note=self._note())

    def _note(self) -> str:
        """Where one is, and how to go on."""
        here = ".".join(self._path) or "catalogs"
        if not self._path:
            current = (
                f"{self._spark.catalog.currentCatalog()}.{self._spark.catalog.currentDatabase()}"
            )
            return f"{here} · the current database is {current}: pcw.catalog({current!r})"
        if len(self._path) == len(_LEVELS) or not self._rows:
            return here
        below = ".".join((*self._path, self._rows[0][0]))
        return f"{here} · go on with pcw.catalog({below!r})"


def open_path(path: str) -> Level:
    """The level that dots lead to; names with other characters are in backticks.

    Raises:
        NotInCatalogError: the path has too many parts.
        NoSessionError: there is no session yet.
    """
    parts = [
        plain_name(token.text) for token in tokens(path) if token.kind in (Kind.WORD, Kind.QUOTED)
    ]
    if len(parts) > len(_LEVELS):
        raise NotInCatalogError(f"{path} has more parts than {'.'.join(_LEVELS)}.")
    shell = ipython_shell()
    level = Level(session(shell.user_ns if shell else {}))
    for part in parts:
        level = level[part]
    return level


def _fields(spark: Any, catalog: str, database: str, name: str) -> list[Any]:
    """A temporary view is listed with every database, and is in none."""
    from pyspark.errors import AnalysisException

    try:
        return metadata.fields(spark, catalog, database, name)
    except AnalysisException:
        if metadata.is_temporary(spark, catalog, database, name):
            return metadata.fields(spark, name)
        raise


def _column(field: Any) -> tuple[str, ...]:
    comment = str((field.metadata or {}).get("comment", ""))
    nullable = "yes" if field.nullable else "no"
    return field.name, field.dataType.simpleString(), nullable, comment
