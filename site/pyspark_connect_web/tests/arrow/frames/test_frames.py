"""A pandas DataFrame that goes through Arrow comes back as it does with real pyarrow."""

from __future__ import annotations

import datetime as dt
import warnings
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import numpy as np
import pandas as pd
import pytest

from ..support import facade, facade_only, real, stream

NAN = float("nan")
KINDS: dict[str, Any] = {
    "months": pd.period_range("2020-01", periods=3, freq="M"),
    "days with a missing one": pd.PeriodIndex(["2020-01-01", None, "2020-01-03"], freq="D"),
    "weeks": pd.period_range("2020-01", periods=3, freq="W-TUE"),
    "every two hours": pd.period_range("2020-01", periods=3, freq="2h"),
    "intervals": pd.interval_range(0, 3),
    "intervals closed at the left": pd.interval_range(0, 3, closed="left"),
    "intervals with a missing one": pd.arrays.IntervalArray.from_arrays(
        [0, NAN, 1.5], [1, NAN, 2], closed="both"
    ),
    "intervals of times": pd.interval_range(pd.Timestamp("2020-01-01"), periods=3),
    "intervals of spans": pd.interval_range(pd.Timedelta(0), periods=3),
    "Int64": pd.array([2**60 + 1, None, 3], dtype="Int64"),
    "Int8": pd.array([1, None, 3], dtype="Int8"),
    "UInt64": pd.array([2**64 - 1, None, 3], dtype="UInt64"),
    "Float32": pd.array([1.5, None, 3], dtype="Float32"),
    "boolean": pd.array([True, None, False], dtype="boolean"),
    "string": pd.array(["a", None, "c"], dtype="string"),
    "str": pd.Series(["a", None, "c"]),
    "objects": pd.Series(["a", None, "c"], dtype=object),
    "categories": pd.Categorical(["a", None, "c"]),
    "ordered categories": pd.Categorical([1, 2, 1], ordered=True),
    "booleans": [True, False, True],
    "times with a zone": pd.date_range("2020", periods=3, tz="Asia/Tokyo"),
    "nanoseconds": pd.to_datetime([1, 2, None]).as_unit("ns"),
    "spans": pd.to_timedelta([1, None, 3]),
    "single floats": np.array([1, 2, 3], "f4"),
    "bytes": np.array([1, 2, 3], "u1"),
    "decimals": pd.Series([Decimal("1.5"), None, Decimal(2)]),
    "dates": [dt.date(2020, 1, 1)] * 3,
    "nothing": [None] * 3,
}
Frame = Callable[[Any], pd.DataFrame]
PLACES: dict[str, Frame] = {
    "a column": lambda values: pd.DataFrame({"a": values, "b": [1, 2, 3]}),
    "its first row": lambda values: pd.DataFrame({"a": values, "b": [1, 2, 3]}).iloc[:1],
    "no row": lambda values: pd.DataFrame({"a": values, "b": [1, 2, 3]}).iloc[:0],
    "the index": lambda values: pd.DataFrame({"b": [1, 2, 3]}, index=pd.Index(values, name="q")),
    "a level": lambda values: pd.DataFrame(
        {"b": [1, 2, 3]}, index=pd.MultiIndex.from_arrays([pd.Index(values), [3, 4, 5]])
    ),
}
WAYS: dict[str, Callable[[Any, pd.DataFrame], Any]] = {
    "a table": lambda pa, frame: pa.Table.from_pandas(frame).to_pandas(),
    "a batch": lambda pa, frame: pa.RecordBatch.from_pandas(frame).to_pandas(),
    "a stream": lambda pa, frame: _read(pa, stream(pa, pa.Table.from_pandas(frame))).to_pandas(),
    "a slice": lambda pa, frame: pa.Table.from_pandas(frame).slice(0, 2).to_pandas(),
    "a selection": lambda pa, frame: pa.Table.from_pandas(frame).select(["b"]).to_pandas(),
    "two tables": lambda pa, frame: pa.concat_tables([pa.Table.from_pandas(frame)] * 2).to_pandas(),
    "its last column": lambda pa, frame: pa.Table.from_pandas(frame).column(0).to_pandas(),
    "no metadata": lambda pa, frame: pa.Table.from_pandas(frame).to_pandas(ignore_metadata=True),
    "no index": lambda pa, frame: pa.Table.from_pandas(frame, preserve_index=False).to_pandas(),
    "an index": lambda pa, frame: pa.Table.from_pandas(frame, preserve_index=True).to_pandas(),
    "a copy": lambda pa, frame: _copy(pa.Table.from_pandas(frame)).to_pandas(),
}


def _read(pa: Any, data: Any) -> Any:
    return pa.ipc.open_stream(data).read_all()


def _copy(table: Any) -> Any:
    factory, arguments = table.__reduce__()[:2]
    return factory(*arguments)


def outcome(way: Callable[[Any, pd.DataFrame], Any], pa: Any, frame: pd.DataFrame) -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return way(pa, frame)
        except (TypeError, ValueError, NotImplementedError) as error:
            return error


def assert_same(mine: Any, its: Any) -> None:
    if isinstance(its, Exception):
        assert isinstance(mine, Exception), (mine, its)
        return
    assert not isinstance(mine, Exception), mine
    if isinstance(its, pd.Series):
        pd.testing.assert_series_equal(mine, its)
        return
    pd.testing.assert_frame_equal(mine, its, check_column_type=True, check_freq=True)
    assert mine.attrs == its.attrs
    assert mine.index.names == its.index.names
    assert mine.columns.names == its.columns.names


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("place", PLACES)
def test_a_frame_comes_back_as_from_pyarrow(kind: str, place: str) -> None:
    frame = PLACES[place](KINDS[kind])
    for name, way in WAYS.items():
        mine, its = outcome(way, facade, frame), outcome(way, real, frame)
        try:
            assert_same(mine, its)
        except AssertionError as error:
            raise AssertionError(f"{name}: {error}") from error


@facade_only
@pytest.mark.parametrize("kind", [name for name in KINDS if name != "string"])
def test_either_reads_what_the_other_has_written(kind: str) -> None:
    frame = PLACES["a column"](KINDS[kind])
    mine = stream(facade, facade.Table.from_pandas(frame))
    its = stream(real, real.Table.from_pandas(frame))
    wanted = _read(real, its).to_pandas()
    assert_same(_read(facade, its).to_pandas(), wanted)
    assert_same(_read(real, mine).to_pandas(), wanted)


LABELS: dict[str, Any] = {
    "numbers": [0, 1],
    "doubles": [1.5, 2.5],
    "booleans": [True, False],
    "texts": pd.Index(["a", "b"], name="q"),
    "bytes": [b"x", b"y"],
    "mixed": ["a", 0],
    "None": [None, "a"],
    "times": pd.date_range("2020", periods=2),
    "times with a zone": pd.date_range("2020", periods=2, tz="Asia/Tokyo"),
    "levels": pd.MultiIndex.from_tuples([("a", 1), ("b", 2)], names=["x", None]),
    "twice the same": ["a", "a"],
    "decimals": [Decimal("1.5"), Decimal(2)],
    "periods": pd.period_range("2020", periods=2, freq="M"),
    "intervals": pd.interval_range(0, 2),
    "categories": pd.CategoricalIndex(["a", "b"]),
}


@pytest.mark.parametrize("labels", LABELS)
def test_the_names_of_columns_come_back_as_what_they_were(labels: str) -> None:
    """Or, as in pyarrow, not at all: names of periods cannot be made again."""
    names = LABELS[labels]
    frame = pd.DataFrame([[1, 2]], columns=names)
    frame.attrs = {"made by": "me"}
    for name, way in WAYS.items():
        if name not in ("a selection", "its last column"):
            assert_same(outcome(way, facade, frame), outcome(way, real, frame))


INDEXES = {
    "named as a column": pd.Index([5], name="a"),
    "named with a number": pd.Index([5], name=7),
    "that counts": pd.RangeIndex(5, 6, name="r"),
    "named as others are": pd.MultiIndex.from_arrays([[1], [2]], names=["__index_level_1__", None]),
}


@pytest.mark.parametrize("name", INDEXES)
@pytest.mark.parametrize("way", WAYS)
def test_the_names_of_an_index_come_back(name: str, way: str) -> None:
    frame = pd.DataFrame({"a": [1], "b": [2]}, index=INDEXES[name])
    assert_same(outcome(WAYS[way], facade, frame), outcome(WAYS[way], real, frame))


SCHEMAS: dict[str, list[tuple[str, str]]] = {
    "the columns": [("b", "int8"), ("a", "string")],
    "one of them": [("a", "string")],
    "the index": [("q", "int64"), ("a", "string")],
    "one that is not there": [("a", "string"), ("z", "int64")],
    "another type": [("a", "int64")],
}


@pytest.mark.parametrize("names", SCHEMAS)
@pytest.mark.parametrize("preserve", [None, True, False])
def test_a_schema_names_the_columns_and_the_index(names: str, preserve: bool | None) -> None:
    frame = pd.DataFrame({"a": ["x", "y"], "b": [1, 2]}, index=pd.Index([5, 6], name="q"))

    def made(pa: Any, frame: pd.DataFrame) -> Any:
        schema = pa.schema(SCHEMAS[names])
        table = pa.Table.from_pandas(frame, schema=schema, preserve_index=preserve)
        return [str(table.schema.types), table.to_pylist(), table.to_pandas().to_dict("split")]

    def kept(pa: Any) -> Any:
        try:
            return made(pa, frame)
        except (KeyError, ValueError, TypeError) as error:
            kinds = (KeyError, TypeError, ValueError)
            return next(kind for kind in kinds if isinstance(error, kind))

    assert kept(facade) == kept(real)


def test_a_null_where_the_schema_has_none_is_refused() -> None:
    frame = pd.DataFrame({"a": [1.0, None]})
    for pa in (real, facade):
        schema = pa.schema([pa.field("a", pa.int64(), nullable=False)])
        with pytest.raises(ValueError, match="non-nullable"):
            pa.Table.from_pandas(frame, schema=schema)
