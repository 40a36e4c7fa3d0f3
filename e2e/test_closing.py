"""A tab or a kernel that goes away takes its running query and its session with it."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, Playwright
from pyspark.sql import SparkSession

from e2e.browser import launch
from e2e.harness import Harness
from e2e.notebook import Lab, Notebook
from e2e.server_side import RUNNING, becomes, fault, operations, watcher
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


@pytest.fixture(scope="module")
def own(make_stack: Callable[..., Stack]) -> Iterator[Stack]:
    """A stack of its own: whether its Spark is busy says whether these tests' queries run."""
    stack = make_stack()
    stack.up()
    yield stack
    stack.down()


@pytest.fixture
def watch(own: Stack) -> Iterator[Watch]:
    """Makes native clients of sessions; their end is not the session's."""
    made: list[SparkSession] = []

    def watch(session: str, user: str) -> SparkSession:
        made.append(watcher(own, session, user))
        return made[-1]

    yield watch
    for one in made:
        # Left open it would look for its server when Python exits, for ten minutes.
        one.client.close()


@pytest.fixture(params=["same origin", "cross origin"])
def remote(request: pytest.FixtureRequest, own: Stack) -> str:
    if request.param == "cross origin":
        return own.grpcweb_remote
    return f"sc://{urlsplit(own.site_url).netloc}/;transport=grpcweb"


@dataclass
class Tab:
    """What has a session with a query that runs; ``watcher`` is a native client of it."""

    harness: Harness
    watcher: SparkSession


@pytest.fixture
def tab(context: BrowserContext, own: Stack, watch: Watch, remote: str) -> Iterator[Tab]:
    tab = open_tab(context, own, watch, remote)
    yield tab
    tab.harness.close()


def open_tab(context: BrowserContext, own: Stack, watch: Watch, remote: str) -> Tab:
    harness = Harness.open(context, own.site_url)
    harness.connect(remote)
    tab = Tab(harness, watch(*harness.call(f"[{IDS}]")))
    send(harness)
    await_job(tab.watcher, own)
    return tab


def send(harness: Harness) -> None:
    """Start a long query, and return when it has left the tab."""
    with harness.page.expect_request(lambda request: request.url.endswith("/ExecutePlan")):
        harness.start(LONG)


def await_job(native: SparkSession, own: Stack) -> None:
    """Return when the query has work on the server, and its tab knows."""
    until(lambda: RUNNING in operations(native).values(), "a query that runs")
    assert becomes(True, own.spark)


def seconds_until(condition: Callable[[], bool]) -> float:
    begun = time.monotonic()
    while not condition():
        assert time.monotonic() - begun < LIMIT_SECONDS
        time.sleep(0.2)
    return time.monotonic() - begun


def has_closed(native: SparkSession) -> Callable[[], bool]:
    return lambda: fault(native) is not None


@pytest.fixture(scope="module")
def stopped(own: Stack) -> tuple[object, ...]:
    """What the server has against a session that a native client stopped."""
    native = SparkSession.builder.remote(f"{own.spark_remote}/;user_id=somebody").create()
    native.range(1).collect()
    native.stop()
    again = watcher(own, native.client._session_id, "somebody")
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
    tab: Tab, own: Stack, stopped: tuple[object, ...], go: Callable[[Harness], None]
) -> None:
    go(tab.harness)
    seconds_until(has_closed(tab.watcher))
    assert fault(tab.watcher) == stopped
    assert becomes(False, own.spark)


def test_a_page_that_the_browser_keeps_for_the_way_back_ends_them_too(
    playwright: Playwright, own: Stack, watch: Watch, stopped: tuple[object, ...]
) -> None:
    browser = launch(playwright, loopback_only=True, back_forward_cache=True)
    tab = open_tab(browser.new_context(), own, watch, own.grpcweb_remote)
    tab.harness.page.evaluate(
        "() => addEventListener('pagehide', (it) => localStorage.setItem('kept', it.persisted))"
    )
    navigate(tab.harness)
    assert tab.harness.page.evaluate("localStorage.getItem('kept')") == "true"
    seconds_until(has_closed(tab.watcher))
    assert fault(tab.watcher) == stopped
    browser.close()


def test_a_query_as_old_as_its_tabs_last_moment_ends_with_its_session_and_without_a_trace(
    context: BrowserContext, own: Stack, watch: Watch, remote: str, stopped: tuple[object, ...]
) -> None:
    # Ended while Spark plans it, its job would run for ever: Envoy passes the word on later.
    harness = Harness.open(context, own.site_url)
    harness.connect(remote)
    harness.run("spark.range(1).collect()")
    native = watch(*harness.call(f"[{IDS}]"))
    send(harness)
    harness.close()
    seconds_until(has_closed(native))
    assert fault(native) == stopped
    assert becomes(False, own.spark)


def test_a_session_with_a_name_of_the_users_stays_and_loses_the_tabs_query_only(
    context: BrowserContext, own: Stack, watch: Watch
) -> None:
    named = "11111111-2222-4333-8444-555555555555"
    tab = open_tab(context, own, watch, f"{own.grpcweb_remote};session_id={named}")
    tab.harness.close()
    seconds_until(lambda: RUNNING not in operations(tab.watcher).values())
    assert tab.watcher.range(3).count() == 3
    assert becomes(False, own.spark)


def test_a_killed_browser_says_nothing_and_its_query_ends_all_the_same(
    playwright: Playwright, own: Stack, watch: Watch
) -> None:
    browser = launch(playwright, loopback_only=True)
    tab = open_tab(browser.new_context(), own, watch, own.grpcweb_remote)
    processes = browser.new_browser_cdp_session().send("SystemInfo.getProcessInfo")["processInfo"]
    [pid] = [process["id"] for process in processes if process["type"] == "browser"]
    os.kill(pid, signal.SIGKILL)
    seconds_until(lambda: RUNNING not in operations(tab.watcher).values())
    assert becomes(False, own.spark)


@pytest.fixture
def lab(browser: Browser, own: Stack) -> Iterator[Lab]:
    """In a profile of its own: JupyterLab would open again what an earlier test has left."""
    context = browser.new_context(viewport={"width": 1400, "height": 1000})
    yield Lab.open(context, own.site_url, "lab/index.html")
    context.close()


def connected(lab: Lab, watch: Watch, remote: str) -> tuple[Notebook, SparkSession]:
    notebook = lab.new_notebook()
    notebook.wait_until_idle()
    result = notebook.run_cell(CONNECT.format(remote=remote, ids=IDS))
    assert result.error is None
    session, user = result.text.split()
    return notebook, watch(session, user)


def start_long(notebook: Notebook) -> None:
    with notebook.page.expect_request(lambda request: request.url.endswith("/ExecutePlan")):
        notebook.start_cell(LONG)


def restart(notebook: Notebook) -> None:
    notebook.restart_kernel()


def shut_down(notebook: Notebook) -> None:
    notebook.lab.choose("Kernel", "kernelmenu:shutdown")


def close_lab(notebook: Notebook) -> None:
    notebook.page.close()


@pytest.mark.parametrize("go", [restart, shut_down, close_lab])
def test_a_kernel_that_goes_ends_its_query_and_its_session(
    lab: Lab,
    own: Stack,
    watch: Watch,
    remote: str,
    stopped: tuple[object, ...],
    go: Callable[[Notebook], None],
) -> None:
    notebook, native = connected(lab, watch, remote)
    start_long(notebook)
    await_job(native, own)
    go(notebook)
    seconds_until(has_closed(native))
    assert fault(native) == stopped
    assert becomes(False, own.spark)


def test_a_kernel_restarted_while_its_query_is_planned_leaves_nothing_behind(
    lab: Lab, own: Stack, watch: Watch, stopped: tuple[object, ...]
) -> None:
    notebook, native = connected(lab, watch, own.grpcweb_remote)
    start_long(notebook)
    restart(notebook)
    seconds_until(has_closed(native))
    assert fault(native) == stopped
    assert becomes(False, own.spark)


def test_the_session_of_another_notebook_lives_on(lab: Lab, own: Stack, watch: Watch) -> None:
    gone, native = connected(lab, watch, own.grpcweb_remote)
    stays, _ = connected(lab, watch, own.grpcweb_remote)
    restart(gone)
    seconds_until(has_closed(native))
    assert stays.run_cell("spark.range(3).count()").text == "3"
