"""Rows made column by column are those that PySpark's own converter makes with real pyarrow."""

from __future__ import annotations

import datetime as dt
import sys
import time
import zoneinfo
from collections.abc import Iterator
from decimal import Decimal
from itertools import pairwise
from typing import Any
from zoneinfo import _zoneinfo  # type: ignore[attr-defined]

import pyarrow as pa
import pyspark.sql.conversion as conversion
import pytest
from pyspark.sql import types as st
from pyspark_connect_web.arrow import types as t
from pyspark_connect_web.client import rows
from pyspark_connect_web.client.rows import RowMaker, local_datetimes
from pyspark_connect_web.tests.arrow.support import facade, facade_only, same, to_facade

pytestmark = facade_only

PLAIN = conversion.ArrowTableToRowsConversion.convert
UTC = dt.UTC
WALL = pa.timestamp("us")
INSTANT = pa.timestamp("us", "UTC")
YEAR = [dt.datetime(2024, 1, 1, tzinfo=UTC) + dt.timedelta(minutes=37 * i) for i in range(14_300)]
POINT = pa.struct([("x", pa.int32()), ("y", pa.string())])
SPARK_POINT = st.StructType().add("x", st.IntegerType()).add("y", st.StringType())
DEEP = pa.struct([("at", INSTANT), ("p", pa.list_(POINT)), ("m", pa.map_(pa.string(), INSTANT))])
SPARK_DEEP = st.StructType(
    [
        st.StructField("at", st.TimestampType()),
        st.StructField("p", st.ArrayType(SPARK_POINT)),
        st.StructField("m", st.MapType(st.StringType(), st.TimestampType())),
    ]
)
TWICE = st.StructType().add("a", st.LongType()).add("a", st.StringType())

COLUMNS: dict[str, tuple[list[Any], pa.DataType, st.DataType]] = {
    "integers": ([1, None, -(2**63)], pa.int64(), st.LongType()),
    "doubles": ([1.5, None, float("nan"), -0.0], pa.float64(), st.DoubleType()),
    "texts": (["a", None, "ß😀", ""], pa.string(), st.StringType()),
    "decimals": ([Decimal("1.50"), None], pa.decimal128(38, 2), st.DecimalType(38, 2)),
    "dates": ([dt.date(1, 1, 1), None, dt.date(9999, 12, 31)], pa.date32(), st.DateType()),
    "days": ([dt.timedelta(-1, 5), None], pa.duration("us"), st.DayTimeIntervalType()),
    "nothing": ([None, None], pa.null(), st.NullType()),
    "binaries": ([b"a", None, b""], pa.binary(), st.BinaryType()),
    "large binaries": ([b"a", None, b""], pa.large_binary(), st.BinaryType()),
    "wall clocks": ([dt.datetime(1, 1, 1), None], WALL, st.TimestampNTZType()),
    "instants": ([*YEAR, None], INSTANT, st.TimestampType()),
    "few instants": ([YEAR[0], None, YEAR[9_000]], INSTANT, st.TimestampType()),
    "seconds": (YEAR[:90], pa.timestamp("s", "Asia/Tokyo"), st.TimestampType()),
    "ends of the calendar": (
        [dt.datetime(1, 1, 2, tzinfo=UTC)] * 9 + [dt.datetime(9999, 12, 30, tzinfo=UTC)] * 9,
        INSTANT,
        st.TimestampType(),
    ),
    "before there were zones": (
        [dt.datetime(1850, 1, 1, tzinfo=UTC) + dt.timedelta(hours=i) for i in range(999)],
        INSTANT,
        st.TimestampType(),
    ),
    "structs": ([{"x": 1, "y": "a"}, None, {"x": None, "y": None}], POINT, SPARK_POINT),
    "structs with a name twice": (
        [{"a_0": 1, "a_1": "x"}, None],
        pa.struct([("a_0", pa.int64()), ("a_1", pa.string())]),
        TWICE,
    ),
    "lists of structs": (
        [[{"x": 1, "y": "a"}, None], None, []],
        pa.list_(POINT),
        st.ArrayType(SPARK_POINT),
    ),
    "large lists": (
        [[YEAR[0], None], None, []],
        pa.large_list(INSTANT),
        st.ArrayType(st.TimestampType()),
    ),
    "lists of integers": ([[1, None], None], pa.list_(pa.int8()), st.ArrayType(st.ByteType())),
    "maps": (
        [[("a", 1), ("b", None), ("a", 2)], None, []],
        pa.map_(pa.string(), pa.int64()),
        st.MapType(st.StringType(), st.LongType()),
    ),
    "maps of structs": (
        [[({"x": 1, "y": "k"}, [b"a", None])], None],
        pa.map_(POINT, pa.list_(pa.binary())),
        st.MapType(SPARK_POINT, st.ArrayType(st.BinaryType())),
    ),
    "deep": (
        [
            {"at": YEAR[5], "p": [{"x": 1, "y": "é"}], "m": [("k", YEAR[6]), ("n", None)]},
            None,
            {"at": None, "p": None, "m": None},
        ],
        DEEP,
        SPARK_DEEP,
    ),
}


@pytest.fixture(params=["UTC", "America/New_York", "Asia/Kolkata", "Pacific/Apia"])
def clock(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The zone of this process's clock."""
    monkeypatch.setenv("TZ", request.param)
    time.tzset()
    yield request.param
    monkeypatch.undo()
    time.tzset()


def converted(table: pa.Table, schema: st.StructType, **options: Any) -> list[Any]:
    """By what is tested, which must not fall back on PySpark's converter."""

    def never(*_: Any, **__: Any) -> Any:
        raise AssertionError("PySpark's converter was asked")

    maker = RowMaker(conversion, never, binaries_are_bytes=True)
    return maker.convert(to_facade(table), schema, **options)


def assert_same_rows(mine: list[Any], its: list[Any]) -> None:
    assert same(mine, its)
    for a, b in zip(mine, its, strict=True):
        assert repr(a) == repr(b)
        assert type(a) is st.Row
        assert a.__fields__ == b.__fields__
        assert a.asDict(True).keys() == b.asDict(True).keys()


@pytest.mark.parametrize("name", COLUMNS)
def test_a_column_is_converted_as_by_pyspark(name: str, clock: str) -> None:
    values, arrow, spark = COLUMNS[name]
    table = pa.table({"ä": pa.array(values, arrow)})
    schema = st.StructType().add("ä", spark)
    assert_same_rows(converted(table, schema), PLAIN(table, schema))


@pytest.mark.parametrize("name", COLUMNS)
def test_so_are_slices_of_several_batches(name: str) -> None:
    values, arrow, spark = COLUMNS[name]
    one = pa.table({"c": pa.array(values[:50] * 3, arrow)})
    table = pa.concat_tables([one, one.slice(1, 4), one.slice(2, 0), one.slice(3)])
    schema = st.StructType().add("c", spark)
    assert_same_rows(converted(table, schema), PLAIN(table, schema))


def test_all_columns_together_in_rows_that_share_their_names() -> None:
    arrays = [pa.array((values * 2)[:2], arrow) for values, arrow, _ in COLUMNS.values()]
    table = pa.Table.from_arrays(arrays, names=["same"] * len(arrays))
    schema = st.StructType([st.StructField("same", spark) for _, _, spark in COLUMNS.values()])
    made = converted(table, schema)
    assert_same_rows(made, PLAIN(table, schema))
    assert made[0].__fields__ is made[1].__fields__


@pytest.mark.parametrize("as_bytes", [True, False])
def test_binaries_are_of_the_class_that_is_asked_for(as_bytes: bool) -> None:
    table = pa.table({"b": [b"a", None], "l": [[b"a", None], None]})
    schema = st.StructType().add("b", st.BinaryType()).add("l", st.ArrayType(st.BinaryType()))
    made = converted(table, schema, binary_as_bytes=as_bytes)
    assert_same_rows(made, PLAIN(table, schema, binary_as_bytes=as_bytes))


def test_rows_pickle_and_refuse_to_be_changed_as_ever() -> None:
    import pickle

    [row] = converted(pa.table({"a": [1]}), st.StructType().add("a", st.LongType()))
    assert pickle.loads(pickle.dumps(row)) == row
    assert (row.a, row["a"], row.asDict()) == (1, 1, {"a": 1})
    with pytest.raises(Exception, match=r"read only|READ_ONLY"):
        row.b = 2


def test_instants_that_datetime_has_not_raise_what_they_raise_natively(clock: str) -> None:
    schema = st.StructType().add("t", st.TimestampType())
    for steps in ([2**62] * 9, [-(2**62)] * 9, [253402300799999999] * 9, [-62135596800000000] * 9):
        table = pa.table({"t": pa.array(steps, pa.int64()).cast(INSTANT)})

        def outcome(convert: Any, table: Any = table) -> Any:
            try:
                return convert(table, schema)
            except OverflowError as error:
                return type(error)

        assert same(outcome(converted), outcome(PLAIN))


def test_what_lies_under_a_null_is_not_looked_at() -> None:
    garbage = pa.py_buffer((2**62).to_bytes(8, "little") * 3)
    valid = pa.py_buffer(bytes([0b010]))
    column = pa.Array.from_buffers(pa.int64(), 3, [valid, garbage]).slice(0, 1)
    table = pa.table({"t": column.cast(INSTANT)})
    assert converted(table, st.StructType().add("t", st.TimestampType())) == [st.Row(None)]


def test_no_function_of_python_is_called_for_each_value() -> None:
    """What the columns of a usual result need, whatever the number of rows."""
    schema = st.StructType()
    arrays = []
    for name in ("integers", "texts", "structs", "lists of structs", "maps", "deep"):
        values, arrow, spark = COLUMNS[name]
        schema = schema.add(name, spark)
        arrays.append(pa.array((values * 2000)[:2000], arrow))
    instants = pa.array(YEAR[:2000], INSTANT)
    schema = schema.add("t", st.TimestampType())
    table = to_facade(pa.Table.from_arrays([*arrays, instants], names=schema.names))
    maker = RowMaker(conversion, PLAIN, binaries_are_bytes=True)
    calls = 0

    def count(_frame: Any, event: str, _argument: Any) -> None:
        nonlocal calls
        calls += event == "call"

    sys.setprofile(count)
    try:
        made = maker.convert(table, schema)
    finally:
        sys.setprofile(None)
    assert len(made) == 2000
    assert calls < 1000, f"{calls} calls for {len(made)} rows"


def test_the_clock_is_asked_once_a_day(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[dt.datetime] = []
    plain = rows._on_the_clock
    monkeypatch.setattr(rows, "_on_the_clock", lambda when: asked.append(when) or plain(when))
    column = to_facade(pa.table({"t": pa.array(YEAR, INSTANT)})).column(0)._pieces()[0]
    assert local_datetimes(column) == [plain(moment) for moment in YEAR]
    days = (YEAR[-1] - YEAR[0]).days + 1
    of_changing_days = 2 * 24 * 60 // 37 + 2
    assert days < len(asked) <= days + 1 + of_changing_days


def test_no_zone_changes_its_clock_twice_within_two_days() -> None:
    """Else the shift between two equal ends of a day could be another one."""
    for name in sorted(zoneinfo.available_timezones()):
        zone: Any = _zoneinfo.ZoneInfo(name)  # the one that shows its transitions
        known = zip(zone._trans_utc, zone._ttinfos, strict=True)
        offsets = [(second, info.utcoff) for second, info in known]
        changes = [b[0] for a, b in pairwise(offsets) if a[1] != b[1]]
        assert all(b - a > 2 * 86_400 for a, b in pairwise(changes)), name


def test_a_column_of_an_unknown_type_is_left_to_pyspark() -> None:
    asked: list[Any] = []

    def its(table: Any, schema: Any, **options: Any) -> list[Any]:
        asked.append((table.column_names, schema.names, options))
        return [("one",), ("two",)]

    table = pa.table({"a": [1, 2], "v": [{"value": b"", "metadata": b""}] * 2})
    schema = st.StructType().add("a", st.LongType()).add("v", st.VariantType())
    maker = RowMaker(conversion, its, binaries_are_bytes=True)
    assert maker.convert(to_facade(table), schema, binary_as_bytes=False) == [
        st.Row(1, "one"),
        st.Row(2, "two"),
    ]
    assert asked == [(["v"], ["v"], {"binary_as_bytes": False})]


def test_a_struct_whose_fields_are_called_otherwise_is_left_to_pyspark() -> None:
    table = to_facade(pa.table({"a": [{"y": 1}]}))
    schema = st.StructType().add("a", st.StructType().add("x", st.LongType()))
    maker = RowMaker(conversion, lambda *_, **__: [("its",)], binaries_are_bytes=True)
    assert maker.convert(table, schema) == [st.Row("its")]


def test_what_is_not_ours_or_asked_otherwise_is_left_to_pyspark_as_it_is() -> None:
    table = pa.table({"a": [1]})
    schema = st.StructType().add("a", st.LongType())
    asked: list[Any] = []

    def its(*arguments: Any, **options: Any) -> str:
        asked.append((*arguments, options))
        return "rows"

    maker = RowMaker(conversion, its, binaries_are_bytes=True)
    ours = to_facade(table)
    empty = to_facade(table.select([]))
    lists = to_facade(pa.table({"a": pa.array([[1]], pa.list_(pa.int32()))})).column(0).chunk(0)
    months = facade.table(
        {"a": facade.ListArray.from_arrays(lists.offsets, lists.values.view(t.month_interval()))}
    )
    of_months = st.StructType().add("a", st.ArrayType(st.YearMonthIntervalType()))
    misnamed = to_facade(pa.table({"a": [{"y": 1}], "b": [1]}))
    calls: list[tuple[Any, Any, dict[str, Any]]] = [
        (table, schema, {}),
        (ours, schema, {"return_as_tuples": True}),
        (ours, schema, {"of_a_later_release": 1}),
        (empty, st.StructType([]), {}),
        (months, of_months, {}),
        (misnamed, schema, {}),
    ]
    for given, wanted, options in calls:
        assert maker.convert(given, wanted, **options) == "rows"
    assert asked == calls
