"""The harness page as the side that is compared with the native client."""

from __future__ import annotations

import json
from typing import Any

from playwright.sync_api import Browser

from e2e.harness import Harness
from e2e.parity.registry import Operation
from e2e.parity.shipped import program

LOAD = """
import warnings
warnings.simplefilter("ignore")
import json
import e2e.parity.operations
from e2e.parity.canonical import outcome
from e2e.parity.registry import OPERATIONS, prepare
prepare(spark)
"""


class TabSide:
    """A harness page in a time zone of its own, with the operations loaded."""

    def __init__(
        self, browser: Browser, site_url: str, remote: str, timezone: str, **settings: str
    ) -> None:
        self._context = browser.new_context(timezone_id=timezone)
        self.harness = Harness.open(self._context, site_url, **settings)
        self.harness.connect(remote)
        self.harness.run(program(LOAD))

    def outcome(self, operation: Operation) -> Any:
        """What an operation returns or raises, as JSON brings it back."""
        self.start(operation)
        return self.finish()

    def start(self, operation: Operation) -> None:
        """Run an operation; :meth:`finish` gives its outcome."""
        done = f"outcome(OPERATIONS[{operation.key!r}].run, spark)"
        self.harness.start(f"import json\nprint(json.dumps({done}))")

    def finish(self) -> Any:
        """The outcome of what was started."""
        return json.loads(self.harness.finish())

    def close(self) -> None:
        """Close the page."""
        self._context.close()
