"""What brings results to the client."""

from ..registry import operation


@operation
def collect_range(spark):
    return spark.range(10).collect()


@operation
def collect_nothing(spark):
    return spark.range(0).collect()


@operation
def collect_no_columns(spark):
    return spark.range(3).select().collect()


@operation
def collect_several_partitions(spark):
    return spark.range(0, 1000, 1, 7).collect()


@operation
def collect_200_000_rows(spark):
    rows = spark.range(200_000).collect()
    return [len(rows), sum(row.id for row in rows), rows[-1].asDict()]


@operation
def collect_wide_row(spark):
    return spark.range(2).selectExpr(*[f"id + {i} as c{i}" for i in range(300)]).collect()


@operation
def collect_a_long_string(spark):
    [row] = spark.sql("select repeat('ä', 3000000) s").collect()
    return [len(row.s), row.s[:3], row.s[-3:]]


@operation
def collect_duplicate_names(spark):
    rows = spark.sql("select 1 a, 2 a, struct(3 b, 4 b) s").collect()
    return [rows, rows[0].__fields__]


@operation
def count(spark):
    return spark.range(1234).count()


@operation
def count_of_nothing(spark):
    return spark.range(0).count()


@operation
def first(spark):
    return spark.range(5, 9).first()


@operation
def first_of_nothing(spark):
    return spark.range(0).first()


@operation
def head(spark):
    return [spark.range(5).head(), spark.range(5).head(1), spark.range(5).head(3)]


@operation
def take(spark):
    return spark.range(100).take(4)


@operation
def tail(spark):
    return spark.range(100).tail(3)


@operation
def limit_offset(spark):
    return spark.range(20).orderBy("id").offset(5).limit(3).collect()


@operation
def is_empty(spark):
    return [spark.range(0).isEmpty(), spark.range(1).isEmpty()]


@operation
def local_iterator(spark):
    return [row.id for row in spark.range(2500).toLocalIterator()]


@operation
def local_iterator_with_prefetch(spark):
    return [row.id for row in spark.range(2500).toLocalIterator(prefetchPartitions=True)]


@operation
def local_iterator_of_many_batches(spark):
    total = 0
    for row in spark.range(0, 300_000, 1, 8).toLocalIterator(prefetchPartitions=True):
        total += row.id
    return total


@operation
def local_iterator_left_early(spark):
    iterator = spark.range(0, 100_000, 1, 8).toLocalIterator()
    return [next(iterator), next(iterator), spark.range(3).count()]


@operation
def two_local_iterators_in_turn(spark):
    first, second = spark.range(50).toLocalIterator(), spark.range(50, 100).toLocalIterator()
    return [[a.id, b.id] for a, b in zip(first, second, strict=True)]


@operation
def a_call_while_an_iterator_is_open(spark):
    iterator = spark.range(0, 3, 1, 3).toLocalIterator()
    return [[row, spark.range(row.id).count()] for row in iterator]


@operation
def foreach_row_by_hand(spark):
    seen = []
    for row in spark.range(4).collect():
        seen.append(row["id"] + row[0] + row.id)
    return seen


@operation
def show(spark):
    frame = spark.range(3).selectExpr("id", "id * 2 as twice", "cast(null as string) as n")
    return frame._show_string()


@operation
def show_options(spark):
    frame = spark.sql("select 'a long text that is cut' s, 'ü€𝄞' u, array(1, null) a, 1.5 d")
    return [
        frame._show_string(1, True),
        frame._show_string(1, False),
        frame._show_string(1, 5),
        frame._show_string(1, 30, True),
    ]


@operation
def show_more_rows_than_asked(spark):
    return spark.range(30)._show_string(5)


@operation
def printed_by_show(spark):
    import contextlib
    import io

    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        spark.range(2).show()
        spark.range(1).show(vertical=True)
    return out.getvalue()


@operation
def html(spark):
    spark.conf.set("spark.sql.repl.eagerEval.enabled", "true")
    try:
        frame = spark.sql("select 1 a, '<b>&' s, null n")
        return [frame._repr_html_(), repr(frame)]
    finally:
        spark.conf.unset("spark.sql.repl.eagerEval.enabled")


@operation
def repr_of_a_frame(spark):
    return repr(spark.sql("select 1 a, array(struct('x' b)) c"))


@operation
def to_json_strings(spark):
    return spark.sql("select 1 a, 'x' b, array(1, 2) c").toJSON().collect()


@operation
def to_pandas(spark):
    return spark.range(10).toPandas()


@operation
def to_pandas_of_nothing(spark):
    return spark.sql("select 1 a, 'x' b, 1.5D c, date'2020-01-01' d where false").toPandas()


@operation
def to_pandas_200_000_rows(spark):
    rows = spark.range(200_000).selectExpr("id", "id * 0.5 as half", "cast(id as string) as s")
    frame = rows.toPandas()
    return [len(frame), int(frame["id"].sum()), float(frame["half"].sum()), frame["s"].iloc[-1]]


@operation
def to_pandas_with_zstd(spark):
    spark.conf.set("spark.sql.execution.arrow.compression.codec", "zstd")
    try:
        frame = spark.range(20_000).selectExpr("id", "cast(id % 7 as string) s").toPandas()
        return [len(frame), int(frame["id"].sum()), frame["s"].value_counts().sort_index()]
    finally:
        spark.conf.unset("spark.sql.execution.arrow.compression.codec")


@operation
def to_pandas_with_lz4(spark):
    spark.conf.set("spark.sql.execution.arrow.compression.codec", "lz4")
    try:
        frame = spark.range(20_000).selectExpr("id", "cast(id % 7 as string) s").toPandas()
        return [len(frame), int(frame["id"].sum())]
    finally:
        spark.conf.unset("spark.sql.execution.arrow.compression.codec")


@operation
def to_pandas_duplicate_names(spark):
    return spark.sql("select 1 a, 2 a").toPandas()


@operation
def to_pandas_self_destruct(spark):
    name = "spark.sql.execution.arrow.pyspark.selfDestruct.enabled"
    spark.conf.set(name, "true")
    try:
        return spark.range(5).selectExpr("id", "cast(id as string) s").toPandas()
    finally:
        spark.conf.unset(name)


@operation
def to_arrow(spark):
    return spark.sql("select id, cast(id as string) s from range(5)").toArrow()


@operation
def to_arrow_of_nothing(spark):
    return spark.sql("select 1 a, 'x' b where false").toArrow()


@operation
def to_arrow_then_python(spark):
    table = spark.range(1000).selectExpr("id", "id % 3 k").toArrow()
    column = table.column("k").to_pylist()
    return [table.num_rows, table.num_columns, table.column_names, sum(column), table.slice(998)]


@operation
def small_batches(spark):
    spark.conf.set("spark.sql.execution.arrow.maxRecordsPerBatch", "7")
    try:
        return spark.range(50).selectExpr("id", "if(id % 2 = 0, null, id) n").collect()
    finally:
        spark.conf.unset("spark.sql.execution.arrow.maxRecordsPerBatch")


@operation
def explained(spark):
    return spark.range(5).filter("id > 2")._explain_string(extended=False)


@operation
def explained_in_every_mode(spark):
    frame = spark.range(5).groupBy("id").count()
    return [frame._explain_string(mode=mode) for mode in ("simple", "extended", "formatted")]


@operation
def schema_tree(spark):
    frame = spark.sql("select 1 a, array(struct('x' b, map(1, 2) m)) c")
    return [frame.schema.treeString(), frame.schema.treeString(1)]


@operation
def columns_and_dtypes(spark):
    frame = spark.sql("select 1 a, 'x' `b c`, 1.5BD `d.e`")
    return [frame.columns, frame.dtypes, frame.schema.json(), frame.schema.simpleString()]


@operation
def same_semantics(spark):
    one = spark.range(10).select((spark.range(1).id + 1).alias("x"))
    other = spark.range(10).selectExpr("id + 1 as y")
    return [
        spark.range(10).sameSemantics(spark.range(10)),
        spark.range(10).sameSemantics(spark.range(11)),
        other.semanticHash() == spark.range(10).selectExpr("id + 1 as y").semanticHash(),
        one.columns,
    ]


@operation
def input_files(spark):
    return spark.range(1).inputFiles()


@operation
def is_local_and_streaming(spark):
    frame = spark.range(1)
    return [frame.isLocal(), frame.isStreaming, frame.is_cached]


@operation
def cached(spark):
    frame = spark.range(100).selectExpr("id % 5 k").cache()
    level = str(frame.storageLevel)
    counted = [frame.count(), frame.is_cached]
    frame.unpersist(blocking=True)
    return [level, counted, str(frame.storageLevel)]


@operation
def persisted_on_disk(spark):
    from pyspark import StorageLevel

    frame = spark.range(7).persist(StorageLevel.DISK_ONLY)
    try:
        return [frame.count(), repr(frame.storageLevel)]
    finally:
        frame.unpersist()


@operation
def local_checkpoint(spark):
    frame = spark.range(10).selectExpr("id * 2 as twice").localCheckpoint()
    return [frame.collect(), frame.columns]


@operation
def lazy_local_checkpoint(spark):
    frame = spark.range(4).localCheckpoint(eager=False)
    return frame.filter("id > 1").collect()


@operation
def checkpoint_without_a_folder(spark):
    return spark.range(10).checkpoint().collect()


@operation
def spark_rdd_is_not_there(spark):
    return spark.range(1).rdd


@operation
def spark_context_is_not_there(spark):
    return spark.sparkContext


@operation
def bytes_per_row_is_kept(spark):
    return spark.sql("select binary('a') b, X'00ff' c, cast('ü' as binary) d").collect()


@operation
def rows_are_tuples_and_dicts(spark):
    [row] = spark.sql("select 1 a, struct(2 b, array(struct(3 c)) d) s").collect()
    return [tuple(row), row.asDict(), row.asDict(recursive=True), "a" in row, row.s.d[0].c]


@operation
def rows_have_text(spark):
    [row] = spark.sql("select 1 a, 'x' b, struct(null n) s").collect()
    return [repr(row), str(row), hash(row) == hash(row)]
