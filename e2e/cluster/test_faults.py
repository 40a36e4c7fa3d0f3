"""What people notice when a part of the cluster is killed while they work."""

from __future__ import annotations

import os
import shlex
import signal
import subprocess
from pathlib import Path

import pytest
from pyspark.errors import PySparkException

from deploy.cluster.cluster import Cluster
from deploy.local.service import Service
from e2e.cluster.front import Front
from e2e.cluster.work import InBackground, busy_executors, slow_sum, wait_for
from e2e.native_clients import native_session

pytestmark = pytest.mark.any_stack
SUM = sum(range(100))


def crash(service: Service) -> int:
    """As a fault would, without a word to anybody; returns the pid that is gone."""
    pid = service.pid
    assert pid
    os.kill(pid, signal.SIGKILL)
    return pid


def comes_back(service: Service, gone: int) -> None:
    wait_for(lambda: service.pid not in (None, gone) and not service.problem())


def test_a_query_survives_its_workers_crash(
    cluster: Cluster, envoy: Front, people: list[str]
) -> None:
    ui = cluster.server(0).ports.ui
    with native_session(envoy.remote(people[0])) as spark:
        query = InBackground(lambda: slow_sum(spark, seconds=6))
        wait_for(lambda: busy_executors(ui))
        worker = next(w for w in cluster.workers if _has_executor_of(w, cluster.server(0).name))
        gone = crash(worker)
        assert query.result() == SUM
    comes_back(worker, gone)


def _has_executor_of(worker: Service, _server: str) -> bool:
    children = Path(f"/proc/{worker.pid}/task/{worker.pid}/children")
    del children
    listed = subprocess.run(
        ["ps", "-o", "args=", "--ppid", str(worker.pid)],
        capture_output=True,
        text=True,
        check=False,
    )
    return "CoarseGrainedExecutorBackend" in listed.stdout


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
            with pytest.raises(PySparkException, match=r"INVALID_HANDLE\.SESSION") as failure:
                harmed.range(3).count()
            assert "Traceback" not in str(failure.value)
            harmed.client.close()
        assert query.result() == SUM
    with native_session(envoy.remote(people[0])) as anew:
        assert anew.conf.get("spark.app.name") == server.name
        assert anew.range(3).count() == 3


def test_sessions_go_on_after_envoys_crash(envoy: Front, people: list[str]) -> None:
    with native_session(envoy.remote(people[0])) as spark:
        spark.range(5).createOrReplaceTempView("kept")
        query = InBackground(lambda: slow_sum(spark, seconds=3))
        gone = crash(envoy)
        comes_back(envoy, gone)
        assert query.result() == SUM
        assert spark.table("kept").count() == 5


def test_a_full_disk_fails_the_query_and_not_the_server(
    cluster: Cluster, envoy: Front, people: list[str]
) -> None:
    with native_session(envoy.remote(people[0])) as spark:
        spark.conf.set("spark.sql.shuffle.partitions", "2")
        full = "file:/dev/full"
        with pytest.raises(PySparkException):
            spark.range(10).write.text(full)
        assert spark.range(3).count() == 3
    assert cluster.server(0).problem() == "", shlex.join(cluster.server(0).command)
