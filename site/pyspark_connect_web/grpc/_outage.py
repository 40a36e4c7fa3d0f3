"""How long a channel waits for an endpoint that cannot be reached.

Only requests that never reached a server are sent again, as gRPC's transparent retries do
(https://github.com/grpc/proposal/blob/master/A6-client-retries.md#transparent-retries).
"""

from __future__ import annotations

import sys
import time

RECONNECT_SECONDS = 20.0
"""An endpoint that has answered before may be restarting: a Spark Connect server takes 4 - 26 s."""

RECONNECT_POLL_SECONDS = 0.5


class Outage:
    """The state of one channel's endpoint: has it ever answered, and since when is it gone?"""

    def __init__(self) -> None:
        self._answered = False
        self._since: float | None = None

    def answered(self) -> None:
        """The endpoint gave a gRPC answer."""
        self._answered = True
        self._since = None

    def wait(self, origin: str, forever: bool = False) -> bool:
        """Sleep before the next try; False when there is none.

        A first connection is not waited for: there a wrong URL is likelier than a restart. With
        ``forever`` there always is a next try.
        """
        if forever:
            time.sleep(RECONNECT_POLL_SECONDS)
            return True
        if not self._answered:
            return False
        now = time.monotonic()
        if self._since is None:
            self._since = now
            print(
                f"{origin} does not answer; waiting up to {RECONNECT_SECONDS:.0f} s for it.",
                file=sys.stderr,
            )
        if now - self._since > RECONNECT_SECONDS:
            self._since = None
            return False
        time.sleep(RECONNECT_POLL_SECONDS)
        return True
