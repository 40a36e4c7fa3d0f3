"""The harness page: Python in a worker of its own, without JupyterLite."""

from __future__ import annotations

import json
from typing import Any

from playwright.sync_api import BrowserContext, Error, Page

from e2e.waiting import WaitedInVain

START_LIMIT_S = 120.0
RUN_LIMIT_S = 240.0
EVENT_LIMIT_S = 60.0
"""For what Playwright waits for on the page, such as a request."""

MS_PER_S = 1000
TOO_LATE = "not settled within its limit"
WITHIN = """
async ([argument, limit]) => {
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error("%s")), limit);
  });
  try {
    return await Promise.race([(%s)(argument), late]);
  } finally {
    clearTimeout(timer);
  }
}
"""


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
        return cls.open_in(context.new_page(), site_url, **settings)

    @classmethod
    def open_in(cls, page: Page, site_url: str, **settings: str) -> Harness:
        """The same in a page that is there."""
        page.set_default_timeout(EVENT_LIMIT_S * MS_PER_S)
        if settings:
            page.add_init_script(f"Object.assign(self, {json.dumps(settings)})")
        page.goto(f"{site_url.rstrip('/')}/harness.html", timeout=START_LIMIT_S * MS_PER_S)
        harness = cls(page)
        harness._evaluate("() => window.__pcwReady", None, "Python to start", START_LIMIT_S)
        return harness

    def run(self, source: str) -> str:
        """Run Python and return what it printed.

        Raises:
            PythonError: with the traceback.
            WaitedInVain: it did not end in time.
        """
        return str(self._evaluate("window.__pcwRunPython", source, f"the end of {source!r}"))

    def start(self, source: str) -> None:
        """Run Python without waiting for it; :meth:`finish` does."""
        self.page.evaluate("source => { window.running = window.__pcwRunPython(source); }", source)
        # A rejection is told by finish(), not as an unhandled one.
        self.page.evaluate("() => { window.running.catch(() => {}); }")

    def finish(self, limit_s: float = RUN_LIMIT_S) -> str:
        """Wait for what :meth:`start` started; gives what it printed.

        Raises:
            PythonError: with the traceback.
            WaitedInVain: it did not end in time.
        """
        what = "the end of what was started"
        return str(self._evaluate("() => window.running", None, what, limit_s))

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

    def interrupt(self, presses: int = 1) -> None:
        """What an Interrupt button does; several presses follow each other at once."""
        self.page.evaluate("presses => { while (presses--) window.__pcwInterrupt(); }", presses)

    def close(self) -> None:
        """Close the page."""
        self.page.close()

    def _evaluate(self, script: str, argument: Any, what: str, limit_s: float = RUN_LIMIT_S) -> Any:
        """What a function of the page gives or promises."""
        try:
            limited = WITHIN % (TOO_LATE, script)
            return self.page.evaluate(limited, [argument, limit_s * MS_PER_S])
        except Error as error:
            if TOO_LATE in error.message:
                said = self.page.locator("body").inner_text()[-2000:]
                told = f"Waited {limit_s:.0f} s in vain for {what:.500}; the page says: {said}"
                raise WaitedInVain(told) from None
            # Playwright adds the page's own stack, which says nothing of Python.
            raise PythonError(error.message.partition("\n    at ")[0]) from None
