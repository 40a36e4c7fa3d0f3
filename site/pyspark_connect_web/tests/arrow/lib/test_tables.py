"""Arrays, chunked arrays, batches and tables: the methods, held to real pyarrow."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from pyspark_connect_web.arrow.memory.data import ArrayData

from ..support import facade, facade_only, outcome, real, same, to_facade, typed_values


def plain(result: Any) -> Any:
    """Something comparable between both modules."""
    if hasattr(result, "schema"):
        return "table", str(result.schema), result.num_rows, [c.to_pylist() for c in result.columns]
    if hasattr(result, "to_pylist"):
        return "column", str(result.type), result.to_pylist()
    if hasattr(result, "as_py"):
        return "scalar", str(result.type), result.as_py(), repr(result)
    if isinstance(result, (list, tuple)):
        return [plain(item) for item in result]
    if hasattr(result, "__next__"):
        return [plain(item) for item in result]
    return str(result) if type(result).__module__.startswith(("pyarrow", "pyspark")) else result


def table(pa: Any) -> Any:
    columns = [
        pa.chunked_array([pa.array([1, 2]), pa.array([None, 4, 5])]),
        pa.chunked_array([pa.array(["a", None, "c"]), pa.array(["d", "ë"])]),
        pa.chunked_array([pa.array([[1], None, [], [2, 3], [4]])]),
    ]
    return pa.Table.from_arrays(columns, ["i", "s", "l"])


TABLE_CALLS: list[Any] = [
    lambda t, pa: t.shape,
    lambda t, pa: t.num_columns,
    lambda t, pa: t.column_names,
    lambda t, pa: t.nbytes,
    lambda t, pa: len(t),
    lambda t, pa: t["i"],
    lambda t, pa: t[1],
    lambda t, pa: t[1:3],
    lambda t, pa: t[-1],
    lambda t, pa: t["nope"],
    lambda t, pa: t[9],
    lambda t, pa: t.column("s"),
    lambda t, pa: t.columns,
    lambda t, pa: t.itercolumns(),
    lambda t, pa: t.field(0),
    lambda t, pa: t.slice(1),
    lambda t, pa: t.slice(1, 2),
    lambda t, pa: t.slice(9),
    lambda t, pa: t.slice(-1),
    lambda t, pa: t.select(["l", "i"]),
    lambda t, pa: t.select([2]),
    lambda t, pa: t.select([]),
    lambda t, pa: t.drop_columns(["s"]),
    lambda t, pa: t.drop_columns(["nope"]),
    lambda t, pa: t.rename_columns(["x", "y", "z"]),
    lambda t, pa: t.rename_columns({"s": "t"}),
    lambda t, pa: t.rename_columns(["x"]),
    lambda t, pa: t.append_column("n", pa.array(range(5))),
    lambda t, pa: t.add_column(0, pa.field("n", pa.int64()), pa.array(range(5))),
    lambda t, pa: t.append_column("n", pa.array([1])),
    lambda t, pa: t.set_column(1, "n", pa.array(range(5))),
    lambda t, pa: t.remove_column(0),
    lambda t, pa: t.to_pylist(),
    lambda t, pa: t.to_pydict(),
    lambda t, pa: t.to_batches(),
    lambda t, pa: t.to_batches(max_chunksize=2),
    lambda t, pa: t.to_batches(max_chunksize=0),
    lambda t, pa: t.combine_chunks(),
    lambda t, pa: t.combine_chunks().to_batches()[0].column(0),
    lambda t, pa: t.replace_schema_metadata({"a": "b"}),
    lambda t, pa: t.take([4, 0, 1]),
    lambda t, pa: t.filter(pa.array([True, False, None, True, False])),
    lambda t, pa: t.equals(t.slice(0)),
    lambda t, pa: t == t.slice(1),
    lambda t, pa: t == 5,
    lambda t, pa: pa.concat_tables([t, t.slice(2)]),
    lambda t, pa: pa.concat_tables([t, t.select(["i"])]),
    lambda t, pa: pa.concat_batches(t.to_batches()),
    lambda t, pa: t.to_struct_array(),
    lambda t, pa: pa.Table.from_batches(t.to_batches()),
    lambda t, pa: pa.Table.from_batches([]),
    lambda t, pa: pa.Table.from_batches([], schema=t.schema),
    lambda t, pa: pa.Table.from_batches([*t.to_batches(), pa.record_batch([[1]], ["i"])]),
    lambda t, pa: t.to_reader().read_all(),
    lambda t, pa: pa.Table.from_struct_array(t.to_struct_array()),
    lambda t, pa: pa.table({"a": [1]}, schema=pa.schema([("a", pa.int8())])),
    lambda t, pa: pa.table([[1], ["x"]], names=["a", "b"]),
    lambda t, pa: pa.Table.from_pydict({"a": [1]}, schema=pa.schema([("z", pa.int8())])),
    lambda t, pa: pa.Table.from_pylist([{"a": 1, "b": "x"}, {"a": None}]),
    lambda t, pa: pa.Table.from_arrays([pa.array([1])], ["a", "b"]),
    lambda t, pa: pa.Table.from_arrays([pa.array([1]), pa.array([1, 2])], ["a", "b"]),
    lambda t, pa: pa.Table.from_arrays(
        [[1], ["x"]], schema=pa.schema([("a", pa.int8()), ("b", pa.string())])
    ),
    lambda t, pa: pa.Table.from_arrays([[1]]),
    lambda t, pa: pa.RecordBatch.from_pydict({"_": [None] * 3}).select([]),
    lambda t, pa: pa.RecordBatch.from_arrays([[1, 2]], schema=pa.schema([("a", pa.int8())])).slice(
        1
    ),
    lambda t, pa: pa.RecordBatch.from_struct_array(pa.array([{"a": 1}, None])),
    lambda t, pa: list(pa.record_batch([[1], ["x"]], ["a", "b"])),
]


@pytest.mark.parametrize("number", range(len(TABLE_CALLS)))
def test_a_table_method_gives_what_pyarrow_gives(number: int) -> None:
    call = TABLE_CALLS[number]
    its = outcome(lambda: plain(call(table(real), real)))
    mine = outcome(lambda: plain(call(table(facade), facade)))
    assert same(mine, its), f"pyarrow {its}, here {mine}"


ARRAYS: list[Any] = [
    lambda pa: pa.array([1, None, 3, 4]),
    lambda pa: pa.array(["a", None, "b", "b"]),
    lambda pa: pa.array([[1, 2], None, [], [None]]),
    lambda pa: pa.array([{"a": 1, "b": "x"}, None, {"a": None, "b": "y"}, {"a": 2, "b": None}]),
    lambda pa: pa.array([[("k", 1)], None, [], [("l", None)]], pa.map_(pa.string(), pa.int64())),
    lambda pa: pa.array([[1, 2], None, [3, None], [4, 5]], pa.list_(pa.int64(), 2)),
    lambda pa: pa.array([Decimal("1.5"), None, Decimal("-2"), Decimal(0)]),
    lambda pa: pa.array([True, None, False, True]),
    lambda pa: pa.array([None] * 4),
    lambda pa: pa.array([dt.datetime(2020, 1, 1), None] * 2, pa.timestamp("us", "Asia/Tokyo")),
    lambda pa: pa.array(["x", "y", None, "x"]).dictionary_encode(),
]  # fmt: skip
ARRAY_CALLS: list[Any] = [
    lambda a, pa: len(a),
    lambda a, pa: a.null_count,
    lambda a, pa: a.nbytes,
    lambda a, pa: a[0],
    lambda a, pa: a[-1],
    lambda a, pa: a[1],
    lambda a, pa: a[9],
    lambda a, pa: a[1:3],
    lambda a, pa: a[::2],
    lambda a, pa: a.slice(1),
    lambda a, pa: a.slice(1, 1),
    lambda a, pa: a.slice(2).slice(1).offset,
    lambda a, pa: list(a),
    lambda a, pa: a.to_pylist(),
    lambda a, pa: a.is_null(),
    lambda a, pa: a.slice(1).is_valid(),
    lambda a, pa: a.drop_null(),
    lambda a, pa: a.take(pa.array([3, 0])),
    lambda a, pa: a.take([0, 99]),
    lambda a, pa: a.filter(pa.array([True, False, True, None])),
    lambda a, pa: pa.concat_arrays([a, a.slice(2)]),
    lambda a, pa: a.equals(a.slice(0)),
    lambda a, pa: a == a.slice(1),
    lambda a, pa: a == [1],
    lambda a, pa: a.flatten(),
    lambda a, pa: a.slice(1).flatten(),
    lambda a, pa: a.values,
    lambda a, pa: a.offsets,
    lambda a, pa: a.slice(1, 2).offsets,
    lambda a, pa: a.keys,
    lambda a, pa: a.items,
    lambda a, pa: a.field("a"),
    lambda a, pa: a.slice(1).field(1),
    lambda a, pa: a.field("nope"),
    lambda a, pa: a.field(7),
    lambda a, pa: list(a[0]),
    lambda a, pa: len(a[0]),
    lambda a, pa: a[0]["a"],
    lambda a, pa: a[0][0],
    lambda a, pa: a[0].is_valid,
    lambda a, pa: a[1].as_py(),
    lambda a, pa: a[0] == a.slice(0)[0],
    lambda a, pa: a[0] == a[3],
    lambda a, pa: a.type.num_fields,
    lambda a, pa: pa.chunked_array([a, a.slice(1)])[5],
    lambda a, pa: pa.chunked_array([a, a.slice(1)]).slice(3, 3),
    lambda a, pa: pa.chunked_array([a, a]).combine_chunks(),
    lambda a, pa: pa.chunked_array([a, a.slice(2)]).chunk(1),
    lambda a, pa: pa.chunked_array([a, a]).num_chunks,
    lambda a, pa: pa.chunked_array([a, pa.array([b"x"])]),
    lambda a, pa: pa.chunked_array([a]).null_count,
    lambda a, pa: pa.chunked_array([a]) == pa.chunked_array([a.slice(0, 2), a.slice(2)]),
    lambda a, pa: pa.chunked_array([a]).is_null(),
    lambda a, pa: a.dictionary,
    lambda a, pa: a.indices,
]


def applied(pa: Any, make: Any, call: Any) -> Any:
    return plain(call(make(pa), pa))


@pytest.mark.parametrize("make", ARRAYS, ids=lambda make: str(make(real).type))
def test_array_methods_give_what_pyarrow_gives(make: Any) -> None:
    wrong = []
    for number, call in enumerate(ARRAY_CALLS):
        its = outcome(applied, real, make, call)
        mine = outcome(applied, facade, make, call)
        both_missing = its == ("error", "AttributeError") and mine[0] == "error"
        if not both_missing and not same(mine, its):
            wrong.append(f"call {number}: pyarrow {its}, here {mine}")
    assert not wrong, "\n".join(wrong)


def test_no_arrays_and_no_type_cannot_be_chunked() -> None:
    for pa in (real, facade):
        with pytest.raises(ValueError, match="cannot construct ChunkedArray"):
            pa.chunked_array([])
        assert pa.chunked_array([], pa.int8()).to_pylist() == []


NESTED: list[Any] = [
    lambda pa: pa.ListArray.from_arrays([0, 1, 3], [1, 2, 3]),
    lambda pa: pa.ListArray.from_arrays(pa.array([0, None, 3]), pa.array([1, 2, 3])),
    lambda pa: pa.ListArray.from_arrays(
        pa.array([0, 1, 3], pa.int32()), pa.array(["a", "b", "c"]), mask=pa.array([True, False])
    ),
    lambda pa: pa.ListArray.from_arrays(
        [0, 1], pa.array([1]), type=pa.list_(pa.field("e", pa.int64()))
    ),
    lambda pa: pa.LargeListArray.from_arrays([0, 1, 3], [1, 2, 3]),
    lambda pa: pa.FixedSizeListArray.from_arrays(pa.array([1, 2, 3, 4]), 2),
    lambda pa: pa.MapArray.from_arrays([0, 1, 2], ["a", "b"], [1, None]),
    lambda pa: pa.MapArray.from_arrays([0, 1, 2], ["a", None], [1, 2]),
    lambda pa: pa.StructArray.from_arrays([pa.array([1, 2]), pa.array(["x", None])], ["a", "b"]),
    lambda pa: pa.StructArray.from_arrays([pa.array([1, 2])], ["a"], mask=pa.array([True, False])),
    lambda pa: pa.StructArray.from_arrays(
        [pa.array([1])], fields=[pa.field("a", pa.int64(), False)]
    ),
    lambda pa: pa.StructArray.from_arrays([pa.array([1]), pa.array([1, 2])], ["a", "b"]),
    lambda pa: pa.DictionaryArray.from_arrays(pa.array([0, 1, None]), pa.array(["x", "y"])),
    lambda pa: pa.Array.from_buffers(
        pa.binary(), 1, [None, pa.array([0, 2], pa.int32()).buffers()[1], pa.py_buffer(b"ab")]
    ),
    lambda pa: pa.nulls(2, pa.struct([("a", pa.int8())])),
    lambda pa: pa.nulls(2),
]  # fmt: skip


@pytest.mark.parametrize("number", range(len(NESTED)))
def test_columns_put_together_from_parts(number: int) -> None:
    its = outcome(lambda: plain(NESTED[number](real)))
    assert same(outcome(lambda: plain(NESTED[number](facade))), its)


SCALAR_VALUES = [
    None, True, 1, 1.5, "x", b"x", Decimal("1.50"), dt.date(2020, 1, 1), dt.timedelta(1),
    dt.time(1), [1], {"a": 1},
]  # fmt: skip


@pytest.mark.parametrize("value", SCALAR_VALUES, ids=repr)
def test_scalars_behave_alike(value: Any) -> None:
    its, mine = real.scalar(value), facade.scalar(value)
    assert plain(mine) == plain(its)
    assert type(mine).__name__ == type(its).__name__
    assert mine == facade.scalar(value)
    assert mine != value
    assert str(mine) == str(its)


@settings(max_examples=60, deadline=None)
@given(typed_values(depth=2))
def test_concatenated_slices_are_the_whole(case: Any) -> None:
    make, values = case
    array = to_facade(real.table({"c": real.array(values, make(real))})).column(0).combine_chunks()
    pieces = [array.slice(i, 1) for i in range(len(array))] or [array]
    assert same(facade.concat_arrays(pieces).to_pylist(), array.to_pylist())


def test_a_table_prints_like_pyarrows() -> None:
    def make(pa: Any) -> Any:
        return pa.table({"a": [1, 2, None], "s": ["x", None, "z"], "l": [[1], None, []]})

    assert str(make(facade)) == str(make(real))
    assert str(make(facade)["a"]) == str(make(real)["a"])
    assert str(facade.array(["x", None])) == str(real.array(["x", None]))


@facade_only
def test_what_is_missing_says_so_and_names_the_cure() -> None:
    mine = table(facade)
    for use in (lambda: mine.group_by("i"), lambda: mine["i"].sum(), lambda: mine.schema.nope):
        with pytest.raises(NotImplementedError, match="real `pyarrow`"):
            use()
    assert not hasattr(mine, "group_by")
    assert getattr(mine, "join", None) is None


def test_values_cannot_be_compared_by_accident() -> None:
    """Arrays are unhashable as in pyarrow."""
    for pa in (real, facade):
        with pytest.raises(TypeError):
            hash(pa.array([1]))


@facade_only
def test_a_table_is_cut_into_batches_by_one_slice_for_each_piece(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    one = real.table({"a": list(range(10)), "b": [str(i) for i in range(10)]})
    its = real.concat_tables([one.slice(i % 3, 4 + i % 5) for i in range(60)])
    empty = its.slice(7, 0)
    its = real.concat_tables([empty, its, empty, its, empty])
    mine = to_facade(its)
    slices: list[int] = []
    plain = ArrayData.slice

    def counted(self: ArrayData, offset: int, length: int) -> ArrayData:
        slices.append(length)
        return plain(self, offset, length)

    monkeypatch.setattr(ArrayData, "slice", counted)
    batches = mine.to_batches(max_chunksize=3)
    assert len(slices) == 2 * len(batches)
    expected = [batch.to_pydict() for batch in its.to_batches(max_chunksize=3) if len(batch)]
    assert [batch.to_pydict() for batch in batches] == expected


@facade_only
@pytest.mark.parametrize("type_", [real.string(), real.list_(real.int64())], ids=str)
def test_bytes_are_counted_without_looking_at_every_offset(
    type_: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    values = ["ab", None, "c"] if type_ == real.string() else [[1, 2], None, [3]]
    its = real.table({"a": real.array(values * 5, type_)})
    pairs = [(to_facade(its), its), (to_facade(its).slice(1, 7), its.slice(1, 7))]
    monkeypatch.delattr(ArrayData, "offsets")
    for mine, theirs in pairs:
        assert mine.nbytes == theirs.nbytes
