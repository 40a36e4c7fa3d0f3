"""pandas on Spark, over Connect."""

from ..registry import operation


@operation
def from_a_range(spark):
    import pyspark.pandas as ps

    return ps.range(5).to_pandas()


@operation
def from_pandas(spark):
    import pandas as pd
    import pyspark.pandas as ps

    return (
        ps.from_pandas(pd.DataFrame({"a": [3, 1, 2], "b": ["x", "y", None]}))
        .sort_values("a")
        .to_pandas()
    )


@operation
def grouped(spark):
    import pyspark.pandas as ps

    frame = ps.DataFrame({"k": [1, 1, 2], "v": [1.0, 2.0, 3.0]})
    return frame.groupby("k").v.sum().sort_index().to_pandas()


@operation
def described(spark):
    import pyspark.pandas as ps

    return ps.DataFrame({"v": [1.0, 2.0, 3.0]}).describe().to_pandas()


@operation
def texts(spark):
    import pyspark.pandas as ps

    return repr(ps.DataFrame({"v": [1, 2]}))


@operation
def of_a_spark_frame(spark):
    return spark.range(3).pandas_api().to_pandas()


@operation
def as_a_spark_frame(spark):
    import pyspark.pandas as ps

    return ps.DataFrame({"a": [1, 2]}).to_spark().collect()


@operation
def in_sql(spark):
    import pyspark.pandas as ps

    return ps.sql(
        "select * from {frame} where a > 1", frame=ps.DataFrame({"a": [1, 2]})
    ).to_pandas()
