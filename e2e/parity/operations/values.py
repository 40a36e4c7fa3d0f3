"""Every Spark SQL type, its extremes and its nulls, by each way out of Spark and back into it."""

from ..registry import add

TYPES = {
    "boolean": ["true", "false"],
    "tinyint": ["-128Y", "127Y", "0Y"],
    "smallint": ["-32768S", "32767S", "0S"],
    "int": ["int(-2147483648)", "2147483647", "0"],
    "bigint": ["bigint('-9223372036854775808')", "9223372036854775807L", "0L"],
    "float": [
        "1.5F", "-0.0F", "float('nan')", "float('inf')", "float('-inf')",
        "float('3.4028235E38')", "float('1.4E-45')", "0.1F",
    ],
    "double": [
        "2.5D", "-0.0D", "double('nan')", "double('inf')", "double('-inf')",
        "1.7976931348623157E308D", "double('4.9E-324')", "0.1D",
    ],
    "decimal(38,18)": ["1.1BD", "-99999999999999999999.999999999999999999BD", "0BD"],
    "decimal(38,0)": [
        "99999999999999999999999999999999999999BD", "-99999999999999999999999999999999999999BD",
    ],
    "decimal(10,2)": ["1.10BD", "-0.01BD", "99999999.99BD", "0.00BD"],
    "decimal(1,0)": ["9BD", "-9BD"],
    "decimal(38,38)": ["0.00000000000000000000000000000000000001BD"],
    "string": [
        "''", "'x'", "'ü€𝄞'", "'\\0'", "'a\\nb\\tc\\\\'", "repeat('long ', 100)", "'\\'\"'",
    ],
    "varchar(5)": ["'abc'", "'äöüßé'", "''"],
    "char(5)": ["'abc'", "'abcde'", "''"],
    "string collate UTF8_LCASE": ["'Ab'", "'aB'"],
    "binary": ["X''", "X'00ff'", "binary('text')", "cast(repeat('b', 300) as binary)"],
    "date": [
        "date'1970-01-01'", "date'0001-01-01'", "date'9999-12-31'", "date'1582-10-04'",
        "date'1582-10-15'", "date'2024-02-29'", "date'1969-12-31'",
    ],
    "timestamp": [
        "timestamp'1970-01-01 00:00:00 UTC'", "timestamp'2024-02-29 12:34:56.789012 UTC'",
        "timestamp'1969-12-31 23:59:59.999999 UTC'", "timestamp'1900-01-01 00:00:00 UTC'",
        "timestamp'2024-03-31 01:30:00 UTC'", "timestamp'2024-10-27 00:30:00 UTC'",
        "timestamp'2024-10-27 01:30:00 UTC'", "timestamp'2037-06-01 00:00:00 UTC'",
        "timestamp'2261-01-01 00:00:00 UTC'",
    ],
    "timestamp_ntz": [
        "timestamp_ntz'1970-01-01 00:00:00'", "timestamp_ntz'2024-03-31 02:30:00'",
        "timestamp_ntz'1969-12-31 23:59:59.999999'", "timestamp_ntz'1800-01-01 00:00:01'",
        "timestamp_ntz'2024-02-29 12:34:56.000001'",
    ],
    "time": ["time'00:00:00'", "time'23:59:59.999999'", "time'12:34:56.7'"],
    "interval day to second": [
        "interval '1 02:03:04.567891' day to second", "interval '-1' day",
        "interval '0' second", "interval '106751991' day",
    ],
    "interval year to month": ["interval '1-2' year to month", "interval '-3' month"],
    "interval": ["make_interval(1, 2, 3, 4, 5, 6, 7.5)", "make_interval()"],
    "void": [],
    "array<int>": ["array()", "array(1, null, 3)", "array(null)"],
    "array<string>": ["array('a', null, '')", "array()"],
    "array<timestamp>": ["array(timestamp'2024-10-27 00:30:00 UTC', null)"],
    "array<array<bigint>>": ["array(array(1L), null, array(), array(null, 2L))"],
    "array<date>": ["array(date'1582-10-15', null)"],
    "array<decimal(5,2)>": ["array(1.25BD, null, -0.5BD)"],
    "array<binary>": ["array(X'00', null)"],
    "map<string,int>": ["map()", "map('a', 1, 'b', null)", "map('', 0)"],
    "map<int,string>": ["map(1, 'a', -2, null)"],
    "map<string,array<int>>": ["map('a', array(1, null), 'b', null, 'c', array())"],
    "map<date,timestamp>": ["map(date'2024-01-01', timestamp'2024-01-01 00:00:00 UTC')"],
    "struct<a:int,b:string>": [
        "named_struct('a', 1, 'b', 'x')", "named_struct('a', null, 'b', null)",
    ],
    "struct<a:struct<b:struct<c:struct<d:int>>>>": [
        "named_struct('a', named_struct('b', named_struct('c', named_struct('d', 1))))",
        "named_struct('a', named_struct('b', null))",
    ],
    "array<struct<a:int,m:map<string,array<double>>>>": [
        "array(named_struct('a', 1, 'm', map('k', array(1.5D, null))), null, "
        "named_struct('a', null, 'm', null))",
    ],
    "map<string,struct<x:array<map<int,boolean>>,t:timestamp_ntz>>": [
        "map('k', named_struct('x', array(map(1, true), null), "
        "'t', timestamp_ntz'2024-01-01 00:00:00'))",
    ],
    "struct<t:timestamp,d:date,n:decimal(9,3),b:binary,i:interval day to second>": [
        "named_struct('t', timestamp'2024-06-01 00:00:00 UTC', 'd', date'2024-06-01', "
        "'n', 1.125BD, 'b', X'ff', 'i', interval '1' day)",
    ],
    "variant": [
        "parse_json('{\"a\": [1, 2.5, \"x\", null, true], \"b\": {}}')", "parse_json('1')",
        "parse_json('\"text\"')", "to_variant_object(named_struct('d', date'2024-01-01'))",
    ],
    "geometry(4326)": [
        "st_setsrid(st_geomfromwkb(X'0101000000000000000000F03F0000000000000040'), 4326)",
    ],
    "geography(4326)": ["st_geogfromwkb(X'0101000000000000000000F03F0000000000000040')"],
}  # fmt: skip
"""DDL name of a type, and SQL expressions of it; a null is added to each."""


def query(ddl, expressions):
    """All values of a type in one column, a null in the middle."""
    values = [f"cast({text} as {ddl})" for text in expressions]
    values.insert(len(values) // 2, f"cast(null as {ddl})")
    return f"select explode(array({', '.join(values)})) v"


def frame_of(spark, ddl):
    return spark.sql(query(ddl, TYPES[ddl]))


def non_null_frame(spark, ddl):
    return frame_of(spark, ddl).filter("v is not null")


def collected(spark, ddl):
    return frame_of(spark, ddl).collect()


def without_nulls_in_pandas(spark, ddl):
    return non_null_frame(spark, ddl).toPandas()


def in_pandas(spark, ddl):
    return frame_of(spark, ddl).toPandas()


def in_arrow(spark, ddl):
    return frame_of(spark, ddl).toArrow()


def shown(spark, ddl):
    return frame_of(spark, ddl)._show_string(20, False)


def described(spark, ddl):
    schema = frame_of(spark, ddl).schema
    return [schema, schema.json(), schema.simpleString(), schema.treeString(), schema["v"].dataType]


def rows_there_and_back(spark, ddl):
    frame = frame_of(spark, ddl)
    again = spark.createDataFrame(frame.collect(), frame.schema)
    return [again.schema, again.collect()]


def pandas_there_and_back(spark, ddl):
    frame = frame_of(spark, ddl)
    again = spark.createDataFrame(frame.toPandas(), frame.schema)
    return [again.schema, again.collect()]


def pandas_inferred(spark, ddl):
    again = spark.createDataFrame(non_null_frame(spark, ddl).toPandas())
    return [again.schema, again.collect()]


def arrow_there_and_back(spark, ddl):
    again = spark.createDataFrame(frame_of(spark, ddl).toArrow())
    return [again.schema, again.collect()]


WAYS = [
    collected,
    in_pandas,
    without_nulls_in_pandas,
    in_arrow,
    shown,
    described,
    rows_there_and_back,
    pandas_there_and_back,
    pandas_inferred,
    arrow_there_and_back,
]

for _ddl in TYPES:
    for _way in WAYS:
        add(
            "values",
            f"{_ddl} {_way.__name__}".replace(" ", "_"),
            lambda spark, ddl=_ddl, way=_way: way(spark, ddl),
        )
