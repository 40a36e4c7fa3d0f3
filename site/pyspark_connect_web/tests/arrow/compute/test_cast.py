"""Casts and the timestamp functions, held to real pyarrow over a matrix of types."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ..support import (
    assert_same_column,
    facade,
    facade_only,
    outcome,
    real,
    same,
    to_facade,
    typed_values,
)

TS = dt.datetime(2020, 1, 2, 3, 4, 5, 6)


def s(name: str, *args: Any) -> Any:
    """A type by its factory, for either module."""
    return lambda pa: getattr(pa, name)(*args)


def struct(**fields: Any) -> Any:
    return lambda pa: pa.struct([(name, make(pa)) for name, make in fields.items()])


TARGETS: dict[str, Any] = {
    str(make(real)): make
    for make in (
        *(s(f"{sign}int{bits}") for sign in ("", "u") for bits in (8, 16, 32, 64)),
        *(s(n) for n in ("null", "bool_", "float32", "float64", "string", "binary")),
        *(s(n) for n in ("large_string", "large_binary", "date32", "date64")),
        s("month_day_nano_interval"),
        *(s("timestamp", unit) for unit in ("s", "ms", "us", "ns")),
        *(s("timestamp", "us", zone) for zone in ("UTC", "America/New_York")),
        *(s("duration", unit) for unit in ("s", "us", "ns")),
        s("time32", "s"), s("time64", "us"), s("time64", "ns"), s("binary", 1),
        s("decimal128", 38, 2), s("decimal128", 5, 1), s("decimal128", 2, 2),
        s("decimal128", 20, 0),
        lambda pa: pa.list_(pa.int8()), lambda pa: pa.large_list(pa.int64()),
        lambda pa: pa.list_(pa.field("e", pa.int64(), False)), lambda pa: pa.list_(pa.int64(), 2),
        struct(a=s("int8"), b=s("string")), struct(b=s("string"), a=s("int64")),
        struct(a=s("int64"), c=s("int8")), lambda pa: pa.map_(pa.large_string(), pa.int8()),
        lambda pa: pa.struct([pa.field("a", pa.int64(), False)]),
        lambda pa: pa.dictionary(pa.int32(), pa.string()),
    )
}  # fmt: skip

COLUMNS: list[tuple[list[Any], Any]] = [
    ([1, 0, -5, None], s("int64")),
    ([1, 300], s("int64")),
    ([2**53 + 1], s("int64")),
    ([200], s("uint8")),
    ([1, 127], s("int8")),
    ([2**31 - 1, -(2**31)], s("int32")),
    ([3.0, None, -2.0], s("float64")),
    ([1.5], s("float64")),
    ([float("nan"), float("inf")], s("float64")),
    ([1e20, 1e-7, 123456789.125, -0.0, 1e16, 0.1, 1e15, 123456.0], s("float64")),
    ([1.5, 2.0], s("float32")),
    ([True, False, None], s("bool_")),
    (["1", "-4", None], s("string")),
    (["1_0"], s("string")),
    (["0.5", "1e5", "nan", "-inf"], s("string")),
    (["2020-01-02", None], s("string")),
    (["2020-01-02 03:04:05.5", "2020-01-02T03:04"], s("string")),
    (["2020-01-02T03:04:05Z", "2020-01-02 03:04:05+02:00"], s("string")),
    (["true", "False", "0"], s("string")),
    (["12.34"], s("large_string")),
    ([b"a", None], s("binary")),
    ([b"\xff"], s("binary")),
    ([TS, None], s("timestamp", "us")),
    ([dt.datetime(2020, 1, 2)], s("timestamp", "us")),
    ([dt.datetime(1950, 1, 2, 23, 59, 59)], s("timestamp", "s")),
    ([dt.datetime(9999, 1, 1)], s("timestamp", "us")),
    ([TS, dt.datetime(1883, 1, 1)], s("timestamp", "us", "America/New_York")),
    ([TS], s("timestamp", "us", "UTC")),
    ([dt.date(2020, 1, 2), None, dt.date(1900, 1, 1)], s("date32")),
    ([dt.timedelta(1, 5, 7), None], s("duration", "us")),
    ([dt.timedelta(1, 5)], s("duration", "us")),
    ([dt.time(1, 2, 3, 4), None], s("time64", "us")),
    ([dt.time(1, 2, 3)], s("time32", "s")),
    ([Decimal("1.25"), Decimal("-1.25"), None], s("decimal128", 5, 2)),
    ([Decimal("2.00"), Decimal("-3.00")], s("decimal128", 5, 2)),
    ([Decimal(10**37)], s("decimal128", 38, 0)),
    ([[1, 2], None], lambda pa: pa.list_(pa.int64())),
    ([[1, None], []], lambda pa: pa.list_(pa.int64())),
    ([[300, 1]], lambda pa: pa.large_list(pa.int64())),
    ([[1, 2], None], lambda pa: pa.list_(pa.int8(), 2)),
    ([{"a": 1, "b": "x"}, None], struct(a=s("int64"), b=s("string"))),
    ([{"a": None, "b": "x"}], struct(a=s("int64"), b=s("string"))),
    ([[("a", 1)], None], lambda pa: pa.map_(pa.string(), pa.int64())),
    ([None, None], s("null")),
    (["a", "b", None], lambda pa: pa.dictionary(pa.int32(), pa.string())),
    ([(1, 2, 3)], s("month_day_nano_interval")),
]


def described(array: Any) -> tuple[str, list[Any]]:
    return str(array.type), array.to_pylist()


def cast(pa: Any, values: Any, make: Any, target: Any, safe: bool = True) -> Any:
    return described(pa.array(values, make(pa)).cast(target(pa), safe=safe))


def acceptable(mine: Any, its: Any, safe: bool) -> bool:
    """Equal, or honestly refused where pyarrow has a conversion this module lacks.

    Where an unsafe cast has no meaning (infinity as a decimal) pyarrow makes something up and
    this module may refuse.
    """
    if same(mine, its) or mine == ("error", "ArrowNotImplementedError"):
        return True
    return not safe and mine == ("error", "ArrowInvalid")


@pytest.mark.parametrize("column", COLUMNS, ids=lambda c: f"{c[1](real)} {c[0]}")
@pytest.mark.parametrize("safe", [True, False])
def test_a_cast_gives_pyarrows_values_or_error(column: Any, safe: bool) -> None:
    values, make = column
    wrong = []
    for target in TARGETS.values():
        expected = outcome(cast, real, values, make, target, safe)
        found = outcome(cast, facade, values, make, target, safe)
        if not acceptable(found, expected, safe):
            wrong.append(f"to {target(real)}: pyarrow {expected}, here {found}")
    assert not wrong, "\n".join(wrong)


NEEDED = [
    ("int64", "int32"), ("int32", "int64"), ("int64", "double"), ("double", "int64"),
    ("string", "large_string"), ("large_string", "string"),
    ("timestamp[us]", "timestamp[us, tz=UTC]"),
    ("timestamp[us, tz=America/New_York]", "timestamp[us, tz=UTC]"),
    ("date32[day]", "timestamp[us]"),
    ("decimal128(5, 2)", "decimal128(38, 2)"), ("list<item: int64>", "list<item: int8>"),
    ("null", "string"), ("duration[us]", "duration[ns]"), ("bool", "int8"), ("int64", "string"),
    ("dictionary<values=string, indices=int32, ordered=0>", "string"),
]  # fmt: skip


@pytest.mark.parametrize(("source", "target"), NEEDED)
def test_the_casts_pyspark_needs_are_there(source: str, target: str) -> None:
    """The matrix above takes a refusal as an answer; these must really convert."""
    done = 0
    for values, make in COLUMNS:
        if str(make(real)) == source:
            its = outcome(cast, real, values, make, TARGETS[target])
            mine = outcome(cast, facade, values, make, TARGETS[target])
            assert same(mine, its)
            done += its[0] == "value"
    assert done


@facade_only  # real pyarrow fails to cast some fixed-size lists of nulls to their own type
@settings(max_examples=100, deadline=None)
@given(typed_values(), st.integers(0, 3))
def test_a_cast_to_its_own_type_changes_nothing_even_of_a_slice(case: Any, start: int) -> None:
    make, values = case
    mine = facade.array(values, make(facade)).slice(start)
    assert_same_column(mine.cast(make(facade)), real.array(values, make(real)).slice(start))


def test_a_table_cast_checks_names_and_nulls() -> None:
    for pa in (real, facade):
        table = pa.table({"a": [1, None], "b": ["x", "y"]})
        wanted = pa.schema([("a", pa.int8()), ("b", pa.large_string())])
        cast = table.cast(wanted)
        assert cast.schema == wanted
        assert cast.to_pylist() == table.to_pylist()
        with pytest.raises(ValueError, match="names are not matching"):
            table.cast(pa.schema([("x", pa.int8()), ("b", pa.string())]))
        with pytest.raises(ValueError, match="non-nullable"):
            table.cast(pa.schema([pa.field("a", pa.int8(), False), ("b", pa.string())]))


@pytest.mark.parametrize("target", ["same", "wider", "nullable"])
@pytest.mark.parametrize("child", [[1, None], [1, 0]])
@pytest.mark.parametrize("nest", [False, True])
def test_nulls_below_a_null_hinder_a_cast_to_an_equal_type(
    target: str, child: list[Any], nest: bool
) -> None:
    """As Spark sends variants and geometries: their fields are not nullable, they are."""

    def made(pa: Any) -> Any:
        field = pa.field("a", pa.int32(), False)
        made = pa.StructArray.from_arrays(
            [pa.array(child, pa.int32())], fields=[field], mask=pa.array([False, True])
        )
        fields = {
            "same": field.with_metadata({"k": "v"}),
            "wider": pa.field("a", pa.int64(), False),
            "nullable": pa.field("a", pa.int32()),
        }
        kind = pa.struct([fields[target]])
        if nest:
            made, kind = pa.ListArray.from_arrays([0, 2], made), pa.list_(kind)
        return made.cast(kind).to_pylist()

    assert outcome(lambda: made(facade)) == outcome(lambda: made(real))


def test_an_unsafe_cast_wraps_integers_and_cuts_fractions() -> None:
    for pa in (real, facade):
        assert pa.array([300, -129]).cast(pa.int8(), safe=False).to_pylist() == [44, 127]
        assert pa.array([1.5, -1.5]).cast(pa.int64(), safe=False).to_pylist() == [1, -1]
        assert pa.array([TS]).cast(pa.timestamp("s"), safe=False).to_pylist() == [
            TS.replace(microsecond=0)
        ]


WALL_CLOCKS = [
    dt.datetime(2020, 3, 8, 2, 30),  # skipped in New York
    dt.datetime(2020, 3, 8, 3, 0),
    dt.datetime(2020, 11, 1, 1, 30),  # twice in New York
    dt.datetime(2020, 6, 1),
    dt.datetime(1900, 1, 1),
    dt.datetime(2011, 12, 30, 12),  # no such day in Apia
]


@pytest.mark.parametrize(
    "zone", ["America/New_York", "Europe/Berlin", "Pacific/Apia", "UTC", "+02:00"]
)
@pytest.mark.parametrize("unit", ["s", "us", "ns"])
@pytest.mark.parametrize("choice", ["raise", "earliest", "latest"])
def test_assume_timezone_at_clock_changes(zone: str, unit: str, choice: str) -> None:
    def localize(pa: Any, clock: dt.datetime) -> Any:
        column = pa.array([clock, None], pa.timestamp(unit))
        made = pa.compute.assume_timezone(column, zone, ambiguous=choice, nonexistent=choice)
        return made.cast(pa.int64()).to_pylist()

    for clock in WALL_CLOCKS:
        its = outcome(localize, real, clock)
        assert same(outcome(localize, facade, clock), its), f"{clock} in {zone}"


@pytest.mark.parametrize("zone", ["America/New_York", "Asia/Kolkata", "UTC", "-03:30"])
def test_local_timestamp_is_the_wall_clock(zone: str) -> None:
    instants = [*WALL_CLOCKS, None, dt.datetime(1800, 1, 1)]
    its = real.array(instants, real.timestamp("us", zone))
    mine = to_facade(real.table({"c": its})).column(0)
    local = facade.compute.local_timestamp(mine)
    assert_same_column(local, real.compute.local_timestamp(real.chunked_array([its])))


def test_floor_temporal_cuts_nanoseconds_for_spark() -> None:
    for pa in (real, facade):
        column = pa.array([1, 1500, -1, None], pa.timestamp("ns"))
        floored = pa.compute.floor_temporal(column, unit="microsecond")
        assert floored.type == pa.timestamp("ns")
        assert floored.cast(pa.int64()).to_pylist() == [0, 1000, -1000, None]


@pytest.mark.parametrize("unit", ["millisecond", "second", "minute", "hour", "day"])
def test_floor_temporal_to_larger_units(unit: str) -> None:
    its = real.array([TS, dt.datetime(1960, 5, 5, 5, 5, 5, 5), None])
    mine = facade.array(its.to_pylist())
    assert_same_column(
        facade.compute.floor_temporal(mine, unit=unit), real.compute.floor_temporal(its, unit=unit)
    )


def test_an_unknown_zone_is_invalid() -> None:
    with pytest.raises(facade.ArrowInvalid, match="No/Where"):
        facade.compute.assume_timezone(facade.array([TS]), "No/Where")
