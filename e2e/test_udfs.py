"""Python UDFs from the tab: they run where the Pythons are of one minor version, else say why.

The native client here is of another Python than the server's workers, so that it cannot run them;
the measure is Spark's own functions.
"""

from __future__ import annotations

import pytest

from e2e.harness import Harness, PythonError
from e2e.stacks import server_has_the_tabs_python

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

matching = pytest.mark.skipif(
    not server_has_the_tabs_python(),
    reason="the processes' Spark runs on this machine's own Python, not on the tab's",
)
differing = pytest.mark.skipif(
    server_has_the_tabs_python(), reason="here the server's Python is the tab's"
)


def same_rows(harness: Harness, with_udf: str, with_spark: str) -> bool:
    return bool(harness.call(f"[tuple(r) for r in {with_udf}] == [tuple(r) for r in {with_spark}]"))


@matching
def test_a_scalar_udf_gives_what_sparks_own_expression_gives(harness: Harness) -> None:
    harness.run(PLUS_ONE)
    assert same_rows(
        harness,
        "frame.select(plus_one('id')).collect()",
        "frame.selectExpr('id + 1').collect()",
    )


@matching
def test_a_pandas_udf_gives_what_sparks_own_expression_gives(harness: Harness) -> None:
    harness.run(PANDAS_DOUBLED)
    assert same_rows(
        harness,
        "spark.range(1000).select(doubled('id')).collect()",
        "spark.range(1000).selectExpr('cast(id * 2 as double)').collect()",
    )


@matching
def test_map_in_pandas_gives_what_a_filter_gives(harness: Harness) -> None:
    harness.run(EVEN_ONLY)
    assert same_rows(
        harness,
        "spark.range(100).mapInPandas(even_only, 'id long').orderBy('id').collect()",
        "spark.range(100).where('id % 2 = 0').orderBy('id').collect()",
    )


@matching
def test_a_udf_uses_a_module_that_the_tab_sent(harness: Harness) -> None:
    harness.run(SENT_MODULE)
    assert same_rows(
        harness,
        "spark.range(5).select(through('id')).collect()",
        "spark.range(5).selectExpr('id * 6').collect()",
    )


@matching
def test_a_registered_udf_works_in_sql(harness: Harness) -> None:
    harness.run(PLUS_ONE + "spark.udf.register('plus_one', plus_one)")
    assert same_rows(
        harness,
        "spark.sql('select plus_one(id) from range(3)').collect()",
        "spark.sql('select id + 1 from range(3)').collect()",
    )


@matching
def test_an_error_inside_a_udf_arrives_with_its_python_traceback(harness: Harness) -> None:
    harness.run("from pyspark.sql.functions import udf\nboom = udf(lambda x: 1 // x, 'long')")
    with pytest.raises(PythonError, match="ZeroDivisionError"):
        harness.run("spark.range(1).select(boom('id')).collect()")


@differing
def test_another_python_on_the_server_is_one_sentence_with_both_versions(harness: Harness) -> None:
    harness.run(PLUS_ONE)
    with pytest.raises(PythonError) as caught:
        harness.run("frame.select(plus_one('id')).collect()")
    sentence = str(caught.value).strip().splitlines()[-1]
    assert "this kernel is Python 3.14, the server's Python is 3." in sentence
    assert "Use a server with Python 3.14" in sentence


@differing
def test_the_session_works_after_it(harness: Harness) -> None:
    assert harness.call("spark.range(3).count()") == 3
