"""PySpark as it is, with a bearer token: nothing that people do every day is in their way."""

from __future__ import annotations

import json
import re
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import grpc
import pytest
from pyspark.errors import PySparkException
from pyspark.sql import SparkSession
from pyspark.sql import functions as f
from pyspark.sql.connect.proto import base_pb2 as pb

from deploy.team.tests.servers import TeamSpark, new_id, refusal, rows

pytestmark = pytest.mark.spark

PATIENCE_S = 60


@pytest.fixture(scope="module")
def spark(team: TeamSpark) -> Iterator[SparkSession]:
    with team.session("ordinary") as spark:
        yield spark


def test_a_day_of_dataframes(spark: SparkSession) -> None:
    frame = spark.createDataFrame([(1, "a"), (2, "b"), (3, "a")], ["n", "s"])
    assert frame.groupBy("s").agg(f.sum("n").alias("n")).orderBy("s").collect() == [
        ("a", 4),
        ("b", 2),
    ]
    assert frame.toPandas().shape == (3, 2)
    frame.createOrReplaceTempView("frame")
    query = "with big as (select * from frame where n > :least) select count(*) c from big"
    assert spark.sql(query, args={"least": 1}).collect() == [(2,)]
    assert frame.cache().count() == 3
    assert frame.schema.names == ["n", "s"]


def test_saved_tables_and_files_of_the_warehouse(spark: SparkSession, team: TeamSpark) -> None:
    spark.range(5).write.mode("overwrite").saveAsTable("kept")
    spark.sql("insert into kept values (5)")
    assert spark.table("kept").count() == 6
    spark.sql("create or replace view above as select * from kept where id > 2")
    assert spark.table("above").count() == 3
    folder = team.service.state_dir / "spark" / "warehouse" / "files"
    spark.range(3).write.mode("overwrite").parquet(str(folder))
    assert spark.read.parquet(str(folder)).count() == 3
    assert spark.sql(f"select * from parquet.`{folder}`").count() == 3
    spark.sql("create table if not exists hives (a string) stored as parquet")
    assert spark.catalog.tableExists("hives")
    spark.sql("create temporary function twice(x int) returns int return 2 * x")
    assert spark.sql("select twice(4)").collect() == [(8,)]


@pytest.mark.parametrize("name", ["sales.csv", "with blank [1] *ü {a}.csv"])
def test_a_file_of_ones_own_is_copied_below_the_warehouse_and_read(
    spark: SparkSession, team: TeamSpark, tmp_path: Path, name: str
) -> None:
    own = tmp_path / "own.csv"
    own.write_text("a\n1\n")
    there = team.service.state_dir / "spark" / "warehouse" / "copied" / name
    spark.conf.set("spark.sql.artifact.copyFromLocalToFs.allowDestLocal", "true")
    spark.copyFromLocalToFs(str(own), str(there))
    literal = re.sub(r"([*?\[\]{}])", r"\\\1", str(there))
    assert spark.read.csv(literal, header=True).collect() == [("1",)]


def test_settings_of_a_session(spark: SparkSession) -> None:
    spark.conf.set("spark.sql.shuffle.partitions", "3")
    spark.sql("set spark.sql.ansi.enabled = true")
    spark.sql("set time zone 'UTC'")
    assert spark.conf.get("spark.sql.shuffle.partitions") == "3"


def test_python_functions_and_a_module_of_ones_own(spark: SparkSession, tmp_path: Path) -> None:
    module = tmp_path / "of_ones_own.py"
    module.write_text("def thrice(n):\n    return 3 * n\n")
    spark.addArtifacts(str(module), pyfile=True)

    @f.udf("long")
    def thrice(n: int) -> int:
        import of_ones_own

        return int(of_ones_own.thrice(n))

    assert spark.range(2).select(thrice("id")).collect() == [(0,), (3,)]


def test_a_query_can_be_interrupted(spark: SparkSession) -> None:
    failed: list[Exception] = []

    @f.udf("long")
    def slept(number: int) -> int:
        time.sleep(600)
        return number

    def run() -> None:
        try:
            spark.range(0, 1, 1, 1).select(slept("id")).collect()
        except PySparkException as error:
            failed.append(error)

    thread = threading.Thread(target=run)
    thread.start()
    give_up = time.monotonic() + PATIENCE_S
    while not spark.interruptAll() and time.monotonic() < give_up:
        time.sleep(0.1)
    thread.join(PATIENCE_S)
    assert "OPERATION_CANCELED" in str(failed[0])


def test_a_session_can_be_cloned(spark: SparkSession) -> None:
    spark.sql("create or replace temporary view of_the_first as select 1 as one")
    clone = spark.cloneSession()
    assert clone.table("of_the_first").collect() == [(1,)]
    clone.client.release_session()
    assert spark.range(1).count() == 1


def test_sql_knows_who_asks(team: TeamSpark) -> None:
    asked = "select current_user() as a, session_user() as b"
    for name in ("alice", "bob"):
        answers = team.of(name).sql(asked, "somebody else", new_id())
        assert rows(answers) == [{"a": name, "b": name}]


def events(team: TeamSpark, kind: str) -> Iterator[dict[str, object]]:
    for path in (team.service.state_dir / "events").iterdir():
        for line in path.read_text().splitlines():
            if f'"Event":"{kind}"' in line:
                yield json.loads(line)


def test_a_job_says_for_whom_it_runs(team: TeamSpark) -> None:
    session = new_id()
    labels = [("pcw-cell", "cell-7"), ("x-request-id", "8a-b.c_d")]
    team.of("frida", *labels).sql("select count(*) from range(10)", "bob", session)
    give_up = time.monotonic() + PATIENCE_S
    while not (jobs := jobs_of(team, session)) and time.monotonic() < give_up:
        time.sleep(0.2)
    properties = jobs[0]
    begin = f"frida | session {session} | cell cell-7 | request 8a-b.c_d | Spark Connect - "
    assert properties["spark.job.description"].startswith(begin)
    assert properties["spark.scheduler.pool"] == "user:frida"
    assert properties["pcw.user"] == "frida"
    assert f"User_frida_Session_{session}" in properties["spark.job.tags"]
    started = [
        event
        for event in events(
            team, "org.apache.spark.sql.execution.ui.SparkListenerSQLExecutionStart"
        )
        if str(event["description"]).startswith(begin)
    ]
    assert started


def jobs_of(team: TeamSpark, session: str) -> list[dict[str, str]]:
    found = [event["Properties"] for event in events(team, "SparkListenerJobStart")]
    return [one for one in found if isinstance(one, dict) and one.get("pcw.session") == session]


def test_labels_that_are_none_are_left_out(team: TeamSpark) -> None:
    session = new_id()
    labels = [("pcw-cell", "a | request forged"), ("x-request-id", "x" * 65)]
    team.of("gustav", *labels).sql("select count(*) from range(10)", "", session)
    give_up = time.monotonic() + PATIENCE_S
    while not (jobs := jobs_of(team, session)) and time.monotonic() < give_up:
        time.sleep(0.2)
    assert jobs[0]["spark.job.description"].startswith(f"gustav | session {session} | Spark Con")
    assert "pcw.cell" not in jobs[0]


def test_more_queries_than_one_person_may_have_are_refused_until_one_ends(
    team: TeamSpark, slow: pb.Plan
) -> None:
    hanna, session = team.of("hanna"), new_id()
    running = []
    for _ in range(3):
        running.append(hanna.start(slow, session))
    with pytest.raises(grpc.RpcError) as caught:
        hanna.sql("select 1", "", session)
    status, sentence = refusal(caught.value)
    assert status == "RESOURCE_EXHAUSTED"
    assert "3 running queries" in sentence
    assert "try again when one of them has ended" in sentence
    assert rows(team.of("ida").sql("select 1 as one", "", new_id())) == [{"one": 1}]
    interrupt_all(team, "hanna", session)
    give_up = time.monotonic() + PATIENCE_S
    while time.monotonic() < give_up:
        try:
            assert rows(hanna.sql("select 1 as one", "", session)) == [{"one": 1}]
            break
        except grpc.RpcError:
            time.sleep(0.2)
    else:
        pytest.fail("her queries were ended, and she is still refused")


def test_a_result_that_is_too_large_to_fetch_is_told_and_the_session_goes_on(
    team: TeamSpark,
) -> None:
    with team.session("jana") as spark:
        wide = spark.range(0, 400, 1, 40).selectExpr("repeat(uuid(), 2000) as text")  # 28 MB
        with pytest.raises(PySparkException, match=r"maxResultSize \(16.0 MiB\)"):
            wide.toArrow()
        assert wide.count() == 400
        assert len(wide.limit(3).collect()) == 3


def interrupt_all(team: TeamSpark, name: str, session: str) -> None:
    every = pb.InterruptRequest.InterruptType.INTERRUPT_TYPE_ALL
    team.of(name).call("Interrupt", pb.InterruptRequest(session_id=session, interrupt_type=every))
