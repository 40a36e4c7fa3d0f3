"""What people who share a server cannot do there, by whatever way they try it."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import grpc
import pytest
import zstandard
from pyspark.errors import PySparkException
from pyspark.sql import SparkSession
from pyspark.sql.connect.proto import base_pb2 as pb
from pyspark.sql.connect.proto import relations_pb2

from deploy.team.tests.servers import TeamSpark, new_id
from deploy.team.tests.test_sessions_of_others import artifact, set_option

pytestmark = pytest.mark.spark

SECRET = "only-the-server-may-read-this"


@pytest.fixture(scope="module")
def spark(team: TeamSpark) -> Iterator[SparkSession]:
    with team.session("mallory") as spark:
        yield spark


@pytest.fixture(scope="module")
def secret(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file of the server's machine, outside of the warehouse."""
    path = tmp_path_factory.mktemp("server") / "secret.txt"
    path.write_text(SECRET + "\n")
    return path


@pytest.fixture(scope="module")
def warehouse(team: TeamSpark) -> Path:
    return team.service.state_dir / "spark" / "warehouse"


CALL = "java_method('java.lang.System','getProperty','user.dir')"
REFLECT = {
    "java_method": f"select {CALL}",
    "reflect": "select reflect('java.lang.System','getProperty','user.dir')",
    "try_reflect": "select try_reflect('java.lang.System','getProperty','user.dir')",
    "a full name": f"select system.builtin.{CALL}",
    "a subquery": f"select (select {CALL} as x)",
    "a condition": f"select * from range(3) where {CALL} = 'x'",
    "a common table expression": f"with a as (select {CALL} as b) select * from a",
    "a temporary view": f"create temporary view v as select {CALL} as x",
    "EXECUTE IMMEDIATE": f'execute immediate "select {CALL}"',
    "a script": f"begin declare x string; set x = (select {CALL}); select x; end",
    "a function of SQL": f"create temporary function f() returns string return {CALL}",
    "a new table": f"create table stolen as select {CALL} as x",
    "a variable": f"declare variable v string default {CALL}",
    "a lambda": f"select transform(array(1), x -> {CALL})",
}


@pytest.mark.parametrize("way", REFLECT)
def test_no_method_of_the_jvm_can_be_called(spark: SparkSession, way: str) -> None:
    with pytest.raises(PySparkException, match="Calling a method of the JVM"):
        spark.sql(REFLECT[way]).collect()


ANALYZED = {
    "VALUES": f"values ({CALL})",
    "an aggregate": f"select max({CALL})",
    "IDENTIFIER": f"select * from identifier({CALL})",
    "EXECUTE IMMEDIATE": f"execute immediate concat('select 1', {CALL})",
    "a table function": f"select * from range(length({CALL}))",
    "a schema": f"select from_json('1', {CALL})",
    "a default": f"create table stolen (a string default {CALL}) using parquet",
    "a limit": f"select 1 limit length({CALL})",
}


@pytest.mark.parametrize("way", ANALYZED)
def test_no_method_of_the_jvm_is_called_while_spark_analyzes(
    spark: SparkSession, team: TeamSpark, way: str
) -> None:
    with pytest.raises(PySparkException) as caught:
        spark.sql(ANALYZED[way]).collect()
    assert str(team.service.state_dir) not in str(caught.value)


FILES = {
    "text": "select * from text.`{path}`",
    "csv": "select * from csv.`{path}`",
    "binaryFile": "select * from binaryFile.`file:{path}`",
    "a folder above": "select * from text.`{warehouse}/../../../{name}`",
    "braces": "select * from text.`{warehouse}/{{../../../../../..{path},x}}`",
    "a relative path": "select * from text.`spark.conf`",
    "a view": "create temporary view w as select * from text.`{path}`",
    "a view with options": "create temporary view w using text options (path '{path}')",
    "EXECUTE IMMEDIATE": 'execute immediate "select * from text.`{path}`"',
    "IDENTIFIER": "select * from identifier('text.`{path}`')",
    "a script": "begin select * from text.`{path}`; end",
    "a table with a location": "create table w using text location '{path}'",
    "a table with a path": "create table w (a string) using text options (path '{path}')",
    "a table of Hive": "create external table w (a string) location '{folder}'",
    "LOAD DATA": "load data local inpath '{path}' into table mallorys",
    "INSERT OVERWRITE DIRECTORY": "insert overwrite directory '{folder}/out' using csv select 1",
    "INSERT INTO": "insert into text.`{folder}` select 'x'",
    "another's storage": "create table w like mallorys location '{folder}'",
    "a partition": "alter table parted add partition (b = 1) location '{folder}'",
    "options of a table": "select * from mallorys with (path = '{path}')",
    "DESCRIBE": "describe query select * from text.`{path}`",
    "EXPLAIN": "explain select * from text.`{path}`",
    "CACHE": "cache table w as select * from text.`{path}`",
    "MERGE": ("merge into mallorys using text.`{path}` s on false when not matched then insert *"),
    "a database": "create database w location '{folder}/db'",
    "moving a table": "alter table mallorys set location '{folder}'",
    "another database's place": "alter database default set location '{folder}'",
    "jdbc": "create temporary view w using jdbc options (url 'jdbc:derby:{folder}/x', dbtable 'a')",
    "another file system": "select * from text.`har://file-{path}`",
    "an option of Hadoop": (
        "create temporary view w using csv options (path '{warehouse}/a', `fs.x.impl` 'y')"
    ),
}


@pytest.mark.parametrize("way", FILES)
def test_no_file_of_the_server_can_be_read_or_written_by_sql(
    spark: SparkSession, secret: Path, warehouse: Path, way: str
) -> None:
    spark.sql("create table if not exists mallorys (a string) stored as textfile")
    spark.sql("create table if not exists parted (a string) partitioned by (b int)")
    query = FILES[way].format(
        path=secret, folder=secret.parent, warehouse=warehouse, name=secret.name
    )
    with pytest.raises(PySparkException, match=r"below this server's warehouse|switched off"):
        spark.sql(query).collect()
    assert [path.name for path in secret.parent.iterdir()] == [secret.name]


READERS: dict[str, Callable[[SparkSession, str], Any]] = {
    "text": lambda s, path: s.read.text(path).collect(),
    "csv, its schema": lambda s, path: s.read.csv(path, header=True).schema,
    "load": lambda s, path: s.read.load(path, format="binaryFile").collect(),
    "an option": lambda s, path: s.read.format("text").option("path", path).load().collect(),
    "many": lambda s, path: s.read.text([path, path]).collect(),
    "paths": lambda s, path: s.read.format("text").option("paths", f'["{path}"]').load().collect(),
    "version 2 of the sources": lambda s, path: (
        s.conf.set("spark.sql.sources.useV1SourceList", ""),
        s.read.text(path).collect(),
    ),
    "table": lambda s, path: s.table(f"text.`{path}`").collect(),
    "a stream": lambda s, path: s.readStream.text(os.path.dirname(path)).isStreaming,
    "a writer": lambda s, path: s.range(1).write.csv(path + ".out"),
    "a stream's writer": lambda s, path: (
        s.readStream.format("rate")
        .load()
        .writeStream.format("noop")
        .option("checkpointLocation", path + ".check")
        .start()
    ),
    "a table": lambda s, path: s.range(1).write.option("path", path + ".t").saveAsTable("w"),
    "the catalog": lambda s, path: s.catalog.createTable("w", path=path, source="text"),
    "jdbc": lambda s, path: s.read.jdbc(f"jdbc:derby:{path}", "a").collect(),
    "a class": lambda s, path: (
        s.read.format("org.apache.spark.sql.execution.datasources.text.TextFileFormat")
        .load(path)
        .collect()
    ),
}


@pytest.mark.parametrize("way", READERS)
def test_no_file_of_the_server_can_be_read_or_written_by_dataframes(
    spark: SparkSession, secret: Path, way: str
) -> None:
    with pytest.raises(PySparkException, match=r"below this server's warehouse|switched off"):
        READERS[way](spark, str(secret))
    assert [path.name for path in secret.parent.iterdir()] == [secret.name]


def test_a_link_in_the_warehouse_does_not_lead_out_of_it(
    spark: SparkSession, secret: Path, warehouse: Path
) -> None:
    link = warehouse / "link.txt"
    link.symlink_to(secret)
    with pytest.raises(PySparkException, match="below this server's warehouse"):
        spark.read.text(str(link)).collect()
    link.unlink()


CODE = {
    "ADD JAR": "add jar '/tmp/a.jar'",
    "ADD FILE": "add file '/etc/hostname'",
    "ADD ARCHIVE": "add archive '/tmp/a.zip'",
    "a function of a jar": "create function f as 'a.B' using jar '/tmp/a.jar'",
    "a temporary function of a class": "create temporary function f as 'a.B'",
    "a function of Hive that calls methods": (
        "create temporary function f as 'org.apache.hadoop.hive.ql.udf.generic.GenericUDFReflect'"
    ),
    "TRANSFORM": "select transform(id) using 'cat' from range(1)",
    "a serializer": "create table w (a string) row format serde 'a.B'",
    "an input format": (
        "create table w (a string) stored as inputformat "
        "'org.apache.hadoop.hive.ql.io.SymlinkTextInputFormat' outputformat "
        "'org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat'"
    ),
}


@pytest.mark.parametrize("way", CODE)
def test_no_code_of_ones_own_gets_into_the_servers_process(spark: SparkSession, way: str) -> None:
    with pytest.raises(PySparkException, match="switched off on this server"):
        spark.sql(CODE[way]).collect()


def test_no_java_function_can_be_registered(spark: SparkSession) -> None:
    with pytest.raises(PySparkException, match="JVM code of one's own"):
        spark.udf.registerJavaFunction("f", "a.B", "string")


def test_no_python_runs_in_the_servers_own_process(spark: SparkSession) -> None:
    from pyspark.sql.datasource import DataSource
    from pyspark.sql.functions import udtf

    class Own(DataSource):
        pass

    class Analyzed:
        @staticmethod
        def analyze() -> None: ...

        def eval(self) -> Iterator[tuple[int]]:
            yield (1,)

    with pytest.raises(PySparkException, match="A data source in Python"):
        spark.dataSource.register(Own)
    with pytest.raises(PySparkException, match="`analyze` would run in the server's own process"):
        udtf(Analyzed)().collect()
    with pytest.raises(PySparkException, match="foreachBatch, which would run"):
        spark.readStream.format("rate").load().writeStream.foreachBatch(lambda d, i: None).start()


@pytest.mark.parametrize(
    "name", ["jars/a.jar", "classes/A.class", "./jars/a.jar", "files/../jars/a.jar"]
)
def test_no_jar_or_class_can_be_uploaded(team: TeamSpark, name: str) -> None:
    with pytest.raises(grpc.RpcError, match=r"PERMISSION_DENIED(.|\n)*switched off"):
        team.of("mallory").call("AddArtifacts", iter([artifact("", new_id(), name)]))


def test_no_file_is_copied_out_of_the_places_that_are_open(
    team: TeamSpark, secret: Path, warehouse: Path
) -> None:
    link = warehouse / "out"
    link.symlink_to(secret.parent)
    places = [secret, link / "new", warehouse / ".." / "new", Path("/../new"), Path("/")]
    for place in places:
        name = f"forward_to_fs{place}"
        with pytest.raises(
            grpc.RpcError, match=r"PERMISSION_DENIED(.|\n)*(below this|switched off)"
        ):
            team.of("mallory").call("AddArtifacts", iter([artifact("", new_id(), name)]))
    link.unlink()
    assert secret.read_text() == SECRET + "\n"
    assert [path.name for path in secret.parent.iterdir()] == [secret.name]


SETTINGS = [
    "spark.sql.catalog.own",
    "spark.sql.analyzer.singlePassResolver.enabled",
    "spark.sql.streaming.stateStore.providerClass",
    "spark.sql.legacy.setCommandRejectsSparkCoreConfs",
    "spark.scheduler.pool",
    "spark.job.description",
    "spark.jobGroup.id",
    "spark.job.tags",
    "spark.pcw.guard",
    "fs.defaultFS",
    "spark.hadoop.fs.defaultFS",
    "hive.exec.post.hooks",
]


@pytest.mark.parametrize("key", SETTINGS)
def test_a_session_cannot_set_what_is_the_servers(
    team: TeamSpark, spark: SparkSession, key: str
) -> None:
    with pytest.raises(PySparkException, match="is the server's"):
        spark.sql(f"set {key}=x").collect()
    with pytest.raises(grpc.RpcError, match=r"PERMISSION_DENIED(.|\n)*is the server's"):
        team.of("mallory").call("Config", set_option("", new_id(), key, "x"))


def test_a_packed_plan_is_looked_into(team: TeamSpark) -> None:
    relation = relations_pb2.Relation()
    relation.read.data_source.format = "text"
    relation.read.data_source.paths.append("/etc/hostname")
    packed = pb.Plan.CompressedOperation(
        data=zstandard.compress(relation.SerializeToString()),
        op_type=pb.Plan.CompressedOperation.OpType.OP_TYPE_RELATION,
        compression_codec=pb.CompressionCodec.COMPRESSION_CODEC_ZSTD,
    )
    request = pb.ExecutePlanRequest(session_id=new_id(), plan=pb.Plan(compressed_operation=packed))
    with pytest.raises(grpc.RpcError, match="below this server's warehouse"):
        team.of("mallory").call("ExecutePlan", request)


def test_the_rules_of_the_guard_cannot_be_excluded(spark: SparkSession) -> None:
    spark.conf.set("spark.sql.optimizer.excludedRules", "pcw.team.GuardExtension")
    with pytest.raises(PySparkException, match="Calling a method of the JVM"):
        spark.sql(f"select {CALL}").collect()
    spark.conf.unset("spark.sql.optimizer.excludedRules")


def test_an_error_names_no_file(spark: SparkSession, secret: Path) -> None:
    """Whether a file exists is not told either: both answers are the same."""
    said = []
    for path in (secret, secret.with_name("missing.txt")):
        with pytest.raises(PySparkException) as caught:
            spark.sql(f"select * from text.`{path}`").collect()
        said.append(str(caught.value).split("JVM stacktrace")[0])
    assert said[0] == said[1]


def test_unknown_kinds_of_calls_are_not_served(team: TeamSpark) -> None:
    with pytest.raises(grpc.RpcError) as caught:
        team.of("mallory").channel.unary_unary("/spark.connect.SparkConnectService/Unknown")(
            pb.ConfigRequest().SerializeToString()
        )
    assert caught.value.code() == grpc.StatusCode.UNIMPLEMENTED
