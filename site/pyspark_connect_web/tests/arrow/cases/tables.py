"""What is done with tables and record batches."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from .call import Call, rebuilt, stream

TABULAR: dict[str, list[Call]] = {
    "Tabular.schema": [lambda t, pa: t.schema],
    "Tabular.columns": [lambda t, pa: t.columns],
    "Tabular.num_rows": [lambda t, pa: t.num_rows],
    "Tabular.num_columns": [lambda t, pa: t.num_columns],
    "Tabular.shape": [lambda t, pa: t.shape],
    "Tabular.column_names": [lambda t, pa: t.column_names],
    "Tabular.nbytes": [lambda t, pa: t.nbytes],
    "Tabular.get_total_buffer_size": [lambda t, pa: t.get_total_buffer_size() > 0],
    "Tabular.itercolumns": [lambda t, pa: list(t.itercolumns())],
    "Tabular.from_arrays": [lambda t, pa: type(t).from_arrays(t.columns, t.column_names)],
    "Tabular.from_pydict": [
        lambda t, pa: type(t).from_pydict({"a": [1], "b": ["x"]}),
        lambda t, pa: type(t).from_pydict(t.to_pydict(), schema=t.schema),
        lambda t, pa: type(t).from_pydict({"a": [1]}, metadata={"k": "v"}).schema.metadata,
        lambda t, pa: type(t).from_pydict({"a": [1]}, schema=pa.schema([("z", pa.int8())])),
    ],
    "Tabular.from_pylist": [
        lambda t, pa: type(t).from_pylist([{"a": 1, "b": "x"}, {"a": None}]),
        lambda t, pa: type(t).from_pylist(t.to_pylist(), schema=t.schema),
        lambda t, pa: type(t).from_pylist([]),
    ],
    "Tabular.from_pandas": [
        lambda t, pa: type(t).from_pandas(pd.DataFrame({"a": [1, 2], "s": ["x", None]})),
        lambda t, pa: type(t).from_pandas(pd.DataFrame({"a": [1, 2]}), preserve_index=True),
        lambda t, pa: type(t).from_pandas(
            pd.DataFrame({"a": [1.5]}), schema=pa.schema([("a", "int8")])
        ),
    ],
    "Tabular.__len__": [lambda t, pa: len(t)],
    "Tabular.__array__": [
        lambda t, pa: np.asarray(t.select(t.column_names[:2])),
        lambda t, pa: np.asarray(t.select(t.column_names[:2]), dtype=object),
        lambda t, pa: np.asarray(t.slice(0, 0)).shape,
    ],
    "Tabular.field": [
        lambda t, pa: t.field(0),
        lambda t, pa: t.field("map"),
        lambda t, pa: t.field("nope"),
    ],
    "Tabular.column": [
        lambda t, pa: t.column(0),
        lambda t, pa: t.column("map"),
        lambda t, pa: t.column("nope"),
        lambda t, pa: t.column(999),
        lambda t, pa: t.column(1.5),
        lambda t, pa: t.column(-1),
    ],
    "Tabular.__getitem__": [
        lambda t, pa: t["map"],
        lambda t, pa: t[1:3],
        lambda t, pa: t[::2],
        lambda t, pa: t[0],
    ],
    "Tabular.slice": [
        *(lambda t, pa, w=w: t.slice(*w) for w in ((), (1,), (1, 2), (99,), (0, 0))),
        lambda t, pa: t.slice(-1),
    ],
    "Tabular.take": [
        lambda t, pa: t.take([3, 0]),
        lambda t, pa: t.take(pa.array([0, None])),
        lambda t, pa: t.take([99]),
    ],
    "Tabular.filter": [lambda t, pa: t.filter(pa.array([True, False, None, True, False]))],
    "Tabular.select": [
        lambda t, pa: t.select(["map", "long"]),
        lambda t, pa: t.select([1, 0]),
        lambda t, pa: t.select([]),
        lambda t, pa: t.select(["nope"]),
    ],
    "Tabular.drop_columns": [
        lambda t, pa: t.drop_columns(["map"]),
        lambda t, pa: t.drop_columns("map"),
        lambda t, pa: t.drop_columns(["nope"]),
    ],
    "Tabular.drop": [lambda t, pa: pa.table(t).drop(["map"])],
    "Tabular.rename_columns": [
        lambda t, pa: t.rename_columns([f"x{i}" for i in range(t.num_columns)]),
        lambda t, pa: t.rename_columns({"map": "x"}),
        lambda t, pa: t.rename_columns(["x"]),
    ],
    "Tabular.add_column": [
        lambda t, pa: t.add_column(0, "n", pa.array(range(5))),
        lambda t, pa: t.add_column(0, "n", pa.array([1])),
        lambda t, pa: t.add_column(1, pa.field("n", pa.int8()), pa.array(range(5), pa.int8())),
    ],
    "Tabular.append_column": [lambda t, pa: t.append_column("n", pa.array(range(5)))],
    "Tabular.remove_column": [lambda t, pa: t.remove_column(0), lambda t, pa: t.remove_column(999)],
    "Tabular.set_column": [lambda t, pa: t.set_column(0, "n", pa.array(range(5)))],
    "Tabular.replace_schema_metadata": [
        lambda t, pa: t.replace_schema_metadata({"a": "b"}).schema.metadata,
        lambda t, pa: t.replace_schema_metadata().schema.metadata,
    ],
    "Tabular.cast": [
        lambda t, pa: t.cast(t.schema),
        lambda t, pa: t.cast(pa.schema([("a", "int8")])),
        lambda t, pa: t.select(["byte"]).cast(pa.schema([("byte", pa.int64())])),
    ],
    "Tabular.to_pydict": [
        lambda t, pa: t.to_pydict(),
        lambda t, pa: t.to_pydict(maps_as_pydicts="lossy"),
    ],
    "Tabular.to_pylist": [
        lambda t, pa: t.to_pylist(),
        lambda t, pa: t.to_pylist(maps_as_pydicts="lossy"),
    ],
    "Tabular.to_pandas": [
        lambda t, pa: t.drop_columns(["calendar interval"]).to_pandas(),
        lambda t, pa: t.to_pandas(),
        lambda t, pa: t.select([]).to_pandas(),
        lambda t, pa: t.select(["date", "timestamp", "long"]).to_pandas(
            date_as_object=False, coerce_temporal_nanoseconds=False, split_blocks=True
        ),
    ],
    "Tabular.to_struct_array": [lambda t, pa: t.to_struct_array()],
    "Tabular.equals": [
        lambda t, pa: t.equals(t.slice(0)),
        lambda t, pa: t.select(["map"]).equals(t.select(["map"])),
        lambda t, pa: t.equals(t.replace_schema_metadata({"a": "b"}), check_metadata=True),
        lambda t, pa: t.equals(t.slice(1)),
    ],
    "Tabular.__eq__": [lambda t, pa: t.select(["map"]) == t.select(["map"]), lambda t, pa: t == 5],
    "Tabular.validate": [lambda t, pa: t.validate(), lambda t, pa: t.validate(full=True)],
}


TABLES: dict[str, list[Call]] = {
    "Table.from_arrays": [
        lambda t, pa: pa.Table.from_arrays(t.columns, schema=t.schema),
        lambda t, pa: (
            pa.Table.from_arrays([pa.array([1])], ["a"], metadata={"k": "v"}).schema.metadata
        ),
        lambda t, pa: pa.Table.from_arrays([pa.array([1])], ["a", "b"]),
        lambda t, pa: pa.Table.from_arrays([pa.array([1]), pa.array([])], ["a", "b"]),
        lambda t, pa: pa.Table.from_arrays([pa.array([1])]),
    ],
    "Table.from_batches": [
        lambda t, pa: pa.Table.from_batches(t.to_batches()),
        lambda t, pa: pa.Table.from_batches([]),
        lambda t, pa: pa.Table.from_batches([], t.schema),
    ],
    "Table.from_struct_array": [
        lambda t, pa: pa.Table.from_struct_array(pa.array([{"a": 1}, None]))
    ],
    "Table.itercolumns": [lambda t, pa: list(t.itercolumns())],
    "Table.to_batches": [
        lambda t, pa: t.to_batches(),
        lambda t, pa: t.to_batches(max_chunksize=2),
        lambda t, pa: t.to_batches(max_chunksize=0),
        lambda t, pa: t.slice(0, 0).to_batches(),
    ],
    "Table.to_reader": [
        lambda t, pa: t.to_reader().read_all(),
        lambda t, pa: t.to_reader(2).read_next_batch(),
    ],
    "Table.combine_chunks": [lambda t, pa: t.combine_chunks()],
    "Table.flatten": [lambda t, pa: t.flatten()],
    "Table.to_string": [
        lambda t, pa: t.to_string(),
        lambda t, pa: t.to_string(preview_cols=3),
        lambda t, pa: t.to_string(show_metadata=True),
    ],
    "Table.__str__": [lambda t, pa: str(t)],
    "Table.__repr__": [lambda t, pa: repr(t)],
    "Table.__reduce__": [lambda t, pa: rebuilt(t)],
    "table": [
        lambda t, pa: pa.table({"a": [1, None]}),
        lambda t, pa: pa.table([[1], ["x"]], names=["a", "b"]),
        lambda t, pa: pa.table(pd.DataFrame({"a": [1]})),
        lambda t, pa: pa.table({"a": [1]}, schema=pa.schema([("a", "int8")])),
        lambda t, pa: pa.table(t.to_batches()[0]),
        lambda t, pa: pa.table(5),
        lambda t, pa: pa.table({}),
    ],
    "concat_tables": [
        lambda t, pa: pa.concat_tables([t, t.slice(2)]),
        lambda t, pa: pa.concat_tables([]),
        lambda t, pa: pa.concat_tables([t, t.select(["map"])]),
    ],
    "concat_batches": [
        lambda t, pa: pa.concat_batches(t.to_batches(2)),
        lambda t, pa: pa.concat_batches([]),
    ],
}


BATCHES: dict[str, list[Call]] = {
    "RecordBatch.from_arrays": [
        lambda b, pa: pa.RecordBatch.from_arrays(b.columns, schema=b.schema),
        lambda b, pa: pa.RecordBatch.from_arrays([pa.array([1])], ["a", "b"]),
        lambda b, pa: pa.RecordBatch.from_arrays([pa.array([1]), pa.array([])], ["a", "b"]),
    ],
    "RecordBatch.from_struct_array": [
        lambda b, pa: pa.RecordBatch.from_struct_array(pa.array([{"a": 1}, None]))
    ],
    "RecordBatch.itercolumns": [lambda b, pa: list(b.itercolumns())],
    "RecordBatch.__iter__": [lambda b, pa: list(b)],
    "RecordBatch.serialize": [lambda b, pa: b.serialize().size > 0],
    "RecordBatch.to_string": [lambda b, pa: b.to_string()],
    "RecordBatch.__str__": [lambda b, pa: str(b)],
    "RecordBatch.__repr__": [lambda b, pa: repr(b)],
    "RecordBatch.__reduce__": [lambda b, pa: rebuilt(b)],
    "record_batch": [
        lambda b, pa: pa.record_batch({"a": [1, None]}),
        lambda b, pa: pa.record_batch([[1]], names=["a"]),
        lambda b, pa: pa.record_batch(pd.DataFrame({"a": [1]})),
    ],
    "ipc.new_stream": [lambda b, pa: stream(pa, pa.table(b)).size > 0],
    "ipc.open_stream": [
        lambda b, pa: pa.ipc.open_stream(stream(pa, pa.table(b))).read_all(),
        lambda b, pa: pa.ipc.open_stream(b""),
        lambda b, pa: pa.ipc.open_stream(5),
        lambda b, pa: pa.ipc.open_stream(b"nonsense"),
    ],
    "RecordBatchReader.schema": [lambda b, pa: _reader(pa, b).schema],
    "RecordBatchReader.from_batches": [
        lambda b, pa: pa.RecordBatchReader.from_batches(b.schema, [b, b]).read_all(),
    ],
    "RecordBatchReader.from_stream": [
        lambda b, pa: pa.RecordBatchReader.from_stream(b).read_all(),
        lambda b, pa: pa.RecordBatchReader.from_stream("text"),
    ],
    "RecordBatchReader.read_next_batch": [lambda b, pa: _reader(pa, b).read_next_batch()],
    "RecordBatchReader.__iter__": [lambda b, pa: list(_reader(pa, b))],
    "RecordBatchReader.__next__": [lambda b, pa: next(_reader(pa, b))],
    "RecordBatchReader.read_all": [lambda b, pa: _reader(pa, b).read_all()],
    "RecordBatchReader.read_pandas": [lambda b, pa: _reader(pa, b.select(["long"])).read_pandas()],
    "RecordBatchReader.close": [lambda b, pa: _reader(pa, b).close()],
    "RecordBatchReader.__enter__": [lambda b, pa: _entered(_reader(pa, b))],
    "RecordBatchReader.__exit__": [lambda b, pa: _entered(_reader(pa, b))],
    "RecordBatchStreamWriter.write_batch": [lambda b, pa: _written(pa, b, "write_batch", b)],
    "RecordBatchStreamWriter.write_table": [
        lambda b, pa: _written(pa, b, "write_table", pa.table(b)),
        lambda b, pa: _written(pa, b, "write_table", pa.table(b), 2),
    ],
    "RecordBatchStreamWriter.write": [
        lambda b, pa: _written(pa, b, "write", b),
        lambda b, pa: _written(pa, b, "write", 5),
    ],
    "RecordBatchStreamWriter.close": [lambda b, pa: _written(pa, b, "close")],
    "RecordBatchStreamWriter.__enter__": [lambda b, pa: stream(pa, pa.table(b)).size > 0],
    "RecordBatchStreamWriter.__exit__": [lambda b, pa: stream(pa, pa.table(b)).size > 0],
    "IpcWriteOptions.compression": [
        lambda b, pa: pa.ipc.IpcWriteOptions().compression,
        lambda b, pa: pa.ipc.IpcWriteOptions(compression="zstd").compression,
    ],
}


def _reader(pa: Any, batch: Any) -> Any:
    return pa.ipc.open_stream(stream(pa, pa.table(batch)))


def _entered(reader: Any) -> Any:
    with reader as same:
        return same.read_all()


def _written(pa: Any, batch: Any, method: str, *arguments: Any) -> Any:
    """What a reader finds after one call of a writer's method."""
    sink = pa.BufferOutputStream()
    writer = pa.ipc.new_stream(sink, batch.schema)
    getattr(writer, method)(*arguments)
    writer.close()
    return [b.num_rows for b in pa.ipc.open_stream(sink.getvalue())]
