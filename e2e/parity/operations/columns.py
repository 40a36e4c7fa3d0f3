"""Column expressions as they are built on the client."""

from ..registry import different_in_a_tab, operation


def rows(spark, *columns):
    frame = spark.sql(
        "select 3 a, 'text' s, array(1, 2) l, map('k', 7) m, struct(5 x, 'y' z) st, null n"
    )
    return frame.select(*columns).collect()


def col(name):
    from pyspark.sql import functions as f

    return f.col(name)


@operation
def arithmetic(spark):
    a = col("a")
    return rows(spark, a + 1, 1 - a, a * 2, a / 2, a % 2, -a, a**2, 2**a)


@operation
def comparisons(spark):
    a = col("a")
    return rows(
        spark, a == 3, a != 3, a < 4, a >= 4, a.eqNullSafe(None), a.between(1, 3), a.isin(1, 3)
    )


@operation
def logic(spark):
    t = col("a") == 3
    return rows(
        spark, t & False, t | False, ~t, t.isNull(), col("n").isNull(), col("n").isNotNull()
    )


@operation
def bits(spark):
    a = col("a")
    return rows(spark, a.bitwiseAND(1), a.bitwiseOR(4), a.bitwiseXOR(1))


@operation
def texts(spark):
    s = col("s")
    return rows(
        spark, s.startswith("te"), s.contains("ex"), s.like("t%"), s.rlike("^t"), s.ilike("T%"),
        s.substr(1, 2), s.endswith("t"), s[1:2],
    )  # fmt: skip


@operation
def nested_access(spark):
    return rows(
        spark, col("l")[0], col("m")["k"], col("m").getItem("k"), col("st").x, col("st").getField("z"),
        "st.x", "st.*",
    )  # fmt: skip


@operation
def changed_fields(spark):
    st = col("st")
    from pyspark.sql import functions as f

    return rows(spark, st.withField("w", f.lit(1)).alias("a"), st.dropFields("x").alias("b"))


@operation
def casts(spark):
    a = col("a")
    return rows(
        spark,
        a.cast("string"),
        a.astype("double"),
        a.cast("decimal(5,2)"),
        col("s").try_cast("int"),
    )


@operation
def case_when(spark):
    from pyspark.sql import functions as f

    a = col("a")
    return rows(spark, f.when(a > 5, "big").when(a > 2, "mid").otherwise("small"), f.when(a > 5, 1))


@operation
def aliases(spark):
    from pyspark.sql import functions as f

    frame = spark.sql("select map('a', 1) m, 2 b")
    return frame.select(f.explode("m").alias("k", "v"), frame.b.alias("b b")).collect()


@operation
def texts_of_columns(spark):
    from pyspark.sql import functions as f

    a = col("a")
    return [
        str(c)
        for c in (
            a + 1, a.alias("x"), f.lit("t"), f.sum("a"), f.expr("a + 1"), ~(a > 1), a.cast("int"),
            f.when(a > 1, 2), a.isin(1, 2), f.transform("l", lambda x: x + 1), col("a.b"), a.desc(),
        )
    ]  # fmt: skip


@operation
def a_column_is_no_boolean(spark):
    return bool(col("a") == 1)


@operation
def a_column_cannot_be_iterated(spark):
    return list(col("a"))


@operation
def select_forms(spark):
    frame = spark.sql("select 1 a, 2 b, 3 c")
    return [
        frame.select("*").collect(),
        frame.select(["a", "b"]).collect(),
        frame.select(frame["a"], frame.b).collect(),
        frame[["a", "c"]].collect(),
        frame[frame.a == 1].collect(),
        frame.select(frame[1]).collect(),
        frame.colRegex("`[ab]`") is not None,
        frame.select(frame.colRegex("`[ab]`")).columns,
    ]


@operation
def with_columns(spark):
    from pyspark.sql import functions as f

    frame = spark.range(2)
    return [
        frame.withColumn("x", f.col("id") + 1).collect(),
        frame.withColumns({"x": f.lit(1), "y": f.lit("a")}).collect(),
        frame.withColumnRenamed("id", "n").columns,
        frame.withColumnsRenamed({"id": "n", "no": "m"}).columns,
        frame.withColumn("x", f.lit(1)).drop("id", "nope").columns,
        frame.toDF("z").columns,
        frame.selectExpr("id as a", "id * 2 as b").collect(),
    ]


@operation
def an_attribute_that_is_no_column(spark):
    return spark.range(1).nope


@operation
def an_item_that_is_no_column(spark):
    return spark.range(1)["nope"]


@operation
def filters(spark):
    frame = spark.range(10)
    return [
        frame.filter("id > 7").collect(),
        frame.where(frame.id.isin([1, 2])).collect(),
        frame.filter((frame.id > 2) & (frame.id < 5)).collect(),
    ]


@operation
def higher_order(spark):
    from pyspark.sql import functions as f

    return rows(
        spark,
        f.transform("l", lambda x: x * 2),
        f.transform("l", lambda x, i: x + i),
        f.filter("l", lambda x: x > 1),
        f.exists("l", lambda x: x == 2),
        f.forall("l", lambda x: x > 0),
        f.aggregate("l", f.lit(0), lambda acc, x: acc + x, lambda acc: acc * 10),
        f.zip_with("l", "l", lambda x, y: x - y),
        f.transform_keys("m", lambda k, v: f.upper(k)),
        f.transform_values("m", lambda k, v: v + 1),
        f.map_filter("m", lambda k, v: v > 1),
        f.array_sort("l", lambda x, y: y - x),
    )


@operation
def outer_of_nothing(spark):
    return spark.range(1).select(col("nope").outer()).collect()


def any_of(spark, conditions):
    condition = col("id") == 0
    for i in range(1, conditions):
        condition = condition | (col("id") == i * 3)
    return spark.range(50).filter(condition).count()


@operation
def thirty_conditions(spark):
    return any_of(spark, 30)


@different_in_a_tab("native protobuf refuses messages nested this deep; the one in a tab does not")
def a_hundred_conditions(spark):
    return any_of(spark, 100)
