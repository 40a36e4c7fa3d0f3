"""One Spark server that knows its users, for nearly all tests of identity."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from pyspark.sql.connect.proto import base_pb2 as pb

from deploy.team.tests.servers import TeamSpark, sleeping, team_spark
from deploy.team.tests.tokens import Provider, ec_key, rsa_key


@pytest.fixture(scope="session")
def provider() -> Provider:
    return Provider(keys=[rsa_key(), ec_key()])


@pytest.fixture(scope="session")
def team(provider: Provider, tmp_path_factory: pytest.TempPathFactory) -> Iterator[TeamSpark]:
    folder = tmp_path_factory.mktemp("team")
    events = folder / "events"
    events.mkdir()
    server = team_spark(
        folder,
        provider,
        queries_per_user=3,
        result_mib=16,
        more={
            # A query that is left alone goes on for as long as the tests look at it.
            "spark.connect.execute.manager.detachedTimeout": "10m",
            "spark.connect.execute.reattachable.senderMaxStreamDuration": "10m",
            "spark.eventLog.enabled": "true",
            "spark.eventLog.dir": events.as_uri(),
            "spark.eventLog.compress": "false",
            "spark.eventLog.rolling.enabled": "false",
        },
    )
    server.service.start()
    try:
        server.service.wait_healthy()
        yield server
    finally:
        server.service.stop()


@pytest.fixture(scope="session")
def slow(team: TeamSpark) -> pb.Plan:
    return sleeping(team)
