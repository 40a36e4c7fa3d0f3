"""One Spark server that knows its users, for nearly all tests of identity."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from deploy.team.tests.servers import TeamSpark, team_spark
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
        more={
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
