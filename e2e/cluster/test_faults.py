"""What people notice when a part of the cluster is killed while they work."""

from __future__ import annotations

import os
import signal

import pytest

from deploy.local.service import Service
from e2e.cluster.front import Front
from e2e.cluster.work import InBackground, patient, slow_sum, wait_for
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


def test_sessions_go_on_after_envoys_crash(envoy: Front, people: list[str]) -> None:
    with native_session(envoy.remote(people[0])) as spark:
        patient(spark).range(5).createOrReplaceTempView("kept")
        query = InBackground(lambda: slow_sum(spark, seconds=3))
        gone = crash(envoy)
        comes_back(envoy, gone)
        assert query.result() == SUM
        assert spark.table("kept").count() == 5
