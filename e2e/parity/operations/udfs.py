"""User-defined functions: what the client does with them. And what the server runs."""

from ..registry import operation, runs_on_the_servers_python


@operation
def declared(spark):
    from pyspark.sql.functions import udf

    @udf("int")
    def plus_one(x: int) -> int:
        """Adds one."""
        return x + 1

    return [
        plus_one.returnType,
        plus_one.evalType,
        plus_one.__name__,
        plus_one.__doc__,
        str(plus_one("a")),
    ]


@operation
def planned(spark):
    from pyspark.sql.functions import udf

    frame = spark.range(3).select(udf(lambda x: x + 1, "bigint")("id").alias("y"))
    return [frame.schema, frame.columns]


@operation
def registered(spark):
    function = spark.udf.register("parity_udf", lambda x: x, "string")
    frame = spark.sql("select parity_udf('a') r")
    return [function.returnType, frame.schema, spark.catalog.functionExists("parity_udf")]


@operation
def registered_twice_with_a_type(spark):
    from pyspark.sql.functions import udf

    return spark.udf.register("parity_udf", udf(lambda x: x, "int"), "string")


@operation
def registered_without_a_function(spark):
    return spark.udf.register("parity_udf", 5)


@operation
def of_a_bad_return_type(spark):
    from pyspark.sql.functions import udf

    return udf(lambda x: x, "nosuchtype")("id")


@operation
def java_functions(spark):
    return spark.udf.registerJavaFunction("parity_java", "no.such.Class", "int")


@operation
def java_aggregates(spark):
    return spark.udf.registerJavaUDAF("parity_java", "no.such.Class")


@operation
def pandas_of_a_bad_kind(spark):
    from pyspark.sql.functions import PandasUDFType, pandas_udf

    return pandas_udf(lambda: 1, "int", PandasUDFType.SCALAR)


@operation
def table_functions_without_eval(spark):
    from pyspark.sql.functions import udtf

    class Nothing:
        pass

    return udtf(Nothing, returnType="a int")


@operation
def map_in_pandas_schema(spark):
    frame = spark.range(3).mapInPandas(lambda frames: frames, "id bigint")
    return [frame.schema, frame.columns]


@operation
def grouped_map_schema(spark):
    grouped = spark.range(3).groupBy("id")
    return grouped.applyInPandas(lambda frame: frame, "id bigint, x string").schema


@runs_on_the_servers_python
def scalar(spark):
    from pyspark.sql.functions import udf

    twice = udf(lambda x: None if x is None else x * 2, "bigint")
    return (
        spark.sql("select * from values (1L), (null), (5L) t(a)")
        .select(twice("a").alias("b"))
        .collect()
    )


@runs_on_the_servers_python
def scalar_of_every_type(spark):
    from pyspark.sql.functions import udf

    same = udf(repr, "string")
    frame = spark.sql(
        "select 1 a, 1.5D b, 'ü' c, X'00ff' d, 1.10BD e, date'2024-02-29' f, array(1, null) g, "
        "map('k', 2) h, struct(1 x, 'y' z) i, true j, null k"
    )
    return frame.select(*[same(name).alias(name) for name in frame.columns]).collect()


@runs_on_the_servers_python
def with_arrow(spark):
    from pyspark.sql.functions import udf

    return spark.range(5).select(udf(lambda x: x + 0.5, "double", useArrow=True)("id")).collect()


@runs_on_the_servers_python
def with_a_closure(spark):
    from pyspark.sql.functions import udf

    table = {i: str(i) * 2 for i in range(100)}

    def helper(x):
        return table[x % 100]

    return spark.range(95, 105).select(udf(helper)("id").alias("s")).collect()


@runs_on_the_servers_python
def in_sql(spark):
    spark.udf.register("parity_sql", lambda a, b: f"{a}-{b}", "string")
    return spark.sql("select parity_sql(id, 'x') r from range(3)").collect()


@runs_on_the_servers_python
def pandas_scalar(spark):
    import pandas as pd
    from pyspark.sql.functions import pandas_udf

    @pandas_udf("double")
    def half(x: pd.Series) -> pd.Series:
        return x * 0.5

    return spark.range(5).select(half("id").alias("h")).collect()


@runs_on_the_servers_python
def pandas_aggregate(spark):
    import pandas as pd
    from pyspark.sql.functions import pandas_udf

    @pandas_udf("double")
    def mean(x: pd.Series) -> float:
        return float(x.mean())

    grouped = spark.range(10).selectExpr("id % 2 k", "id").groupBy("k")
    return grouped.agg(mean("id").alias("m")).orderBy("k").collect()


@runs_on_the_servers_python
def map_in_pandas(spark):
    def keep_even(frames):
        for frame in frames:
            yield frame[frame["id"] % 2 == 0]

    return spark.range(6).mapInPandas(keep_even, "id bigint").orderBy("id").collect()


@runs_on_the_servers_python
def apply_in_pandas(spark):
    def first(frame):
        return frame.head(1)

    rows = (
        spark.range(6)
        .selectExpr("id % 2 k", "id")
        .groupBy("k")
        .applyInPandas(first, "k bigint, id bigint")
    )
    return rows.orderBy("k").collect()


@runs_on_the_servers_python
def map_in_arrow(spark):
    def same(batches):
        yield from batches

    return spark.range(4).mapInArrow(same, "id bigint").orderBy("id").collect()


@runs_on_the_servers_python
def table_function(spark):
    from pyspark.sql.functions import lit, udtf

    class Count:
        def eval(self, n: int):
            for i in range(n):
                yield i, str(i)

    return udtf(Count, returnType="i int, s string")(lit(3)).orderBy("i").collect()


@runs_on_the_servers_python
def that_raises(spark):
    from pyspark.sql.functions import udf

    def fail(x):
        raise ValueError("käse")

    try:
        spark.range(1).select(udf(fail)("id")).collect()
    except Exception as error:
        if "ValueError: käse" in str(error):
            return [type(error).__name__, error.getCondition(), error.getSqlState()]
        raise
    return None


@runs_on_the_servers_python
def foreach_batch(spark):
    from .streams import PATIENCE_SECONDS, numbers

    def nothing(frame, number):
        frame.count()

    query = numbers(spark).writeStream.foreachBatch(nothing).trigger(once=True).start()
    try:
        return [query.awaitTermination(PATIENCE_SECONDS), query.exception()]
    finally:
        query.stop()


@runs_on_the_servers_python
def python_data_source(spark):
    from pyspark.sql.datasource import DataSource, DataSourceReader

    class Reader(DataSourceReader):
        def read(self, partition):
            yield (1, "a")
            yield (2, "b")

    class Source(DataSource):
        @classmethod
        def name(cls):
            return "parity_source"

        def schema(self):
            return "i int, s string"

        def reader(self, schema):
            return Reader()

    spark.dataSource.register(Source)
    return spark.read.format("parity_source").load().orderBy("i").collect()


@runs_on_the_servers_python
def arrow_scalar(spark):
    import pyarrow as pa
    import pyarrow.compute as pc
    from pyspark.sql.functions import arrow_udf

    @arrow_udf("bigint")
    def plus(x: pa.Array) -> pa.Array:
        return pc.add(x, 1)

    return spark.range(4).select(plus("id").alias("p")).collect()


@runs_on_the_servers_python
def pandas_iterators(spark):
    from collections.abc import Iterator

    import pandas as pd
    from pyspark.sql.functions import pandas_udf

    @pandas_udf("bigint")
    def plus(frames: Iterator[pd.Series]) -> Iterator[pd.Series]:
        for frame in frames:
            yield frame + 1

    return spark.range(4).select(plus("id").alias("p")).collect()


@runs_on_the_servers_python
def cogrouped_in_pandas(spark):
    def joined(key, left, right):
        return left.merge(right, on="id").assign(n=len(left) + len(right))

    left, right = spark.range(4).groupBy("id"), spark.range(2, 6).groupBy("id")
    rows = left.cogroup(right).applyInPandas(joined, "id bigint, n bigint")
    return rows.orderBy("id").collect()


@runs_on_the_servers_python
def grouped_in_arrow(spark):
    def counted(table):
        return table.slice(0, 1)

    grouped = spark.range(6).selectExpr("id % 2 k", "id").groupBy("k")
    return [row.k for row in grouped.applyInArrow(counted, "k bigint, id bigint").collect()]


@runs_on_the_servers_python
def registered_table_function(spark):
    from pyspark.sql.functions import udtf

    @udtf(returnType="word string")
    class Words:
        def eval(self, text: str):
            yield from ((word,) for word in text.split())

        def terminate(self):
            yield ("end",)

    spark.udtf.register("parity_words", Words)
    return spark.sql("select * from parity_words('a b') order by word").collect()


@runs_on_the_servers_python
def table_function_of_a_schema_of_its_own(spark):
    from pyspark.sql.functions import lit, udtf
    from pyspark.sql.types import StructType
    from pyspark.sql.udtf import AnalyzeResult

    @udtf
    class Wide:
        @staticmethod
        def analyze(n):
            schema = StructType()
            for i in range(n.value):
                schema = schema.add(f"c{i}", "int")
            return AnalyzeResult(schema=schema)

        def eval(self, n):
            yield tuple(range(n))

    return Wide(lit(3)).collect()


@runs_on_the_servers_python
def foreach_row(spark):
    from .streams import PATIENCE_SECONDS, numbers

    class Writer:
        def open(self, partition, epoch):
            return True

        def process(self, row):
            assert row.value >= 0

        def close(self, error):
            if error:
                raise error

    query = numbers(spark).writeStream.foreach(Writer()).trigger(once=True).start()
    try:
        return [query.awaitTermination(PATIENCE_SECONDS), query.exception()]
    finally:
        query.stop()


@runs_on_the_servers_python
def foreach_batch_writes(spark):
    import uuid

    from .streams import PATIENCE_SECONDS, numbers

    table = f"parity_{uuid.uuid4().hex[:8]}"

    def keep(frame, number):
        frame.createOrReplaceGlobalTempView(table)
        assert frame.count() == 5

    query = numbers(spark).writeStream.foreachBatch(keep).trigger(once=True).start()
    try:
        return [query.awaitTermination(PATIENCE_SECONDS), query.exception()]
    finally:
        query.stop()


@runs_on_the_servers_python
def stateful_in_pandas(spark):
    from pyspark.sql.streaming.state import GroupStateTimeout

    from .streams import memory, numbers, own_name

    def counted(key, frames, state):
        import pandas as pd

        n = (state.get[0] if state.exists else 0) + sum(len(frame) for frame in frames)
        state.update((n,))
        yield pd.DataFrame({"k": [key[0]], "n": [n]})

    name = own_name()
    grouped = numbers(spark).selectExpr("value % 2 k", "value").groupBy("k")
    counts = grouped.applyInPandasWithState(
        counted, "k bigint, n bigint", "n bigint", "update", GroupStateTimeout.NoTimeout
    )
    query = memory(counts, name).outputMode("update").trigger(once=True).start()
    try:
        query.awaitTermination(60)
        return spark.table(name).orderBy("k").collect()
    finally:
        query.stop()


@runs_on_the_servers_python
def pandas_on_spark_functions(spark):
    import pandas as pd
    import pyspark.pandas as ps

    frame = ps.from_pandas(pd.DataFrame({"k": ["a", "b", "a"], "v": [1.0, 2.0, 4.0]}))

    def spread(group) -> float:
        return group.max() - group.min()

    # Values alone: an index and a dtype of text are other ones in pandas 2 and in pandas 3.
    return [
        frame.v.apply(lambda x: x * 2).to_numpy().tolist(),
        frame[["v"]].transform(lambda column: column + 1).to_numpy().tolist(),
        frame[["v"]].apply(lambda row: row.sum(), axis=1).to_numpy().tolist(),
        frame.pandas_on_spark.apply_batch(lambda batch: batch.head(9)).to_numpy().tolist(),
        frame.groupby("k").v.apply(spread).sort_index().to_numpy().tolist(),
        frame.groupby("k").v.transform(lambda group: group.rank()).sort_index().to_numpy().tolist(),
    ]


@runs_on_the_servers_python
def classes_of_the_notebook(spark):
    import dataclasses
    import enum
    from typing import NamedTuple

    from pyspark.sql.functions import udf

    class Kind(enum.Enum):
        EVEN = 0
        ODD = 1

    @dataclasses.dataclass(frozen=True)
    class Number:
        n: int
        kind: Kind = Kind.EVEN

    class Pair(NamedTuple):
        left: int
        right: Number

    class Base:
        def name(self):
            return "base"

    class Derived(Base):
        def name(self):
            return super().name() + "!"

    def described(n):
        pair = Pair(n, Number(n, Kind(n % 2)))
        return f"{pair.left} {pair.right.kind.name} {pair.right == Number(n)} {Derived().name()}"

    return spark.range(3).select(udf(described)("id").alias("d")).collect()
