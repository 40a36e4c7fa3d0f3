"""A team's stack for the tests: Envoy with TLS and login, Spark that knows its users."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from deploy.team.config import TeamConfig
from deploy.team.stack import TeamStack
from e2e.conftest import OUT, QUICK_START
from e2e.kept_logs import keep_logs


@pytest.fixture(scope="session")
def team(
    site_dir: Path, tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest
) -> Iterator[TeamStack]:
    """A running stack that every test may use and none may break."""
    folder = tmp_path_factory.mktemp("team")
    stack = TeamStack(TeamConfig.demonstration(folder, site_dir, QUICK_START))
    try:
        stack.up()
        yield stack
    finally:
        stack.down()
        if request.session.testsfailed:
            keep_logs(stack, OUT)
