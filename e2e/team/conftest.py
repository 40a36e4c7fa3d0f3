"""A team's stack for the tests of a person in a browser: one stack, one profile, one kernel."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Playwright

from deploy.team.config import TeamConfig
from deploy.team.stack import TeamStack
from deploy.team.tests.tokens import Provider
from e2e.conftest import OUT, QUICK_START
from e2e.kept_logs import keep_logs
from e2e.notebook import Lab, Notebook
from e2e.team.calls import provider_of
from e2e.team.tab import Person, launch_trusting, person


@contextmanager
def running(config: TeamConfig, session: pytest.Session) -> Iterator[TeamStack]:
    """A stack; its logs are kept where a test has failed meanwhile."""
    stack, failed_before = TeamStack(config), session.testsfailed
    try:
        stack.up()
        yield stack
    finally:
        stack.down()
        if session.testsfailed > failed_before:
            keep_logs(stack, OUT)


def with_event_log(folder: Path, site_dir: Path) -> TeamConfig:
    events = folder / "events"
    events.mkdir()
    options = {
        "enabled": "true",
        "dir": events.as_uri(),
        "compress": "false",
        "rolling.enabled": "false",
    }
    java = " ".join(f"-Dspark.eventLog.{name}={value}" for name, value in options.items())
    environ = {**QUICK_START, "JDK_JAVA_OPTIONS": java}
    return TeamConfig.demonstration(folder, site_dir, environ)


@pytest.fixture(scope="session")
def team(
    site_dir: Path, tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest
) -> Iterator[TeamStack]:
    """A running stack that every test may use and none may break."""
    config = with_event_log(tmp_path_factory.mktemp("team"), site_dir)
    with running(config, request.session) as stack:
        yield stack


@pytest.fixture(scope="session")
def breakable(
    site_dir: Path, tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest
) -> Iterator[TeamStack]:
    """One whose parts are stopped, killed and set wrong: who was signed in before may be out."""
    config = TeamConfig.demonstration(tmp_path_factory.mktemp("breakable"), site_dir, QUICK_START)
    with running(config, request.session) as stack:
        yield stack


@pytest.fixture(scope="module")
def provider(team: TeamStack) -> Provider:
    return provider_of(team)


@pytest.fixture(scope="session")
def breakable_browser(playwright: Playwright, breakable: TeamStack) -> Iterator[Browser]:
    browser = launch_trusting(playwright, breakable)
    yield browser
    browser.close()


@pytest.fixture(scope="session")
def team_browser(playwright: Playwright, team: TeamStack) -> Iterator[Browser]:
    browser = launch_trusting(playwright, team)
    yield browser
    browser.close()


@pytest.fixture(scope="session")
def alice(team_browser: Browser, team: TeamStack) -> Iterator[Person]:
    yield from person(team_browser, team, "alice")


@pytest.fixture(scope="session")
def lab(alice: Person) -> Lab:
    """JupyterLab of Alice, who has signed in."""
    return alice.open_lab()


@pytest.fixture(scope="session")
def notebook(lab: Lab) -> Notebook:
    notebook = lab.new_notebook()
    notebook.wait_until_idle()
    return notebook
