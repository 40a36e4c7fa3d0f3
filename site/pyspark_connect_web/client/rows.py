"""`collect()`: a table of our Arrow as PySpark's Rows, a column at a time.

PySpark's own converter calls a function for each value that is not a plain one, takes structs apart
that were put together for it, and makes each Row by three functions of Python. The values here are
the same; a column of a type that is not known here is left to PySpark's converter.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from itertools import pairwise, repeat
from types import ModuleType
from typing import Any

from ..arrow import types as t
from ..arrow.lib.table import Table
from ..arrow.memory.data import ArrayData
from ..arrow.types.units import EPOCH, MICROSECOND
from ..arrow.values.decode import (
    DATETIME_RANGE_US,
    datetimes_of,
    microseconds,
    no_garbage_collection,
    put_nulls,
    to_pylist,
)

Values = Callable[[ArrayData], list[Any]]
"""What PySpark has for each value of a column."""

_OPTIONS = {"binary_as_bytes", "return_as_tuples"}
_DAY_US = t.DAY_SECONDS * 1_000_000


class RowMaker:
    """What `ArrowTableToRowsConversion.convert` of the module ``pyspark.sql.conversion`` does.

    ``plain`` is that function, ``binaries_are_bytes`` what it makes of binaries when not told.
    """

    def __init__(
        self, module: ModuleType, plain: Callable[..., list[Any]], *, binaries_are_bytes: bool
    ) -> None:
        self._module = module
        self._plain = plain
        self._binaries_are_bytes = binaries_are_bytes

    def convert(self, table: Any, schema: Any, **options: Any) -> list[Any]:
        """The rows; raises what PySpark's converter raises."""
        if (
            not isinstance(table, Table)
            or options.get("return_as_tuples")
            or set(options) - _OPTIONS
            or not 0 < len(schema.fields) == table.num_columns
            or any(_has_months(field.type) for field in table.schema)  # which PySpark refuses
        ):
            return self._plain(table, schema, **options)
        as_bytes = options.get("binary_as_bytes", self._binaries_are_bytes)
        with no_garbage_collection():
            columns = []
            for i, (column, field) in enumerate(zip(table.columns, schema.fields, strict=True)):
                values = self._values(field.dataType, column.type, as_bytes)
                if values is None:
                    only = self._module.StructType([field])
                    rows = self._plain(table.select([i]), only, **options)
                    columns.append([row[0] for row in rows])
                else:
                    pieces = [values(piece) for piece in column._pieces()]
                    columns.append(pieces[0] if len(pieces) == 1 else _joined(pieces))
            return self._rows(schema.fieldNames(), columns)

    def _rows(self, names: list[str], columns: Sequence[Iterable[Any]]) -> list[Any]:
        rows = list(map(tuple.__new__, repeat(self._module.Row), zip(*columns, strict=True)))
        for row in rows:
            row.__dict__["__fields__"] = names  # Row has a __setattr__ of its own
        return rows

    def _values(self, spark: Any, arrow: t.DataType, as_bytes: bool) -> Values | None:
        """How a column is converted; None for types that are not known here."""
        module = self._module
        if not module.ArrowTableToRowsConversion._need_converter(spark):
            return to_pylist
        if isinstance(spark, module.NullType):
            return to_pylist if arrow.id == t.NULL else None
        if isinstance(spark, module.StructType) and isinstance(arrow, t.StructType):
            return self._structs(spark, arrow, as_bytes)
        if isinstance(spark, module.ArrayType) and arrow.id in (t.LIST, t.LARGE_LIST):
            return self._lists(spark, arrow, as_bytes)
        if isinstance(spark, module.MapType) and isinstance(arrow, t.MapType):
            return self._maps(spark, arrow, as_bytes)
        if isinstance(spark, module.BinaryType) and arrow.id in t.BINARIES:
            return to_pylist if as_bytes else _byte_arrays
        if isinstance(arrow, t.TimestampType):
            if isinstance(spark, module.TimestampNTZType):
                return to_pylist
            if isinstance(spark, module.TimestampType) and arrow.tz and arrow.unit != "ns":
                return local_datetimes
        return None

    def _structs(self, spark: Any, arrow: t.StructType, as_bytes: bool) -> Values | None:
        names = spark.names
        if arrow.names != self._module._dedup_names(names) or not names:
            return None
        pairs = zip(spark.fields, arrow.fields, strict=True)
        fields = [self._values(mine.dataType, its.type, as_bytes) for mine, its in pairs]
        known = [values for values in fields if values is not None]
        if len(known) < len(fields):
            return None

        def structs(data: ArrayData) -> list[Any]:
            columns = [values(data.child(i)) for i, values in enumerate(known)]
            return put_nulls(data, self._rows(names, columns))

        return structs

    def _lists(self, spark: Any, arrow: t.DataType, as_bytes: bool) -> Values | None:
        elements = self._values(spark.elementType, arrow.field(0).type, as_bytes)
        if elements is None:
            return None

        def lists(data: ArrayData) -> list[Any]:
            offsets = data.offsets()
            first = offsets[0]
            flat = elements(data.children[0].slice(first, offsets[-1] - first))
            return put_nulls(data, [flat[a - first : b - first] for a, b in pairwise(offsets)])

        return lists

    def _maps(self, spark: Any, arrow: t.MapType, as_bytes: bool) -> Values | None:
        key_values = self._values(spark.keyType, arrow.key_type, as_bytes)
        item_values = self._values(spark.valueType, arrow.item_type, as_bytes)
        if key_values is None or item_values is None:
            return None

        def maps(data: ArrayData) -> list[Any]:
            offsets = data.offsets()
            first = offsets[0]
            entries = data.children[0].slice(first, offsets[-1] - first)
            keys, items = key_values(entries.child(0)), item_values(entries.child(1))
            pairs = list(zip(keys, items, strict=True))
            found = [pairs[a - first : b - first] for a, b in pairwise(offsets)]
            if data.null_count:  # what lies under a null may be no key of a dict
                return [None if one is None else dict(one) for one in put_nulls(data, found)]
            return list(map(dict, found))

        return maps


def _has_months(type_: t.DataType) -> bool:
    return type_.id == t.INTERVAL_MONTHS or any(
        _has_months(child.type) for child in type_._children()
    )


def _joined(pieces: Iterable[list[Any]]) -> list[Any]:
    joined: list[Any] = []
    for piece in pieces:
        joined += piece
    return joined


def _byte_arrays(data: ArrayData) -> list[bytearray | None]:
    return [None if value is None else bytearray(value) for value in to_pylist(data)]


def local_datetimes(data: ArrayData) -> list[datetime | None]:
    """Instants on the clock of this process, without a zone; None for null.

    The clock is asked once a day: no zone has ever changed it twice within six days.
    """
    steps = microseconds(data)
    if data.null_count:
        steps = [step if valid else 0 for step, valid in zip(steps, data.is_valid(), strict=True)]
    days = {step // _DAY_US for step in steps}
    low, high = DATETIME_RANGE_US
    if 2 * len(days) >= len(steps) or not low <= min(steps) <= max(steps) <= high:
        return _one_by_one(data)
    try:
        return put_nulls(data, datetimes_of(_moved(steps, days)))
    except OverflowError:  # at the ends of the calendar
        return _one_by_one(data)


def _moved(steps: list[int], days: set[int]) -> list[int]:
    """Microseconds of UTC as those of the clock; ``days`` are those that they lie in."""
    begins = {day: _shift_at(day * _DAY_US) for day in days | {day + 1 for day in days}}
    if changing := {day for day in days if begins[day] != begins[day + 1]}:
        return [
            step + (_shift_at(step) if (day := step // _DAY_US) in changing else begins[day])
            for step in steps
        ]
    if len(shifts := set(begins.values())) == 1:
        [shift] = shifts
        return [step + shift for step in steps] if shift else steps
    return [step + begins[step // _DAY_US] for step in steps]


def _shift_at(step: int) -> int:
    """The microseconds that the clock is ahead of UTC."""
    moment = EPOCH + MICROSECOND * step
    return (_on_the_clock(moment.replace(tzinfo=UTC)) - moment) // MICROSECOND


def _on_the_clock(moment: datetime) -> datetime:
    """As PySpark has it."""
    return moment.astimezone().replace(tzinfo=None)


def _one_by_one(data: ArrayData) -> list[datetime | None]:
    return [None if value is None else _on_the_clock(value) for value in to_pylist(data)]
