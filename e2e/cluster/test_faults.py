"""What people notice when a part of the cluster is killed while they work."""

from __future__ import annotations

import os
import resource
import signal

import psutil
import pytest
from pyspark.errors import PySparkException

from deploy.cluster.cluster import Cluster
from deploy.cluster.services import ConnectServer
from deploy.local.service import Service
from e2e.cluster.front import Front
from e2e.cluster.work import InBackground, busy_executors, patient, slow_sum
from e2e.native_clients import native_session
from e2e.waiting import until

pytestmark = [pytest.mark.any_stack, pytest.mark.usefixtures("no_session_is_left")]
SUM = sum(range(100))
FULL_AT = 1 << 20
"""Bytes of a file that a process may write: beyond them a write fails, as on a full disk."""
NO_LIMIT = resource.RLIM_INFINITY


def crash(service: Service) -> int:
    """As a fault would, without a word to anybody; returns the pid that is gone."""
    pid = service.pid
    assert pid
    os.kill(pid, signal.SIGKILL)
    return pid


def comes_back(service: Service, gone: int) -> None:
    until(
        lambda: service.pid not in (None, gone) and not service.problem(),
        f"{service.name} to come back",
    )


def test_a_query_survives_its_workers_crash(
    cluster: Cluster, envoy: Front, people: list[str]
) -> None:
    ui = cluster.server(0).ports.ui
    with native_session(envoy.remote(people[0])) as spark:
        query = InBackground(lambda: slow_sum(spark, seconds=6))
        until(lambda: busy_executors(ui), "an executor that works")
        worker = next(each for each in cluster.workers if executors(each, cluster.server(0)))
        gone = crash(worker)
        assert query.result() == SUM
    comes_back(worker, gone)


def executors(worker: Service, server: ConnectServer) -> list[int]:
    """Pids of those that a worker has started for a server."""
    driver = f"@127.0.0.1:{server.ports.driver} "
    children = psutil.Process(worker.pid).children()
    return [child.pid for child in children if driver in " ".join(child.cmdline())]


def limit_files(cluster: Cluster, server: ConnectServer, most: int) -> None:
    for worker in cluster.workers:
        assert worker.pid
        for pid in [worker.pid, *executors(worker, server)]:
            resource.prlimit(pid, resource.RLIMIT_FSIZE, (most, NO_LIMIT))


def test_only_a_crashed_servers_sessions_fail(
    cluster: Cluster, envoy: Front, people: list[str]
) -> None:
    server = cluster.server(0)
    with native_session(envoy.remote(people[1])) as unharmed:
        query = InBackground(lambda: slow_sum(unharmed, seconds=4))
        with native_session(envoy.remote(people[0])) as harmed:
            assert harmed.range(3).count() == 3
            gone = crash(server)
            comes_back(server, gone)
            with pytest.raises(PySparkException, match="create a new Spark session") as failure:
                harmed.range(3).count()
            assert len(str(failure.value).splitlines()) == 1
        assert query.result() == SUM
    with native_session(envoy.remote(people[0])) as anew:
        assert anew.conf.get("spark.app.name") == server.name
        assert anew.range(3).count() == 3


def test_sessions_go_on_after_envoys_crash(envoy: Front, people: list[str]) -> None:
    with native_session(envoy.remote(people[0])) as spark:
        patient(spark).range(5).createOrReplaceTempView("kept")
        query = InBackground(lambda: slow_sum(spark, seconds=3))
        gone = crash(envoy)
        comes_back(envoy, gone)
        assert query.result() == SUM
        assert spark.table("kept").count() == 5


def test_a_disk_that_takes_no_more_fails_the_query_and_not_the_server(
    cluster: Cluster, envoy: Front, people: list[str]
) -> None:
    server = cluster.server(0)
    with native_session(envoy.remote(people[0])) as spark:
        spark.conf.set("spark.sql.shuffle.partitions", "2")
        assert spark.range(3).count() == 3
        limit_files(cluster, server, FULL_AT)
        try:
            with pytest.raises(PySparkException, match="File too large"):
                spark.range(2_000_000).selectExpr("uuid() as id").distinct().count()
        finally:
            limit_files(cluster, server, NO_LIMIT)
        assert spark.range(3).count() == 3
    assert server.problem() == ""
