"""A Connect server that is replaced takes no new session, and tells clients to try again."""

from __future__ import annotations

import pytest

from deploy.cluster.cluster import Cluster
from e2e.cluster.work import wait_for
from e2e.native_clients import native_session

pytestmark = pytest.mark.any_stack


def test_a_server_that_is_replaced_takes_no_new_session(cluster: Cluster) -> None:
    server = cluster.server(0)
    (server.folder / "drain").touch()
    try:
        wait_for(lambda: (server.folder / "sessions").read_text().startswith("draining"))
        with (
            pytest.raises(Exception, match="is being replaced and takes no new sessions"),
            native_session(server.remote) as spark,
        ):
            spark.range(3).count()
        assert server.problem() == ""
    finally:
        (server.folder / "drain").unlink()
    wait_for(lambda: (server.folder / "sessions").read_text().startswith("serving"))
