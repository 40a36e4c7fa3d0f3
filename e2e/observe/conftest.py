"""A team's whole stack, a Prometheus that watches it, and people at work."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from deploy.team.config import TeamConfig
from deploy.team.stack import TeamStack
from e2e.conftest import OUT, QUICK_START
from e2e.kept_logs import keep_logs
from e2e.native_clients import native_session, trusted
from e2e.observe.prometheus import Prometheus, prometheus
from e2e.team.people import Person

if TYPE_CHECKING:
    from pyspark.sql import SparkSession


@dataclass(frozen=True)
class Watched:
    """``session`` opens one of a person, by a native client with a token of the provider's."""

    team: TeamStack
    prometheus: Prometheus
    session: Callable[[str], AbstractContextManager[SparkSession]]


@pytest.fixture(scope="session")
def watched(
    site_dir: Path, tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest
) -> Iterator[Watched]:
    if shutil.which("prometheus") is None:
        pytest.skip("no Prometheus here (Debian: `apt install prometheus`)")
    folder = tmp_path_factory.mktemp("watched")
    team = TeamStack(TeamConfig.demonstration(folder / "team", site_dir, QUICK_START))

    @contextmanager
    def session(name: str) -> Iterator[SparkSession]:
        token = Person(team, name).native_token()
        with ExitStack() as ends:
            # Only while the channel is made: other stacks have authorities of their own.
            with trusted(team.authority):
                opened = native_session(f"{team.native_remote};token={token}")
                spark = ends.enter_context(opened)
            yield spark

    try:
        team.up()
        with prometheus(folder, team.team.settings.metrics_port) as server:
            yield Watched(team, server, session)
    finally:
        team.down()
        if request.session.testsfailed:
            keep_logs(team, OUT)
