"""What a Python of 32 bits would count or tell otherwise."""

import datetime
import linecache

from ..registry import add, different_in_a_tab, operation

YEARS = (1, 2, 4, 50, 69, 70, 99, 100, 101, 399, 400, 1582, 1800, 1893, 1899, 1900, 1901, 1916)
LATER_YEARS = (1945, 1968, 1969, 1970, 1971, 1980, 1999, 2000, 2037, 2038, 2039, 2100, 3000, 9999)
DAYS = ((1, 1, 0, 0, 0), (2, 28, 23, 59, 59), (7, 14, 12, 30, 15), (12, 30, 6, 5, 4))


def moments():
    """Local times in all sorts of years; none that summer time skips."""
    return [
        datetime.datetime(year, *day, microsecond=123456)
        for year in YEARS + LATER_YEARS
        for day in DAYS
    ]


@operation
def literals_of_every_century(spark):
    from pyspark.sql import functions as f

    columns = [f.unix_micros(f.lit(moment)) for moment in moments()]
    return list(spark.range(1).select(*columns).first())


@operation
def literals_of_the_first_year(spark):
    from pyspark.sql import functions as f

    return spark.range(1).select(f.lit(datetime.datetime(1, 1, 1)).cast("string")).collect()


@different_in_a_tab(
    "glibc answers for an hour that is there twice by what it was asked before; a tab: the first"
)
def literals_in_both_hours_of_autumn(spark):
    from pyspark.sql import functions as f

    twice = [datetime.datetime(2024, 10, 27, 2, 30, fold=fold) for fold in (0, 1)]
    return spark.range(1).select(*[f.unix_seconds(f.lit(one)) for one in twice]).collect()


@operation
def rows_of_every_century(spark):
    found = []
    for moment in moments():
        try:
            frame = spark.createDataFrame([(moment,)], "t timestamp")
            found.append(frame.selectExpr("unix_micros(t) u").first().u)
        except (OverflowError, ValueError) as error:
            found.append(type(error).__name__)
    return found


@operation
def rows_of_every_century_come_back(spark):
    values = [(moment,) for moment in moments() if 1 < moment.year < 9999]
    return spark.createDataFrame(values, "t timestamp").collect()


@operation
def internal_values_of_every_century(spark):
    from pyspark.sql.types import TimestampType

    kind = TimestampType()
    internal = [kind.toInternal(moment) for moment in moments()]
    there_and_back = [kind.fromInternal(value) for value in internal[4:-4]]
    return [internal, there_and_back]


@operation
def internal_values_around_each_change_of_the_clock(spark):
    from pyspark.sql.types import TimestampType

    kind = TimestampType()
    found = []
    for year in range(1893, 2040):
        for month in range(1, 13):
            found.append(kind.toInternal(datetime.datetime(year, month, 1, 12)))
    return found


@operation
def internal_values_below_100(spark):
    from pyspark.sql.types import TimestampType

    kind = TimestampType()
    return [
        kind.toInternal(datetime.datetime(y, m, 3, 4, 5, 6)) for y in range(1, 100) for m in (2, 8)
    ]


@operation
def filters_by_years_below_100(spark):
    frame = spark.sql("select explode(array(timestamp'0050-01-01', timestamp'1950-01-01')) t")
    moment = datetime.datetime(50, 6, 1)
    return [frame.filter(frame.t < moment).count(), frame.filter(frame.t == moment).count()]


@operation
def literals_within_arrays_and_isin(spark):
    from pyspark.sql import functions as f

    moment = datetime.datetime(33, 4, 3, 15)
    frame = spark.range(1).select(f.lit([moment]).alias("a"), f.lit(moment).alias("t"))
    return [
        frame.selectExpr("a[0] = t", "unix_micros(t)").collect(),
        frame.filter(frame.t.isin(moment)).count(),
    ]


@operation
def pandas_on_spark_compares_with_a_datetime(spark):
    import pyspark.pandas as ps

    frame = ps.DataFrame({"t": [datetime.datetime(2024, 7, 1), datetime.datetime(1950, 1, 1)]})
    return (frame.t > datetime.datetime(50, 1, 1)).to_pandas()


@different_in_a_tab(
    "datetime.astimezone of Python 3.14 looks a day ahead, beyond the year 9999; 3.11 does not"
)
def the_last_day_as_a_row(spark):
    return spark.createDataFrame([(datetime.datetime(9999, 12, 31),)], ["t"]).collect()


@operation
def the_last_day_as_a_literal(spark):
    from pyspark.sql import functions as f

    moment = f.lit(datetime.datetime(9999, 12, 31, 23, 59, 59))
    return spark.range(1).select(f.unix_micros(moment)).collect()


FRAMES = {
    "unbounded": (-(2**63), 2**63 - 1),
    "beyond_every_long": (-(2**70), 2**70),
    "natively_the_largest": (-(2**63) + 1, 2**63 - 1),
    "three_thousand_millions": (-3_000_000_000, 0),
    "three_thousand_millions_on": (0, 3_000_000_000),
    "beyond_32_bits": (-(2**40), 2**40),
    "the_smallest_of_32_bits_but_one": (-(2**31) + 2, 0),
    "beyond_the_smallest_of_32_bits": (-(2**31) - 1, 0),
    "the_largest_of_32_bits_and_one": (0, 2**31),
}


def framed(spark, between, bounds, through_window=False):
    from pyspark.sql import Window
    from pyspark.sql import functions as f

    frame = spark.sql("select explode(array(0L, 5L, 2147483660L, 4000000000L, 9000000000L)) v")
    spec = Window if through_window else Window.orderBy("v")
    window = getattr(spec, between)(*bounds)
    window = window.orderBy("v") if through_window else window
    return frame.select("v", f.sum("v").over(window).alias("s")).orderBy("v").collect()


for _name, _bounds in FRAMES.items():
    for _between in ("rowsBetween", "rangeBetween"):
        for _through in (False, True):
            add(
                "thirty_two_bits",
                f"{_between}_{_name}{'_of_Window' if _through else ''}",
                lambda spark, between=_between, bounds=_bounds, through=_through: framed(
                    spark, between, bounds, through
                ),
            )


@operation
def maxsize_is_unbounded_in_rows(spark):
    import sys

    return [
        framed(spark, "rowsBetween", bounds)
        for bounds in ((-sys.maxsize, 0), (0, sys.maxsize), (-sys.maxsize, sys.maxsize))
    ]


@operation
def maxsize_is_unbounded_in_a_range(spark):
    import sys

    return [
        framed(spark, "rangeBetween", bounds, through)
        for bounds in ((-sys.maxsize, 0), (0, sys.maxsize), (-sys.maxsize - 1, sys.maxsize))
        for through in (False, True)
    ]


@different_in_a_tab("2147483647 is sys.maxsize there, and is taken for unbounded with a warning")
def the_number_that_is_maxsize_in_a_tab(spark):
    return framed(spark, "rangeBetween", (-(2**31) + 1, 0))


@operation
def seeds_are_longs(spark):
    from pyspark.sql import functions as f

    drawn = [f.rand(), f.randn(), f.uuid(), f.shuffle(f.array(f.lit(1))), f.randstr(3)]
    frame = spark.range(1).select(*drawn)
    return [[kind for _, kind in frame.dtypes], len(frame.collect())]


@operation
def arrays_of_typecodes(spark):
    import array

    found = []
    for code in "bhilqfdBHILQ":
        try:
            frame = spark.createDataFrame([(array.array(code, [1, 2]),)], ["a"])
            found.append([code, frame.dtypes, frame.collect()])
        except Exception as error:
            found.append([code, type(error).__name__])
    return found


@operation
def python_integers_of_every_width(spark):
    from pyspark.sql import functions as f

    values = [2**31 - 1, 2**31, -(2**31), -(2**31) - 1, 2**63 - 1, -(2**63)]
    frame = spark.createDataFrame([(v,) for v in values], ["a"])
    literals = spark.range(1).select(*[f.lit(v) for v in values])
    return [
        frame.dtypes,
        frame.collect(),
        [kind for _, kind in literals.dtypes],
        literals.collect(),
    ]


ARGUMENTS = {
    "limit": lambda spark, f, n: spark.range(3).limit(n).collect(),
    "offset": lambda spark, f, n: spark.range(3).offset(n).collect(),
    "take": lambda spark, f, n: spark.range(3).take(n),
    "tail": lambda spark, f, n: spark.range(3).tail(n),
    "show": lambda spark, f, n: spark.range(3)._show_string(n),
    "range": lambda spark, f, n: spark.range(n, n + 2).collect(),
    "sample": lambda spark, f, n: spark.range(99).sample(0.5, n).collect(),
    "rand": lambda spark, f, n: spark.range(2).select(f.rand(n)).collect(),
    "repartition": lambda spark, f, n: spark.range(3).repartition(n)._plan is None,
    "repeat": lambda spark, f, n: spark.range(1).select(f.repeat(f.lit("a"), -n)).collect(),
    "plus": lambda spark, f, n: spark.range(2).select(f.col("id") + n).collect(),
    "isin": lambda spark, f, n: spark.range(2).filter(f.col("id").isin(n, 1)).collect(),
    "getItem": lambda spark, f, n: spark.range(2).select(f.array(f.lit(1))[n]).collect(),
}
for _name, _call in ARGUMENTS.items():
    for _number in (2**31, 2**40):

        def _with_number(spark, call=_call, number=_number):
            from pyspark.sql import functions as f

            return call(spark, f, number)

        add("thirty_two_bits", f"{_name}_of_{_number}", _with_number)


PANDAS_ON_SPARK = (
    "ps.Series([1, 2, 3])",
    "ps.Series([1, 2, 3], dtype=int)",
    "ps.Series([1, 2, 3], dtype='int')",
    "ps.Series([1.0, 2.0]).astype(int)",
    "ps.Series([1.0, 2.0]).astype('int')",
    "ps.Series([1.0, 2.0]).astype('long')",
    "ps.Series([1.0, 2.0]).astype('int32')",
    "ps.Series([1.0, 2.0]).astype(np.int32)",
    "ps.Series([1.0, 2.0]).astype(np.int64)",
    "ps.Series([3e9, 2.0]).astype(int)",
    "ps.Series(['3000000000']).astype(int)",
    "ps.Series(['12']).astype('int64')",
    "ps.Series([True, False]).astype(int)",
    "ps.Series(['b', 'a'], dtype='category').astype(int)",
    "ps.Series(pd.to_datetime(['2024-01-01'])).astype(int)",
    "ps.DataFrame({'a': [1.5], 'b': [2.5]}).astype(int)",
    "ps.DataFrame({'a': [1.5], 'b': [2.5]}).astype({'a': int})",
    "ps.Index([1, 2])",
    "ps.Index([1.0, 2.0]).astype(int)",
    "ps.Index([1, 2], dtype=int)",
    "ps.Index([1, 2], int)",
    "ps.Series([1, 2], None, int)",
    "ps.DataFrame({'a': [1.0]}, dtype=int)",
    "ps.DataFrame({'a': [1.0]}, dtype='int32')",
    "ps.Series([1, 2], dtype='uint8')",
    "ps.Index(['a', 'b']).factorize()[0]",
    "ps.range(3)",
    "ps.range(3).index",
    "ps.from_pandas(pd.DataFrame({'a': [1, 2], 'b': ['x', 'y']}))",
    "ps.from_pandas(pd.Series(range(3)))",
    "ps.DataFrame([[1, 2], [3, 4]])",
    "ps.DataFrame({'a': range(3)})",
    "ps.Series([1, 1, 2]).value_counts().sort_index()",
    "ps.Series([1, 1, 2]).nunique()",
    "ps.DataFrame({'a': [1, 1], 'b': [1, 2]}).nunique()",
    "ps.DataFrame({'a': [1, 1], 'b': [1, 2]}).count()",
    "ps.DataFrame({'a': [1, 1], 'b': [1, 2]}).groupby('a').size()",
    "ps.DataFrame({'a': [1, 1], 'b': [1, 2]}).groupby('a').count()",
    "ps.DataFrame({'a': [1, 1], 'b': [1, 2]}).groupby('a').nunique()",
    "ps.DataFrame({'a': [1, 1], 'b': [1, 2]}).groupby('a').cumcount().sort_index()",
    "ps.DataFrame({'a': [1, 1], 'b': [1, 2]}).groupby('a').b.rank().sort_index()",
    "ps.DataFrame({'a': [1, 1], 'b': [True, False]}).groupby('a').sum()",
    "ps.DataFrame({'a': [1, 1], 'b': [True, False]}).groupby('a').b.sum()",
    "ps.DataFrame({'a': [1, 1], 'b': [True, False]}).sum()",
    "ps.Series([True, True, False]).sum()",
    "ps.Series([3, 1, 2]).rank().sort_index()",
    "ps.Series([3, 1, 2]).rank().astype(int).sort_index()",
    "ps.Series(['b', 'a', 'b']).factorize()[0].sort_index()",
    "ps.Series([3, 1, 2]).cumsum().sort_index()",
    "ps.Series([3, 1, 2]).cumprod().sort_index()",
    "ps.Series([3, 1, 2]).argsort().sort_index()",
    "ps.Series([3, 1, 2]).argmax()",
    "ps.Series([3, 1, 2]).idxmax()",
    "ps.Series([2**31 - 1, 1]).sum()",
    "ps.Series([2**40, 1]).max()",
    "ps.Series([2**31 - 1, 1]) + 1",
    "ps.Series([2**31 - 1, 1]) * 4",
    "ps.Series([7, 8]) // 2",
    "ps.Series([7, 8]) % 3",
    "ps.Series([1, 2, 3]).describe()",
    "ps.DataFrame({'a': [1, 2, 3]}).describe()",
    "ps.Series([1, 2, 3]).shape",
    "ps.Series([1, 2, 3]).mode()",
    "ps.Series([1, 2, 3]).map({1: 10, 2: 20, 3: 30})",
    "ps.Series([1, None, 3]).fillna(0).astype(int)",
    "ps.Series(pd.to_datetime(['2024-01-05', '1969-07-20'])).dt.year",
    "ps.DatetimeIndex(['2024-01-05', '1969-07-20']).month",
    "ps.Series(pd.to_timedelta(['1D', '2D'])).dt.days",
    "ps.TimedeltaIndex(['1D', '2D']).seconds",
    "ps.Series(['abc', 'd']).str.len()",
    "ps.Series(['b', 'a'], dtype='category').cat.codes",
    "ps.CategoricalIndex(['b', 'a']).codes",
    "ps.Series([1, 2], index=pd.date_range('2024-01-01', periods=2)).resample('2D').sum()",
    "ps.DataFrame({'a': [1, 2]}, index=pd.date_range('2024-01-01', periods=2))"
    ".resample('2D').count()",
    "ps.MultiIndex.from_tuples([(1, 2), (3, 4)]).to_frame()",
    "ps.DataFrame({'a': [1, 2], 'b': [3, 4]}).melt()",
    "ps.DataFrame({'a': [1, 2], 'b': [3, 4]}).T",
    "ps.DataFrame({'a': [1, 1], 'b': [3, 4]}).pivot_table(values='b', index='a', aggfunc='count')",
    "ps.concat([ps.Series([1]), ps.Series([2])])",
    "ps.DataFrame({'a': [1]}).merge(ps.DataFrame({'a': [1], 'b': [2]}))",
    "ps.DataFrame({'a': [3, 1]}).reset_index()",
    "ps.DataFrame({'a': ['x', 'y', 'x']}).describe()",
    "ps.get_dummies(ps.Series(['x', 'y']), dtype=int)",
    "ps.to_numeric(ps.Series(['1', '2']))",
    "ps.Series([1, 2]).to_numpy()",
    "ps.DataFrame({'a': [1, 2]}).to_numpy()",
    "ps.DataFrame.from_dict({'a': [3_000_000_000]}, dtype=int)",
    "ps.DataFrame.from_dict({'r': [3_000_000_000, 1]}, 'index', 'long')",
    "ps.Index([3_000_000_000, 1]).to_numpy(dtype=int)",
    "ps.Index([1, 2]).to_numpy('l')",
    "ps.Series([1, 2, 3]).spark.data_type.simpleString()",
    "ps.Series([1, 2]).corr(ps.Series([2, 1]))",
    "ps.Series([1, 2, 2]).drop_duplicates().sort_index()",
    "ps.Series([1, 2]).repeat(2).sort_index()",
    "ps.Series([1, 5, 9]).searchsorted(5)",
    "ps.Series([1, 2]).quantile(0.5)",
    "ps.Series([1, 2]).diff()",
    "ps.Series([1, 2]).shift(1, fill_value=0)",
    "ps.Series([1, 2]).rolling(2).count()",
    "list(ps.Series([1, 2]).items())",
    "ps.Series([0, 1]).to_frame().iloc[1]",
    "ps.Series([5, 6, 7]).iloc[np.arange(2)]",
    "ps.Series([5, 6, 7]).loc[[0, 2]]",
)

WITH_FUNCTIONS = (
    "ps.Series(pd.to_datetime(['2024-01-05', '1969-07-20'])).dt.dayofweek",
    "ps.Series(pd.to_datetime(['2024-01-05'])).dt.isocalendar()",
    "ps.Series(['abc', 'd']).str.find('c')",
    "ps.Series([1, 2]).apply(lambda x: x + 1)",
)
"""Whose plans carry Python for the server."""


def computed(spark, expression):
    """The value as pandas has it, with what pandas on Spark says of its types."""
    import numpy as np
    import pandas as pd
    import pyspark.pandas as ps

    ps.set_option("compute.ops_on_diff_frames", True)
    # As a cell has it: functions travel to a server of another Python as source.
    linecache.cache[expression] = (len(expression), None, [expression + "\n"], expression)
    value = eval(compile(expression, expression, "eval"), {"ps": ps, "pd": pd, "np": np})
    dtypes = getattr(value, "dtypes", None)
    said = str(dtypes) if not hasattr(dtypes, "tolist") else [str(one) for one in dtypes.tolist()]
    return [said, value.to_pandas() if hasattr(value, "to_pandas") else value]


for _expression in PANDAS_ON_SPARK + WITH_FUNCTIONS:
    add(
        "thirty_two_bits",
        _expression,
        lambda spark, expression=_expression: computed(spark, expression),
        on_servers_python=_expression in WITH_FUNCTIONS,
    )


@operation
def numbers_of_a_spreadsheet(spark):
    """No tab has a reader of them, so pandas' own function is one of numbers."""
    import io

    import pandas as pd
    import pyspark.pandas as ps

    def read(io, dtype=None, **options):
        return pd.DataFrame({"a": [3_000_000_000.0], "b": [1.5]}).astype(dtype)

    plain, pd.read_excel = pd.read_excel, read
    try:
        wanted = (int, "long", {"a": int}, {"a": "int64"})
        return [ps.read_excel(io.BytesIO(), dtype=one).to_pandas() for one in wanted]
    finally:
        pd.read_excel = plain


@operation
def types_by_python_hints(spark):
    from pyspark.pandas.typedef.typehints import pandas_on_spark_type

    names = (int, "int", "int64", "int32", "long", "l", "q", "i", "uint8", float, bool, "intp")
    found = []
    for name in names:
        try:
            found.append([str(part) for part in pandas_on_spark_type(name)])
        except TypeError as error:
            found.append(str(error))
    return found


@operation
def vectors_of_ml(spark):
    import array

    from pyspark.ml.linalg import Vectors

    sparse = Vectors.sparse(4, [1, 3], [1.0, 2.0])
    dense = Vectors.dense(array.array("d", [1, 2]))
    whole = Vectors.dense([1, 2**40])
    frame = spark.createDataFrame([(sparse, dense)], ["s", "d"])
    return [
        str(sparse.indices.dtype),
        str(dense.values.dtype),
        str(whole),
        int(sparse.numNonzeros()),
        str(sparse.toArray().dtype),
        hash(dense) == hash(Vectors.dense([1, 2])),
        [str(kind) for kind in frame.dtypes],
        frame.selectExpr("s is null").collect(),
    ]
