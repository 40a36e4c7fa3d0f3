"""`createDataFrame`: rows, dicts, pandas, numpy, Arrow; inferred and given schemas."""

import array
import collections
import datetime
import decimal

from ..registry import different_in_a_tab, operation

THIRTY_TWO_BITS = "a tab's Python has 32 bits: C's long and numpy's default integer have four bytes"

SCHEMA = "i int, s string, d decimal(10,2), t date, l array<int>, m map<string,double>"
ROWS = [
    (1, "a", decimal.Decimal("1.10"), datetime.date(2024, 2, 29), [1, None], {"k": 2.0}),
    (2, None, None, None, None, None),
]


def told(frame):
    return [frame.schema, frame.collect()]


@operation
def tuples_with_a_ddl_schema(spark):
    return told(spark.createDataFrame(ROWS, SCHEMA).orderBy("i"))


@operation
def tuples_with_names(spark):
    return told(spark.createDataFrame([(1, "a"), (2, None)], ["x", "y"]))


@operation
def tuples_without_names(spark):
    return told(spark.createDataFrame([(1, "a"), (2, None)]))


@operation
def lists(spark):
    return told(spark.createDataFrame([[1, "a"], [2, "b"]], ["x", "y"]))


@operation
def dicts(spark):
    return told(spark.createDataFrame([{"a": 1, "b": "x"}, {"a": 2, "b": "y"}]))


@operation
def dicts_with_missing_keys(spark):
    return told(spark.createDataFrame([{"a": 1}, {"b": "y"}]))


@operation
def nested_dicts(spark):
    return told(spark.createDataFrame([{"a": {"k": [1, 2]}, "b": [{"x": 1}]}]))


@operation
def nested_dicts_as_structs(spark):
    name = "spark.sql.pyspark.inferNestedDictAsStruct.enabled"
    spark.conf.set(name, "true")
    try:
        return told(spark.createDataFrame([{"a": {"x": 1, "y": "z"}}]))
    finally:
        spark.conf.unset(name)


@operation
def rows(spark):
    from pyspark.sql import Row

    return told(spark.createDataFrame([Row(a=1, b=Row(c="x")), Row(a=2, b=None)]))


@operation
def row_factory(spark):
    from pyspark.sql import Row

    Person = Row("name", "age")
    return told(spark.createDataFrame([Person("Ada", 36), Person("Bo", None)]))


@operation
def named_tuples(spark):
    Point = collections.namedtuple("Point", "x y")
    return told(spark.createDataFrame([Point(1, 2.0), Point(3, 4.0)]))


@operation
def objects(spark):
    class Thing:
        def __init__(self, a, b):
            self.a, self.b = a, b

    return told(spark.createDataFrame([Thing(1, "x"), Thing(2, "y")]))


@operation
def atoms_with_a_type(spark):
    from pyspark.sql.types import IntegerType

    return told(spark.createDataFrame([1, 2, None], IntegerType()))


@operation
def atoms_with_a_type_name(spark):
    return told(spark.createDataFrame(["a", None], "string"))


@operation
def atoms_without_a_type(spark):
    return told(spark.createDataFrame([1, 2]))


@operation
def nothing_with_a_schema(spark):
    return told(spark.createDataFrame([], "a int, b array<string>"))


@operation
def nothing_without_a_schema(spark):
    return told(spark.createDataFrame([]))


@operation
def only_nulls(spark):
    return told(spark.createDataFrame([(None,), (None,)], ["a"]))


@operation
def a_generator(spark):
    return told(spark.createDataFrame(((i, str(i)) for i in range(3)), ["a", "b"]))


@operation
def inferred_scalars(spark):
    row = (
        True, 1, 2**40, 1.5, "s", b"b", bytearray(b"c"), decimal.Decimal("1.5"),
        datetime.date(2024, 1, 1), datetime.datetime(2024, 3, 31, 2, 30),
        datetime.timedelta(hours=-1), None, datetime.time(1, 2, 3, 4),
    )  # fmt: skip
    return told(spark.createDataFrame([row]))


@operation
def inferred_from_arrays(spark):
    arrays = [array.array(code, [1, 2]) for code in "bhilfd"]
    return told(spark.createDataFrame([tuple(arrays)]))


@operation
def inferred_nested(spark):
    return told(spark.createDataFrame([([[1], []], {"a": {"b": [1.5]}}, [(1, "x")])]))


@operation
def inferred_merged_types(spark):
    return told(spark.createDataFrame([(1, None, [None]), (None, "a", [1]), (2, "b", [])]))


@operation
def inferred_first_element_only(spark):
    name = "spark.sql.pyspark.legacy.inferArrayTypeFromFirstElement.enabled"
    spark.conf.set(name, "true")
    try:
        return told(spark.createDataFrame([([1, None],)]))
    finally:
        spark.conf.unset(name)


@operation
def inferred_ntz(spark):
    spark.conf.set("spark.sql.timestampType", "TIMESTAMP_NTZ")
    try:
        return told(spark.createDataFrame([(datetime.datetime(2024, 3, 31, 2, 30),)]))
    finally:
        spark.conf.unset("spark.sql.timestampType")


@operation
def aware_datetimes(spark):
    zone = datetime.timezone(datetime.timedelta(hours=5, minutes=30))
    values = [
        (datetime.datetime(2024, 10, 27, 2, 30, tzinfo=zone),),
        (datetime.datetime(1960, 1, 1, tzinfo=datetime.UTC),),
    ]
    return told(spark.createDataFrame(values, "t timestamp"))


@operation
def folded_datetimes(spark):
    values = [
        (datetime.datetime(2024, 10, 27, 2, 30, fold=0),),
        (datetime.datetime(2024, 10, 27, 2, 30, fold=1),),
    ]
    return told(spark.createDataFrame(values, "t timestamp"))


@operation
def mixed_types_clash(spark):
    return told(spark.createDataFrame([(1,), ("a",)], ["x"]))


@operation
def a_wrong_type(spark):
    return told(spark.createDataFrame([("x",)], "a int"))


@operation
def a_wrong_type_unverified(spark):
    return told(spark.createDataFrame([("7",)], "a int", verifySchema=False))


@operation
def a_null_where_none_may_be(spark):
    from pyspark.sql.types import LongType, StructField, StructType

    schema = StructType([StructField("a", LongType(), nullable=False)])
    return told(spark.createDataFrame([(None,)], schema))


@operation
def too_few_values(spark):
    return told(spark.createDataFrame([(1,), (2, 3)], "a int, b int"))


@operation
def too_big_an_integer(spark):
    return told(spark.createDataFrame([(2**70,)], "a bigint"))


@operation
def a_byte_out_of_range(spark):
    return told(spark.createDataFrame([(200,)], "a tinyint"))


@operation
def a_set_is_no_row(spark):
    return told(spark.createDataFrame([{1, 2}], "a int"))


@operation
def a_frame_is_no_data(spark):
    return told(spark.createDataFrame(spark.range(1)))


@operation
def a_string_is_no_data(spark):
    return told(spark.createDataFrame("abc"))


@operation
def a_bad_schema(spark):
    return told(spark.createDataFrame([(1,)], "a nosuchtype"))


@operation
def rounded_decimals(spark):
    values = [(decimal.Decimal("1.005"),), (decimal.Decimal("-2"),), (None,)]
    return told(spark.createDataFrame(values, "d decimal(10,2)"))


@operation
def infinite_floats(spark):
    return told(spark.createDataFrame([(float("nan"),), (float("-inf"),)], "f double"))


@operation
def variants(spark):
    from pyspark.sql.types import VariantVal

    return told(spark.createDataFrame([(VariantVal.parseJson('{"a": [1]}'),)], "v variant"))


@operation
def user_defined_types(spark):
    from pyspark.testing.objects import ExamplePoint, ExamplePointUDT

    frame = spark.createDataFrame([(ExamplePoint(1.0, 2.0),)], ["p"])
    return [frame.schema.json(), repr(ExamplePointUDT()), [(r.p.x, r.p.y) for r in frame.collect()]]


@operation
def pandas_of_every_kind(spark):
    import pandas as pd

    frame = pd.DataFrame(
        {
            "i": [1, 2, 3],
            "f": [0.5, None, 2.5],
            "s": ["a", None, "ü"],
            "b": [True, False, True],
            "t": pd.to_datetime(["2024-03-31 02:30", "1969-12-31 23:59", "2024-10-27 02:30"]),
            "d": [datetime.date(2024, 1, 1), None, datetime.date(1, 1, 1)],
            "o": [[1], None, [2, 3]],
            "td": pd.to_timedelta(["1 days", "-1 s", None]),
        }
    )
    made = spark.createDataFrame(frame)
    return [made.schema, made.orderBy("i").toPandas()]


@operation
def pandas_extension_types(spark):
    import pandas as pd

    frame = pd.DataFrame(
        {
            "i": pd.array([1, None], "Int64"),
            "b": pd.array([True, None], "boolean"),
            "s": pd.array(["a", None], "string"),
            "f": pd.array([1.5, None], "Float64"),
            "c": pd.Categorical(["x", "y"]),
        }
    )
    return told(spark.createDataFrame(frame))


@operation
def pandas_numpy_types(spark):
    import numpy as np
    import pandas as pd

    kinds = ["int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "float32", "float64"]
    return told(spark.createDataFrame(pd.DataFrame({k: np.array([0, 1], k) for k in kinds})))


@operation
def pandas_unsigned_long(spark):
    import numpy as np
    import pandas as pd

    return told(spark.createDataFrame(pd.DataFrame({"u": np.array([1, 2**63], "uint64")})))


@operation
def pandas_aware_times(spark):
    import pandas as pd

    times = pd.to_datetime(["2024-03-31 02:30", "2024-10-27 02:30"]).tz_localize("Asia/Kolkata")
    return told(spark.createDataFrame(pd.DataFrame({"t": times})))


@operation
def pandas_with_an_index(spark):
    import pandas as pd

    return told(spark.createDataFrame(pd.DataFrame({"a": [1, 2]}, index=["x", "y"])))


@operation
def pandas_with_a_schema(spark):
    import pandas as pd

    return told(
        spark.createDataFrame(pd.DataFrame({"a": [1, 2], "b": [3, 4]}), "x bigint, y double")
    )


@operation
def pandas_with_names(spark):
    import pandas as pd

    return told(spark.createDataFrame(pd.DataFrame([[1, "a"]]), ["x", "y"]))


@operation
def pandas_without_rows(spark):
    import pandas as pd

    return told(spark.createDataFrame(pd.DataFrame({"a": pd.Series([], dtype="int64")})))


@operation
def pandas_without_columns(spark):
    import pandas as pd

    return told(spark.createDataFrame(pd.DataFrame()))


@operation
def pandas_that_do_not_fit(spark):
    import pandas as pd

    return told(spark.createDataFrame(pd.DataFrame({"a": ["x"]}), "a int"))


@operation
def pandas_floats_into_ints(spark):
    import pandas as pd

    return told(spark.createDataFrame(pd.DataFrame({"a": [1.5]}), "a int"))


@operation
def pandas_many_rows(spark):
    import pandas as pd

    frame = pd.DataFrame({"a": range(100_000), "s": [str(i % 11) for i in range(100_000)]})
    made = spark.createDataFrame(frame)
    return made.groupBy("s").agg({"a": "sum"}).orderBy("s").collect()


@different_in_a_tab(THIRTY_TWO_BITS)
def numpy_matrix(spark):
    import numpy as np

    return told(spark.createDataFrame(np.arange(6).reshape(3, 2)))


@operation
def numpy_matrix_of_long_integers(spark):
    import numpy as np

    return told(spark.createDataFrame(np.arange(6, dtype="int64").reshape(3, 2)))


@operation
def numpy_vector(spark):
    import numpy as np

    return told(spark.createDataFrame(np.array([1.5, 2.5], "float32"), ["v"]))


@operation
def numpy_of_three_dimensions(spark):
    import numpy as np

    return told(spark.createDataFrame(np.zeros((2, 2, 2))))


@operation
def numpy_scalars_in_rows(spark):
    import numpy as np

    return told(spark.createDataFrame([(np.int32(1), np.float64(2.5), np.str_("x"))]))


@operation
def numpy_arrays_in_rows(spark):
    import numpy as np

    return told(spark.createDataFrame([(np.array([1, 2]), np.array([0.5], "float32"))]))


@operation
def arrow_table(spark):
    return told(spark.createDataFrame(spark.sql("select id, string(id) s from range(3)").toArrow()))


@operation
def arrow_table_with_a_schema(spark):
    table = spark.range(3).toArrow()
    return told(spark.createDataFrame(table, "x int"))


@operation
def cached_local_relation(spark):
    name = "spark.sql.session.localRelationCacheThreshold"
    spark.conf.set(name, "1000")
    try:
        frame = spark.createDataFrame([(i, str(i) * 10) for i in range(500)], "a int, b string")
        return [frame.count(), frame.orderBy("a").collect()[-1], frame.count()]
    finally:
        spark.conf.unset(name)


@operation
def chunked_local_relation(spark):
    frame = spark.createDataFrame([(i, "x" * 100) for i in range(30_000)], "a int, b string")
    return [frame.count(), frame.selectExpr("sum(a) s", "sum(length(b)) l").collect()]


@operation
def literals_of_python_values(spark):
    from pyspark.sql import functions as f

    values = [
        1, 1.5, "x", True, None, b"\x00", decimal.Decimal("1.5"), datetime.date(2024, 1, 1),
        datetime.datetime(2024, 7, 1, 12), datetime.timedelta(seconds=90), [1, 2], (1, "a"),
        datetime.time(3, 4),
    ]  # fmt: skip
    frame = spark.range(1).select(*[f.lit(v).alias(f"c{i}") for i, v in enumerate(values[:-2])])
    return [frame.dtypes, frame.collect()]


@different_in_a_tab(THIRTY_TWO_BITS)
def literals_of_numpy_values(spark):
    import numpy as np
    from pyspark.sql import functions as f

    values = [
        np.int8(1),
        np.int64(2),
        np.float32(0.5),
        np.bool_(True),
        np.array([1, 2]),
        np.str_("x"),
    ]
    frame = spark.range(1).select(*[f.lit(v).alias(f"c{i}") for i, v in enumerate(values)])
    return [frame.dtypes, frame.collect()]


@operation
def literals_of_sized_numpy_values(spark):
    import numpy as np
    from pyspark.sql import functions as f

    values = [np.int8(1), np.int64(2), np.float32(0.5), np.array([1, 2], "int64"), np.array([0.5])]
    frame = spark.range(1).select(*[f.lit(v).alias(f"c{i}") for i, v in enumerate(values)])
    return [frame.dtypes, frame.collect()]


@operation
def literal_tuples_and_times(spark):
    from pyspark.sql import functions as f

    return spark.range(1).select(f.lit(datetime.time(3, 4)), f.lit([1, None])).collect()


@operation
def literal_of_a_dict(spark):
    from pyspark.sql import functions as f

    return spark.range(1).select(f.lit({"a": 1})).collect()


@operation
def literal_of_a_set(spark):
    from pyspark.sql import functions as f

    return spark.range(1).select(f.lit({1})).collect()
