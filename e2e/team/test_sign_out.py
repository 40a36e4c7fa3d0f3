"""Signing out ends the Spark sessions of all of a person's tabs, and then the login."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from deploy.team.stack import TeamStack
from e2e.harness import Harness, PythonError
from e2e.notebook import Lab
from e2e.team.access_log import AccessLog
from e2e.team.tab import SIGN_IN_TIMEOUT_MS, SIGN_OUT, SIGNED_IN, Person, person

pytestmark = [pytest.mark.xdist_group("tab"), pytest.mark.any_stack]

CONNECT = "import pyspark_connect_web as pcw\nspark = pcw.session()\nspark.range(1).count()"
ID = "print(spark.client._session_id)"
PROVIDER = re.compile(r"http://127\.0\.0\.1:")


@pytest.fixture(scope="module")
def bob(team_browser: Browser, team: TeamStack) -> Iterator[Person]:
    yield from person(team_browser, team, "bob")


@pytest.fixture(scope="module")
def lab(bob: Person) -> Lab:
    return bob.open_lab()


def test_a_sign_out_by_the_menu_ends_the_sessions_of_every_tab_before_the_login(
    bob: Person, lab: Lab
) -> None:
    other = Harness.open(bob.context, bob.site)
    third = Harness.open(bob.context, bob.site)
    sessions = set()
    for tab in (other, third):
        tab.run(CONNECT)
        sessions.add(tab.run(ID).strip())
    log = bob.log()
    lab.choose("File", "pcw:sign-out")
    lab.page.wait_for_url(PROVIDER, timeout=SIGN_IN_TIMEOUT_MS)
    lines = log.wait(lambda lines: any(line["path"] == SIGN_OUT for line in lines))
    end = [line["path"] for line in lines].index(SIGN_OUT)
    assert released(log) == sessions
    assert all("ReleaseSession" not in line["path"] for line in lines[end:])
    assert not {"BearerToken", "IdToken", "RefreshToken"} & bob.cookies().keys()
    with pytest.raises(PythonError, match=r"You have signed out of .*pcw-signed-in\.html") as told:
        other.run("spark.range(1).count()")
    assert "token" not in str(told.value).splitlines()[-1]
    lab.page.get_by_role("button", name="Yes").click()
    lab.page.wait_for_selector("input[name=password]", timeout=SIGN_IN_TIMEOUT_MS)
    # The provider forgot the login too: it asks again who it is.
    page = bob.context.new_page()
    bob.open(page, SIGNED_IN)
    assert page.locator("input[name=password]").count() == 1
    bob.sign_in(page)
    page.close()
    other.run("spark = pcw.session()")
    assert other.run("print(spark.range(3).count())") == "3\n"
    assert other.run(ID).strip() not in sessions
    third.close()
    other.close()


def test_a_kernel_signs_out_its_tab_and_the_session_with_it(bob: Person) -> None:
    bob.come_in()
    tab = Harness.open(bob.context, bob.site)
    tab.run(CONNECT)
    session = tab.run(ID).strip()
    log = bob.log()
    tab.start("pcw.sign_out()")
    tab.page.wait_for_url(PROVIDER, timeout=SIGN_IN_TIMEOUT_MS)
    log.wait(lambda lines: any(line["path"] == SIGN_OUT for line in lines))
    assert released(log) == {session}
    assert "BearerToken" not in bob.cookies()
    tab.close()


def released(log: AccessLog) -> set[str]:
    """The sessions that Spark has released for who was signed in."""
    return {
        line["session"]
        for line in log.lines()
        if line["path"].endswith("/ReleaseSession") and line["status"] == 200 and line["in"] > 5
    }
