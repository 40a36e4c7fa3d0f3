"""`array(values, type)`: the same column, or an error of the same class, as real pyarrow."""

from __future__ import annotations

import datetime as dt
import re
from decimal import Decimal
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings

from ..support import assert_same_column, facade, facade_only, outcome, real, same, typed_values

ZONED = dt.datetime(2020, 1, 2, tzinfo=dt.timezone(dt.timedelta(hours=2)))
VALUES: list[Any] = [
    True, 1, 300, -1, 2**31, 2**63, 2**53 + 1, 1.0, 1.5, float("nan"), 1e30, "x", "1", b"x",
    b"\xff", bytearray(b"q"), Decimal("1.5"), Decimal("1"), Decimal("NaN"), Decimal("1.234"),
    Decimal("12345.6"), dt.date(2020, 1, 2), dt.datetime(2020, 1, 2, 3, 4, 5, 678901),
    dt.datetime(1900, 1, 1, 0, 0, 0, 1), ZONED, dt.timedelta(days=1, microseconds=3),
    dt.timedelta(-1, 1), dt.time(1, 2, 3, 4), [1], [1, None], [], (1, 2), {"a": 1}, {"b": 1}, {},
    [("k", 1)], [("k", None)], [(None, 1)], {1}, np.int64(3), np.float32(1.5), np.bool_(True),
    np.str_("q"), np.array([1, 2]), np.array(["u"]), pd.Timestamp("2020-01-01 00:00:00.000000001"),
    pd.Timedelta("1D"), object(),
]  # fmt: skip
MAKERS: list[Any] = [
    lambda pa: None,
    *(
        lambda pa, name=name: getattr(pa, name)()
        for name in (
            "null", "bool_", "int8", "int64", "uint8", "uint64", "float32", "float64", "string",
            "large_string", "binary", "date32", "date64", "month_day_nano_interval",
        )
    ),
    lambda pa: pa.binary(1),
    lambda pa: pa.decimal128(5, 2),
    lambda pa: pa.decimal128(38, 0),
    lambda pa: pa.timestamp("us"),
    lambda pa: pa.timestamp("us", "UTC"),
    lambda pa: pa.timestamp("ns"),
    lambda pa: pa.timestamp("s"),
    lambda pa: pa.duration("us"),
    lambda pa: pa.duration("s"),
    lambda pa: pa.time64("us"),
    lambda pa: pa.time64("ns"),
    lambda pa: pa.time32("s"),
    lambda pa: pa.list_(pa.int64()),
    lambda pa: pa.list_(pa.string()),
    lambda pa: pa.list_(pa.int64(), 2),
    lambda pa: pa.map_(pa.string(), pa.int64()),
    lambda pa: pa.struct([("a", pa.int64())]),
]  # fmt: skip

# (type, value): the reason why this module does not do what pyarrow does there.
REFUSED = {
    ("fixed_size_list<item: int64>[2]", "{1}"): "pyarrow reads a second element out of nowhere",
}


@pytest.mark.parametrize("make", MAKERS, ids=lambda make: str(make(real)))
def test_every_value_builds_or_fails_as_in_pyarrow(make: Any) -> None:
    wrong = []
    for value in VALUES:
        its = outcome(built, real, [value, None], make)
        mine = outcome(built, facade, [value, None], make)
        known = (str(make(real)), repr(value)) in REFUSED and mine[0] == "error"
        if not same(mine, its) and not known:
            wrong.append(f"{value!r}: pyarrow {its}, here {mine}")
    assert not wrong, "\n".join(wrong)


def built(pa: Any, values: Any, make: Any) -> Any:
    return described(pa.array(values, type=make(pa)))


def described(array: Any) -> tuple[str, list[Any], int]:
    return str(array.type), array.to_pylist(), array.null_count


@settings(max_examples=100, deadline=None)
@given(typed_values())
def test_values_of_a_type_build_the_same_column(case: Any) -> None:
    make, values = case
    assert_same_column(facade.array(values, make(facade)), real.array(values, make(real)))


@pytest.mark.parametrize(
    "values",
    [
        [],
        [None],
        [1, 2.5],
        [1, None, Decimal("2.50")],
        [True, None],
        ["a", b"b"],
        [dt.date(2020, 1, 1), None],
        [ZONED, None],
        [dt.datetime(2020, 1, 1), ZONED],
        [[1], None, [2.5]],
        [[None], []],
        [{"a": 1}, {"b": "x"}, None],
        [{"a": [{"c": Decimal("1.5")}]}, {"a": None}],
        [(1, 2), [3]],
        [np.int8(1), np.int8(2)],
        [np.float64(1.5), 2],
        [np.array([1.5]), None],
        [Decimal("0.001"), Decimal("100")],
        [1, "a"],
        ["a", 1],
        [True, 1],
        [{"a": 1}, 5],
        [[1], "a"],
        ["a", [1]],
        [1, dt.datetime(2020, 1, 1)],
        [dt.date(2020, 1, 1), dt.datetime(2020, 1, 1)],
        [dt.time(1), dt.time(2)],
        [object()],
    ],
    ids=lambda values: re.sub(r" at 0x\w+", "", repr(values)),
)
def test_the_inferred_type_is_pyarrows(values: Any) -> None:
    its = outcome(lambda: described(real.array(values)))
    mine = outcome(lambda: described(facade.array(values)))
    assert same(mine, its)


@pytest.mark.parametrize(
    "values",
    [[1.5, float("nan")], [pd.NaT, pd.Timestamp("2020-01-01")], [pd.NA, "a"], [[float("nan")]]],
)
def test_from_pandas_makes_nulls_of_missing_values(values: Any) -> None:
    its = outcome(lambda: described(real.array(values, from_pandas=True)))
    assert same(outcome(lambda: described(facade.array(values, from_pandas=True))), its)


def test_a_mask_makes_nulls() -> None:
    for pa in (real, facade):
        assert pa.array([1, 2, 3], mask=np.array([False, True, False])).to_pylist() == [1, None, 3]


def test_children_of_null_structs_are_not_null() -> None:
    """So that an integer field stays an integer column in pandas."""
    values = [{"a": 1, "b": {"c": "x"}}, None, {"a": None, "b": None}]
    for pa in (real, facade):
        array = pa.array(values)
        assert array.field("a").to_pylist() == [1, 0, None]
        assert array.field("b").field("c").to_pylist() == ["x", "", ""]
        assert array.flatten()[0].to_pylist() == [1, None, None]


@facade_only
def test_a_string_column_beyond_32_bit_offsets_is_refused() -> None:
    from pyspark_connect_web.arrow.memory.data import pack_offsets

    with pytest.raises(facade.ArrowCapacityError):
        pack_offsets(facade.string(), [2**30, 2**30])


def test_errors_carry_pyarrows_message() -> None:
    for bad, type_name in ((["x"], "int64"), ([300], "int8"), ([1.5], "bool"), ([1], "string")):
        with pytest.raises((ValueError, TypeError)) as its:
            real.array(bad, real.type_for_alias(type_name))
        with pytest.raises(type(its.value).__bases__[0], match=re.escape(str(its.value))):
            facade.array(bad, facade.type_for_alias(type_name))


DTYPES = [
    "i1",
    "i4",
    "i8",
    "u1",
    "u8",
    "f4",
    "f8",
    "?",
    "M8[D]",
    "M8[s]",
    "M8[us]",
    "M8[ns]",
    "m8[us]",
    "U3",
    "S3",
]


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("masked", [False, True])
def test_numpy_arrays_become_the_same_column(dtype: str, masked: bool) -> None:
    values = np.array([0, 1, 2, 1]).astype(dtype)
    mask = np.array([True, False, False, True]) if masked else None
    for array in (values, values[::2], values[1:], values[:0]):
        part = None if mask is None else mask[: len(array)]
        for from_pandas in (False, True):
            its = real.array(array, mask=part, from_pandas=from_pandas)
            assert_same_column(facade.array(array, mask=part, from_pandas=from_pandas), its)


def test_numpy_nan_and_nat_are_null_only_where_pyarrow_says_so() -> None:
    for values in (np.array([1.5, np.nan]), np.array(["2020-01-01", "NaT"], "M8[us]")):
        for from_pandas in (False, True):
            its = real.array(values, from_pandas=from_pandas)
            assert_same_column(facade.array(values, from_pandas=from_pandas), its)


def test_two_dimensional_numpy_arrays_are_refused() -> None:
    for pa in (real, facade):
        with pytest.raises(pa.ArrowInvalid, match="1-dimensional"):
            pa.array(np.zeros((2, 2)))
