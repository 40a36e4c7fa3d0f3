"""Observations: metrics that a query gives by the way."""

from ..registry import operation


@operation
def observation(spark):
    from pyspark.sql import Observation
    from pyspark.sql import functions as f

    seen = Observation("numbers")
    frame = spark.range(10).observe(seen, f.count(f.lit(1)).alias("n"), f.max("id").alias("m"))
    return [frame.count(), seen.get]


@operation
def observation_of_nested_values(spark):
    from pyspark.sql import Observation
    from pyspark.sql import functions as f

    seen = Observation()
    frame = spark.range(3).observe(
        seen, f.sort_array(f.collect_list("id")).alias("l"), f.lit("x").alias("s")
    )
    return [frame.collect(), seen.get]


@operation
def observed_by_name(spark):
    from pyspark.sql import functions as f

    frame = spark.range(5).observe("by_name", f.sum("id").alias("s")).toPandas()
    return [frame, [repr(metric) for metric in frame.attrs.get("observed_metrics", [])]]


@operation
def two_observations(spark):
    from pyspark.sql import Observation
    from pyspark.sql import functions as f

    first, second = Observation("a"), Observation("b")
    frame = spark.range(10).observe(first, f.count("*").alias("n")).filter("id > 5")
    frame.observe(second, f.count("*").alias("n")).collect()
    return [first.get, second.get]


@operation
def observation_used_twice(spark):
    from pyspark.sql import Observation
    from pyspark.sql import functions as f

    seen = Observation("once")
    spark.range(1).observe(seen, f.count("*").alias("n")).collect()
    return spark.range(1).observe(seen, f.count("*").alias("n")).collect()


@operation
def observation_in_an_iterator(spark):
    from pyspark.sql import Observation
    from pyspark.sql import functions as f

    seen = Observation("it")
    rows = list(spark.range(3).observe(seen, f.max("id").alias("m")).toLocalIterator())
    return [rows, seen.get]


@operation
def observation_of_no_aggregate(spark):
    from pyspark.sql import functions as f

    return spark.range(1).observe("bad", f.col("id")).collect()


@operation
def execution_info(spark):
    frame = spark.range(10).filter("id > 3")
    before = frame.executionInfo
    frame.collect()
    info = frame.executionInfo
    return [before, info is not None, [type(m).__name__ for m in info.metrics][:1]]
