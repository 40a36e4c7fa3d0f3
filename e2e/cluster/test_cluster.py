"""A cluster of processes: who may talk to whom, where things run, what its servers share."""

from __future__ import annotations

import json
import os
import urllib.request
from contextlib import suppress
from ipaddress import ip_address

import psutil
import pytest
from pyspark.sql.functions import udf
from pyspark.sql.types import StringType

from deploy.cluster.cluster import Cluster
from deploy.local.process import marked
from deploy.shared.ports import listening_addresses
from e2e.cluster.front import Front
from e2e.native_clients import native_session

pytestmark = [pytest.mark.any_stack, pytest.mark.usefixtures("no_session_is_left")]


def is_loopback(address: str) -> bool:
    ip = ip_address(address)
    return (getattr(ip, "ipv4_mapped", None) or ip).is_loopback


def ask(port: int, path: str) -> object:
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with opener.open(f"http://127.0.0.1:{port}{path}", timeout=10) as answer:
        return json.load(answer)


def test_every_service_listens_on_loopback_only(cluster: Cluster, envoy: Front) -> None:
    found = {pid: listening_addresses(pid) for pid in marked(cluster.config.state_dir)}
    assert sum(map(len, found.values())) > len(cluster.config.ports.numbers) // 2
    addresses = {address for some in found.values() for address, _port in some}
    assert {address for address in addresses if not is_loopback(address)} == set()


def test_nobody_can_submit_programs_to_the_master(cluster: Cluster) -> None:
    pid = cluster.master.pid
    assert pid
    ports = {port for _address, port in listening_addresses(pid)}
    assert ports == {cluster.config.ports.master, cluster.config.ports.master_ui}


def test_the_secret_is_in_no_command_line_and_no_log(cluster: Cluster) -> None:
    secret = cluster.config.secret()
    for pid in marked(cluster.config.state_dir):
        with suppress(psutil.Error):  # it has ended
            assert secret not in " ".join(psutil.Process(pid).cmdline())
    logs = [*cluster.config.state_dir.rglob("*.log"), *cluster.config.state_dir.rglob("std*")]
    assert logs
    assert not [log for log in logs if secret.encode() in log.read_bytes()]


def test_files_that_have_the_secret_are_their_owners_alone(cluster: Cluster) -> None:
    secret = cluster.config.secret().encode()
    holders = []
    for path in cluster.config.state_dir.rglob("*"):
        with suppress(OSError):
            if path.is_file() and secret in path.read_bytes():
                holders.append(path)
    assert cluster.config.secret_file in holders
    assert [oct(path.stat().st_mode & 0o777) for path in holders] == ["0o600"] * len(holders)


def test_no_session_is_told_the_secret(cluster: Cluster) -> None:
    secret = cluster.config.secret()
    with native_session(cluster.server(0).remote) as spark:
        assert secret not in str(spark.sql("set -v").collect())
        assert secret not in str(spark.sql("set").collect())
        with pytest.raises(Exception, match=r"SQL_CONF_NOT_FOUND"):
            spark.conf.get("spark.authenticate.secret")


def test_all_of_a_persons_sessions_are_on_one_server(
    envoy: Front, people: list[str], cluster: Cluster
) -> None:
    assert len(people) == len(cluster.servers)
    for person, server in zip(people, cluster.servers, strict=True):
        with native_session(envoy.remote(person)) as spark:
            assert spark.conf.get("spark.app.name") == server.name


def test_a_table_saved_on_one_server_is_there_on_the_other(cluster: Cluster) -> None:
    with native_session(cluster.server(0).remote) as one:
        one.range(7).write.mode("overwrite").saveAsTable("of_everybody")
        with native_session(cluster.server(1).remote) as other:
            assert other.table("of_everybody").count() == 7
            other.range(2).write.insertInto("of_everybody")
            other.sql("create or replace temp view mine as select 1 as one")
            assert "mine" not in [table.name for table in one.catalog.listTables()]
        assert one.sql("refresh table of_everybody").isEmpty()
        assert one.table("of_everybody").count() == 9


def test_python_functions_run_on_executors(cluster: Cluster) -> None:
    @udf(StringType())
    def ancestors(_number: int) -> str:
        names, pid = [], os.getpid()
        while pid > 1:
            with open(f"/proc/{pid}/cmdline") as command:
                names.append(command.read().replace("\0", " "))
            with open(f"/proc/{pid}/stat") as stat:
                pid = int(stat.read().rpartition(")")[2].split()[1])
        return "\n".join(names)

    with native_session(cluster.server(0).remote) as spark:
        [row] = spark.range(1).select(ancestors("id").alias("found")).collect()
    assert "CoarseGrainedExecutorBackend" in row.found
    assert "SparkConnectServer" not in row.found


def test_dataframes_of_many_megabytes_are_made(envoy: Front, people: list[str]) -> None:
    text = "x" * 1000
    rows = [(number, text) for number in range(12_000)]
    with native_session(envoy.remote(people[0])) as spark:
        assert spark.createDataFrame(rows, "number int, text string").count() == len(rows)


def test_the_history_lists_each_server(cluster: Cluster) -> None:
    listed = ask(cluster.config.ports.history_ui, "/api/v1/applications")
    assert isinstance(listed, list)
    assert {server.name for server in cluster.servers} <= {each["name"] for each in listed}


def test_spark_s_pages_end_nobodys_work(cluster: Cluster) -> None:
    pages = cluster.web_pages
    assert {"master", "history", "worker-0", *(s.name for s in cluster.servers)} <= pages.keys()
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with opener.open(f"http://127.0.0.1:{pages['master']}/", timeout=10) as answer:
        text = answer.read().decode()
    assert cluster.server(0).name in text
    assert "(kill)" not in text
