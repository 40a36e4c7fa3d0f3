"""Conversions to numpy and pandas equal real pyarrow's, dtypes included."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given, settings

from ..support import facade, facade_only, outcome, real, same, to_facade, typed_values

OPTIONS: dict[str, dict[str, Any]] = {
    "default": {},
    "PySpark's": {"coerce_temporal_nanoseconds": True},
    "dates as datetimes": {"date_as_object": False},
    "integers with nulls as objects": {"integer_object_nulls": True, "date_as_object": True},
    "timestamps as objects": {"timestamp_as_object": True},
    "maps as dicts": {"maps_as_pydicts": "lossy"},
    "self destruct": {"self_destruct": True, "split_blocks": True, "use_threads": False},
}


def same_series(mine: Any, its: Any) -> bool:
    return (
        str(mine.dtype) == str(its.dtype)
        and mine.name == its.name
        and same(mine.tolist(), its.tolist())
    )


@pytest.mark.parametrize("options", OPTIONS.values(), ids=OPTIONS.keys())
@settings(max_examples=25, deadline=None)
@given(typed_values())
def test_a_column_becomes_the_same_series(options: dict[str, Any], case: Any) -> None:
    make, values = case
    table = real.table({"c": real.array(values, make(real))})
    its = outcome(lambda: table.column("c").to_pandas(**options))
    assume(its != ("error", "ArrowNotImplementedError"))  # lists of intervals: here they work
    mine = outcome(lambda: to_facade(table).column("c").to_pandas(**options))
    assert mine[0] == its[0], (mine, its)
    assert same_series(mine[1], its[1]) if mine[0] == "value" else mine[1] == its[1]


@settings(max_examples=40, deadline=None)
@given(typed_values(depth=2), typed_values(depth=1))
def test_a_table_becomes_the_same_frame(first: Any, second: Any) -> None:
    length = min(len(first[1]), len(second[1]))
    table = real.table(
        [real.array(values[:length], make(real)) for make, values in (first, second)], ["a", "b"]
    )
    assume(outcome(table.to_pandas)[0] == "value")
    its, mine = table.to_pandas(), to_facade(table).to_pandas()
    assert same_series(mine["a"], its["a"])
    assert same_series(mine["b"], its["b"])
    assert mine.index.equals(its.index)
    assert type(mine.index) is type(its.index)
    assert mine.columns.equals(its.columns)
    assert mine.columns.dtype == its.columns.dtype


@settings(max_examples=40, deadline=None)
@given(typed_values(depth=2))
def test_chunks_convert_as_one_column(case: Any) -> None:
    """A null in one chunk makes floats of the integers in every chunk."""
    make, values = case
    array = real.array(values, make(real))
    its = real.chunked_array([array, array.slice(1), array.slice(0, 0)], array.type)
    assume(outcome(its.to_pandas)[0] == "value")
    pieces = [to_facade(real.table({"c": c})).column(0).combine_chunks() for c in its.chunks]
    mine = facade.chunked_array(pieces, pieces[0].type)
    assert same_series(mine.to_pandas(), its.to_pandas())


def test_an_array_taken_from_a_batch_names_its_series() -> None:
    batch = facade.record_batch([[1, 2]], ["x"])
    assert batch.column(0).to_pandas().name == "x"
    assert facade.array([1]).to_pandas().name is None


def test_tables_without_columns_keep_their_rows() -> None:
    its = real.Table.from_struct_array(real.array([{}] * 3)).to_pandas()
    mine = facade.Table.from_struct_array(facade.array([{}] * 3)).to_pandas()
    pd.testing.assert_frame_equal(mine, its)
    pd.testing.assert_frame_equal(facade.table({}).to_pandas(), real.table({}).to_pandas())


def test_duplicate_column_names_stay() -> None:
    def frame(pa: Any) -> Any:
        return pa.Table.from_arrays([pa.array([1]), pa.array([2])], ["a", "a"]).to_pandas()

    pd.testing.assert_frame_equal(frame(facade), frame(real))


ZONES = ["UTC", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe", "-03:30"]
INSTANTS = [
    dt.datetime(1883, 11, 18, 17, 0, 1),  # local mean time ends in New York
    dt.datetime(1969, 12, 31, 23, 59, 59, 999999),
    dt.datetime(2020, 3, 8, 6, 59, 59),
    dt.datetime(2020, 3, 8, 7, 0),
    dt.datetime(2020, 11, 1, 5, 30),
    dt.datetime(2020, 11, 1, 6, 30),
    None,
]


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize("coerce", [False, True])
def test_zoned_timestamps_around_clock_changes(zone: str, coerce: bool) -> None:
    its = real.array(INSTANTS, real.timestamp("us", zone))
    mine = to_facade(real.table({"c": its})).column(0).combine_chunks()
    assert same(mine.to_pylist(), its.to_pylist())
    options = {"coerce_temporal_nanoseconds": coerce}
    pd.testing.assert_series_equal(mine.to_pandas(**options), its.to_pandas(**options))


def test_timestamps_that_nanoseconds_cannot_hold_are_invalid_when_coerced() -> None:
    def convert(pa: Any) -> Any:
        far = pa.array([dt.datetime(9999, 1, 1)], pa.timestamp("us"))
        return far.to_pandas(coerce_temporal_nanoseconds=True)

    with pytest.raises(real.ArrowInvalid, match="out of bounds timestamp"):
        convert(real)
    with pytest.raises(facade.ArrowInvalid, match="out of bounds timestamp"):
        convert(facade)


def test_dictionary_columns_become_categories() -> None:
    its = real.array(["b", None, "a", "b"]).dictionary_encode()
    mine = to_facade(real.table({"c": its})).column(0)
    pd.testing.assert_series_equal(mine.to_pandas(), its.to_pandas(), check_names=False)


def test_numbers_go_from_buffer_to_numpy_without_python_objects() -> None:
    """A million values in a few milliseconds: no list of a million objects can be that fast."""
    import tracemalloc

    column = to_facade(real.table({"c": np.arange(1_000_000)})).column(0)
    tracemalloc.start()
    values = column.to_numpy()
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert values.sum() == 499999500000
    assert peak < 2 * values.nbytes


@pytest.mark.parametrize(
    "values", [[1, 2], [1, None], [True, False], [1.5, None], ["a"], [Decimal(1)], [[1]], []]
)
def test_to_numpy_agrees_on_arrays_and_on_refusing_a_copy(values: Any) -> None:
    its, mine = real.array(values), facade.array(values)
    for options in ({}, {"zero_copy_only": False}, {"zero_copy_only": False, "writable": True}):
        expected = outcome(lambda a, o: a.to_numpy(**o), its, options)
        assert same(outcome(lambda a, o: a.to_numpy(**o), mine, options), expected)
    assert same(facade.chunked_array([mine]).to_numpy(), real.chunked_array([its]).to_numpy())


@facade_only
def test_an_unknown_option_and_an_arrow_backed_dtype_are_refused() -> None:
    with pytest.raises(TypeError):
        facade.array([1]).to_pandas(no_such_option=True)
    with pytest.raises(NotImplementedError, match="ArrowDtype"):
        facade.array([1]).to_pandas(types_mapper=lambda _: pd.ArrowDtype(real.int64()))


def test_a_types_mapper_chooses_pandas_own_dtypes() -> None:
    mapper = {facade.int64(): pd.Int64Dtype()}.get
    mine = facade.array([1, None]).to_pandas(types_mapper=mapper)
    its = real.array([1, None]).to_pandas(types_mapper={real.int64(): pd.Int64Dtype()}.get)
    pd.testing.assert_series_equal(mine, its)
