"""Files at a team's site, as people use them every day: under the guard, by a login, from a tab."""

from __future__ import annotations

from pathlib import Path

import pytest

from e2e.notebook import Lab, Notebook

pytestmark = [pytest.mark.xdist_group("tab"), pytest.mark.any_stack]

SESSION = "import pyspark_connect_web as pcw\nspark = pcw.session()\nspark.version"

FRAME = """
import pandas as pd
people = spark.createDataFrame(pd.read_csv("people.csv"))
people.orderBy("name").collect()
"""

WRITE_AND_READ = """
place = spark.conf.get("spark.sql.warehouse.dir") + "/of_a_person"
people.write.mode("overwrite").csv(place + "/csv", header=True)
people.write.mode("overwrite").parquet(place + "/parquet")
people.write.mode("overwrite").saveAsTable("people")
[frame.orderBy("name").first().born for frame in (
    spark.read.csv(place + "/csv", header=True, inferSchema=True),
    spark.read.parquet(place + "/parquet"),
    spark.table("people"),
)]
"""

UP_AND_DOWN = """
import shutil
name = shutil.copy("people.csv", "with blank [1].csv")
pcw.download(pcw.upload(name), "back.csv").read_text() == open("people.csv").read()
"""

MODULE = """
from pyspark.sql.functions import udf
with open("of_mine.py", "w") as module:
    module.write("def thrice(number):\\n    return 3 * number\\n")
spark.addArtifacts("of_mine.py", pyfile=True)

@udf("long")
def thrice(number):
    import of_mine
    return of_mine.thrice(number)

[row[0] for row in spark.range(3).select(thrice("id")).collect()]
"""

ELSEWHERE = {
    "a writer": "people.write.csv('/tmp/of_a_person')",
    "a reader": "spark.read.text('/etc/hostname').collect()",
    "an upload": "pcw.upload('people.csv', '/tmp/of_a_person.csv')",
}


@pytest.fixture(scope="module", autouse=True)
def _people(lab: Lab, notebook: Notebook, tmp_path_factory: pytest.TempPathFactory) -> None:
    """A file of the person's own machine, by the file browser's button."""
    own = tmp_path_factory.mktemp("own") / "people.csv"
    own.write_text("name,born\nAda,1815\nGrace,1906\n")
    with lab.page.expect_file_chooser() as chooser:
        lab.page.locator('.jp-FileBrowser-toolbar [data-jp-item-name="uploader"]').click()
    chooser.value.set_files(Path(own))
    lab.page.locator(".jp-DirListing-item", has_text="people.csv").wait_for()
    assert notebook.run_cell(SESSION).error is None


def test_a_file_of_the_browser_becomes_a_frame_by_pandas(notebook: Notebook) -> None:
    result = notebook.run_cell(FRAME)
    assert result.error is None
    assert result.text == "[Row(name='Ada', born=1815), Row(name='Grace', born=1906)]"


def test_files_and_tables_are_written_below_the_warehouse_and_read(notebook: Notebook) -> None:
    assert notebook.run_cell(FRAME).error is None
    result = notebook.run_cell(WRITE_AND_READ)
    assert result.error is None
    assert result.text == "[1815, 1815, 1815]"
    result = notebook.run_cell(UP_AND_DOWN)
    assert result.error is None
    assert result.text == "True"


def test_a_module_of_ones_own_goes_to_the_workers(notebook: Notebook) -> None:
    result = notebook.run_cell(MODULE)
    assert result.error is None
    assert result.text == "[0, 3, 6]"


@pytest.mark.parametrize("way", ELSEWHERE)
def test_elsewhere_is_one_sentence(notebook: Notebook, way: str) -> None:
    assert notebook.run_cell(FRAME).error is None
    result = notebook.run_cell(ELSEWHERE[way])
    assert result.error is not None
    assert "below this server's warehouse only" in result.error
    assert len(result.error.strip().splitlines()) == 1
