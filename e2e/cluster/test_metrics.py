"""The metrics of a cluster's Connect servers, by way of the team's Envoy."""

from __future__ import annotations

import pytest
import requests

from deploy.team.stack import TeamStack
from e2e.cluster.team import cluster_of, remote
from e2e.native_clients import native_session

pytestmark = pytest.mark.any_stack

PATIENCE_S = 60.0


def metrics_of_servers(team: TeamStack) -> list[str]:
    """The texts of those that answer, of all that Prometheus is told of."""
    targets = requests.get(f"{team.metrics_url}/targets", timeout=PATIENCE_S).json()
    base = team.metrics_url.removesuffix("/metrics")
    paths = [target["labels"]["__metrics_path__"] for target in targets]
    answers = [requests.get(base + path, timeout=PATIENCE_S) for path in paths]
    return [answer.text for answer in answers if answer.ok]


def test_prometheus_finds_the_metrics_of_each_server(team: TeamStack) -> None:
    with native_session(remote(team, "alice")) as spark:
        assert spark.range(3).count() == 3
        texts = metrics_of_servers(team)
    assert len(texts) == len(cluster_of(team).servers)
    assert sum('pcw_sessions{user="alice"} 1\n' in text for text in texts) == 1
    assert all("pcw_task_slots " in text for text in texts)
