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

import pytest
import pytest_timeout
from playwright.sync_api import Browser, BrowserContext, Playwright, sync_playwright

from deploy.local.process import kill_marked
from deploy.local.stack import Stack as LocalStack
from deploy.shared.config import PORT_VARIABLES, Config, Ports
from e2e.browser import BrowserMissing, launch
from e2e.compose_stack import ComposeStack
from e2e.harness import Harness
from e2e.kept_logs import keep_logs
from e2e.native_clients import do_not_wait_for_stopped_servers
from e2e.stacks import BASE_URL_VARIABLE, ForeignStack, RunningStack, Stack, stack_mode

ROOT = Path(__file__).resolve().parents[1]
OUT = ROOT / "e2e" / "out"
QUICK_START = {"PCW_SPARK_JIT": "quick"}
CI_RERUNS = 1
CI_MOST_RERUNS = 8
"""A browser on a busy machine loses a race at times: in CI a failed test has a second try. Both are
shown, and what is broken fails both."""

STACK_VARIABLES = (*PORT_VARIABLES.values(), "BIND", "PCW_ALLOWED_ORIGINS", "PCW_TRUST_HOST")
"""Each test stack has its own of these, whatever the caller's shell has for `make up`."""


def pytest_configure(config: pytest.Config) -> None:
    """A terminated run stops its stacks too: by default SIGTERM would skip every teardown."""
    if os.environ.get("CI"):
        config.option.reruns = config.option.reruns or CI_RERUNS
        config.option.max_suite_reruns = CI_MOST_RERUNS
        config.option.rerun_show_tracebacks = True
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
        for stack in folder.glob("popen-*/stack*"):
            kill_marked(stack)


def pytest_runtest_setup(item: pytest.Item) -> None:
    """A second try has a limit of its own: the first one's timer is gone when it has fired."""
    if getattr(item, "execution_count", 1) > 1:
        hooks = item.config.pluginmanager.hook
        hooks.pytest_timeout_cancel_timer(item=item)
        hooks.pytest_timeout_set_timer(item=item, settings=pytest_timeout._get_item_settings(item))


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
    context = browser.new_context(viewport={"width": 1400, "height": 1000})
    yield context
    context.close()


@pytest.fixture(scope="module")
def harness(context: BrowserContext, stack: RunningStack) -> Iterator[Harness]:
    """A harness page whose ``spark`` is a session through the cross-origin endpoint."""
    harness = Harness.open(context, stack.site_url)
    harness.connect(stack.grpcweb_remote)
    yield harness
    harness.close()
