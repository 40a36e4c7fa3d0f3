"""Frames made of frames: joins, sets, grouping, reshaping, sampling."""

from ..registry import add, operation

PEOPLE = "select * from values (1, 'Ada', 10), (2, 'Bo', 20), (3, 'Cy', null) t(id, name, dep)"
DEPARTMENTS = "select * from values (10, 'red'), (20, 'blue'), (30, 'none') t(dep, colour)"
HOW = ["inner", "left", "right", "outer", "leftsemi", "leftanti", "cross"]


def joined(spark, how):
    people, departments = spark.sql(PEOPLE), spark.sql(DEPARTMENTS)
    frame = (
        people.join(departments, "dep", how) if how != "cross" else people.crossJoin(departments)
    )
    return [frame.columns, frame.orderBy(*range(1, len(frame.columns) + 1)).collect()]


for _how in HOW:
    add("relations", f"join_{_how}", lambda spark, how=_how: joined(spark, how))


@operation
def join_on_a_condition(spark):
    people, departments = spark.sql(PEOPLE).alias("p"), spark.sql(DEPARTMENTS).alias("d")
    from pyspark.sql import functions as f

    return (
        people.join(departments, f.col("p.dep") < f.col("d.dep")).orderBy("id", "colour").collect()
    )


@operation
def join_on_frame_columns(spark):
    people, departments = spark.sql(PEOPLE), spark.sql(DEPARTMENTS)
    both = people.join(departments, people.dep == departments.dep, "left")
    return both.select(people.name, departments.colour).orderBy("name").collect()


@operation
def join_with_itself(spark):
    people = spark.sql(PEOPLE)
    a, b = people.alias("a"), people.alias("b")
    return a.join(b, "id").select("a.name", "b.dep").orderBy("name").collect()


@operation
def join_ambiguous(spark):
    people = spark.sql(PEOPLE)
    return people.join(people, people.id == people.id).select(people.name, "name").collect()


@operation
def join_of_an_unknown_kind(spark):
    return spark.sql(PEOPLE).join(spark.sql(DEPARTMENTS), "dep", "sideways").collect()


@operation
def lateral_join(spark):
    from pyspark.sql import functions as f

    left = spark.range(3)
    right = spark.range(2).select((f.col("id").outer() * 10).alias("x"))
    return left.lateralJoin(right).orderBy("id", "x").collect()


@operation
def broadcast_hint(spark):
    from pyspark.sql import functions as f

    frame = spark.sql(PEOPLE).join(f.broadcast(spark.sql(DEPARTMENTS)), "dep")
    return [frame.orderBy("id").collect(), "BroadcastHashJoin" in frame._explain_string()]


@operation
def hints(spark):
    frame = spark.sql(PEOPLE).hint("merge").join(spark.sql(DEPARTMENTS), "dep")
    return frame._explain_string(mode="simple")


@operation
def scalar_and_exists(spark):
    from pyspark.sql import functions as f

    people, departments = spark.sql(PEOPLE), spark.sql(DEPARTMENTS)
    highest = departments.agg(f.max("dep")).scalar()
    there = departments.where(f.col("dep") == people.dep.outer()).exists()
    return people.where(there).withColumn("m", highest).orderBy("id").collect()


@operation
def union_and_by_name(spark):
    one, other = spark.sql("select 1 a, 'x' b"), spark.sql("select 'y' b, 2 a")
    more = one.unionByName(spark.sql("select 3 a, true c"), allowMissingColumns=True)
    return [one.union(one).collect(), one.unionByName(other).collect(), more.collect()]


@operation
def set_operations(spark):
    one, other = spark.range(5), spark.range(3, 8)
    return [
        one.intersect(other).orderBy("id").collect(),
        one.intersectAll(other).orderBy("id").collect(),
        one.subtract(other).orderBy("id").collect(),
        one.exceptAll(other).orderBy("id").collect(),
        one.union(one).distinct().count(),
    ]


@operation
def union_of_different_widths(spark):
    return spark.range(1).union(spark.sql("select 1, 2")).collect()


@operation
def group_and_aggregate(spark):
    from pyspark.sql import functions as f

    grouped = spark.range(1000).filter("id % 3 = 0").groupBy((f.col("id") % 7).alias("k"))
    return grouped.agg(f.sum("id").alias("s"), f.avg("id").alias("a")).orderBy("k").toPandas()


@operation
def group_shortcuts(spark):
    frame = spark.range(10).selectExpr("id % 2 k", "id v").groupBy("k")
    return [
        getattr(frame, n)("v").orderBy("k").collect() for n in ("sum", "avg", "min", "max", "mean")
    ]


@operation
def group_with_a_dict(spark):
    frame = spark.range(10).selectExpr("id % 2 k", "id v").groupBy("k")
    return frame.agg({"v": "max", "*": "count"}).orderBy("k").collect()


@operation
def group_by_everything(spark):
    return [spark.range(3).groupBy().count().collect(), spark.range(3).agg({"id": "sum"}).collect()]


@operation
def rollup_and_cube(spark):
    frame = spark.range(6).selectExpr("id % 2 a", "id % 3 b")
    return [
        frame.rollup("a", "b").count().orderBy("a", "b").collect(),
        frame.cube("a", "b").count().orderBy("a", "b").collect(),
    ]


@operation
def grouping_sets(spark):
    from pyspark.sql import functions as f

    frame = spark.range(6).selectExpr("id % 2 a", "id % 3 b")
    sets = frame.groupingSets([("a", "b"), ("a",), ()], "a", "b")
    return (
        sets.agg(f.count("*").alias("n"), f.grouping_id().alias("g"))
        .orderBy("g", "a", "b")
        .collect()
    )


@operation
def pivot(spark):
    frame = spark.range(12).selectExpr("id % 3 g", "id % 2 k", "id v").groupBy("g")
    return [
        frame.pivot("k").sum("v").orderBy("g").toPandas(),
        frame.pivot("k", [1, 0]).agg({"v": "max"}).orderBy("g").collect(),
    ]


@operation
def unpivot(spark):
    frame = spark.sql("select 1 id, 2 a, 3L b")
    return [
        frame.unpivot("id", ["a", "b"], "name", "value").orderBy("name").collect(),
        frame.melt(["id"], None, "n", "v").orderBy("n").collect(),
    ]


@operation
def transpose(spark):
    return (
        spark.sql("select * from values ('x', 1, 2), ('y', 3, 4) t(k, a, b)").transpose().collect()
    )


@operation
def explode(spark):
    from pyspark.sql import functions as f

    frame = spark.sql("select 1 a, array(10, null) l, map('k', 5) m")
    return [
        frame.select("a", f.explode("l").alias("e")).collect(),
        frame.select(f.posexplode_outer("l")).collect(),
        frame.select(f.explode("m")).collect(),
        frame.select(f.inline(f.array(f.struct(f.lit(1).alias("x"))))).collect(),
    ]


@operation
def sorted_ways(spark):
    from pyspark.sql import functions as f

    frame = spark.sql("select * from values (2, 'b'), (null, 'a'), (1, 'c') t(x, y)")
    return [
        frame.orderBy(f.desc_nulls_first("x")).collect(),
        frame.sort("y", ascending=False).collect(),
        frame.orderBy(["x", "y"], ascending=[False, True]).collect(),
        frame.coalesce(1).sortWithinPartitions(f.col("x").asc_nulls_last()).collect(),
    ]


@operation
def duplicates(spark):
    frame = spark.sql("select * from values (1, 'a'), (1, 'b'), (2, 'a') t(x, y)")
    return [
        frame.dropDuplicates(["x"]).count(),
        frame.drop_duplicates().count(),
        frame.distinct().count(),
    ]


@operation
def partitions(spark):
    from pyspark.sql import functions as f

    frame = spark.range(0, 100, 1, 4)
    counted = (
        frame.repartition(3, "id").select(f.spark_partition_id().alias("p")).distinct().count()
    )
    return [
        frame.select(f.spark_partition_id().alias("p")).distinct().orderBy("p").collect(),
        counted <= 3,
        frame.coalesce(1).select(f.spark_partition_id()).distinct().collect(),
        frame.repartitionByRange(2, "id").count(),
        frame.repartitionById(2, (f.col("id") % 2).cast("int")).count(),
    ]


@operation
def sampling(spark):
    frame = spark.range(0, 1000, 1, 2)
    return [
        frame.sample(fraction=0.1, seed=7).count(),
        frame.sample(True, 0.2, 7).count(),
        [part.count() for part in frame.randomSplit([0.3, 0.7], seed=5)],
        frame.sampleBy(frame.id % 2, {0: 0.1, 1: 0.5}, seed=3).count(),
    ]


@operation
def na_functions(spark):
    frame = spark.sql("select * from values (1, 'a', 1.5D), (null, null, null) t(i, s, d)")
    return [
        frame.na.fill(0).collect(),
        frame.na.fill({"s": "?", "d": 2.5}).collect(),
        frame.na.drop().collect(),
        frame.na.drop("all", thresh=1).count(),
        frame.na.replace("a", "z", "s").collect(),
        frame.replace({1: 9}, subset=["i"]).collect(),
        frame.fillna("x", subset=["s"]).collect(),
    ]


@operation
def statistics(spark):
    frame = spark.range(100).selectExpr("id", "id * 2 + 1 twice", "string(id % 3) s")
    return [
        frame.describe("id", "s").collect(),
        frame.summary("count", "50%", "max").collect(),
        frame.stat.corr("id", "twice"),
        frame.stat.cov("id", "twice"),
        frame.approxQuantile("id", [0.0, 0.5, 1.0], 0.0),
        frame.approxQuantile(["id", "twice"], [0.5], 0.0),
        frame.crosstab("s", "s").orderBy("s_s").collect(),
        sorted(frame.freqItems(["s"], 0.5).first()[0]),
    ]


@operation
def described_in_pandas(spark):
    return spark.range(10).describe().toPandas()


@operation
def transformed(spark):
    return spark.range(3).transform(lambda frame, by: frame.selectExpr(f"id * {by} x"), 5).collect()


@operation
def zipped_with_index(spark):
    return spark.range(3).zipWithIndex().orderBy("index").collect()


@operation
def table_valued_functions(spark):
    from pyspark.sql import functions as f

    return [
        spark.tvf.range(3).collect(),
        spark.tvf.explode(f.array(f.lit(1), f.lit(2))).collect(),
        spark.tvf.stack(f.lit(2), f.lit(1), f.lit(2)).collect(),
        spark.tvf.json_tuple(f.lit('{"a": 1}'), f.lit("a")).collect(),
        spark.tvf.variant_explode(f.parse_json(f.lit('{"a": 1}'))).collect(),
    ]


@operation
def asof_like_join(spark):
    left = spark.sql("select * from values (1, 10), (2, 25) t(k, at)")
    right = spark.sql("select * from values (5, 'a'), (20, 'b') t(since, v)")
    return (
        left.join(right, left.at >= right.since)
        .groupBy("k")
        .agg({"since": "max"})
        .orderBy("k")
        .collect()
    )


@operation
def a_plan_of_200_steps(spark):
    frame = spark.range(3)
    for i in range(200):
        frame = frame.withColumn("id", frame.id + i)
    return frame.collect()


@operation
def a_hundred_unions(spark):
    frame = spark.range(1)
    for _ in range(100):
        frame = frame.union(spark.range(1))
    return frame.count()
