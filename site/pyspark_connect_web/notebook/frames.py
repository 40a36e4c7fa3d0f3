"""The first rows of a DataFrame, and no more than are shown: one more says whether there are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

_INTERVALS = frozenset({"CalendarIntervalType", "DayTimeIntervalType", "YearMonthIntervalType"})
"""Python has no values for some of them."""


@dataclass(frozen=True)
class FirstRows:
    """The first rows, by column, as ``to_pylist()`` of Arrow gives them."""

    fields: list[Any]
    """PySpark's ``StructField`` s."""

    columns: list[list[Any]]
    rows: int
    more: bool
    zone: str | None
    """The time zone that the times are told in, where there are any."""


def first_rows(frame: Any, rows: int) -> FirstRows:
    """Ask Spark for at most ``rows + 1`` rows. What Python has no value for is written by Spark.

    Raises:
        pyspark.errors.PySparkException: what Spark says.
    """
    fields = frame.schema.fields
    if not fields:
        return FirstRows([], [], 0, False, None)
    few = frame.limit(rows + 1)
    written = {n for n, field in enumerate(fields) if _has_interval(field.dataType)}
    # `collect()` would turn the times into those of this machine; here they are the session's.
    table, _ = _with_written(few, len(fields), written)._to_table()
    columns, unread = _read(table)
    if unread:
        table, _ = _with_written(few, len(fields), written | unread)._to_table()
        columns, _ = _read(table)
    return FirstRows(
        fields,
        [column[:rows] for column in columns],
        min(table.num_rows, rows),
        table.num_rows > rows,
        _zone(table.schema.types),
    )


def _read(table: Any) -> tuple[list[list[Any]], set[int]]:
    """The columns, and which of them cannot be read, as one with times after the year 9999."""
    columns: list[list[Any]] = []
    unread = set()
    for number, column in enumerate(table.columns):
        try:
            columns.append(column.to_pylist())
        except (OverflowError, ValueError):
            columns.append([])
            unread.add(number)
    return columns, unread


def _with_written(frame: Any, width: int, places: set[int]) -> Any:
    """With some columns as text; by position, as names may occur twice."""
    if not places:
        return frame
    from pyspark.sql import functions

    names = [f"_{number}" for number in range(width)]
    written = {names[number]: functions.col(names[number]).cast("string") for number in places}
    return frame.toDF(*names).withColumns(written)


def _has_interval(data_type: Any) -> bool:
    """Also inside of arrays, maps and structs."""
    if type(data_type).__name__ in _INTERVALS:
        return True
    inner = [getattr(data_type, name, None) for name in ("elementType", "keyType", "valueType")]
    inner += [field.dataType for field in getattr(data_type, "fields", [])]
    return any(_has_interval(one) for one in inner if one is not None)


def _zone(types: list[Any]) -> str | None:
    """The first that is found, in nested types too: a result has one."""
    for data_type in types:
        if getattr(data_type, "tz", None) is not None:
            return str(data_type.tz)
        if inner := _zone(_inner_types(data_type)):
            return inner
    return None


def _inner_types(data_type: Any) -> list[Any]:
    names = ("value_type", "key_type", "item_type")
    inner = [getattr(data_type, name, None) for name in names]
    fields = getattr(data_type, "fields", None) or []
    return [one for one in (*inner, *(field.type for field in fields)) if one is not None]
