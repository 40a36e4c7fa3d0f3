"""The IPC stream reader and writer, held to real pyarrow."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ..support import (
    assert_same_column,
    facade,
    facade_only,
    real,
    same,
    stream,
    to_facade,
    to_real,
    typed_values,
)


@settings(max_examples=100, deadline=None)
@given(typed_values())
def test_a_stream_written_by_pyarrow_reads_back_equal(case: Any) -> None:
    make, values = case
    table = real.table({"c": real.array(values, make(real))})
    mine = to_facade(table)
    assert_same_column(mine.column(0), table.column(0))


@settings(max_examples=100, deadline=None)
@given(typed_values())
def test_a_stream_written_here_is_valid_for_pyarrow_and_equal(case: Any) -> None:
    make, values = case
    mine = facade.table({"c": facade.array(values, make(facade))})
    its = to_real(mine)
    assert its.schema.equals(real.schema([("c", make(real))]), check_metadata=True)
    assert its.column(0).equals(real.chunked_array([real.array(values, make(real))])) or same(
        its.column(0).to_pylist(), real.array(values, make(real)).to_pylist()
    )


@settings(max_examples=100, deadline=None)
@given(typed_values(), st.integers(0, 6), st.integers(0, 6))
def test_a_slice_decodes_and_writes_like_the_slice_in_pyarrow(
    case: Any, start: int, length: int
) -> None:
    make, values = case
    its = real.table({"c": real.array(values, make(real))}).slice(start, length)
    whole = to_facade(real.table({"c": real.array(values, make(real))}))
    mine = whole.slice(start, length)
    assert_same_column(mine.column(0), its.column(0))
    assert same(to_real(mine).column(0).to_pylist(), its.column(0).to_pylist())


def wide_table(pa: Any) -> Any:
    return pa.table(
        {
            "i": pa.array([1, None, 3] * 50),
            "s": pa.array(["a", None, "zß"] * 50),
            "l": pa.array([[1], None, []] * 50),
            "t": pa.array([dt.datetime(2020, 1, 1)] * 150, pa.timestamp("us", "UTC")),
        }
    )


def test_field_and_schema_metadata_travel_both_ways() -> None:
    def make(pa: Any) -> Any:
        inner = pa.field("x", pa.int8(), False, {"k": "v"})
        fields = [
            pa.field("a", pa.struct([inner])),
            pa.field("b", pa.string(), metadata={"ä": "ö"}),
        ]
        return pa.schema(fields, metadata={"top": "level"}).empty_table()

    read = to_facade(make(real)).schema
    assert read.equals(make(facade).schema, check_metadata=True)
    assert to_real(make(facade)).schema.equals(make(real).schema, check_metadata=True)


def test_several_batches_and_empty_ones_keep_their_rows() -> None:
    table = wide_table(real)
    parts = [table.slice(0, 7), table.slice(7, 0), table.slice(7, 143)]
    sink = real.BufferOutputStream()
    with real.ipc.new_stream(sink, table.schema) as writer:
        for part in parts:
            batches = part.to_batches() or [table.schema.empty_table().to_batches()]
            for batch in batches:
                if isinstance(batch, real.RecordBatch):
                    writer.write_batch(batch)
    mine = facade.ipc.open_stream(sink.getvalue().to_pybytes()).read_all()
    assert same(mine.to_pylist(), table.to_pylist())


def test_a_batch_without_columns_keeps_its_row_count() -> None:
    table = real.table({"a": [1, 2, 3]}).select([])
    assert table.num_rows == 3
    batch = real.RecordBatch.from_struct_array(real.array([{}] * 3))
    sink = real.BufferOutputStream()
    with real.ipc.new_stream(sink, batch.schema) as writer:
        writer.write_batch(batch)
    assert facade.ipc.open_stream(sink.getvalue().to_pybytes()).read_all().num_rows == 3
    mine = facade.Table.from_struct_array(facade.array([{}] * 3))
    assert [b.num_rows for b in real.ipc.open_stream(stream(facade, mine))] == [3]


@pytest.mark.parametrize("version", [real.ipc.MetadataVersion.V4, real.ipc.MetadataVersion.V5])
def test_both_metadata_versions_are_read(version: Any) -> None:
    options = real.ipc.IpcWriteOptions(metadata_version=version)
    assert same(
        to_facade(wide_table(real), options=options).to_pylist(), wide_table(real).to_pylist()
    )


def test_the_format_before_the_continuation_marker_is_read() -> None:
    options = real.ipc.IpcWriteOptions(
        use_legacy_format=True, metadata_version=real.ipc.MetadataVersion.V4
    )
    assert same(
        to_facade(wide_table(real), options=options).to_pylist(), wide_table(real).to_pylist()
    )


def test_zstd_bodies_are_read() -> None:
    pytest.importorskip("zstandard")
    zstd = real.ipc.IpcWriteOptions(compression="zstd")
    assert same(to_facade(wide_table(real), options=zstd).to_pylist(), wide_table(real).to_pylist())


def test_dictionaries_travel_both_ways() -> None:
    table = real.table({"d": real.array(["a", "b", None, "a"]).dictionary_encode()})
    mine = to_facade(table)
    assert_same_column(mine.column(0), table.column(0))
    back = to_real(mine)
    assert back.column(0).type == table.column(0).type
    assert back.column(0).to_pylist() == table.column(0).to_pylist()


def test_replaced_and_delta_dictionaries_are_applied() -> None:
    first = real.array(["a", "b"]).dictionary_encode()
    second = real.DictionaryArray.from_arrays([0, 1, 2], ["a", "b", "c"])
    third = real.DictionaryArray.from_arrays([1, 0], ["x", "y"])
    for deltas in (False, True):
        options = real.ipc.IpcWriteOptions(emit_dictionary_deltas=deltas)
        sink = real.BufferOutputStream()
        with real.ipc.new_stream(sink, real.schema([("d", first.type)]), options=options) as writer:
            for array in (first, second, third):
                writer.write_batch(real.record_batch([array.cast(first.type)], ["d"]))
        batches = list(facade.ipc.open_stream(sink.getvalue().to_pybytes()))
        assert [b.column(0).to_pylist() for b in batches] == [
            ["a", "b"],
            ["a", "b", "c"],
            ["y", "x"],
        ]


def test_the_end_marker_may_be_missing_and_what_follows_it_is_not_read() -> None:
    data = stream(real, wide_table(real))
    for source in (data[:-8], data + b"rubbish"):
        read = facade.ipc.open_stream(source).read_all()
        assert same(read.to_pylist(), wide_table(real).to_pylist())


@pytest.mark.parametrize("wrap", [bytes, bytearray, memoryview, facade.py_buffer])
def test_every_kind_of_source_is_read(wrap: Any) -> None:
    data = stream(real, wide_table(real))
    assert facade.ipc.open_stream(wrap(data)).read_all().num_rows == 150
    assert facade.ipc.open_stream(facade.BufferReader(data)).read_all().num_rows == 150


def test_a_misaligned_stream_is_read() -> None:
    data = memoryview(b"x" + stream(real, wide_table(real)))[1:]
    assert same(facade.ipc.open_stream(data).read_all().to_pylist(), wide_table(real).to_pylist())


@facade_only
def test_columns_share_the_memory_of_the_stream() -> None:
    data = stream(real, real.table({"a": [1, 2, 3]}))
    column = facade.ipc.open_stream(data).read_all().column(0).chunk(0)
    assert column.buffers()[1]._view.obj is data


def test_the_writer_pads_bodies_to_eight_bytes_and_ends_with_the_marker() -> None:
    data = stream(facade, facade.table({"a": ["x", "yy", None]}))
    assert len(data) % 8 == 0
    assert data.endswith(b"\xff\xff\xff\xff\0\0\0\0")


def test_a_batch_of_another_schema_is_refused_by_the_writer() -> None:
    writer = facade.ipc.new_stream(facade.BufferOutputStream(), facade.schema([("a", "int64")]))
    with pytest.raises(facade.ArrowInvalid, match="different schema"):
        writer.write_batch(facade.record_batch([["x"]], ["a"]))


@facade_only
def test_a_year_month_interval_column_is_named_but_its_values_are_refused() -> None:
    """Spark's YEAR-MONTH intervals: real pyarrow cannot hold them either."""
    from pyspark_connect_web.arrow.types import month_interval

    empty = facade.schema([facade.field("m", month_interval())]).empty_table()
    read = facade.ipc.open_stream(stream(facade, empty)).read_all()
    assert str(read.schema.field(0).type) == "month_interval"
    with pytest.raises(NotImplementedError, match="month_interval"):
        facade.nulls(1, month_interval()).slice(0, 1).cast("string")


@facade_only
def test_view_types_are_refused_by_name() -> None:
    table = real.table({"v": real.array(["a"], real.string_view())})
    with pytest.raises(NotImplementedError, match="string_view"):
        to_facade(table)
