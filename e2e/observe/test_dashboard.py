"""Dashboards and alerts on a real Prometheus, while people work with a real Spark behind Envoy."""

from __future__ import annotations

import json
import re
import threading
import time
from collections.abc import Iterator
from functools import partial
from typing import Any

import pytest
import requests
import yaml
from pyspark.errors import PySparkException
from pyspark.sql import SparkSession, functions
from pyspark.sql.types import LongType

from e2e.observe.conftest import Watched
from e2e.observe.prometheus import OBSERVE, PATIENCE_S, until

pytestmark = pytest.mark.any_stack

LONGER_THAN_ANY_TEST_S = 600
SELECTOR = re.compile(r"\b(?:up|(?:envoy|pcw|metrics_pcw)_\w+)\b(?:\{[^}]*\})?")


def expressions() -> list[str]:
    panels = json.loads((OBSERVE / "dashboard.json").read_text())["panels"]
    return [target["expr"] for panel in panels for target in panel["targets"]]


def alerts() -> list[dict[str, Any]]:
    rules = yaml.safe_load((OBSERVE / "alerts.yml").read_text())
    return [rule for group in rules["groups"] for rule in group["rules"]]


def test_sessions_are_their_owners_and_end(watched: Watched) -> None:
    seen = watched.prometheus

    def sessions() -> dict[str, float]:
        return seen.by("user", "sum by (user) (pcw_sessions)")

    with watched.session("alice") as hers, watched.session("alice") as another:
        assert [hers.range(3).count(), another.range(4).count()] == [3, 4]
        with watched.session("bob") as his:
            assert his.range(2).count() == 2
            until(lambda: sessions() == {"alice": 2, "bob": 1}, "the sessions of both")
        until(lambda: sessions() == {"alice": 2, "bob": 0}, "the end of bob's")
    until(lambda: sessions() == {"alice": 0, "bob": 0}, "the end of all")


@pytest.fixture
def slow(watched: Watched) -> Iterator[SparkSession]:
    """Carol's session, in which one query runs until it is interrupted."""
    with watched.session("carol") as hers:
        # A type in words would be read by the default session, which there is none of.
        @functions.udf(LongType())
        def slept(number: int) -> int:
            time.sleep(LONGER_THAN_ANY_TEST_S)
            return number

        def run() -> None:
            with pytest.raises(PySparkException, match="OPERATION_CANCELED"):
                hers.range(0, 1, 1, 1).select(slept("id")).collect()

        thread = threading.Thread(target=run)
        thread.start()
        yield hers
        hers.interruptAll()
        thread.join(PATIENCE_S)


def test_a_query_is_its_owners_while_it_runs(watched: Watched, slow: SparkSession) -> None:
    seen = watched.prometheus

    def carols() -> float:
        return seen.by("user", "pcw_queries_running").get("carol", 0)

    until(lambda: carols() == 1, "carol's query")
    assert until(lambda: seen.by("job", "sum by (job) (pcw_tasks_running) == 1"), "its task")
    slow.interruptAll()
    until(lambda: carols() == 0, "the end of carol's query")
    assert seen.by("user", "pcw_sessions")["carol"] == 1


def test_who_is_refused_is_counted_by_the_reason(watched: Watched) -> None:
    def refusals() -> float:
        return watched.prometheus.by("reason", "pcw_refusals_total").get("guard", 0)

    before = refusals()
    with watched.session("alice") as hers, pytest.raises(PySparkException, match="switched off"):
        hers.sql("select reflect('java.lang.System', 'lineSeparator')").collect()
    until(lambda: refusals() > before, "a refusal")


@pytest.fixture
def somebody_works(watched: Watched) -> Iterator[None]:
    """Without whom there is little to show."""
    with watched.session("alice") as hers:
        assert hers.range(3).count() == 3
        yield


@pytest.mark.usefixtures("somebody_works")
@pytest.mark.parametrize("expression", expressions())
def test_each_panel_shows_something(watched: Watched, expression: str) -> None:
    assert until(lambda: watched.prometheus.ask(expression), expression)


def test_a_day_like_this_alerts_nobody(watched: Watched) -> None:
    until(lambda: watched.prometheus.ask("pcw_ready_timestamp_seconds"), "Spark's metrics")
    # Whether this machine is slow or full is no matter of the rules.
    until(
        lambda: watched.prometheus.ask('ALERTS{alertname!~"FullDisk|SlowStart"}') == [],
        "the end of all alerts",
    )


def test_no_token_and_no_query_is_in_the_metrics(watched: Watched) -> None:
    with watched.session("alice") as hers:
        # Not counted: its name would be in no plan that Spark keeps.
        assert len(hers.sql("select id as only_in_a_query from range(3)").collect()) == 3
    urls = [watched.team.metrics_url, f"{watched.team.metrics_url}/spark"]
    for text in (requests.get(url, timeout=30).text for url in urls):
        assert text.count("\n") > 100
        assert "only_in_a_query" not in text
        assert "eyJ" not in text


def watched_by_alerts() -> set[str]:
    """The names, with what is demanded of their labels, that the alerts' expressions are of."""
    texts = [re.sub(r"(by|on) \([^)]*\)", "", alert["expr"]) for alert in alerts()]
    return {selector for text in texts for selector in SELECTOR.findall(text)}


def test_a_spark_that_is_gone_is_told_and_each_alert_has_what_it_asks_for(watched: Watched) -> None:
    """The last one here: nothing starts it again."""
    seen = watched.prometheus
    until(lambda: seen.ask("pcw_ready_timestamp_seconds"), "Spark's metrics")
    [spark] = watched.team.sparks
    spark.kill()
    with pytest.raises(PySparkException, match="UNAVAILABLE"), watched.session("bob") as his:
        his.range(1).count()
    assert until(lambda: seen.ask('ALERTS{alertname="SparkSilent"}'), "the alert")
    # What Spark told until it was killed counts.
    for selector in watched_by_alerts():
        assert until(partial(seen.ask, f"last_over_time({selector}[5m])"), selector)
