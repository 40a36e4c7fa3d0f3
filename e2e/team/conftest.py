"""A team's stack for the tests of a person in a browser: one stack, one profile, one kernel."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Playwright

from deploy.team.config import TeamConfig
from deploy.team.stack import TeamStack
from e2e.conftest import OUT, QUICK_START
from e2e.kept_logs import keep_logs
from e2e.notebook import Lab, Notebook
from e2e.team.tab import Person, launch_trusting, person


@pytest.fixture(scope="session")
def team(
    site_dir: Path, tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest
) -> Iterator[TeamStack]:
    """A running stack that every test may use and none may break."""
    folder = tmp_path_factory.mktemp("team")
    events = folder / "events"
    events.mkdir()
    environ = {**QUICK_START, "JDK_JAVA_OPTIONS": _with_event_log(events)}
    stack = TeamStack(TeamConfig.demonstration(folder, site_dir, environ))
    try:
        stack.up()
        yield stack
    finally:
        stack.down()
        if request.session.testsfailed:
            keep_logs(stack, OUT)


def _with_event_log(folder: Path) -> str:
    options = {
        "enabled": "true",
        "dir": folder.as_uri(),
        "compress": "false",
        "rolling.enabled": "false",
    }
    return " ".join(f"-Dspark.eventLog.{name}={value}" for name, value in options.items())


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
