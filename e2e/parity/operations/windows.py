"""Window functions and time windows."""

from ..registry import operation

ROWS = "select id, id % 2 as k, 10 - id as v from range(6)"


def over(spark, *names):
    from pyspark.sql import Window
    from pyspark.sql import functions as f

    window = Window.partitionBy("k").orderBy("v")
    frame = spark.sql(ROWS)
    columns = [getattr(f, name)().over(window).alias(name) for name in names]
    return frame.select("id", *columns).orderBy("id").collect()


@operation
def ranks(spark):
    return over(spark, "row_number", "rank", "dense_rank", "percent_rank", "cume_dist")


@operation
def lag_and_lead(spark):
    from pyspark.sql import Window
    from pyspark.sql import functions as f

    window = Window.partitionBy("k").orderBy("id")
    return (
        spark.sql(ROWS)
        .select(
            "id",
            f.lag("v").over(window).alias("a"),
            f.lead("v", 1, -1).over(window).alias("b"),
            f.nth_value("v", 2).over(window).alias("c"),
            f.ntile(2).over(window).alias("d"),
            f.first("v").over(window).alias("e"),
        )
        .orderBy("id")
        .collect()
    )


@operation
def frames_of_rows_and_range(spark):
    from pyspark.sql import Window
    from pyspark.sql import functions as f

    order = Window.partitionBy("k").orderBy("id")
    return (
        spark.sql(ROWS)
        .select(
            "id",
            f.sum("v").over(order.rowsBetween(-1, 0)).alias("a"),
            f.sum("v").over(order.rangeBetween(Window.unboundedPreceding, 2)).alias("b"),
            f.avg("v")
            .over(order.rowsBetween(Window.currentRow, Window.unboundedFollowing))
            .alias("c"),
        )
        .orderBy("id")
        .toPandas()
    )


@operation
def window_without_order(spark):
    from pyspark.sql import Window
    from pyspark.sql import functions as f

    return spark.sql(ROWS).select(f.rank().over(Window.partitionBy("k"))).collect()


@operation
def time_windows(spark):
    from pyspark.sql import functions as f

    frame = spark.sql("select timestamp_seconds(1700000000 + id * 400) t, id from range(5)")
    return (
        frame.groupBy(f.window("t", "10 minutes", "5 minutes"))
        .agg(f.sum("id").alias("s"))
        .orderBy("window.start")
        .collect()
    )


@operation
def session_windows(spark):
    from pyspark.sql import functions as f

    frame = spark.sql("select timestamp_seconds(1700000000 + id * id * 100) t from range(5)")
    return frame.groupBy(f.session_window("t", "5 minutes")).count().orderBy("count").collect()


@operation
def qualified_in_sql(spark):
    return spark.sql(
        "select id, sum(v) over w s from (select id, id v from range(4)) window w as (order by id)"
    ).collect()
