"""What Spark reads and writes: formats, tables, options, save modes."""

from contextlib import contextmanager

from ..registry import add, operation

FORMATS = ["parquet", "orc", "json", "csv", "xml"]


@contextmanager
def folder(spark):
    """A folder on the server, as a table's: it goes with the table."""
    import uuid

    name = f"parity_files_{uuid.uuid4().hex[:12]}"
    spark.sql(f"create table {name} (a int) using parquet")
    [location] = [
        row.data_type for row in spark.sql(f"describe extended {name}").collect()
        if row.col_name == "Location"
    ]  # fmt: skip
    try:
        yield location
    finally:
        spark.sql(f"drop table {name}")


def written_and_read(spark, kind):
    with folder(spark) as base:
        path = f"{base}/{kind}"
        frame = spark.sql("select * from values (1, 'ä', 1.5D), (2, null, -2D) t(i, s, d)")
        frame.coalesce(1).write.format(kind).option("header", True).option("rowTag", "r").save(path)
        read = spark.read.format(kind).option("header", True).option("rowTag", "r").load(path)
        return [read.dtypes, read.orderBy("i").collect(), len(read.inputFiles())]


for _kind in FORMATS:
    add("files", f"{_kind}_there_and_back", lambda spark, kind=_kind: written_and_read(spark, kind))


@operation
def text_and_whole_text(spark):
    with folder(spark) as base:
        spark.sql("select 'one' v union all select 'two'").coalesce(1).write.text(f"{base}/t")
        lines = spark.read.text(f"{base}/t").orderBy("value").collect()
        whole = spark.read.text(f"{base}/t", wholetext=True).collect()
        return [lines, [len(row.value) for row in whole]]


@operation
def binary_files(spark):
    with folder(spark) as base:
        spark.sql("select 'abc' v").coalesce(1).write.text(f"{base}/b")
        read = spark.read.format("binaryFile").option("pathGlobFilter", "*.txt").load(f"{base}/b")
        return read.select("length", "content").collect()


@operation
def csv_options(spark):
    lines = spark.createDataFrame([("a;b",), ("1;x",), ("2;",)], ["value"])
    with folder(spark) as base:
        lines.coalesce(1).write.text(f"{base}/c")
        read = spark.read.csv(f"{base}/c", sep=";", header=True, inferSchema=True)
        return [read.dtypes, read.orderBy("a").collect()]


@operation
def json_options(spark):
    lines = spark.createDataFrame([('{"a": 1, "b": {"c": [1]}}',), ("{broken",)], ["value"])
    with folder(spark) as base:
        lines.coalesce(1).write.text(f"{base}/j")
        read = spark.read.option("columnNameOfCorruptRecord", "bad").json(f"{base}/j").cache()
        return [read.dtypes, sorted(str(row) for row in read.collect())]


@operation
def json_failing_fast(spark):
    lines = spark.createDataFrame([("{broken",)], ["value"])
    with folder(spark) as base:
        lines.coalesce(1).write.text(f"{base}/j")
        try:
            spark.read.schema("a int").json(f"{base}/j", mode="FAILFAST").collect()
        except Exception as error:
            return [type(error).__name__, error.getCondition()]
    return None


@operation
def partitioned(spark):
    with folder(spark) as base:
        spark.range(6).selectExpr("id", "id % 2 k").write.partitionBy("k").parquet(f"{base}/p")
        read = spark.read.parquet(f"{base}/p")
        return [read.dtypes, read.filter("k = 1").orderBy("id").collect()]


@operation
def save_modes(spark):
    with folder(spark) as base:
        path = f"{base}/m"
        counts = []
        for mode in ("errorifexists", "append", "overwrite", "ignore"):
            spark.range(2).write.mode(mode).parquet(path)
            counts.append(spark.read.parquet(path).count())
        return counts


@operation
def written_twice(spark):
    with folder(spark) as base:
        spark.range(1).write.parquet(f"{base}/w")
        try:
            spark.range(1).write.parquet(f"{base}/w")
        except Exception as error:
            return [type(error).__name__, error.getCondition(), error.getSqlState()]
    return None


@operation
def an_unknown_mode(spark):
    return spark.range(1).write.mode("sometimes").parquet("/tmp/nothing")


@operation
def an_unknown_format(spark):
    return spark.range(1).write.format("nosuch").save("/tmp/nothing")


@operation
def buckets_and_sorting(spark):
    spark.sql("drop table if exists parity_buckets")
    spark.range(10).write.bucketBy(2, "id").sortBy("id").saveAsTable("parity_buckets")
    try:
        return spark.table("parity_buckets").orderBy("id").collect()
    finally:
        spark.sql("drop table parity_buckets")


@operation
def insert_into(spark):
    spark.sql("drop table if exists parity_into")
    spark.range(2).write.saveAsTable("parity_into")
    try:
        spark.range(2, 4).write.insertInto("parity_into")
        spark.range(9, 10).write.mode("overwrite").insertInto("parity_into", overwrite=True)
        return spark.table("parity_into").collect()
    finally:
        spark.sql("drop table parity_into")


@operation
def writer_of_version_two(spark):
    spark.sql("drop table if exists parity_v2")
    spark.range(2).writeTo("parity_v2").using("parquet").create()
    try:
        spark.range(2, 3).writeTo("parity_v2").append()
        return spark.table("parity_v2").orderBy("id").collect()
    finally:
        spark.sql("drop table parity_v2")


@operation
def merge_into_what_cannot(spark):
    spark.sql("drop table if exists parity_merge")
    spark.range(2).write.saveAsTable("parity_merge")
    try:
        source = spark.range(1).alias("s")
        source.mergeInto(
            "parity_merge", source.id == source.id
        ).whenNotMatched().insertAll().merge()
    finally:
        spark.sql("drop table parity_merge")


@operation
def compressed(spark):
    with folder(spark) as base:
        spark.range(1000).write.option("compression", "zstd").parquet(f"{base}/z")
        return spark.read.parquet(f"{base}/z").selectExpr("sum(id)").collect()


@operation
def many_paths(spark):
    with folder(spark) as base:
        spark.range(2).write.parquet(f"{base}/a")
        spark.range(2, 4).write.parquet(f"{base}/b")
        return spark.read.parquet(f"{base}/a", f"{base}/b").orderBy("id").collect()


@operation
def json_of_a_frame_column(spark):
    lines = spark.createDataFrame([('{"a": 1}',), ('{"a": 2}',)], ["value"])
    return spark.read.json(lines).orderBy("a").collect()


@operation
def csv_of_a_frame_column(spark):
    lines = spark.createDataFrame([("1,x",), ("2,y",)], ["value"])
    return spark.read.schema("a int, b string").csv(lines).orderBy("a").collect()


@operation
def a_jdbc_url_without_a_driver(spark):
    return spark.read.jdbc("jdbc:nosuch://h/d", "t").collect()
