"""Queries that last, and how one sees that they do."""

from __future__ import annotations

import json
import threading
import time
import urllib.request
from collections.abc import Callable
from typing import Any

from pyspark.sql import SparkSession
from pyspark.sql.connect.client.retries import DefaultPolicy
from pyspark.sql.functions import udf
from pyspark.sql.types import LongType

PATIENCE_S = 90.0


def patient(spark: SparkSession) -> SparkSession:
    """With the retries that PySpark has by itself; the tests' other clients give up soon."""
    spark.client.set_retry_policies([DefaultPolicy()])
    return spark


def slow_sum(spark: SparkSession, seconds: float, tasks: int = 2) -> int:
    """The sum of 0 … 99, which keeps ``tasks`` cores waiting for so long."""
    per_row = seconds * tasks / 100

    # Not the type's name: that would be asked of this thread's session, which it may not have.
    @udf(LongType())
    def late(number: int) -> int:
        time.sleep(per_row)
        return number

    [row] = spark.range(0, 100, 1, tasks).select(late("id").alias("n")).groupBy().sum("n").collect()
    return int(row[0])


class InBackground:
    """A call in a thread of its own, and what came of it."""

    def __init__(self, call: Callable[[], Any]) -> None:
        self._call = call
        self._result: Any = None
        self._error: BaseException | None = None
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def _run(self) -> None:
        try:
            self._result = self._call()
        except BaseException as error:  # noqa: BLE001 - raised again by whoever asks
            self._error = error

    @property
    def is_running(self) -> bool:
        return self._thread.is_alive()

    def result(self, patience_s: float = PATIENCE_S) -> Any:
        self._thread.join(patience_s)
        assert not self.is_running, "it has not ended"
        if self._error:
            raise self._error
        return self._result


def busy_executors(ui_port: int) -> dict[str, int]:
    """Executors of a Connect server that have tasks now: host and port, and how many."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    base = f"http://127.0.0.1:{ui_port}/api/v1/applications"
    with opener.open(base, timeout=PATIENCE_S) as answer:
        [application] = json.load(answer)
    with opener.open(f"{base}/{application['id']}/executors", timeout=PATIENCE_S) as answer:
        listed = json.load(answer)
    return {each["id"]: each["activeTasks"] for each in listed if each["activeTasks"]}
