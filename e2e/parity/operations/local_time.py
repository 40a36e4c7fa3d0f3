"""Times where the client's zone, the session's zone and summer time meet."""

import datetime

from ..registry import add, different_in_a_tab, operation

ZONES = ["UTC", "America/New_York", "Asia/Kolkata", "Pacific/Apia", "+05:30"]
EDGES = (
    "select explode(array(timestamp'2024-03-31 00:59:59 UTC', timestamp'2024-03-31 01:00:00 UTC', "
    "timestamp'2024-10-27 00:30:00 UTC', timestamp'2024-10-27 01:30:00 UTC', "
    "timestamp'1969-07-20 20:17:40 UTC', timestamp'1900-01-01 12:00:00 UTC', "
    "timestamp'2011-12-30 10:00:00 UTC', timestamp'1945-05-24 00:00:00 UTC', null)) t"
)


def in_zone(spark, zone, action):
    spark.conf.set("spark.sql.session.timeZone", zone)
    try:
        return action(spark.sql(EDGES))
    finally:
        spark.conf.unset("spark.sql.session.timeZone")


ACTIONS = {
    "collected": lambda frame: frame.collect(),
    "in_pandas": lambda frame: frame.toPandas(),
    "in_arrow": lambda frame: frame.toArrow(),
    "shown": lambda frame: frame._show_string(20, False),
}

for _zone in ZONES:
    for _name, _action in ACTIONS.items():
        add(
            "local_time",
            f"{_zone}_{_name}",
            lambda spark, zone=_zone, action=_action: in_zone(spark, zone, action),
        )


@operation
def pandas_there_and_back_in_another_zone(spark):
    spark.conf.set("spark.sql.session.timeZone", "America/New_York")
    try:
        frame = spark.sql(EDGES).toPandas()
        again = spark.createDataFrame(frame)
        return [again.toPandas(), again.selectExpr("cast(t as string) s").collect()]
    finally:
        spark.conf.unset("spark.sql.session.timeZone")


@operation
def naive_datetimes_are_local(spark):
    values = [
        (datetime.datetime(2024, 10, 27, 2, 30),),  # there twice in Berlin
        (datetime.datetime(1900, 1, 1, 12),),
        (datetime.datetime(2024, 7, 1, 12),),
    ]
    frame = spark.createDataFrame(values, ["t"])
    return [frame.collect(), frame.selectExpr("unix_micros(t) u").collect()]


@different_in_a_tab(
    "C libraries disagree on a local time that summer time skips: Linux goes back, a tab on"
)
def a_local_time_that_is_not_there(spark):
    return spark.createDataFrame([(datetime.datetime(2024, 3, 31, 2, 30),)], ["t"]).collect()


@operation
def literals_are_local(spark):
    from pyspark.sql import functions as f

    moment = datetime.datetime(2024, 7, 1, 12)
    return spark.range(1).select(f.lit(moment), f.unix_seconds(f.lit(moment))).collect()


@operation
def filters_by_datetime(spark):
    frame = spark.sql(EDGES)
    return frame.filter(frame.t > datetime.datetime(2024, 6, 1)).orderBy("t").collect()


@operation
def the_ends_of_the_calendar(spark):
    return spark.sql(
        "select timestamp'0001-01-02 00:00:00 UTC' a, timestamp'9999-12-30 UTC' b"
    ).collect()


@operation
def beyond_the_calendar(spark):
    return spark.sql("select timestamp'+10000-01-01 00:00:00 UTC' a").collect()


@operation
def beyond_nanoseconds_in_pandas(spark):
    return spark.sql("select timestamp'3000-01-01 00:00:00 UTC' a, date'0001-01-01' b").toPandas()


@operation
def ntz_is_nobodys_zone(spark):
    frame = spark.sql("select timestamp_ntz'2024-03-31 02:30:00' a")
    return [frame.collect(), frame.toPandas()]


@operation
def nested_times_in_pandas(spark):
    return spark.sql(
        "select array(timestamp'2024-10-27 00:30:00 UTC') a, "
        "map('k', timestamp'2024-01-01 00:00:00 UTC') m, "
        "struct(timestamp'2024-07-01 00:00:00 UTC' t, date'2024-01-01' d) s"
    ).toPandas()


@operation
def structs_in_pandas_as_rows_and_dicts(spark):
    frames = []
    for mode in ("row", "dict", "legacy"):
        spark.conf.set("spark.sql.execution.pandas.structHandlingMode", mode)
        frames.append(spark.sql("select struct(1 a, array(struct('x' b)) c) s").toPandas())
    spark.conf.unset("spark.sql.execution.pandas.structHandlingMode")
    return frames


@operation
def dates_in_pandas_are_objects(spark):
    return spark.sql("select date'2024-02-29' a union all select null").toPandas()


@operation
def durations_in_pandas(spark):
    return spark.sql(
        "select interval '1 02:03:04.5' day to second a union all select null"
    ).toPandas()


@operation
def the_clock_of_the_server_is_used(spark):
    [row] = spark.sql(
        "select abs(unix_seconds(now()) - unix_seconds(current_timestamp())) d"
    ).collect()
    return row
