"""How often the server is told which responses have arrived.

PySpark releases each response by a call of its own, which threads send. In a tab each is a request
and Python that nothing runs beside: a result of two hundred batches would be two hundred requests
more. A release names the newest response and stands for all before it (``ReleaseExecuteRequest`` of
Spark's base.proto), so it is enough to send one now and then. Until then the server keeps what it
has sent, no more than ``spark.connect.execute.reattachable.observerRetryBufferSize``.
"""

from __future__ import annotations

import time
from functools import wraps
from types import ModuleType
from typing import Any

EVERY_SECONDS = 1.0
EVERY_BYTES = 8 << 20
"""Of responses: less than the 10 MB that Spark's own setting lets a server keep."""

_UNRELEASED = "_pcw_unreleased"


class _Unreleased:
    """What one operation has received since its last release."""

    def __init__(self) -> None:
        self.size = 0
        self.since = time.monotonic()

    def is_due(self, response: Any) -> bool:
        """Whether to release, now that this one has arrived."""
        self.size += len(response.arrow_batch.data)
        now = time.monotonic()
        if self.size < EVERY_BYTES and now - self.since < EVERY_SECONDS:
            return False
        self.size, self.since = 0, now
        return True


def release_now_and_then(module: ModuleType) -> None:
    """Have the releases of an operation wait for one another.

    ``module`` is ``pyspark.sql.connect.client.reattach``. The last one, which releases all of an
    operation, is sent as ever.
    """
    iterator = module.ExecutePlanResponseReattachableIterator
    plain = iterator._release_until

    @wraps(plain)
    def release_until(self: Any, until_response_id: str) -> None:
        unreleased = vars(self).setdefault(_UNRELEASED, _Unreleased())
        if unreleased.is_due(self._current):
            plain(self, until_response_id)

    iterator._release_until = release_until
