"""`spark.sql`: statements, parameters, scripts."""

import datetime
import decimal

from ..registry import operation, sql

QUERIES = {
    "literals": "select 1, 'a', 1.5, null, true, date'2024-01-01', X'ff'",
    "cte": "with a as (select 1 x union all select 2) select sum(x) s, max(x) m from a",
    "recursive_cte": "with recursive r(n) as (select 1 union all select n + 1 from r where n < 5) "
    "select n from r order by n",
    "values_table": "select * from values (1, 'a'), (2, null) as t(x, y) order by x",
    "lateral_view": "select id, e from range(2) lateral view explode(array(10, 20)) as e "
    "order by id, e",
    "lateral_subquery": "select t.id, s.y from range(3) t, lateral (select t.id * 2 as y) s "
    "order by t.id",
    "correlated_subquery": "select id from range(5) a where exists "
    "(select 1 from range(3) b where b.id = a.id) order by id",
    "scalar_subquery": "select (select max(id) from range(7)) m",
    "set_operations": "select id from range(4) intersect select id from range(2, 6) "
    "union select id from range(9, 10) order by id",
    "except_all": "select * from values (1), (1), (2) t(a) except all select 1 order by a",
    "pivot": "select * from (select id % 2 k, id % 3 g, id v from range(12)) "
    "pivot (sum(v) for k in (0 as even, 1 as odd)) order by g",
    "unpivot": "select * from (select 1 id, 2 a, 3 b) unpivot (v for n in (a, b)) order by n",
    "grouping_sets": "select id % 2 a, id % 3 b, count(*) c, grouping_id() g from range(12) "
    "group by grouping sets ((a, b), (a), ()) order by g, a, b",
    "cube": "select id % 2 a, count(*) c from range(5) group by cube (a) order by a nulls last",
    "qualify_by_filter": "select * from (select id, row_number() over (order by id desc) r "
    "from range(5)) where r < 3 order by r",
    "tablesample": "select count(*) from range(1000) tablesample (100 percent)",
    "table_function_range": "select * from range(3, 9, 2) order by 1",
    "table_function_explode": "select * from explode(array(3, 1)) order by 1",
    "table_function_stack": "select * from stack(2, 1, 'a', 2, 'b') order by 1",
    "table_function_json_tuple": "select * from json_tuple('{\"a\":1,\"b\":2}', 'a', 'b')",
    "table_function_inline": "select * from inline(array(struct(1, 'a'), struct(2, 'b'))) order by 1",
    "table_function_posexplode": "select * from posexplode(array('x', 'y')) order by 1",
    "table_function_variant_explode": "select * from "
    'variant_explode(parse_json(\'{"a": 1, "b": [2]}\')) order by pos',
    "table_function_sql_keywords": "select count(*) > 100 n from sql_keywords()",
    "pipe_syntax": "from range(10) |> where id > 6 |> select id * 2 as d |> order by d",
    "show_functions": "show functions like 'arr%distinct'",
    "describe_function": "describe function abs",
    "describe_query": "describe query select 1 a, 'x' b",
    "show_tables": "show tables in default like 'no_such*'",
    "show_databases": "show databases",
    "set_one": "set spark.sql.ansi.enabled",
    "explain": "explain select 1",
    "higher_order": "select transform(array(1, 2, null), x -> x + 1) a, "
    "filter(array(1, 2, 3), x -> x > 1) b, aggregate(array(1, 2), 0, (a, x) -> a + x) c",
    "named_arguments": "select mask('Ab1', lowerChar => 'q')",
    "string_functions": "select regexp_replace('a1b2', '[0-9]', '#') a, split('a,b', ',') b, "
    "concat_ws('-', 'x', null, 'y') c, format_string('%05d', 42) d, initcap('ab cd') e",
    "date_functions": "select date_add(date'2024-02-28', 2) a, months_between('2024-03-31', "
    "'2024-02-29') b, date_trunc('week', timestamp'2024-05-05 10:00:00') c, "
    "last_day('2024-02-01') d",
    "json_functions": "select from_json('{\"a\":[1]}', 'a array<int>') a, "
    "to_json(named_struct('x', 1, 'y', null)) b, get_json_object('{\"a\":{\"b\":2}}', '$.a.b') c",
    "csv_and_xml": "select from_csv('1,x', 'a int, b string') a, to_csv(struct(1, 'y')) b, "
    "from_xml('<p><a>1</a></p>', 'a int') c",
    "math": "select round(2.5), bround(2.5), ceil(-1.1), pmod(-7, 3), conv('ff', 16, 10), "
    "log2(8), 7 div 2, 7 % 3, hex(255)",
    "try_functions": "select try_divide(1, 0) a, try_cast('x' as int) b, try_add(2147483647, 1) c",
    "hashes": "select md5('a') a, sha2('a', 256) b, crc32('a') c, hash('a', 1) d, xxhash64('a') e",
    "collation": "select 'a' collate utf8_lcase = 'A' e, collation('x' collate unicode) c",
    "session_variable": "select current_database() d, current_catalog() c",
    "interval_arithmetic": "select date'2024-01-31' + interval '1' month a, "
    "timestamp'2024-01-01 00:00:00' - interval '1' hour b",
    "approximations": "select approx_count_distinct(id) c, percentile_approx(id, 0.5) p, "
    "median(id) m, mode(id % 3) o from range(1000)",
    "bitmaps_and_bits": "select bit_count(7) a, bit_and(id) b, bit_xor(id) c, 5 & 3 d, ~1 e "
    "from range(1, 4)",
    "aggregates": "select count(*), count(distinct id % 3), sum(id), avg(id), min(id), max(id), "
    "stddev(id), variance(id), corr(id, id * 2), first(id), collect_set(1), any(id > 3), "
    "every(id >= 0), listagg(cast(id % 2 as string), ',') within group (order by id) from range(6)",
    "variant_get": "select variant_get(parse_json('{\"a\": {\"b\": 7}}'), '$.a.b', 'int') v, "
    'schema_of_variant(parse_json(\'{"a": [1, "x"]}\')) s, '
    "cast(parse_json('[1, 2]') as array<int>) a",
    "geometry_text": "select st_srid(st_geomfromwkb(X'0101000000000000000000F03F0000000000000040')) s, "
    "hex(st_asbinary(st_geogfromwkb(X'0101000000000000000000F03F0000000000000040'))) w",
    "kll_sketch": "select kll_sketch_get_n_bigint(kll_sketch_agg_bigint(id)) n from range(10)",
    "time_type": "select current_time() is not null a, time'10:20:30' b, hour(time'10:20:30') c",
    "identifier_clause": "select identifier('id') from range(2) order by 1",
    "width_of_unicode": "select length('𝄞') a, octet_length('𝄞') b, reverse('aé') c, upper('ß') d",
    "uniform_seed": "select rand(42) a, randn(42) b, shuffle(array(1, 2, 3), 7) c, uniform(1, 9, 3) d",
}

for _name, _query in QUERIES.items():
    sql("statements", _name, _query)


@operation
def named_parameters(spark):
    return spark.sql("select :a + 1 as x, :b as y", args={"a": 41, "b": "it's"}).collect()


@operation
def positional_parameters(spark):
    return spark.sql("select ? + 1 as x, ? as y, ? as z", args=[41, "x", None]).collect()


@operation
def parameters_of_every_type(spark):
    values = [
        True, 1, 2**40, 1.5, "s", b"\x00\xff", decimal.Decimal("1.10"),
        datetime.date(2024, 2, 29), datetime.datetime(2024, 3, 31, 2, 30),
        datetime.timedelta(days=1, microseconds=5), None, datetime.time(1, 2, 3),
    ]  # fmt: skip
    marks = ", ".join(f"? as c{i}" for i in range(len(values)))
    frame = spark.sql(f"select {marks}", args=values)
    return [frame.dtypes, frame.collect()]


@operation
def column_parameters(spark):
    from pyspark.sql import functions as f

    args = {"m": f.create_map(f.lit("a"), f.lit(1)), "l": f.array(f.lit(1), f.lit(2))}
    return spark.sql("select :m['a'] as a, :l[1] as b", args=args).collect()


@operation
def list_parameters(spark):
    return spark.sql("select array_contains(:l, 2) c", args={"l": [1, 2]}).collect()


@operation
def frames_as_parameters(spark):
    frame = spark.range(5)
    return spark.sql(
        "select sum(id) s, count(*) n from {t} where id > {low}", t=frame, low=1
    ).collect()


@operation
def missing_parameter(spark):
    return spark.sql("select :nope").collect()


@operation
def wrong_parameter_type(spark):
    return spark.sql("select 1", args="text").collect()


@operation
def unbound_position(spark):
    return spark.sql("select ?, ?", args=[1]).collect()


@operation
def insert_and_read(spark):
    spark.sql("drop table if exists parity_insert")
    spark.sql("create table parity_insert (a int, b string) using parquet")
    try:
        inserted = spark.sql("insert into parity_insert values (1, 'x'), (2, null)").collect()
        rows = spark.sql("select * from parity_insert order by a").collect()
        return [inserted, rows, spark.sql("describe table parity_insert").collect()]
    finally:
        spark.sql("drop table parity_insert")


@operation
def commands_run_once(spark):
    spark.sql("drop table if exists parity_once")
    made = spark.sql("create table parity_once using parquet as select 1 a")
    try:
        return [made.collect(), made.collect(), spark.table("parity_once").count()]
    finally:
        spark.sql("drop table parity_once")


@operation
def variables(spark):
    spark.sql("declare or replace variable parity_v int default 5")
    try:
        spark.sql("set variable parity_v = parity_v + 1")
        return spark.sql("select parity_v, session.parity_v").collect()
    finally:
        spark.sql("drop temporary variable parity_v")


@operation
def script(spark):
    return spark.sql(
        "begin declare n int default 0; while n < 3 do set n = n + 1; end while; select n as n; end"
    ).collect()


@operation
def sql_function(spark):
    spark.sql("create or replace temporary function parity_twice(x int) returns int return x * 2")
    try:
        return spark.sql("select parity_twice(21) a").collect()
    finally:
        spark.sql("drop temporary function parity_twice")


@operation
def execute_immediate(spark):
    return spark.sql("execute immediate 'select ? + 1 as r' using 4").collect()


@operation
def a_statement_of_a_megabyte(spark):
    text = "x" * 1_000_000
    [row] = spark.sql(f"select length('{text}') n").collect()
    return row


@operation
def table_and_range(spark):
    spark.range(3).createOrReplaceTempView("parity_view")
    try:
        return [spark.table("parity_view").collect(), spark.range(1, 7, 3).collect()]
    finally:
        spark.catalog.dropTempView("parity_view")
