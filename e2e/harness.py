"""The harness page: Python in a worker of its own, without JupyterLite."""

from __future__ import annotations

import json
from typing import Any

from playwright.sync_api import BrowserContext, Error, Page

START_TIMEOUT_MS = 120_000
RUN_TIMEOUT_MS = 300_000


class PythonError(Exception):
    """Python in the tab raised; the text is its traceback."""


class Harness:
    """One harness page."""

    def __init__(self, page: Page) -> None:
        self.page = page

    @classmethod
    def open(cls, context: BrowserContext, site_url: str, **settings: str) -> Harness:
        """Open the page and start Python; ``settings`` are the page's ``PCW_…`` globals.

        Raises:
            PythonError: the worker did not start.
        """
        page = context.new_page()
        page.set_default_timeout(RUN_TIMEOUT_MS)
        if settings:
            page.add_init_script(f"Object.assign(self, {json.dumps(settings)})")
        page.goto(f"{site_url.rstrip('/')}/harness.html", timeout=START_TIMEOUT_MS)
        harness = cls(page)
        harness._evaluate("window.__pcwReady")
        return harness

    def run(self, source: str) -> str:
        """Run Python and return what it printed.

        Raises:
            PythonError: with the traceback.
        """
        return str(self._evaluate("source => window.__pcwRunPython(source)", source))

    def start(self, source: str) -> None:
        """Run Python without waiting for it; :meth:`finish` does."""
        self.page.evaluate("source => { window.running = window.__pcwRunPython(source); }", source)
        # A rejection is told by finish(), not as an unhandled one.
        self.page.evaluate("() => { window.running.catch(() => {}); }")

    def finish(self) -> str:
        """Wait for what :meth:`start` started."""
        return str(self._evaluate("() => window.running"))

    def connect(self, remote: str, name: str = "spark") -> None:
        """Install, and make a session of that name."""
        self.run(
            "import pyspark_connect_web as pcw\n"
            "pcw.install()\n"
            "from pyspark.sql import SparkSession\n"
            f"{name} = SparkSession.builder.remote({remote!r}).create()"
        )

    def call(self, expression: str) -> Any:
        """The JSON value of a Python expression."""
        return json.loads(self.run(f"import json\nprint(json.dumps({expression}))"))

    def interrupt(self) -> None:
        """What an Interrupt button does."""
        self.page.evaluate("window.__pcwInterrupt()")

    def close(self) -> None:
        """Close the page."""
        self.page.close()

    def _evaluate(self, script: str, argument: Any = None) -> Any:
        try:
            return self.page.evaluate(script, argument)
        except Error as error:
            # Playwright adds the page's own stack, which says nothing of Python.
            raise PythonError(error.message.partition("\n    at ")[0]) from None
