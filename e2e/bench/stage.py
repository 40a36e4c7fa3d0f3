"""What lines are measured on: made when a line first wants it, ended with the bench."""

from __future__ import annotations

import json
import logging
import os
import tempfile
from collections.abc import Callable
from contextlib import ExitStack
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import urlsplit
from urllib.request import urlopen

from playwright.sync_api import (
    Browser,
    BrowserContext,
    Page,
    Playwright,
    ViewportSize,
    sync_playwright,
)

from deploy.local.stack import Stack
from deploy.shared.config import Config, Ports
from deploy.shared.progress import Tell
from e2e.bench import plain
from e2e.bench.options import Options
from e2e.browser import launch
from e2e.harness import EVENT_LIMIT_S, MS_PER_S, START_LIMIT_S, Harness
from e2e.native_clients import native_session
from e2e.stacks import ForeignStack, RunningStack

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

VIEWPORT: ViewportSize = {"width": 1400, "height": 1000}
ORIGINS_VARIABLE = "PCW_ALLOWED_ORIGINS"
LOOPBACK_ORIGINS = "http://localhost:*,http://127.0.0.1:*"
SETUP = """
import pyspark_connect_web as pcw
pcw.install()
from pyspark.sql import SparkSession
spark = SparkSession.builder.remote(remote).create()
"""
"""What makes a session in a tab, `remote` being its address."""


class NeedsItsOwn(RuntimeError):
    """A line wants a stack that the bench may start, and runs on somebody's."""


class Stage:
    """Everything shared between lines."""

    def __init__(self, options: Options, tell: Tell) -> None:
        self.options = options
        self.tell = tell
        self._ends = ExitStack()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if kind is not None and issubclass(kind, KeyboardInterrupt):
            # Ctrl-C reaches Playwright's driver too, and asyncio logs that it is gone.
            logging.getLogger("asyncio").setLevel(logging.CRITICAL)
        self._ends.close()

    @cached_property
    def folder(self) -> Path:
        """A temporary one."""
        return Path(self._ends.enter_context(tempfile.TemporaryDirectory(prefix="pcw-bench-")))

    @cached_property
    def foreign(self) -> ForeignStack | None:
        return ForeignStack.from_environment()

    @cached_property
    def stack(self) -> RunningStack:
        """Somebody's, which runs, or one of the bench's own."""
        return self.foreign or self._own_stack

    def site_facts(self) -> dict[str, Any]:
        """`pcw-site.json` of the site that is measured; empty where no line wanted one."""
        if "stack" not in vars(self):
            return {}
        with urlopen(f"{self.stack.site_url}pcw-site.json") as answer:
            return dict(json.load(answer))

    def own_stack(self) -> Stack:
        """One whose servers are processes of this machine.

        Raises:
            NeedsItsOwn: the bench runs on somebody's.
        """
        if self.foreign is not None:
            raise NeedsItsOwn("it needs a stack of its own, and E2E_BASE_URL names somebody's")
        return self._own_stack

    @cached_property
    def _own_stack(self) -> Stack:
        self.tell("starting the stack")
        environ = {}
        if self.options.against:
            asked = os.environ.get(ORIGINS_VARIABLE, LOOPBACK_ORIGINS)
            environ[ORIGINS_VARIABLE] = f"{asked},{origin_of(self.options.against)}"
        stack = Stack(Config(state_dir=self.folder / "stack", ports=Ports.free(), environ=environ))
        self._ends.callback(stack.down)
        stack.up(self.tell)
        return stack

    @cached_property
    def playwright(self) -> Playwright:
        return self._ends.enter_context(sync_playwright())

    @cached_property
    def browser(self) -> Browser:
        return self.new_browser()

    def start(self) -> None:
        """Start servers and browser, for who measures what comes after that.

        Spark has answered then: whose query is its first would be charged for it.
        """
        self.native.range(10).collect()
        self.tell(f"{self.stack.site_url} in Chromium {self.browser.version}")

    def new_browser(self) -> Browser:
        """One more Chromium; whoever wants it sooner closed than the bench closes it."""
        # Another implementation may lie on another machine.
        browser = launch(self.playwright, loopback_only=not self.options.against)
        self._ends.callback(browser.close)
        return browser

    def new_context(self) -> BrowserContext:
        """A new profile: nothing is cached in it."""
        return self.browser.new_context(viewport=VIEWPORT)

    @cached_property
    def plain_url(self) -> str:
        """A plain JupyterLite of the same versions."""
        state = self.folder / "plain"
        return self._ends.enter_context(plain.served(state, self.tell))

    @cached_property
    def tab(self) -> Harness:
        """A harness page with a session, which has collected."""
        self.tell("opening the harness page")
        return _settled(self.open_ours(self.new_context().new_page()))

    @cached_property
    def their_tab(self) -> Harness | None:
        """The same of the page of `--against`; None without one."""
        if not self.options.against:
            return None
        self.tell(f"opening {self.options.against}")
        return _settled(self.open_theirs(self.new_context().new_page()))

    def open_ours(self, page: Page) -> Harness:
        """Ready once its session has collected."""
        harness = Harness.open_in(page, self.stack.site_url)
        return self._connected(harness, SETUP)

    def open_theirs(self, page: Page) -> Harness:
        """Ready once its session has collected."""
        assert self.options.against
        page.set_default_timeout(EVENT_LIMIT_S * MS_PER_S)
        page.goto(self.options.against, timeout=START_LIMIT_S * MS_PER_S)
        page.wait_for_function("() => window.__pcwRunPython", timeout=START_LIMIT_S * MS_PER_S)
        return self._connected(Harness(page), self.options.setup or SETUP)

    def _connected(self, harness: Harness, setup: str) -> Harness:
        harness.run(f"remote = {self.stack.grpcweb_remote!r}\n{setup}")
        harness.run("spark.range(10).collect()")
        return harness

    @property
    def opens(self) -> dict[str, Callable[[Page], Harness]]:
        """How the pages that are measured are opened: `ours`, and `theirs` where there is one."""
        theirs = {"theirs": self.open_theirs} if self.options.against else {}
        return {"ours": self.open_ours, **theirs}

    @cached_property
    def native(self) -> SparkSession:
        """A session of the native client on the same server."""
        return self._ends.enter_context(native_session(self.stack.spark_remote))

    @cached_property
    def natively(self) -> dict[str, Any]:
        """The names of native programs, ``spark`` among them."""
        return {"spark": self.native}


def _settled(tab: Harness) -> Harness:
    """Once it has what it fetches ahead, so that it does nothing beside what is measured."""
    tab.run("import pandas")
    return tab


def origin_of(url: str) -> str:
    """Scheme, host and port."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"
