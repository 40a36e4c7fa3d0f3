"""Failures: the same class, condition, SQLSTATE, parameters, context and text."""

from ..registry import add, different_in_a_tab, operation

STATEMENTS = {
    "table_not_found": "select * from no_such_table",
    "column_not_found": "select nope from range(1)",
    "column_suggested": "select idd from range(1)",
    "field_not_found": "select s.c from (select struct(1 a, 2 b) s)",
    "function_not_found": "select no_such_function(1)",
    "syntax": "selec 1",
    "syntax_at_the_end": "select * from",
    "empty_statement": "",
    "unclosed_quote": "select 'abc",
    "unclosed_comment": "select 1 /* abc",
    "ambiguous_reference": "select id from range(1) a, range(1) b",
    "missing_group_by": "select id, count(*) from range(3)",
    "aggregate_in_where": "select * from range(3) where count(*) > 1",
    "nested_aggregate": "select sum(count(id)) from range(3)",
    "window_in_where": "select * from range(3) where row_number() over (order by id) = 1",
    "type_mismatch": "select 1 + array(1)",
    "cast_without_sense": "select cast(1 as array<int>)",
    "wrong_number_of_arguments": "select abs(1, 2)",
    "wrong_argument_type": "select size(1)",
    "non_foldable_argument": "select percentile_approx(id, id) from range(3)",
    "scalar_subquery_of_many": "select (select id from range(3))",
    "scalar_subquery_of_two_columns": "select (select 1, 2)",
    "set_operation_widths": "select 1 union select 1, 2",
    "set_operation_types": "select 1 union select array(1)",
    "duplicate_cte": "with a as (select 1), a as (select 2) select * from a",
    "bad_limit": "select * from range(3) limit -1",
    "bad_order_position": "select id from range(1) order by 5",
    "bad_group_position": "select id from range(1) group by 5",
    "database_not_found": "use no_such_database",
    "schema_not_found": "create table no_such_schema.t (a int)",
    "table_exists": "create table parity_errors (a int) using parquet",
    "drop_missing_table": "drop table no_such_table",
    "drop_missing_view": "drop view no_such_view",
    "alter_missing_column": "alter table parity_errors rename column z to y",
    "insert_too_many": "insert into parity_errors values (1, 2)",
    "insert_wrong_type": "insert into parity_errors values (array(1))",
    "unknown_type": "select cast(1 as nosuchtype)",
    "unknown_source": "create table t (a int) using no_such_source",
    "unknown_hint_is_ignored": "select /*+ no_such_hint */ 1",
    "unknown_option": "select from_json('{}', 'a int', map('mode', 'nope'))",
    "bad_json": "select from_json('{', 'a int', map('mode', 'FAILFAST'))",
    "bad_variant": "select parse_json('{')",
    "bad_regexp": "select regexp_replace('a', '(', 'b')",
    "bad_format": "select date_format(current_date(), 'nope!')",
    "bad_timezone": "select from_utc_timestamp(timestamp'2024-01-01', 'Mars/Phobos')",
    "bad_timestamp_literal": "select timestamp'yesterdayish'",
    "bad_date_literal": "select date'2024-02-30'",
    "bad_interval": "select interval '5' fortnight",
    "bad_collation": "select 'a' collate klingon",
    "bad_lateral": "select * from range(1), lateral (select nope)",
    "explode_twice": "select explode(array(1)), explode(array(2))",
    "generator_in_where": "select 1 where explode(array(1)) = 1",
    "pivot_value_not_literal": "select * from range(3) pivot (sum(id) for id in (id))",
    "recursion_too_deep": "with recursive r(n) as (select 1 union all select n + 1 from r) select * from r",
    "raised": "select raise_error('käse')",
    "raised_with_class": "select raise_error('USER_RAISED_EXCEPTION', map('errorMessage', 'x'))",
    "asserted": "select assert_true(false, 'not true')",
    "unset_variable": "select no_such_variable + 1",
    "python_udtf_missing": "select * from no_such_tvf(1)",
    "set_static": "set spark.sql.warehouse.dir = /nowhere",
    "too_many_rows_cross": "select sum(a.id * b.id) over (order by a.id rows between 1 following and 1 preceding) from range(2) a, range(2) b",
    "path_not_found": "select * from parquet.`/no/such/path`",
    "csv_of_no_file": "select * from csv.`/no/such/file.csv`",
    "unsupported_statement": "create index i on parity_errors (a)",
    "create_function_of_java": "create temporary function f as 'no.such.Class'",
}  # fmt: skip


def failed(spark, statement):
    spark.sql("create table if not exists parity_errors (a int) using parquet")
    try:
        return spark.sql(statement).collect()
    finally:
        spark.sql("drop table parity_errors")


for _name, _statement in STATEMENTS.items():
    add("errors", _name, lambda spark, statement=_statement: failed(spark, statement))


@operation
def of_a_frames_column(spark):
    return spark.range(1).select("nope").collect()


@operation
def of_a_frames_expression(spark):
    from pyspark.sql import functions as f

    return spark.range(1).select(f.col("id") / 0).collect()


@operation
def of_a_frames_table(spark):
    return spark.table("no_such_table").collect()


@operation
def of_another_frames_column(spark):
    return spark.range(1).select(spark.sql("select 1 x").x).collect()


@operation
def of_a_schema_request(spark):
    return spark.table("no_such_table").schema


@operation
def of_a_count(spark):
    return spark.sql("select cast('x' as int) a").count()


@operation
def of_a_late_row(spark):
    return spark.range(100_000).selectExpr("if(id = 99999, raise_error('late'), id)").collect()


@operation
def of_a_late_row_in_pandas(spark):
    return spark.range(100_000).selectExpr("if(id = 99999, raise_error('late'), id)").toPandas()


@operation
def of_a_late_row_in_an_iterator(spark):
    frame = spark.range(0, 10, 1, 10).selectExpr("if(id = 9, raise_error('late'), id) v")
    return [row.v for row in frame.toLocalIterator()]


@operation
def with_a_long_message(spark):
    return spark.sql("select raise_error(repeat('long ', 3000))").collect()


@operation
def with_text_of_other_scripts(spark):
    return spark.sql("select raise_error('ü € 𝄞 \\n % \"quoted\"')").collect()


@operation
def with_a_cause(spark):
    return (
        spark.read.format("csv")
        .schema("a int")
        .option("mode", "FAILFAST")
        .load("/no/such")
        .collect()
    )


@operation
def may_be_caught_by_class(spark):
    from pyspark.errors import (
        AnalysisException,
        ArithmeticException,
        ParseException,
        PySparkException,
    )

    caught = []
    for statement in ("select nope", "selec", "select 1 / 0"):
        try:
            spark.sql(statement).collect()
        except PySparkException as error:
            kinds = (AnalysisException, ParseException, ArithmeticException)
            caught.append([isinstance(error, kind) for kind in kinds])
    return caught


@operation
def have_a_breaking_change_and_a_repr(spark):
    try:
        spark.sql("select nope").collect()
    except Exception as error:
        return [repr(error)[:60], error.getErrorClass(), error.getCondition(), error.getSqlState()]
    return None


@operation
def show_the_servers_trace(spark):
    spark.conf.set("spark.sql.connect.serverStacktrace.enabled", "true")
    spark.conf.set("spark.sql.pyspark.jvmStacktrace.enabled", "true")
    try:
        spark.sql("select 1 / 0").collect()
    except Exception as error:
        return ["JVM stacktrace" in str(error), "ArithmeticException" in str(error.getStackTrace())]
    finally:
        spark.conf.unset("spark.sql.connect.serverStacktrace.enabled")
        spark.conf.unset("spark.sql.pyspark.jvmStacktrace.enabled")
    return None


@operation
def hide_the_servers_trace(spark):
    spark.conf.set("spark.sql.pyspark.jvmStacktrace.enabled", "false")
    try:
        spark.sql("select 1 / 0").collect()
    except Exception as error:
        return str(error)
    finally:
        spark.conf.unset("spark.sql.pyspark.jvmStacktrace.enabled")
    return None


@operation
def of_the_client_itself(spark):
    return spark.range(1).withColumns([("a", 1)])


@different_in_a_tab("protobuf words its TypeError in its own way where it has no C extension")
def of_a_wrong_argument(spark):
    return spark.range(3).limit("x").collect()


@operation
def of_a_wrong_join_type(spark):
    return spark.range(1).join(5)


@operation
def of_a_bad_fraction(spark):
    return spark.range(10).sample(1.5).collect()


@operation
def of_a_method_that_connect_lacks(spark):
    return spark.range(1)._jdf


@operation
def leave_the_session_usable(spark):
    for _ in range(5):
        try:
            spark.sql("select 1 / 0").collect()
        except ArithmeticError:
            raise
        except Exception:
            continue
    return spark.range(2).collect()
