"""Several people at work at the same time: nothing fails, nothing grows without end."""

from __future__ import annotations

import pytest

from deploy.cluster.cluster import Cluster
from e2e.cluster.front import Front
from e2e.cluster.load import run, show

pytestmark = pytest.mark.any_stack
PEOPLE, SECONDS = 10, 20.0
MOST_GROWTH = 0.5
"""So short a time sees no slow leak, only memory that is never given back."""


def test_ten_people_work_and_nothing_fails(cluster: Cluster, envoy: Front) -> None:
    result = run(cluster, envoy, PEOPLE, SECONDS, lambda _message: None)
    show(result)
    assert not result.tally.errors
    assert result.tally.questions >= PEOPLE
    assert result.most_sessions >= PEOPLE // 2
    assert result.growth("envoy") < MOST_GROWTH
