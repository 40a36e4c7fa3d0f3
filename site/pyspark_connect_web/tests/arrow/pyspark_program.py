"""PySpark's own client-side conversions, printed line by line.

Not a test: `test_pyspark.py` runs it once with real pyarrow and once with the facade, each in a
fresh interpreter, and compares what it prints.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
from pandas.api.types import is_datetime64_dtype, is_timedelta64_dtype
from pyspark.sql import types as st
from pyspark.sql.connect.plan import LocalRelation
from pyspark.sql.conversion import (
    ArrowArrayToPandasConversion,
    ArrowTableToRowsConversion,
    LocalDataToArrowConversion,
)
from pyspark.sql.pandas import types as pt
from pyspark.sql.pandas.conversion import (
    _convert_arrow_table_to_pandas,
    create_arrow_batch_from_pandas,
)

UTC = dt.UTC
INNER = st.StructType([st.StructField("z", st.StringType())])
NTZ = st.StructType([st.StructField("q", st.TimestampNTZType())])
SCHEMA = st.StructType(
    [
        st.StructField("n", st.NullType()),
        st.StructField("b", st.BooleanType(), metadata={"comment": "ä"}),
        st.StructField("i1", st.ByteType()),
        st.StructField("i2", st.ShortType()),
        st.StructField("i4", st.IntegerType()),
        st.StructField("i8", st.LongType()),
        st.StructField("f", st.FloatType()),
        st.StructField("d", st.DoubleType()),
        st.StructField("dec", st.DecimalType(38, 3)),
        st.StructField("s", st.StringType()),
        st.StructField("bin", st.BinaryType()),
        st.StructField("date", st.DateType()),
        st.StructField("ts", st.TimestampType()),
        st.StructField("ntz", st.TimestampNTZType()),
        st.StructField("dti", st.DayTimeIntervalType()),
        st.StructField("arr", st.ArrayType(st.IntegerType())),
        st.StructField("arrts", st.ArrayType(st.TimestampType())),
        st.StructField("m", st.MapType(st.StringType(), st.IntegerType())),
        st.StructField(
            "st",
            st.StructType(
                [st.StructField("x", st.LongType()), st.StructField("y", st.ArrayType(INNER))]
            ),
        ),
        st.StructField("v", st.VariantType()),
        st.StructField("mm", st.MapType(st.StringType(), NTZ)),
    ]
)


def row(k: int) -> tuple[Any, ...]:
    """One row with a value in every column."""
    return (
        None, k % 2 == 0, k, -k, k * 1000, 2**40 + k, 1.5 * k, k / 3, Decimal("-12345.678") * k,
        f"s{k}é", b"\x00\xff" * k, dt.date(1950 + k, 1, 2),
        dt.datetime(2020, 3, 8, 6, 59, 50 + k, tzinfo=UTC), dt.datetime(1960, 1, 1, 0, 0, k),
        dt.timedelta(days=-k, microseconds=k), [k, None],
        [dt.datetime(2020, 11, 1, 5 + k % 2, tzinfo=UTC), None],
        {"a": k, "b": None}, (k, [(f"z{k}",)]), None, {"k": (dt.datetime(2021, 1, 1),)},
    )  # fmt: skip


ROWS = [*map(row, range(5)), tuple([None] * len(SCHEMA))]


def described(call: Callable[[], Any]) -> str:
    """The repr of a result, or the names of the error and of its cause."""
    try:
        return repr(call())
    except Exception as error:  # noqa: BLE001 - whatever it is, both must raise it
        return f"{type(error).__name__} from {type(error.__cause__).__name__}"


def rows_to_arrow_and_back(large: bool) -> Iterator[Any]:
    """createDataFrame(rows), the plan's bytes, collect()."""
    table = LocalDataToArrowConversion.convert(ROWS, SCHEMA, large)
    yield str(table.schema), table.num_rows, table.nbytes
    yield from ArrowTableToRowsConversion.convert(table, SCHEMA)
    yield pt.from_arrow_schema(table.schema) == SCHEMA
    relation = LocalRelation(table)
    read = pa.ipc.open_stream(relation._serialize_table()).read_all()
    yield read.equals(table), read.schema.equals(table.schema, check_metadata=True)
    chunks = list(relation._serialize_table_chunks(2, 1000))
    yield [pa.ipc.open_stream(chunk).read_all().num_rows for chunk in chunks]
    yield [batch.num_rows for batch in table.to_batches(max_chunksize=4)]


def to_pandas(large: bool) -> Iterator[Any]:
    """toPandas() in every mode, and the UDF conversion of every column."""
    table = LocalDataToArrowConversion.convert(ROWS, SCHEMA, large)
    for mode in ("row", "dict", "legacy"):
        for date_as_object in (False, True):
            for self_destruct in (False, True):
                frame = _convert_arrow_table_to_pandas(
                    table, SCHEMA, timezone="Europe/Berlin", struct_handling_mode=mode,
                    date_as_object=date_as_object, self_destruct=self_destruct,
                )  # fmt: skip
                yield [str(dtype) for dtype in frame.dtypes]
                for name in frame.columns:
                    yield name, [(type(value).__name__, value) for value in frame[name]]
    for column, field in zip(table.columns, SCHEMA.fields, strict=True):
        yield (
            field.name,
            described(
                lambda c=column, f=field: ArrowArrayToPandasConversion.convert(
                    c, f.dataType, ser_name=f.name, timezone="Europe/Berlin"
                ).tolist()
            ),
        )


def bad_rows() -> Iterator[str]:
    """Rows that do not fit their schema."""
    for value, data_type in (
        ("a", st.IntegerType()),
        (2**40, st.IntegerType()),
        (2**70, st.LongType()),
        (1, st.BooleanType()),
        (1, st.DoubleType()),
        (1, st.DateType()),
        ("x", st.DayTimeIntervalType()),
        (Decimal("1e30"), st.DecimalType(5, 2)),
    ):
        schema = st.StructType([st.StructField("x", data_type)])
        yield described(
            lambda v=value, s=schema: LocalDataToArrowConversion.convert(
                [(v,)], s, False
            ).to_pydict()
        )
    empty = LocalDataToArrowConversion.convert([{}, {}], st.StructType([]), False)
    yield str((empty.num_rows, ArrowTableToRowsConversion.convert(empty, st.StructType([]))))


FRAME = pd.DataFrame(
    {
        "i": [1, 2, 3],
        "f": [1.5, np.nan, 2.5],
        "s": ["a", None, "c"],
        "istr": ["1", "2", "x"],
        "ts": pd.to_datetime(["2020-03-08 02:30", "2020-11-01 01:30", None], format="mixed"),
        "tz": pd.to_datetime(["2020-01-01", None, "2020-01-03"]).tz_localize("Asia/Tokyo"),
        "td": pd.to_timedelta(["1D", None, "2h"]),
        "b": [True, False, True],
        "l": [[1, 2], None, [3]],
        "d": [dt.date(2020, 1, 1), None, dt.date(1900, 1, 1)],
        "dec": [Decimal("1.1"), None, Decimal("2.22")],
        "np": [np.array([1.0, 2.0]), None, np.array([])],
        "cat": pd.Categorical(["u", "v", "u"]),
        "I": pd.array([1, None, 3], dtype="Int64"),
        "B": pd.array([True, None, False], dtype="boolean"),
        "st": [{"a": 1}, None, {"a": 2}],
        "mp": [{"a": 1}, None, {}],
        "tm": [dt.time(1), None, dt.time(2, 3, 4, 5)],
        "by": [b"a", None, b"\xff"],
        "u": np.array([1, 2, 3], dtype="uint8"),
        "day": np.array(["2020-01-01", "NaT", "2020-01-03"], dtype="M8[s]"),
        "ddt": [dt.datetime(2020, 1, 1), None, dt.datetime(2021, 1, 1)],
        "ns": pd.to_datetime([1, None, 2]).as_unit("ns"),
    }
)
TYPES = [
    None, st.BooleanType(), st.ByteType(), st.IntegerType(), st.LongType(), st.FloatType(),
    st.DoubleType(), st.DecimalType(20, 2), st.DecimalType(4, 2), st.StringType(), st.DateType(),
    st.TimestampType(), st.TimestampNTZType(), st.DayTimeIntervalType(),
    st.ArrayType(st.LongType()), st.ArrayType(st.DoubleType()),
    st.MapType(st.StringType(), st.LongType()),
    st.StructType([st.StructField("a", st.LongType())]),
]  # fmt: skip


def from_pandas() -> Iterator[str]:
    """createDataFrame(pandas) for every pair of dtype and Spark type, as the session does it."""
    for name in FRAME.columns:
        for data_type in TYPES:
            if data_type is None:
                data_type = inferred(FRAME[name].dtype)

            def convert(series: Any = FRAME[name], wanted: Any = data_type) -> Any:
                batch = create_arrow_batch_from_pandas(
                    [(series, wanted)], timezone="America/Los_Angeles", safecheck=True
                )
                table = pa.Table.from_batches([batch])
                if wanted is not None:
                    schema = pt.to_arrow_schema(
                        st.StructType([st.StructField("c", wanted)]), timezone="UTC"
                    )
                    table = table.rename_columns(["c"]).cast(schema)
                return str(table.schema), table.column(0).to_pylist()

            yield f"{name} as {data_type}: {described(convert)}"
    yield described(lambda: pa.Schema.from_pandas(FRAME[["st", "i", "s", "l"]]).types)
    yield described(lambda: pa.RecordBatch.from_pandas(pd.DataFrame(index=range(3))).num_rows)


def inferred(dtype: Any) -> Any:
    """The Spark type the session gives a column without a schema."""
    if is_datetime64_dtype(dtype) or isinstance(dtype, pd.DatetimeTZDtype):
        return st.TimestampType()
    return st.DayTimeIntervalType() if is_timedelta64_dtype(dtype) else None


def from_arrow() -> Iterator[Any]:
    """createDataFrame(pyarrow.Table): timestamps localized, nested ones too."""
    moment = dt.datetime(2020, 1, 1, 0, 0, 0, 5)
    columns = {
        "ts": pa.array([moment, None], pa.timestamp("ns")),
        "l": pa.array([[moment], None], pa.list_(pa.timestamp("us"))),
        "m": pa.array([[("a", moment)], None], pa.map_(pa.string(), pa.timestamp("us"))),
        "s": pa.array([{"t": moment}, None]),
        "i": pa.array([1, None], pa.int32()),
        "e": pa.array(["x", None]).dictionary_encode(),
    }
    for name, column in columns.items():
        data_type = pt.from_arrow_type(column.type, False)
        for localized in (column, pa.chunked_array([column, column])):
            made = pt._check_arrow_array_timestamps_localize(
                localized, data_type, True, "America/New_York"
            )
            cast = made.cast(pt.to_arrow_type(data_type, timezone="UTC"))
            yield name, str(made.type), made.to_pylist(), str(cast.type), cast.to_pylist()


def definitions() -> Iterator[Any]:
    """Functions for the server must be definable and typed."""
    from pyspark.sql.pandas.functions import arrow_udf, pandas_udf

    @pandas_udf(st.LongType())
    def plus_one(values: pd.Series) -> pd.Series:
        return values + 1

    @arrow_udf(st.LongType())
    def same_values(values: pa.Array) -> pa.Array:
        return values

    yield plus_one.evalType, same_values.evalType, str(plus_one.returnType)


def main() -> None:
    """Print everything."""
    for lines in (
        rows_to_arrow_and_back(False), rows_to_arrow_and_back(True), to_pandas(False),
        to_pandas(True), bad_rows(), from_pandas(), from_arrow(), definitions(),
    ):  # fmt: skip
        for line in lines:
            print(line)


if __name__ == "__main__":
    main()
