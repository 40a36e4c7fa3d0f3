"""What a session knows: catalogs, databases, tables, views, columns and functions, by name.

Each question is one or two calls to the server.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Table:
    """A table or view; a temporary view is in no database."""

    name: str
    kind: str


def quoted(*parts: str) -> str:
    """A name as SQL takes it, whatever is in it."""
    return ".".join("`" + part.replace("`", "``") + "`" for part in parts)


def catalogs(spark: Any) -> list[str]:
    """Those that the session has loaded; Spark loads one when it is first used."""
    return _first_column(spark, "SHOW CATALOGS")


def databases(spark: Any, catalog: str | None = None) -> list[str]:
    """Of the current catalog, if none is named."""
    return _first_column(spark, f"SHOW SCHEMAS{_in(catalog)}")


def tables(spark: Any, *namespace: str) -> list[Table]:
    """Tables and views of a database, the current one if none is named, and temporary views."""
    views = {row.viewName for row in _rows_or_none(spark, f"SHOW VIEWS{_in(*namespace)}")}
    return [
        Table(row.tableName, _kind(row.isTemporary, row.tableName in views))
        for row in spark.sql(f"SHOW TABLES{_in(*namespace)}").collect()
    ]


def table_names(spark: Any, *namespace: str) -> list[str]:
    """As :func:`tables`, without asking which are views."""
    return [row.tableName for row in spark.sql(f"SHOW TABLES{_in(*namespace)}").collect()]


def is_temporary(spark: Any, catalog: str, database: str, name: str) -> bool:
    """Whether a temporary view of this name is listed with a database."""
    found = spark.sql(f"SHOW TABLES{_in(catalog, database)}").collect()
    return any(row.isTemporary and row.tableName.lower() == name.lower() for row in found)


def functions(spark: Any, *namespace: str) -> list[str]:
    """The user's own, of a database or temporary."""
    shown = _first_column(spark, f"SHOW USER FUNCTIONS{_in(*namespace)}")
    return [name.rpartition(".")[2] for name in shown]


def all_functions(spark: Any) -> list[str]:
    """Spark's own too."""
    return [name.rpartition(".")[2] for name in _first_column(spark, "SHOW ALL FUNCTIONS")]


def fields(spark: Any, *name: str) -> list[Any]:
    """The columns of a table, as ``StructField`` s."""
    return list(spark.table(quoted(*name)).schema.fields)


def _in(*namespace: str | None) -> str:
    parts = [part for part in namespace if part]
    return f" IN {quoted(*parts)}" if parts else ""


def _kind(temporary: bool, view: bool) -> str:
    if temporary:
        return "temporary view"
    return "view" if view else "table"


def _first_column(spark: Any, statement: str) -> list[str]:
    return [str(row[0]) for row in spark.sql(statement).collect()]


def _rows_or_none(spark: Any, statement: str) -> list[Any]:
    """Not every catalog knows views."""
    from pyspark.errors import AnalysisException

    try:
        return list(spark.sql(statement).collect())
    except AnalysisException:
        return []
