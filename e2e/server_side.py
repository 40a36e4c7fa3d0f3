"""What the server says of itself: which queries run in a session, and whether it works at all."""

from __future__ import annotations

import time
from typing import Any

from pyspark.errors import PySparkException
from pyspark.sql import SparkSession

from e2e.stacks import RunningStack, Service, cpu_seconds
from e2e.waiting import until

BUSY = 0.25
"""Of one core; a query that runs takes all it gets, an idle server next to none."""

SAMPLE_S = 1.0
PATIENCE_S = 120.0

RUNNING = "OPERATION_STATE_RUNNING"
CANCELLED = "OPERATION_STATE_CANCELLED"


def is_busy(service: Service) -> bool:
    begin = cpu_seconds(service)
    time.sleep(SAMPLE_S)
    return cpu_seconds(service) - begin > BUSY * SAMPLE_S


def await_work(service: Service) -> None:
    """Returns when it computes."""
    until(lambda: is_busy(service), "Spark to work", PATIENCE_S, poll_s=0)


def await_rest(service: Service) -> None:
    """Returns when it does not."""
    until(lambda: not is_busy(service), "Spark to rest", PATIENCE_S, poll_s=0)


def watcher(stack: RunningStack, session: str, user: str) -> SparkSession:
    """A native client of a session; close its ``client``, since ``stop()`` ends the session."""
    remote = f"{stack.spark_remote}/;session_id={session};user_id={user}"
    return SparkSession.builder.remote(remote).create()


def operations(watcher: SparkSession) -> dict[str, str]:
    """The operations of a session and their states, as the server lists them."""
    listed = watcher.client._get_operation_statuses().operation_statuses
    return {one.operation_id: type(one).OperationState.Name(one.state) for one in listed}


def fault(watcher: SparkSession) -> tuple[Any, ...] | None:
    """What the server has against the session, or None; ids are replaced by a word."""
    try:
        operations(watcher)
    except PySparkException as error:
        text = str(error).replace(watcher.client._session_id, "<session>")
        return type(error).__name__, error.getCondition(), text
    return None
