"""Frames and columns that are handed to other libraries, and taken from them."""

from ..registry import operation


@operation
def a_table_of_arrow_as_an_array_of_numpy(spark):
    import numpy as np

    frame = spark.range(3).selectExpr("cast(id as int) a", "id / 2 b")
    return np.asarray(frame.toArrow()).tolist()


@operation
def a_mixed_table_of_arrow_as_an_array_of_numpy(spark):
    import numpy as np

    return np.asarray(spark.sql("select 1 a, 'x' b, null c").toArrow()).tolist()


@operation
def a_table_of_arrow_made_of_a_frame(spark):
    import pyarrow as pa

    table = pa.table(spark.range(5).selectExpr("id", "cast(id as string) s"))
    return [table.schema.names, table.to_pylist()]


@operation
def a_reader_of_a_frame(spark):
    import pyarrow as pa

    return pa.RecordBatchReader.from_stream(spark.range(3)).read_all().to_pylist()


@operation
def intervals_of_integers(spark):
    import pandas as pd

    frame = spark.createDataFrame(pd.DataFrame({"i": pd.interval_range(0, 3)}))
    return [frame.schema, frame.collect()]


@operation
def intervals_with_a_missing_one(spark):
    import pandas as pd

    values = pd.Series([pd.Interval(0.5, 1.5), None, pd.Interval(2.0, 3.0)])
    frame = spark.createDataFrame(pd.DataFrame({"i": values}))
    return [frame.schema, frame.collect()]


@operation
def intervals_of_times(spark):
    import pandas as pd

    values = pd.interval_range(pd.Timestamp("2024-01-01"), periods=2)
    frame = spark.createDataFrame(pd.DataFrame({"i": values}))
    return [frame.schema, frame.collect()]


@operation
def periods_of_months(spark):
    import pandas as pd

    frame = spark.createDataFrame(
        pd.DataFrame({"p": pd.period_range("2024-01", periods=2, freq="M")})
    )
    return [frame.schema, frame.collect()]


@operation
def periods_with_a_missing_one(spark):
    import pandas as pd

    frame = spark.createDataFrame(
        pd.DataFrame({"p": pd.PeriodIndex(["2024-01-01", None], freq="D")})
    )
    return [frame.schema, frame.collect()]


@operation
def an_empty_struct_that_was_asked_for(spark):
    frame = spark.createDataFrame([({},), (None,)], "s struct<>")
    return [frame.schema, frame.collect()]
