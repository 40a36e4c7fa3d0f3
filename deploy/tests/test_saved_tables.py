"""Saved tables outlive a real Spark; settings and jars of one's own are used, or named as wrong."""

from __future__ import annotations

import subprocess
import time
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from deploy.local import Config, Ports
from deploy.local.archive import ensure_archive
from deploy.local.service import Service
from deploy.local.services import spark as spark_service
from deploy.shared.config import WORK_DIR_VARIABLE
from deploy.shared.errors import StackError
from spark import health

pytestmark = [pytest.mark.spark, pytest.mark.timeout(400)]
WRITE_BEGINS_WITHIN_S = 60.0
PROGRAM = """
import os, sys, traceback
from pyspark.sql import SparkSession

spark = SparkSession.builder.remote("sc://127.0.0.1:{port}").create()
try:
    {code}
    spark.stop()
except Exception:
    traceback.print_exc()
    os._exit(1)
sys.stdout.flush()
os._exit(0)  # a client that is left open looks for its server for ten minutes
"""


def config_in(folder: Path, environ: Mapping[str, str]) -> Config:
    return Config(
        state_dir=folder / "run",
        ports=Ports.free(),
        spark_python=Config.from_environment().spark_python,
        environ=environ,
    )


def start_client(service: Service, code: str) -> subprocess.Popen[str]:
    program = PROGRAM.format(port=service.listens[0][1], code=code.replace("\n", "\n    "))
    return subprocess.Popen(
        [service.command[0], "-W", "ignore", "-c", program],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def run(service: Service, code: str) -> str:
    """What a native client prints."""
    client = start_client(service, code)
    out, err = client.communicate(timeout=200)
    assert client.returncode == 0, err
    return out.strip()


def restart(service: Service) -> None:
    service.start()
    service.wait_healthy()


def refusal(service: Service) -> str:
    """What is said of a server that must not start."""
    try:
        with pytest.raises(StackError) as caught:
            restart(service)
    finally:
        service.stop()
    return str(caught.value)


@pytest.fixture(scope="module")
def spark(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    service = spark_service(config_in(tmp_path_factory.mktemp("tables"), {}))
    restart(service)
    yield service
    service.stop()


def warehouse(service: Service) -> Path:
    return service.state_dir / "spark" / "warehouse"


def test_a_saved_table_is_there_after_a_restart_and_its_name_can_be_written_again(
    spark: Service,
) -> None:
    run(spark, "spark.range(3).write.saveAsTable('kept')\nspark.sql('create database d')")
    run(
        spark,
        "spark.range(4).selectExpr('id', 'id % 2 k').write.partitionBy('k').saveAsTable('d.parts')",
    )
    spark.stop()
    restart(spark)
    counts = "print(spark.table('kept').count(), spark.table('d.parts').count())"
    assert run(spark, counts) == "3 4"
    again = "spark.range(5).write.mode('overwrite').saveAsTable('kept')"
    assert run(spark, f"{again}\nprint(spark.table('kept').count())") == "5"


def test_a_table_that_was_dropped_stays_dropped(spark: Service) -> None:
    run(spark, "spark.range(3).write.saveAsTable('gone')\nspark.sql('drop table gone')")
    spark.kill()
    restart(spark)
    assert run(spark, "print(spark.catalog.tableExists('gone'))") == "False"


def test_a_server_killed_in_the_middle_of_a_write_loses_nothing_that_was_committed(
    spark: Service,
) -> None:
    run(spark, "spark.range(7).write.saveAsTable('committed')")
    writer = start_client(
        spark, "spark.range(10**11).selectExpr('hash(id) h').write.saveAsTable('cut_off')"
    )
    unfinished = warehouse(spark) / "cut_off" / "_temporary"
    give_up = time.monotonic() + WRITE_BEGINS_WITHIN_S
    while not list(unfinished.rglob("*.parquet")):
        assert time.monotonic() < give_up, "the write did not begin"
        time.sleep(0.1)
    spark.kill()
    writer.kill()
    writer.communicate()
    restart(spark)
    assert f"Deleted {unfinished}" in spark.log.read_text()
    assert run(spark, "print(spark.table('committed').count())") == "7"
    assert run(spark, "print(spark.catalog.tableExists('cut_off'))") == "False"
    retry = "spark.range(2).write.saveAsTable('cut_off')\nprint(spark.table('cut_off').count())"
    assert run(spark, retry) == "2"


def test_nothing_of_the_catalog_lies_outside_of_its_folder(spark: Service) -> None:
    work = spark.state_dir / "spark"
    assert {path.name for path in work.glob("catalog/*")} >= {"metastore", "derby.log"}
    outside = [*work.glob("metastore_db"), *work.glob("derby.log"), *work.glob("*/derby.log")]
    assert outside == [work / "catalog" / "derby.log"]


def test_a_second_server_on_the_folder_is_one_sentence_and_the_first_goes_on(
    spark: Service, tmp_path: Path
) -> None:
    work = spark.state_dir / "spark"
    second = spark_service(config_in(tmp_path, {WORK_DIR_VARIABLE: str(work)}))
    assert f"Another Spark server (pid {spark.pid} on " in refusal(second)
    assert second.log.read_text().count("\n") == 1
    assert spark.problem() == ""


def test_a_moved_folder_is_named_instead_of_written_to_elsewhere(tmp_path: Path) -> None:
    old, new = tmp_path / "old", tmp_path / "new"
    (old / "catalog").mkdir(parents=True)
    (old / "catalog" / "warehouse-is").write_text(f"{old / 'warehouse'}\n")
    old.rename(new)
    service = spark_service(config_in(tmp_path, {WORK_DIR_VARIABLE: str(new)}))
    assert f"belongs to the warehouse {old / 'warehouse'}, not to" in refusal(service)


@pytest.fixture(scope="module")
def jar(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("jars") / "hello.jar"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("hello.txt", "hello")
    return path


def test_settings_and_jars_of_ones_own_are_used_and_shown(tmp_path: Path, jar: Path) -> None:
    repository = tmp_path / "repository" / "org" / "example" / "served" / "1.0"
    repository.mkdir(parents=True)
    (repository / "served-1.0.jar").write_bytes(jar.read_bytes())
    (repository / "served-1.0.pom").write_text(
        "<project><modelVersion>4.0.0</modelVersion><groupId>org.example</groupId>"
        "<artifactId>served</artifactId><version>1.0</version></project>"
    )
    own = tmp_path / "my-defaults.conf"
    own.write_text(
        "spark.sql.shuffle.partitions 3\n"
        "spark.something.unknown = a b\n"
        "spark.hadoop.fs.s3a.secret.key hush\n"
        f"spark.jars.ivySettings {ivy_settings(tmp_path, repository.parents[3])}\n"
    )
    named = {"PCW_SPARK_CONF": str(own), "PCW_SPARK_JARS": f"{jar}, org.example:served:1.0"}
    config = config_in(tmp_path, named)
    said: list[str] = []
    ensure_archive(config, said.append)
    assert any("fetching org.example:served:1.0" in line for line in said)
    service = spark_service(config)
    restart(service)
    try:
        jars = run(service, "print([r[0] for r in spark.sql('list jars').collect()])")
        assert "hello.jar" in jars
        assert "org.example_served-1.0.jar" in jars
        names = ("spark.sql.shuffle.partitions", "spark.something.unknown")
        assert run(service, f"print([spark.conf.get(n) for n in {names}])") == "['3', 'a b']"
        words = health.runs_with("127.0.0.1", config.ports.spark)
    finally:
        service.stop()
    assert f"catalog: in {config.spark_work_dir / 'catalog'}" in words
    assert f"settings: {own} (spark.hadoop.fs.s3a.secret.key, " in words
    assert "jars: hello.jar, org.example:served:1.0" in words
    assert "hush" not in words
    assert (config.spark_work_dir / "spark.conf").stat().st_mode & 0o77 == 0


def ivy_settings(folder: Path, repository: Path) -> Path:
    """A resolver that knows this folder only, and never asks a network."""
    path = folder / "ivysettings.xml"
    path.write_text(
        '<ivysettings><settings defaultResolver="here"/><resolvers>'
        f'<ibiblio name="here" m2compatible="true" root="file://{repository}"/>'
        "</resolvers></ivysettings>"
    )
    return path


def test_coordinates_that_nobody_has_are_one_sentence_before_anything_starts(
    tmp_path: Path,
) -> None:
    (tmp_path / "empty").mkdir()
    own = tmp_path / "own.conf"
    own.write_text(f"spark.jars.ivySettings {ivy_settings(tmp_path, tmp_path / 'empty')}\n")
    named = {"PCW_SPARK_CONF": str(own), "PCW_SPARK_JARS": "org.example:missing:1.0"}
    with pytest.raises(StackError) as caught:
        ensure_archive(config_in(tmp_path, named), lambda _: None)
    assert str(caught.value) == (
        "PCW_SPARK_JARS: org.example:missing:1.0 cannot be fetched: no repository has "
        "org.example:missing:1.0; correct the coordinates."
    )


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("spark.sql.ansi.enabled", "line 1: spark.sql.ansi.enabled has no value: write"),
        ("spark.driver.port 1", "line 1: spark.driver.port cannot be set here: set the variable"),
    ],
)
def test_a_wrong_setting_is_one_sentence_with_its_line(
    tmp_path: Path, line: str, sentence: str
) -> None:
    own = tmp_path / "own.conf"
    own.write_text(f"{line}\n")
    service = spark_service(config_in(tmp_path, {"PCW_SPARK_CONF": str(own)}))
    assert f"PCW_SPARK_CONF, {own}, {sentence}" in refusal(service)


def test_a_metastore_that_is_away_is_named_at_once(tmp_path: Path) -> None:
    port = Ports.free().spark
    own = tmp_path / "own.conf"
    own.write_text(f"spark.hadoop.hive.metastore.uris thrift://127.0.0.1:{port}\n")
    config = config_in(tmp_path, {"PCW_SPARK_CONF": str(own)})
    service = spark_service(config)
    assert f"nothing answers at 127.0.0.1:{port}: start the metastore" in refusal(service)
