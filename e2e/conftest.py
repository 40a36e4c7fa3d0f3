"""What every end-to-end test stands on: a stack, a browser, a native client."""

from __future__ import annotations

import fcntl
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, cast

import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    Playwright,
    ViewportSize,
    sync_playwright,
)

from deploy.local.process import kill_marked
from deploy.local.stack import Stack as LocalStack
from deploy.shared.config import PORT_VARIABLES, Config, Ports
from e2e.browser import BrowserMissing, launch
from e2e.compose_stack import ComposeStack
from e2e.harness import Harness
from e2e.kept_logs import keep_logs
from e2e.native_clients import do_not_wait_for_stopped_servers, native_session
from e2e.notebook import Lab, Notebook
from e2e.server_side import await_rest
from e2e.stacks import BASE_URL_VARIABLE, ForeignStack, RunningStack, Stack, stack_mode

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

ROOT = Path(__file__).resolve().parents[1]
OUT = ROOT / "e2e" / "out"
QUICK_START = {"PCW_SPARK_JIT": "quick"}
VIEWPORT: ViewportSize = {"width": 1400, "height": 1000}
CONNECT = "import pyspark_connect_web as pcw\nspark = pcw.session()\n"

STACK_VARIABLES = (*PORT_VARIABLES.values(), "BIND", "PCW_ALLOWED_ORIGINS", "PCW_TRUST_HOST")
"""Each test stack has its own of these, whatever the caller's shell has for `make up`."""

STATE_DIRS = (
    *("stack*", "team*", "team*/state", "breakable*", "groups*"),
    *("watched*/team", "cluster*/state"),
)
"""Of all stacks that tests start, below the temporary folder of a process."""


def pytest_configure(config: pytest.Config) -> None:
    """A terminated run stops its stacks too: by default SIGTERM would skip every teardown."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    for name in STACK_VARIABLES:
        os.environ.pop(name, None)
    do_not_wait_for_stopped_servers()
    try:
        stack_mode()
    except ValueError as error:
        pytest.exit(str(error), returncode=2)


def pytest_unconfigure(config: pytest.Config) -> None:
    """pytest-xdist ends its processes without a word where the run is interrupted."""
    if getattr(config.option, "numprocesses", None):
        folder: Path = config._tmp_path_factory.getbasetemp()  # type: ignore[attr-defined]
        for stack in (found for name in STATE_DIRS for found in folder.glob(f"popen-*/{name}")):
            kill_marked(stack)


def pytest_report_header() -> str:
    return f"stack: {os.environ.get(BASE_URL_VARIABLE) or stack_mode()}"


@pytest.fixture(scope="session")
def site_dir() -> Path:
    """The built site; built first if its sources are newer."""
    dist = ROOT / "site" / "dist"
    with one_at_a_time("site"):
        subprocess.run(
            [sys.executable, "-m", "builder", "--out", str(dist)],
            env={**os.environ, "PYTHONPATH": str(ROOT / "site")},
            check=True,
        )
    return dist


@contextmanager
def one_at_a_time(name: str) -> Iterator[None]:
    """Of several processes of one run (``-n 2``) one does this while the others wait."""
    OUT.mkdir(exist_ok=True)
    with (OUT / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


@pytest.fixture(scope="session")
def make_stack(
    site_dir: Path, tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest
) -> Iterator[Callable[..., Stack]]:
    """Makes stacks on free ports, not started; all are stopped at the end."""
    if stack_mode() == "foreign":
        pytest.skip(f"needs a stack that it may stop; {BASE_URL_VARIABLE} names somebody's own")
    made: list[Stack] = []
    with ExitStack() as all_of_them:

        def make(**environ: str) -> Stack:
            folder = tmp_path_factory.mktemp("stack")
            made.append(new_stack(folder, site_dir, {**QUICK_START, **environ}))
            all_of_them.callback(made[-1].down)
            return made[-1]

        yield make
        if request.session.testsfailed:
            for stack in made:
                keep_logs(stack, OUT)


def new_stack(folder: Path, site_dir: Path, environ: dict[str, str]) -> Stack:
    if stack_mode() == "compose":
        return ComposeStack(folder, environ)
    config = Config(state_dir=folder, site_dir=site_dir, ports=Ports.free(), environ=environ)
    return LocalStack(config)


@pytest.fixture(scope="session")
def stack(request: pytest.FixtureRequest) -> RunningStack:
    """A running stack that every test may use and none may break."""
    foreign = ForeignStack.from_environment()
    if foreign is not None:
        return foreign
    stack: Stack = request.getfixturevalue("make_stack")()
    stack.up()
    return stack


@pytest.fixture(scope="module")
def quiet(stack: RunningStack) -> Stack:
    """The same stack, when its Spark has nothing to do: whether it is busy then says whether a
    test's query runs.
    """
    if isinstance(stack, ForeignStack):
        pytest.skip(f"measures processes; {BASE_URL_VARIABLE} names somebody's own")
    own = cast("Stack", stack)
    await_rest(own.spark)
    return own


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    with sync_playwright() as playwright:
        yield playwright


@pytest.fixture(scope="session")
def browser(playwright: Playwright) -> Iterator[Browser]:
    """One Chromium for the whole run; no browser is a failure, not a skip."""
    try:
        browser = launch(playwright, loopback_only=True)
    except BrowserMissing as error:
        pytest.exit(str(error), returncode=1)
    yield browser
    browser.close()


@pytest.fixture(scope="module")
def context(browser: Browser) -> Iterator[BrowserContext]:
    """A profile of its own for each test module."""
    context = browser.new_context(viewport=VIEWPORT)
    yield context
    context.close()


@pytest.fixture
def fresh(browser: Browser) -> Iterator[BrowserContext]:
    """A profile of its own for one test."""
    context = browser.new_context(viewport=VIEWPORT)
    yield context
    context.close()


@pytest.fixture(scope="module")
def harness(context: BrowserContext, stack: RunningStack) -> Iterator[Harness]:
    """A harness page whose ``spark`` is a session through the cross-origin endpoint."""
    harness = Harness.open(context, stack.site_url)
    harness.connect(stack.grpcweb_remote)
    yield harness
    harness.close()


@pytest.fixture(scope="module")
def native(stack: RunningStack) -> Iterator[SparkSession]:
    """A session of the native client on the same server."""
    with native_session(stack.spark_remote) as spark:
        yield spark


@pytest.fixture(scope="module")
def lab(context: BrowserContext, stack: RunningStack) -> Iterator[Lab]:
    lab = Lab.open(context, stack.site_url, "lab/index.html")
    yield lab
    lab.page.close()


@pytest.fixture(scope="module")
def notebook(lab: Lab) -> Notebook:
    """A notebook with a session called ``spark``."""
    notebook = lab.new_notebook()
    notebook.wait_until_idle()
    assert notebook.run_cell(CONNECT).error is None
    return notebook


@pytest.fixture(scope="module")
def plain(lab: Lab) -> Notebook:
    """A notebook of the same site that never called ``install()``: what PySpark has no part in is
    compared with it.
    """
    notebook = lab.new_notebook()
    notebook.wait_until_idle()
    return notebook
