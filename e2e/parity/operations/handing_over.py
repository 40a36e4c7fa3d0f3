"""Frames and columns that are handed to other libraries, and taken from them."""

from ..registry import operation


@operation
def a_table_of_arrow_as_an_array_of_numpy(spark):
    import numpy as np

    frame = spark.range(3).selectExpr("cast(id as int) a", "id / 2 b")
    return np.asarray(frame.toArrow()).tolist()


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
