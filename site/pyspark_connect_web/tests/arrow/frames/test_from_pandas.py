"""pandas data becomes the columns real pyarrow makes of it."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import numpy as np
import pandas as pd
import pytest

from ..support import assert_same_column, facade, facade_only, outcome, real, same, stream, to_real

FRAME = pd.DataFrame(
    {
        "int": [1, 2, 3],
        "float": [1.5, np.nan, 2.5],
        "whole": [1.0, np.nan, 3.0],
        "str": ["a", None, "c"],
        "digits": ["1", "-2", None],
        "bool": [True, False, True],
        "naive": pd.to_datetime(["2020-03-08 02:30", "1960-11-01 01:30", None], format="mixed"),
        "zoned": pd.to_datetime(["2020-01-01", None, "2020-01-03"]).tz_localize("Asia/Tokyo"),
        "delta": pd.to_timedelta(["1D", None, "2h"]),
        "lists": [[1, 2], None, [3]],
        "arrays": [np.array([1.0, 2.0]), None, np.array([])],
        "dicts": [{"a": 1}, None, {"a": 2}],
        "dates": [dt.date(2020, 1, 1), None, dt.date(1900, 1, 1)],
        "times": [dt.time(1), None, dt.time(2, 3, 4, 5)],
        "decimals": [Decimal("1.1"), None, Decimal("-2.22")],
        "bytes": [b"a", None, b"\xff"],
        "Int64": pd.array([1, None, 3], dtype="Int64"),
        "boolean": pd.array([True, None, False], dtype="boolean"),
        "Float64": pd.array([1.5, None, 2.0], dtype="Float64"),
        "uint8": np.array([1, 2, 3], dtype="u1"),
        "float32": np.array([1, 2.5, np.nan], dtype="f4"),
        "big": [2**40, 1, 2],
        "mixed": pd.Series([1, "a", None], dtype=object),
        "objects": pd.Series([1, None, 2], dtype=object),
        "datetimes": pd.Series([dt.datetime(2020, 1, 1), None, pd.NaT], dtype=object),
        "nanoseconds": pd.to_datetime([1, None, 2_000_000_000]).as_unit("ns"),
        "nulls": pd.Series([None, None, None], dtype=object),
    }
)
TYPES: list[Any] = [
    lambda pa: None,
    *(
        lambda pa, name=name: getattr(pa, name)()
        for name in ("bool_", "int8", "int32", "int64", "float32", "float64", "string", "date32")
    ),
    lambda pa: pa.large_string(),
    lambda pa: pa.timestamp("us"),
    lambda pa: pa.timestamp("us", "UTC"),
    lambda pa: pa.timestamp("ns"),
    lambda pa: pa.duration("us"),
    lambda pa: pa.time64("ns"),
    lambda pa: pa.decimal128(20, 2),
    lambda pa: pa.list_(pa.int64()),
    lambda pa: pa.list_(pa.float64()),
    lambda pa: pa.struct([("a", pa.int64())]),
    lambda pa: pa.map_(pa.string(), pa.int64()),
]


@pytest.mark.parametrize("column", FRAME.columns)
@pytest.mark.parametrize("safe", [True, False])
def test_a_series_becomes_pyarrows_column_or_error(column: str, safe: bool) -> None:
    series = FRAME[column]
    wrong = []
    for make in TYPES:

        def convert(pa: Any, make: Any = make) -> Any:
            made = pa.Array.from_pandas(series, type=make(pa), safe=safe)
            if hasattr(made, "combine_chunks"):
                made = made.combine_chunks()
            return str(made.type), made.to_pylist(), made.null_count

        its, mine = outcome(lambda: convert(real)), outcome(lambda: convert(facade))
        refused = mine[0] == "error" and (its[0] == "error" or not safe)
        if not same(mine, its) and not (refused and not safe):
            wrong.append(f"{make(real)}: pyarrow {its}, here {mine}")
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("column", [c for c in FRAME.columns if c not in ("str", "digits")])
def test_pysparks_mask_of_nulls_changes_nothing(column: str) -> None:
    series = FRAME[column]
    if column == "mixed":
        return
    mask = None if hasattr(series.array, "__arrow_array__") else series.isnull()
    its = real.Array.from_pandas(series, mask=mask)
    assert_same_column(facade.Array.from_pandas(series, mask=mask), its)


def frame_without_mixed() -> pd.DataFrame:
    return FRAME.drop(columns="mixed")


def test_a_frame_becomes_pyarrows_table() -> None:
    its = real.Table.from_pandas(frame_without_mixed())
    mine = facade.Table.from_pandas(frame_without_mixed())
    assert str(mine.schema.remove_metadata()) == str(its.schema.remove_metadata())
    assert same(mine.to_pylist(), its.to_pylist())
    inferred = facade.Schema.from_pandas(frame_without_mixed())
    assert str(inferred.remove_metadata()) == str(its.schema.remove_metadata())


def test_a_frame_survives_the_round_trip() -> None:
    frame = frame_without_mixed()
    mine = facade.Table.from_pandas(frame).to_pandas()
    its = real.Table.from_pandas(frame).to_pandas()
    pd.testing.assert_frame_equal(mine.drop(columns="arrays"), its.drop(columns="arrays"))


@pytest.mark.parametrize(
    "index",
    [
        pd.RangeIndex(3),
        pd.RangeIndex(5, 11, 2, name="r"),
        pd.Index([5, 6, 7]),
        pd.Index(["a", "b", "c"], name="key"),
        pd.MultiIndex.from_tuples([(1, "x"), (1, "y"), (2, "x")], names=["p", None]),
    ],
    ids=repr,
)
@pytest.mark.parametrize("preserve", [None, True, False])
def test_the_index_is_kept_as_in_pyarrow(index: Any, preserve: Any) -> None:
    frame = pd.DataFrame({"v": [1, 2, 3]}, index=index)
    its = real.Table.from_pandas(frame, preserve_index=preserve)
    mine = facade.Table.from_pandas(frame, preserve_index=preserve)
    assert mine.column_names == its.column_names
    assert same(mine.to_pylist(), its.to_pylist())
    pd.testing.assert_frame_equal(mine.to_pandas(), its.to_pandas())


def test_a_frame_without_columns_keeps_its_rows() -> None:
    frame = pd.DataFrame(index=range(3))
    for pa in (real, facade):
        batch = pa.RecordBatch.from_pandas(frame)
        assert batch.num_rows == 3
        assert pa.Table.from_batches([batch]).num_rows == 3
    batch = facade.RecordBatch.from_pandas(frame)
    table = facade.Table.from_batches([batch])
    assert [b.num_rows for b in real.ipc.open_stream(stream(facade, table))] == [3]


def test_a_schema_decides_types_and_order() -> None:
    frame = pd.DataFrame({"a": [1, 2], "b": ["x", "y"], "c": [1.5, 2.5]})
    for pa in (real, facade):
        schema = pa.schema([("c", pa.float32()), ("a", pa.int8())])
        made = pa.Table.from_pandas(frame, schema=schema, preserve_index=False)
        assert made.schema.equals(schema)
        assert made.to_pydict() == {"c": [1.5, 2.5], "a": [1, 2]}


@facade_only
def test_numbers_are_written_without_a_detour_over_python_objects() -> None:
    """The buffer of an int64 column is the numpy array's own memory."""
    values = np.arange(1000)
    column = facade.Array.from_pandas(pd.Series(values, copy=False))
    assert np.shares_memory(np.frombuffer(column.buffers()[1]._view), values)


def test_what_pandas_gives_can_be_written_for_real_pyarrow() -> None:
    mine = facade.Table.from_pandas(frame_without_mixed())
    back = to_real(mine)
    assert same(back.to_pylist(), mine.to_pylist())


@facade_only
def test_numpy_numbers_are_not_reinterpreted_as_bytes() -> None:
    """Real pyarrow makes b'\\x01' of the integer 1 there; this module refuses."""
    with pytest.raises(facade.ArrowTypeError):
        facade.Array.from_pandas(pd.Series([1, 2]), type=facade.binary())


CATEGORIES = {
    "words": pd.Series(["b", "a", None, "b"], dtype="category"),
    "ordered": pd.Series(pd.Categorical(["b"], ["b", "a"], ordered=True)),
    "numbers": pd.Series([2, 1, None], dtype="category"),
    "days": pd.Series(pd.to_datetime(["2020-01-01", None])).astype("category"),
    "none": pd.Series([], dtype="category"),
    "an index": pd.CategoricalIndex(["a", None]),
}


@pytest.mark.parametrize("name", CATEGORIES)
@pytest.mark.parametrize("masked", [False, True])
def test_categories_without_a_type_are_a_dictionary(name: str, masked: bool) -> None:
    values = CATEGORIES[name]
    mask = np.array([True, *[False] * (len(values) - 1)])[: len(values)] if masked else None
    mine, its = (pa.Array.from_pandas(values, mask=mask) for pa in (facade, real))
    assert_same_column(mine, its)
    assert mine.dictionary.to_pylist() == its.dictionary.to_pylist()
    assert mine.indices.to_pylist() == its.indices.to_pylist()


@pytest.mark.parametrize("dtype", ["Sparse[int]", "Sparse[float]"])
def test_a_sparse_column_is_refused(dtype: str) -> None:
    for pa in (real, facade):
        with pytest.raises(pa.ArrowTypeError):
            pa.Array.from_pandas(pd.Series([0, 1], dtype=dtype))


BOUNDS = {
    "integers": pd.interval_range(0, 3),
    "doubles": pd.arrays.IntervalArray.from_breaks([0.5, 1, 2]),
    "missing": [pd.Interval(0, 1), None, pd.Interval(2, 3)],
    "times": pd.interval_range(pd.Timestamp("2020-01-01"), periods=2),
    "times with a zone": pd.interval_range(pd.Timestamp("2020-01-01", tz="UTC"), periods=2),
    "spans": pd.interval_range(pd.Timedelta(0), periods=2),
    "left": pd.interval_range(0, 2, closed="left"),
    "none": pd.interval_range(0, 0),
    "months": pd.period_range("2020-01", periods=2, freq="M"),
    "days with a missing one": pd.PeriodIndex(["2020-01-01", None], freq="D"),
}


@pytest.mark.parametrize("name", BOUNDS)
@pytest.mark.parametrize("wanted", [None, "int64", "string"])
def test_intervals_and_periods_are_what_pandas_has_in_its_own_types(
    name: str, wanted: str | None
) -> None:
    """Real pyarrow names the extension around it; what Spark reads is the storage."""

    def made(pa: Any) -> Any:
        target = wanted and pa.lib.type_for_alias(wanted)
        try:
            column = pa.Array.from_pandas(pd.Series(BOUNDS[name]), type=target)
        except (TypeError, ValueError) as error:
            return str(error)
        storage = getattr(column, "storage", column)
        return str(storage.type), storage.to_pylist(), storage.null_count

    assert made(facade) == made(real)


def test_a_mask_beside_an_interval_is_refused() -> None:
    for pa in (real, facade):
        with pytest.raises(ValueError, match="Cannot specify a mask"):
            pa.Array.from_pandas(pd.Series(BOUNDS["integers"]), mask=np.array([True, False, False]))


@facade_only
def test_half_floats_are_refused_by_name_and_taken_as_another_type() -> None:
    halves = np.array([1.5, np.inf, 0.1], dtype="float16")
    with pytest.raises(facade.ArrowNotImplementedError, match="type halffloat"):
        facade.array(halves)
    taken = facade.array(halves, facade.float64())
    assert taken.to_pylist() == real.array(halves, real.float64()).to_pylist()
