"""Python functions from the tab, whatever Python the server has; Spark's own are the measure.

`e2e.parity` compares more kinds with the native client, where that is of the server's Python.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import BrowserContext

from e2e.functions.pythons import make_worker_environment, pythons
from e2e.harness import Harness, PythonError
from e2e.stacks import TAB_PYTHON, stack_mode, workers_python

PLUS_ONE = """
from pyspark.sql.functions import udf
plus_one = udf(lambda x: None if x is None else x + 1, "long")
frame = spark.sql("select id from values (1L), (null), (-7L) as t(id)")
"""
PANDAS_DOUBLED = """
import pandas as pd
from pyspark.sql.functions import pandas_udf

@pandas_udf("double")
def doubled(values: pd.Series) -> pd.Series:
    return values * 2.0
"""
EVEN_ONLY = """
def even_only(batches):
    for batch in batches:
        yield batch[batch.id % 2 == 0]
"""
SENT_MODULE = """
import pathlib, tempfile
sent = pathlib.Path(tempfile.mkdtemp(), "sent_from_the_tab.py")
sent.write_text("def times(x):\\n    return x * 6\\n")
spark.addArtifacts(str(sent), pyfile=True)

def through_the_module(x):
    import sent_from_the_tab
    return sent_from_the_tab.times(x)

from pyspark.sql.functions import udf
through = udf(through_the_module, "long")
"""

OWN = "the stack's own"
SUPPORTED_BY_SPARK = ("3.13", "3.12", "3.10")
"""Of which the first that is here, and is not the stack's own, runs functions as well."""


def servers() -> list[str]:
    """The Python of the stack, and another one where processes take the machine's."""
    if stack_mode() != "local":
        return [OWN]
    own = workers_python()
    return [OWN, *[one for one in SUPPORTED_BY_SPARK if one in pythons() and one != own][:1]]


@pytest.fixture(scope="module", params=servers())
def harness(
    request: pytest.FixtureRequest,
    context: BrowserContext,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Harness]:
    """A harness page whose ``spark`` is on a server of that Python."""
    if request.param == OWN:
        stack = request.getfixturevalue("stack")
    else:
        folder = tmp_path_factory.mktemp("workers")
        workers = make_worker_environment(pythons()[request.param], folder)
        stack = request.getfixturevalue("make_stack")(PYSPARK_PYTHON=str(workers))
        stack.up()
    harness = Harness.open(context, stack.site_url)
    harness.connect(stack.grpcweb_remote)
    yield harness
    harness.close()
    if request.param != OWN:
        stack.down()


@pytest.fixture
def differing(harness: Harness) -> None:
    """Skips where nothing is refused."""
    asked = "udf(lambda x: '%d.%d' % __import__('sys').version_info[:2])"
    harness.run("from pyspark.sql.functions import udf")
    if harness.call(f"spark.range(1).select({asked}('id')).collect()[0][0]") == TAB_PYTHON:
        pytest.skip("the server's Python is the tab's")


def same_rows(harness: Harness, with_udf: str, with_spark: str) -> bool:
    return bool(harness.call(f"[tuple(r) for r in {with_udf}] == [tuple(r) for r in {with_spark}]"))


def test_a_scalar_udf_gives_what_sparks_own_expression_gives(harness: Harness) -> None:
    harness.run(PLUS_ONE)
    assert same_rows(
        harness,
        "frame.select(plus_one('id')).collect()",
        "frame.selectExpr('id + 1').collect()",
    )


def test_a_pandas_udf_gives_what_sparks_own_expression_gives(harness: Harness) -> None:
    harness.run(PANDAS_DOUBLED)
    assert same_rows(
        harness,
        "spark.range(1000).select(doubled('id')).collect()",
        "spark.range(1000).selectExpr('cast(id * 2 as double)').collect()",
    )


def test_map_in_pandas_gives_what_a_filter_gives(harness: Harness) -> None:
    harness.run(EVEN_ONLY)
    assert same_rows(
        harness,
        "spark.range(100).mapInPandas(even_only, 'id long').orderBy('id').collect()",
        "spark.range(100).where('id % 2 = 0').orderBy('id').collect()",
    )


def test_a_udf_uses_a_module_that_the_tab_sent(harness: Harness) -> None:
    harness.run(SENT_MODULE)
    assert same_rows(
        harness,
        "spark.range(5).select(through('id')).collect()",
        "spark.range(5).selectExpr('id * 6').collect()",
    )


def test_a_registered_udf_works_in_sql(harness: Harness) -> None:
    harness.run(PLUS_ONE + "spark.udf.register('plus_one', plus_one)")
    assert same_rows(
        harness,
        "spark.sql('select plus_one(id) from range(3)').collect()",
        "spark.sql('select id + 1 from range(3)').collect()",
    )


def test_an_error_inside_a_udf_arrives_with_its_python_traceback(harness: Harness) -> None:
    harness.run("from pyspark.sql.functions import udf\nboom = udf(lambda x: 1 // x, 'long')")
    with pytest.raises(PythonError, match="ZeroDivisionError"):
        harness.run("spark.range(1).select(boom('id')).collect()")


GROUPED = """
def less_mean(frame):
    return frame.assign(v=frame.v - frame.v.mean())[["id", "v"]]
valued = spark.range(10).selectExpr("id", "id % 3 as k", "cast(id as double) as v")
"""
COGROUPED = """
import pandas as pd
def joined(left, right):
    return pd.merge(left, right, on="id")
"""
TABLE_FUNCTION = """
from pyspark.sql.functions import lit, udtf
@udtf(returnType="i long")
class Count:
    def eval(self, n: int):
        for i in range(n):
            yield (i,)
"""
DATA_SOURCE = """
from pyspark.sql.datasource import DataSource, DataSourceReader
class Reader(DataSourceReader):
    def read(self, partition):
        yield from ((i,) for i in range(4))
class Source(DataSource):
    @classmethod
    def name(cls):
        return "from_the_tab"
    def schema(self):
        return "id long"
    def reader(self, schema):
        return Reader()
spark.dataSource.register(Source)
"""
DATACLASS = """
import dataclasses
@dataclasses.dataclass
class Point:
    x: int
    y: int = 2
    def total(self):
        return self.x + self.y
from pyspark.sql.functions import udf
total = udf(lambda x: Point(x).total(), "long")
"""


def test_a_grouped_function_gives_what_a_window_gives(harness: Harness) -> None:
    harness.run(GROUPED)
    assert same_rows(
        harness,
        "valued.groupBy('k').applyInPandas(less_mean, 'id long, v double').orderBy('id').collect()",
        "valued.selectExpr('id', 'v - avg(v) over (partition by k) as v').orderBy('id').collect()",
    )


def test_a_cogrouped_function_gives_what_a_join_gives(harness: Harness) -> None:
    harness.run(COGROUPED)
    assert same_rows(
        harness,
        "spark.range(5).groupBy('id').cogroup(spark.range(3, 9).groupBy('id'))"
        ".applyInPandas(joined, 'id long').orderBy('id').collect()",
        "spark.range(5).join(spark.range(3, 9), 'id').orderBy('id').collect()",
    )


def test_arrow_batches_pass_through_a_function(harness: Harness) -> None:
    harness.run("def same(batches):\n    yield from batches")
    assert same_rows(
        harness,
        "spark.range(7).mapInArrow(same, 'id long').orderBy('id').collect()",
        "spark.range(7).orderBy('id').collect()",
    )


def test_a_table_function_gives_what_range_gives(harness: Harness) -> None:
    harness.run(TABLE_FUNCTION)
    assert same_rows(
        harness, "Count(lit(6)).orderBy('i').collect()", "spark.range(6).orderBy('id').collect()"
    )


def test_a_data_source_gives_what_range_gives(harness: Harness) -> None:
    harness.run(DATA_SOURCE)
    assert same_rows(
        harness,
        "spark.read.format('from_the_tab').load().orderBy('id').collect()",
        "spark.range(4).orderBy('id').collect()",
    )


def test_pandas_on_spark_applies_functions(harness: Harness) -> None:
    harness.run(
        "import pandas as pd, pyspark.pandas as ps\n"
        "plain = pd.DataFrame({'a': [1, 2, 3], 'b': [4.0, 5.0, 6.0]})\n"
        "there = ps.from_pandas(plain)"
    )
    for call in (
        "apply(lambda row: row.sum(), axis=1)",
        "transform(lambda column: column * 2)",
        "a.apply(lambda x: x + 1)",
    ):
        assert harness.call(f"there.{call}.sort_index().to_pandas().equals(plain.{call})"), call


def test_frames_that_a_function_captures_are_read_there(harness: Harness) -> None:
    harness.run(
        "import pandas as pd\n"
        "names = pd.DataFrame({'k': [0, 1, 2], 'name': ['null', 'eins', 'zwei']}).set_index('k')\n"
        "letters = pd.Series(['a', 'b', 'c'], index=['x', 'y', 'z'])\n"
        "from pyspark.sql.functions import udf\n"
        "named = udf(lambda k: names.name[k] + letters['y'] + letters.index[k], 'string')"
    )
    rows = harness.call("[row[0] for row in spark.range(3).select(named('id')).collect()]")
    assert rows == ["nullbx", "einsby", "zweibz"]


def test_a_dataclass_of_the_notebook_is_used_by_a_function(harness: Harness) -> None:
    harness.run(DATACLASS)
    assert same_rows(
        harness,
        "spark.range(5).select(total('id')).collect()",
        "spark.range(5).selectExpr('id + 2').collect()",
    )


def test_an_error_inside_a_udf_shows_the_users_line(harness: Harness) -> None:
    harness.run(
        "from pyspark.sql.functions import udf\n"
        "def by_zero(x):\n    nothing = 0\n    return x / nothing  # the line\n"
    )
    with pytest.raises(PythonError, match="line 4, in by_zero"):
        harness.run("spark.range(1).select(udf(by_zero)('id')).collect()")


@pytest.mark.usefixtures("differing")
def test_what_has_no_source_is_one_sentence_with_both_versions(harness: Harness) -> None:
    harness.run("names = {}\nexec('def made(x): return x', names)")
    with pytest.raises(PythonError) as caught:
        harness.run(
            "from pyspark.sql.functions import udf\n"
            "spark.range(1).select(udf(names['made'])('id')).collect()"
        )
    assert "`made` has no source: it was made by `exec`" in str(caught.value)
    assert "this notebook is Python 3.14, the server's Python is 3." in str(caught.value)


@pytest.mark.usefixtures("differing")
def test_syntax_of_the_tabs_python_alone_is_one_sentence(harness: Harness) -> None:
    harness.run("def newer(x):\n    return t'{x}'.values[0]\n")
    with pytest.raises(PythonError) as caught:
        harness.run("spark.range(1).select(udf(newer)('id')).collect()")
    sentence = next(line for line in str(caught.value).splitlines() if "`newer` cannot" in line)
    assert "cannot run on this server" in sentence
    assert "Python is 3.1" in sentence or "the server's Python 3.1" in sentence
    assert "3.14" in sentence


def test_the_session_works_after_it(harness: Harness) -> None:
    assert harness.call("spark.range(3).count()") == 3
