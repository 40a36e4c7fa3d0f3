"""Types on the client: parsing, inference, JSON, equality."""

from ..registry import add, operation

DDL = [
    "a int",
    "a int not null comment 'x', b array<map<string, decimal(9,3)>>",
    "a struct<b: struct<c: timestamp_ntz>>, d interval day to second",
    "`odd name` string collate unicode_ci",
    "a varchar(3), b char(4), c variant, d time(3)",
    "int",
    "array<double>",
]

for _i, _ddl in enumerate(DDL):
    add("schemas", f"parsed_{_i}", lambda spark, ddl=_ddl: parsed(spark, ddl))


def parsed(spark, ddl):
    from pyspark.sql.types import _parse_datatype_string

    kind = _parse_datatype_string(ddl)
    return [kind, kind.json(), kind.simpleString()]


@operation
def built_by_hand(spark):
    from pyspark.sql import types as t

    schema = (
        t.StructType()
        .add("a", t.LongType(), False, {"note": "ä"})
        .add("b", t.ArrayType(t.StringType(), False))
        .add("c", t.MapType(t.StringType(), t.DateType()))
    )
    frame = spark.createDataFrame([(1, ["x"], {"k": None})], schema)
    return [frame.schema, frame.schema.json(), frame.schema == schema, frame.collect()]


@operation
def json_there_and_back(spark):
    from pyspark.sql.types import StructType

    schema = spark.sql("select 1 a, array(named_struct('t', current_date())) b").schema
    return StructType.fromJson(schema.jsonValue()) == schema


@operation
def metadata_survives(spark):
    from pyspark.sql import functions as f

    frame = spark.range(1).select(f.col("id").alias("x", metadata={"k": [1, "v"]}))
    return [frame.schema["x"].metadata, frame.withMetadata("x", {"z": 2}).schema["x"].metadata]


@operation
def to_another_schema(spark):
    from pyspark.sql.types import LongType, StringType, StructType

    schema = StructType().add("b", StringType()).add("a", LongType())
    return spark.sql("select 1 a, 'x' b").to(schema).collect()


@operation
def to_an_impossible_schema(spark):
    from pyspark.sql.types import BooleanType, StructType

    return spark.sql("select date'2020-01-01' a").to(StructType().add("a", BooleanType())).collect()


@operation
def schema_of_json(spark):
    from pyspark.sql import functions as f

    frame = spark.range(1).select(f.schema_of_json('{"a": 1, "b": [1.5]}'), f.schema_of_csv("1,x"))
    return frame.collect()


@operation
def type_of(spark):
    return spark.sql("select typeof(1), typeof(array(1)), typeof(null), typeof(1.50)").collect()


@operation
def field_names(spark):
    schema = spark.sql("select 1 a, 2 b").schema
    return [
        schema.names,
        schema.fieldNames(),
        len(schema),
        schema[0],
        schema["b"],
        "a" in schema.names,
    ]


@operation
def no_such_field(spark):
    return spark.range(1).schema["nope"]


@operation
def nullability(spark):
    schema = spark.sql("select 1 a, null b, array(1) c, array(1, null) d, map('k', null) e").schema
    return [schema, [f.nullable for f in schema]]
