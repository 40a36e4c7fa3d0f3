"""What numpy, pandas and pyarrow itself make of Spark's tables, and pandas' own kinds of columns."""

from ..registry import add, operation

QUERY = "select id, id * 1.5d as d, if(id = 1, null, string(id)) as s from range(3) order by id"


def shown(array):
    return [str(array.dtype).replace("int32", "int64"), array.shape, array.tolist()]


@operation
def an_array_of_a_table(spark):
    import numpy as np

    table = spark.sql(QUERY).toArrow()
    return [shown(np.asarray(table)), shown(np.asarray(table.select(["id", "d"]), dtype="f4"))]


@operation
def an_array_of_a_batch(spark):
    import numpy as np

    batch = spark.sql(QUERY).toArrow().select(["id", "d"]).to_batches()[0]
    return [shown(np.asarray(batch)), shown(np.array(batch["d"]))]


@operation
def an_array_of_a_table_without_a_copy(spark):
    import numpy as np

    return np.array(spark.range(2).toArrow(), copy=False)


@operation
def an_array_of_a_table_without_rows(spark):
    import numpy as np

    return shown(np.asarray(spark.range(0).toArrow()))


@operation
def a_table_copied_and_pickled(spark):
    import copy
    import pickle

    table = spark.sql(QUERY).toArrow()
    copies = [copy.copy(table), copy.deepcopy(table), pickle.loads(pickle.dumps(table))]
    return [[str(one.schema), one.to_pylist(), one == table] for one in copies]


@operation
def values_that_datetime_has_not(spark):
    import copy
    import pickle

    import pyarrow as pa

    times = pa.array([1, None, 86399999999999]).view(pa.time64("ns"))
    moments = pa.array([1, None, 1583650799999999999]).view(pa.timestamp("ns"))
    copies = [copy.copy(times), pickle.loads(pickle.dumps(times)), times.slice(1)]
    shown_copies = [[one == times, str(one)] for one in copies]
    return [shown_copies, [repr(one) for one in moments], int(pa.scalar(7)), float(pa.scalar(1.5))]


@operation
def a_frame_of_pandas_there_and_back(spark):
    import pandas as pd
    import pyarrow as pa

    frame = pd.DataFrame(
        {
            1: pd.period_range("2020-01", periods=2, freq="M"),
            2: pd.interval_range(0, 2),
            3: pd.array([2**60 + 1, None], dtype="Int64"),
        },
        index=pd.PeriodIndex(["2020-01-01", None], freq="D", name="q"),
    )
    back = pa.Table.from_pandas(frame).to_pandas()
    rows = [[str(one) for one in row] for row in back.values.tolist()]
    index = [str(back.index.dtype), list(map(str, back.index)), back.index.name]
    return [list(map(str, back.dtypes)), rows, index, back.columns.tolist()]


@operation
def a_table_of_a_frame(spark):
    import pyarrow as pa

    table = pa.table(spark.sql(QUERY))
    return [str(table.schema), table.to_pylist()]


@operation
def a_table_of_a_frame_of_nested_values(spark):
    import pyarrow as pa

    table = pa.table(
        spark.sql("select array(1, null) as a, named_struct('x', 1) as s, map('k', 2) as m")
    )
    return [str(table.schema), table.to_pylist()]


@operation
def a_table_of_a_frame_of_times(spark):
    import pyarrow as pa

    table = pa.table(spark.sql("select timestamp'2020-01-01 12:00:00' as t, date'2020-01-01' as d"))
    return [str(table.schema), table.to_pylist()]


@operation
def a_table_of_a_frame_of_pandas_on_spark(spark):
    import pyarrow as pa

    table = pa.table(spark.sql(QUERY).pandas_api())
    return [str(table.schema), table.to_pylist()]


@operation
def a_table_of_a_frame_with_columns_named_as_methods(spark):
    import pyarrow as pa

    table = pa.table(spark.sql("select 1 as read_all, 2 as toArrow, 3 as _internal"))
    return [str(table.schema), table.to_pylist()]


@operation
def a_table_of_a_frame_with_another_schema(spark):
    import pyarrow as pa

    table = pa.table(spark.range(2), schema=pa.schema([("id", pa.int8())]))
    return [str(table.schema), table.to_pylist()]


@operation
def a_reader_of_a_frame(spark):
    import pyarrow as pa

    table = pa.RecordBatchReader.from_stream(spark.range(2)).read_all()
    return [str(table.schema), table.to_pylist()]


@operation
def a_table_of_a_frame_without_rows(spark):
    import pyarrow as pa

    table = pa.table(spark.range(0))
    return [str(table.schema), table.num_rows]


def _columns():
    import pandas as pd

    stamp = pd.Timestamp(2020, 1, 1)
    return {
        "intervals": pd.interval_range(0, 3),
        "intervals_with_a_missing_one": pd.arrays.IntervalArray.from_tuples([(0.5, 1), None]),
        "intervals_of_times": pd.interval_range(stamp, periods=2),
        "intervals_of_times_with_a_zone": pd.interval_range(stamp.tz_localize("UTC"), periods=2),
        "intervals_of_spans": pd.interval_range(pd.Timedelta(0), periods=2),
        "intervals_as_objects": pd.Series([pd.Interval(0, 1), None], dtype=object),
        "days": pd.period_range("2020-01-01", periods=2, freq="D"),
        "months_with_a_missing_one": pd.PeriodIndex(["2020-01", None], freq="M"),
        "quarters": pd.period_range("1960Q1", periods=2, freq="Q"),
        "hours": pd.period_range("2020-01-01", periods=2, freq="h"),
        "periods_as_objects": pd.Series([pd.Period("2020"), None], dtype=object),
        "categories": pd.Series(["b", None, "a"], dtype="category"),
        "ordered_categories": pd.Categorical(["b", "a"], ["b", "a"], ordered=True),
        "categories_of_numbers": pd.Series([2, 1], dtype="category"),
        "categories_of_days": pd.to_datetime(["2020-01-01", None]).astype("category"),
        "sparse_numbers": pd.Series([0, 1], dtype="Sparse[int64]"),
        "nullable_integers": pd.array([1, None], dtype="Int64"),
        "nullable_floats": pd.array([1.5, None], dtype="Float32"),
        "nullable_booleans": pd.array([True, None], dtype="boolean"),
        "nullable_strings": pd.array(["a", None], dtype="string"),
        "strings": pd.array(["a", None], dtype="str"),
        "zoned_times": pd.date_range("2020-01-01", periods=2, tz="Europe/Berlin"),
        "zoned_times_of_seconds": pd.date_range("2020-01-01", periods=2, tz="UTC", unit="s"),
        "spans_of_seconds": pd.array([1, 2], dtype="m8[s]"),
        "spans_of_milliseconds": pd.array([1, 2], dtype="m8[ms]"),
        "spans_of_nanoseconds": pd.array([1000, 2000], dtype="m8[ns]"),
        "complex_numbers": pd.Series([1j]),
        "a_mix_of_objects": pd.Series([1, "a"], dtype=object),
    }


NAMES = (
    "intervals", "intervals_with_a_missing_one", "intervals_of_times",
    "intervals_of_times_with_a_zone", "intervals_of_spans", "intervals_as_objects", "days",
    "months_with_a_missing_one", "quarters", "hours", "periods_as_objects", "categories",
    "ordered_categories", "categories_of_numbers", "categories_of_days", "sparse_numbers",
    "nullable_integers", "nullable_floats", "nullable_booleans", "nullable_strings", "strings",
    "zoned_times", "zoned_times_of_seconds", "spans_of_seconds", "spans_of_milliseconds",
    "spans_of_nanoseconds", "a_mix_of_objects",
)  # fmt: skip


def _a_frame(name):
    def run(spark):
        import pandas as pd

        frame = spark.createDataFrame(pd.DataFrame({"v": _columns()[name]}))
        return [frame.schema, frame.collect()]

    return run


def _a_frame_with_a_schema(name, schema):
    def run(spark):
        import pandas as pd

        frame = spark.createDataFrame(pd.DataFrame({"v": _columns()[name]}), schema)
        return [frame.schema, frame.collect()]

    return run


for _name in NAMES:
    add("arrow_face", f"create_from_{_name}", _a_frame(_name))
add(
    "arrow_face",
    "create_from_complex_numbers",
    _a_frame("complex_numbers"),
    different="both refuse them; the sentence is the facade's",
)
for _name, _schema in (
    ("days", "v long"),
    ("days", "v int"),
    ("days", "v string"),
    ("months_with_a_missing_one", "v long"),
    ("intervals", "v struct<left: long, right: long>"),
    ("intervals", "v struct<left: int, right: int>"),
    ("intervals", "v string"),
    ("intervals_with_a_missing_one", "v struct<left: double, right: double>"),
    ("categories", "v string"),
    ("categories_of_numbers", "v int"),
    ("sparse_numbers", "v long"),
):
    _words = "".join(c if c.isalnum() else "_" for c in _schema)
    add("arrow_face", f"create_from_{_name}_as_{_words}", _a_frame_with_a_schema(_name, _schema))


@operation
def create_with_an_index_of_periods(spark):
    import pandas as pd

    index = pd.period_range("2020-01", periods=2, freq="M")
    frame = spark.createDataFrame(pd.DataFrame({"a": [1.5, 2.5]}, index=index))
    return [frame.schema, frame.collect()]


@operation
def create_with_an_index_of_intervals(spark):
    import pandas as pd

    frame = spark.createDataFrame(pd.DataFrame({"a": [1.5, 2.5]}, index=pd.interval_range(0, 2)))
    return [frame.schema, frame.collect()]
