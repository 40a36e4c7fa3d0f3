"""A function that a cell of a notebook defines runs on the server, whatever Python that has."""

from __future__ import annotations

from e2e.notebook import Notebook

SEVERAL = """\
from pyspark.sql.functions import udf
factor = 3
plus, times = udf(lambda x: x + 1, "long"), udf(lambda x: x * factor, "long")
[tuple(row) for row in spark.range(3).select(plus("id"), times("id")).collect()]
"""
CLASSES = """\
import dataclasses

@dataclasses.dataclass
class Point:
    x: int
    y: int = 2

    def total(self):
        return self.x + self.y

class Shifted(Point):
    def total(self):
        return super().total() + 10
"""
BY_ZERO = """\
def by_zero(x):
    nothing = 0
    return x / nothing  # this line

spark.range(1).select(udf(by_zero)("id")).collect()
"""
FROM_A_MODULE = """\
import travelling_helper
spark.range(3).select(udf(travelling_helper.doubled, "long")("id").alias("d")).collect()
"""


def test_lambdas_of_one_line_run_there(notebook: Notebook) -> None:
    assert notebook.run_cell(SEVERAL).text == "[(1, 0), (2, 3), (3, 6)]"


def test_classes_of_an_earlier_cell_are_used(notebook: Notebook) -> None:
    assert notebook.run_cell(CLASSES).error is None
    cell = notebook.run_cell(
        "spark.range(2).select(udf(lambda x: Shifted(x).total(), 'long')('id')).collect()[1][0]"
    )
    assert cell.text == "13"


def test_a_cell_with_magics_and_displays_is_source_too(notebook: Notebook) -> None:
    cell = notebook.run_cell(
        "%time 1 + 1\ndef squared(x):\n    return x * x\n"
        "spark.range(3).select(udf(squared, 'long')('id')).collect()[2][0]"
    )
    assert cell.text.endswith("4")


def test_an_error_there_shows_the_line_of_the_cell(notebook: Notebook) -> None:
    error = str(notebook.run_cell(BY_ZERO).error)
    assert "line 3, in by_zero" in error
    assert "return x / nothing" in error


def test_a_module_that_was_sent_is_used_by_name(notebook: Notebook) -> None:
    written = "%%writefile travelling_helper.py\ndef doubled(x):\n    return x * 2\n"
    assert notebook.run_cell(written).error is None
    cell = notebook.run_cell(FROM_A_MODULE)
    error = str(cell.error)
    assert "Unexpected exception formatting" not in "".join(one.text for one in cell.outputs)
    assert "spark.addArtifacts('/drive/travelling_helper.py', pyfile=True)" in error
    sent = "spark.addArtifacts('travelling_helper.py', pyfile=True)"
    assert notebook.run_cell(sent).error is None
    assert notebook.run_cell(FROM_A_MODULE).text == "[Row(d=0), Row(d=2), Row(d=4)]"
