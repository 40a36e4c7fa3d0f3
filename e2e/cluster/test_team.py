"""A team's stack with a cluster: who is let in, on which server, and that nothing fails."""

from __future__ import annotations

import pytest

from deploy.team.spark.health import answers
from deploy.team.stack import TeamStack
from e2e.cluster.people import run
from e2e.cluster.team import cluster_of, server_of

pytestmark = pytest.mark.any_stack

PEOPLE, SECONDS, PAUSE_S = 4, 8.0, (0.2, 0.6)
MOST_GROWTH = 0.5
"""So short a time sees no slow leak, only memory that is never given back."""


def test_each_server_asks_who_calls_and_each_person_is_on_one_of_them(team: TeamStack) -> None:
    servers = cluster_of(team).servers
    assert [answers(server.ports.grpc) for server in servers] == [""] * len(servers)
    seen = {user: server_of(team, user) for user in map("user{}".format, range(6))}
    assert {*seen.values()} == {server.name for server in servers}
    assert server_of(team, "user0") == seen["user0"]


def test_several_people_work_and_nothing_fails(team: TeamStack) -> None:
    result = run(team, PEOPLE, SECONDS, lambda _message: None, PAUSE_S)
    assert not result.tally.errors
    assert not result.tally.limits
    assert result.tally.questions >= PEOPLE
    assert result.most_sessions >= PEOPLE // 2
    assert result.growth("envoy") < MOST_GROWTH
