"""Numbers at their limits: overflow, rounding, casts, in ANSI mode and without it."""

from ..registry import add, operation, sql

ERRORS_IN_ANSI = {
    "int_overflow": "select 2147483647 + 1",
    "long_overflow": "select 9223372036854775807 + 1L",
    "byte_overflow": "select 127Y + 1Y",
    "cast_overflow": "select cast(300 as tinyint)",
    "cast_text_to_int": "select cast('abc' as int)",
    "cast_text_to_date": "select cast('2024-13-01' as date)",
    "cast_text_to_timestamp": "select cast('noon' as timestamp)",
    "cast_text_to_boolean": "select cast('perhaps' as boolean)",
    "cast_text_to_decimal": "select cast('1e50' as decimal(10,2))",
    "decimal_overflow": "select cast(1e20 as decimal(10,2))",
    "divided_by_zero": "select 1 / 0",
    "div_by_zero": "select 5 div 0",
    "mod_by_zero": "select 5 % 0",
    "index_out_of_array": "select array(1)[5]",
    "element_at_zero": "select element_at(array(1), 0)",
    "key_not_in_map": "select element_at(map('a', 1), 'b')",
    "negative_abs": "select abs(int(-2147483648))",
    "interval_overflow": "select interval '106751991' day * 2",
    "bad_date_parts": "select make_date(2024, 2, 30)",
    "sum_overflow": "select sum(9223372036854775807L) from range(3)",
}

for _name, _query in ERRORS_IN_ANSI.items():
    sql("numbers", f"{_name}_in_ansi", _query)
    add("numbers", f"{_name}_without_ansi", lambda spark, query=_query: without_ansi(spark, query))


def without_ansi(spark, query):
    spark.conf.set("spark.sql.ansi.enabled", "false")
    try:
        return spark.sql(query).collect()
    finally:
        spark.conf.unset("spark.sql.ansi.enabled")


@operation
def decimal_arithmetic(spark):
    frame = spark.sql("select 1.10BD * 3 a, 1BD / 3 b, 10.00BD - 0.01BD c, round(2.345BD, 2) d")
    return [frame.dtypes, frame.collect(), frame.toPandas()]


@operation
def sums_of_decimals(spark):
    frame = spark.range(1000).selectExpr("cast(id as decimal(20,4)) / 7 d")
    return frame.agg({"d": "sum"}).collect()


@operation
def nan_is_ordered_last(spark):
    return spark.sql("select * from values (double('nan')), (1D), (null) t(a) order by a").collect()


@operation
def nan_equals_nan(spark):
    return spark.sql("select double('nan') = double('nan'), 0.0D = -0.0D").collect()


@operation
def null_arithmetic(spark):
    return spark.sql("select null + 1, null = null, null <=> null, coalesce(null, 2)").collect()


@operation
def integers_with_nulls_in_pandas(spark):
    return spark.sql("select * from values (1, 1S, true), (null, null, null) t(a, b, c)").toPandas()


@operation
def nullable_ints_of_pandas(spark):
    return spark.sql("select * from values (9007199254740993L), (null) t(a)").toPandas()


@operation
def float_text(spark):
    return spark.sql("select string(0.1F), string(1e-7D), string(1e21D), string(100D)").collect()
