"""A tab or a kernel that goes away takes its running query and its session with it."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import BrowserContext, Playwright
from pyspark.sql import SparkSession

from e2e.browser import launch
from e2e.harness import Harness
from e2e.notebook import Lab, Notebook
from e2e.server_side import RUNNING, await_rest, await_work, fault, operations, watcher
from e2e.stacks import Stack
from e2e.waiting import until

pytestmark = pytest.mark.any_stack

Watch = Callable[[str, str], SparkSession]

LIMIT_SECONDS = 30.0
"""How long a query may outlive its tab or kernel."""

LONG = "spark.range(10**12).selectExpr('sum(hash(id))').collect()"
IDS = "spark.client._session_id, spark.client._user_id"

CONNECT = """\
import pyspark_connect_web as pcw
pcw.install()
from pyspark.sql import SparkSession
spark = SparkSession.builder.remote("{remote}").getOrCreate()
print({ids})
"""


@pytest.fixture
def watch(quiet: Stack) -> Iterator[Watch]:
    """Makes native clients of sessions; their end is not the session's."""
    made: list[SparkSession] = []

    def watch(session: str, user: str) -> SparkSession:
        made.append(watcher(quiet, session, user))
        return made[-1]

    yield watch
    for one in made:
        # Left open it would look for its server when Python exits, for ten minutes.
        one.client.close()


@pytest.fixture(params=["same origin", "cross origin"])
def remote(request: pytest.FixtureRequest, quiet: Stack) -> str:
    if request.param == "cross origin":
        return quiet.grpcweb_remote
    return f"sc://{urlsplit(quiet.site_url).netloc}/;transport=grpcweb"


@dataclass
class Tab:
    """What has a session with a query that runs; ``watcher`` is a native client of it."""

    harness: Harness
    watcher: SparkSession


@pytest.fixture
def tab(context: BrowserContext, quiet: Stack, watch: Watch, remote: str) -> Iterator[Tab]:
    tab = open_tab(context, quiet, watch, remote)
    yield tab
    tab.harness.close()


def open_tab(context: BrowserContext, quiet: Stack, watch: Watch, remote: str) -> Tab:
    harness = Harness.open(context, quiet.site_url)
    harness.connect(remote)
    tab = Tab(harness, watch(*harness.call(f"[{IDS}]")))
    send(harness)
    await_job(tab.watcher, quiet)
    return tab


def send(harness: Harness) -> None:
    """Start a long query, and return when it has left the tab."""
    with harness.page.expect_request(lambda request: request.url.endswith("/ExecutePlan")):
        harness.start(LONG)


def await_job(native: SparkSession, quiet: Stack) -> None:
    """Return when the query has work on the server, and its tab knows."""
    until(lambda: RUNNING in operations(native).values(), "a query that runs")
    await_work(quiet.spark)


def ends(native: SparkSession) -> None:
    """Returns when the server has closed the session."""
    until(lambda: fault(native) is not None, "the end of the session", LIMIT_SECONDS)


def stops_running(native: SparkSession) -> None:
    """Returns when no query of the session runs any more."""
    until(lambda: RUNNING not in operations(native).values(), "the end of the query", LIMIT_SECONDS)


@pytest.fixture(scope="module")
def stopped(quiet: Stack) -> tuple[object, ...]:
    """What the server has against a session that a native client stopped."""
    native = SparkSession.builder.remote(f"{quiet.spark_remote}/;user_id=somebody").create()
    native.range(1).collect()
    native.stop()
    again = watcher(quiet, native.client._session_id, "somebody")
    found = fault(again)
    again.client.close()
    assert found is not None
    assert "INVALID_HANDLE.SESSION_CLOSED" in found[2]
    return found


def close_tab(harness: Harness) -> None:
    harness.close()


def navigate(harness: Harness) -> None:
    harness.page.goto(harness.page.url.replace("harness.html", "pcw-check.html"))


@pytest.mark.parametrize("go", [close_tab, navigate])
def test_a_page_that_goes_ends_its_query_and_its_session(
    tab: Tab, quiet: Stack, stopped: tuple[object, ...], go: Callable[[Harness], None]
) -> None:
    go(tab.harness)
    ends(tab.watcher)
    assert fault(tab.watcher) == stopped
    await_rest(quiet.spark)


def test_a_page_that_the_browser_keeps_for_the_way_back_ends_them_too(
    playwright: Playwright, quiet: Stack, watch: Watch, stopped: tuple[object, ...]
) -> None:
    browser = launch(playwright, loopback_only=True, back_forward_cache=True)
    tab = open_tab(browser.new_context(), quiet, watch, quiet.grpcweb_remote)
    tab.harness.page.evaluate(
        "() => addEventListener('pagehide', (it) => localStorage.setItem('kept', it.persisted))"
    )
    navigate(tab.harness)
    assert tab.harness.page.evaluate("localStorage.getItem('kept')") == "true"
    ends(tab.watcher)
    assert fault(tab.watcher) == stopped
    browser.close()


def test_a_query_as_old_as_its_tabs_last_moment_ends_with_its_session_and_without_a_trace(
    context: BrowserContext, quiet: Stack, watch: Watch, remote: str, stopped: tuple[object, ...]
) -> None:
    # Ended while Spark plans it, its job would run for ever: Envoy passes the word on later.
    harness = Harness.open(context, quiet.site_url)
    harness.connect(remote)
    harness.run("spark.range(1).collect()")
    native = watch(*harness.call(f"[{IDS}]"))
    send(harness)
    harness.close()
    ends(native)
    assert fault(native) == stopped
    await_rest(quiet.spark)


def test_a_session_with_a_name_of_the_users_stays_and_loses_the_tabs_query_only(
    context: BrowserContext, quiet: Stack, watch: Watch
) -> None:
    named = "11111111-2222-4333-8444-555555555555"
    tab = open_tab(context, quiet, watch, f"{quiet.grpcweb_remote};session_id={named}")
    tab.harness.close()
    stops_running(tab.watcher)
    assert tab.watcher.range(3).count() == 3
    await_rest(quiet.spark)


def test_a_killed_browser_says_nothing_and_its_query_ends_all_the_same(
    playwright: Playwright, quiet: Stack, watch: Watch
) -> None:
    browser = launch(playwright, loopback_only=True)
    tab = open_tab(browser.new_context(), quiet, watch, quiet.grpcweb_remote)
    processes = browser.new_browser_cdp_session().send("SystemInfo.getProcessInfo")["processInfo"]
    [pid] = [process["id"] for process in processes if process["type"] == "browser"]
    os.kill(pid, signal.SIGKILL)
    stops_running(tab.watcher)
    await_rest(quiet.spark)


@pytest.fixture(scope="module")
def notebook(lab: Lab) -> Notebook:
    """For tests after which it has a new kernel."""
    return opened(lab)


def opened(lab: Lab) -> Notebook:
    notebook = lab.new_notebook()
    notebook.wait_until_idle()
    return notebook


def connected(notebook: Notebook, watch: Watch, remote: str) -> SparkSession:
    result = notebook.run_cell(CONNECT.format(remote=remote, ids=IDS))
    assert result.error is None
    session, user = result.text.split()
    return watch(session, user)


def start_long(notebook: Notebook) -> None:
    with notebook.page.expect_request(lambda request: request.url.endswith("/ExecutePlan")):
        notebook.start_cell(LONG)


@pytest.fixture
def another(lab: Lab) -> Notebook:
    """One that may lose its kernel."""
    return opened(lab)


@pytest.fixture
def apart(fresh: BrowserContext, quiet: Stack) -> Notebook:
    """One whose page may be closed."""
    return opened(Lab.open(fresh, quiet.site_url, "lab/index.html"))


def shut_down(notebook: Notebook) -> None:
    notebook.lab.choose("Kernel", "kernelmenu:shutdown")


def close_lab(notebook: Notebook) -> None:
    notebook.page.close()


@pytest.mark.parametrize(
    ("which", "go"),
    [("notebook", Notebook.restart_kernel), ("another", shut_down), ("apart", close_lab)],
    ids=["restart", "shut_down", "close_lab"],
)
def test_a_kernel_that_goes_ends_its_query_and_its_session(
    request: pytest.FixtureRequest,
    quiet: Stack,
    watch: Watch,
    remote: str,
    stopped: tuple[object, ...],
    which: str,
    go: Callable[[Notebook], None],
) -> None:
    notebook: Notebook = request.getfixturevalue(which)
    native = connected(notebook, watch, remote)
    start_long(notebook)
    await_job(native, quiet)
    go(notebook)
    ends(native)
    assert fault(native) == stopped
    await_rest(quiet.spark)


def test_a_kernel_restarted_while_its_query_is_planned_leaves_nothing_behind(
    notebook: Notebook, quiet: Stack, watch: Watch, stopped: tuple[object, ...]
) -> None:
    native = connected(notebook, watch, quiet.grpcweb_remote)
    start_long(notebook)
    notebook.restart_kernel()
    ends(native)
    assert fault(native) == stopped
    await_rest(quiet.spark)


def test_the_session_of_another_notebook_lives_on(
    lab: Lab, notebook: Notebook, quiet: Stack, watch: Watch
) -> None:
    native = connected(notebook, watch, quiet.grpcweb_remote)
    stays = opened(lab)
    connected(stays, watch, quiet.grpcweb_remote)
    notebook.restart_kernel()
    ends(native)
    assert stays.run_cell("spark.range(3).count()").text == "3"
