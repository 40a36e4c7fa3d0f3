"""Files of the tab reach Spark and come back, whole; the native client sees the same."""

from __future__ import annotations

import hashlib
import re

import pytest
from pyspark.sql import SparkSession

from e2e.harness import Harness, PythonError

pytestmark = pytest.mark.any_stack

MEGABYTES = """
import hashlib, os, pyspark_connect_web as pcw
with open("big.bin", "wb") as file:
    for i in range(5):
        file.write(bytes([i]) * 999_999 + os.urandom(1_000_001))
def digest(path):
    with open(path, "rb") as file:
        return hashlib.sha256(file.read()).hexdigest()
there = pcw.upload("big.bin")
"""


@pytest.fixture
def cell(harness: Harness) -> Harness:
    harness.run(
        "import os, pathlib, pyspark_connect_web as pcw\n"
        "pathlib.Path('small.bin').write_bytes(b'1')"
    )
    return harness


@pytest.mark.parametrize("name", ["sales.csv", "with blank [1] *ü {a}.csv"])
def test_a_table_of_the_tab_is_read_by_spark(
    cell: Harness, native: SparkSession, name: str
) -> None:
    cell.run(f"pathlib.Path({name!r}).write_text('a,b\\n1,x\\n2,y\\n')")
    cell.run(f"there = pcw.upload({name!r})")
    assert cell.call("there").endswith(f"/files/{name}")
    literal = re.sub(r"([*?\[\]{}])", r"\\\1", cell.call("there"))
    rows = [list(row) for row in native.read.csv(literal, header=True).collect()]
    assert rows == [["1", "x"], ["2", "y"]]
    cell.run("back = pcw.download(there, 'back.csv')")
    assert cell.call("back.read_text()") == "a,b\n1,x\n2,y\n"


def test_megabytes_arrive_whole_in_both_directions(cell: Harness, native: SparkSession) -> None:
    cell.run(MEGABYTES)
    content = native.read.format("binaryFile").load(cell.call("there")).select("content").head()[0]
    assert hashlib.sha256(content).hexdigest() == cell.call("digest('big.bin')")
    cell.run("pcw.download(there, 'back.bin')")
    assert cell.call("digest('back.bin') == digest('big.bin')")
    assert cell.call("[name for name in os.listdir() if name.endswith('.part')]") == []


def test_a_folder_that_spark_wrote_comes_with_all_its_files(cell: Harness) -> None:
    cell.run(
        "place = pcw.upload('small.bin').rpartition('/')[0] + '/written'\n"
        "frame = spark.range(100).repartition(3)\n"
        "frame.write.mode('overwrite').csv(place)\n"
        "folder = pcw.download(place)"
    )
    lines = cell.call(
        "sorted(int(line) for file in folder.iterdir() for line in file.read_text().split())"
    )
    assert lines == list(range(100))
    assert cell.call("folder.name") == "written"


def test_a_folder_of_the_tab_goes_with_its_folders(cell: Harness) -> None:
    cell.run(
        "os.makedirs('data/inner', exist_ok=True)\n"
        "pathlib.Path('data/a.txt').write_text('1')\n"
        "pathlib.Path('data/inner/b.txt').write_text('2')\n"
        "folder = pcw.download(pcw.upload('data'), 'copied')"
    )
    assert cell.call("[(folder / name).read_text() for name in ('a.txt', 'inner/b.txt')]") == [
        "1",
        "2",
    ]


@pytest.mark.parametrize(
    ("call", "sentence"),
    [
        ("pcw.upload('nothing.csv')", "There is no file 'nothing.csv' in this tab"),
        ("pcw.upload('small.bin', 's3a://bucket/big')", "uploads go to Spark's default one"),
        ("pcw.upload('small.bin', 'relative')", "'relative' is no absolute path"),
        (
            "pathlib.Path('empty').touch(); pcw.download(pcw.upload('empty'))",
            "Spark reads no files in '.*/files/empty'",
        ),
        ("pcw.download('/no/such/place')", "PATH_NOT_FOUND"),
    ],
)
def test_what_is_wrong_is_said(cell: Harness, call: str, sentence: str) -> None:
    with pytest.raises(PythonError, match=sentence):
        cell.run(call)


def test_the_session_is_set_as_before(cell: Harness) -> None:
    setting = "spark.sql.artifact.copyFromLocalToFs.allowDestLocal"
    cell.run("pcw.upload('small.bin')")
    assert cell.call(f"spark.conf.get({setting!r}, 'false')") == "false"
