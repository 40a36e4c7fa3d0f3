"""Connect servers are replaced while people work, and can be had back."""

from __future__ import annotations

from dataclasses import replace

import pytest

from deploy.cluster.cluster import Cluster
from deploy.cluster.services import ConnectServer
from deploy.cluster.upgrade import rollback, upgrade
from e2e.cluster.front import Front
from e2e.cluster.work import InBackground, slow_sum
from e2e.native_clients import native_session
from e2e.waiting import until

pytestmark = [pytest.mark.any_stack, pytest.mark.usefixtures("no_session_is_left")]
SETTING = "spark.pcw.tests.setting"
TEXT = "x" * 1000
LIMIT_S = 120.0


class CtrlC(KeyboardInterrupt):
    """Somebody lost patience."""


def while_waiting(message: str) -> None:
    if message.startswith("waiting for 1 session"):
        raise CtrlC


def with_setting(cluster: Cluster, value: str) -> Cluster:
    return Cluster(replace(cluster.config, conf={SETTING: value}))


def test_an_upgrade_that_is_broken_off_is_turned_round(
    cluster: Cluster, envoy: Front, people: list[str]
) -> None:
    old = cluster.servers
    with native_session(envoy.remote(people[0])) as before:
        before.range(5).createOrReplaceTempView("kept")
        with pytest.raises(CtrlC):
            upgrade(with_setting(cluster, "new"), while_waiting, LIMIT_S)

        with native_session(envoy.remote(people[0])) as after:
            assert after.conf.get(SETTING) == "new"
            assert after.conf.get("spark.app.name") not in {server.name for server in old}
            # Calls of the session that was there are passed on, the large and the slow ones too.
            query = InBackground(lambda: slow_sum(before, seconds=2))
            rows = [(number, TEXT) for number in range(3_000)]
            assert before.createDataFrame(rows, "number int, text string").count() == len(rows)
            assert before.table("kept").count() == 5
            assert len(before.range(100_000).collect()) == 100_000
            assert query.result() == sum(range(100))

        assert rollback(cluster, limit_s=LIMIT_S) == 0
        assert [server.name for server in cluster.servers] == [server.name for server in old]
        assert all(server.is_alive() for server in old)
        assert before.table("kept").count() == 5
    with native_session(envoy.remote(people[0])) as again:
        assert again.conf.get("spark.app.name") in {server.name for server in old}


def told(server: ConnectServer) -> str:
    """What it says of its sessions."""
    return (server.folder / "sessions").read_text()


def test_a_server_that_is_replaced_takes_no_new_session(cluster: Cluster) -> None:
    server = cluster.server(0)
    (server.folder / "drain").touch()
    try:
        until(lambda: told(server).startswith("draining"), "the server to drain")
        with (
            pytest.raises(Exception, match="is being replaced and takes no new sessions"),
            native_session(server.remote) as spark,
        ):
            spark.range(3).count()
        assert server.problem() == ""
    finally:
        (server.folder / "drain").unlink()
    until(lambda: told(server).startswith("serving"), "the server to serve")
