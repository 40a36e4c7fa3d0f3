"""A sign-out in this browser ends the sessions of all tabs: their clients here are closed then.

So `pcw.session()` makes a new one afterwards, instead of returning one that Spark has released.
"""

from __future__ import annotations

from functools import wraps
from types import ModuleType
from typing import Any
from weakref import WeakSet

from ..bridge import in_browser, on_sign_out

_clients: WeakSet[Any] = WeakSet()


def close_at_sign_out(module: ModuleType) -> None:
    """``module`` is ``pyspark.sql.connect.client.core``."""
    client = module.SparkConnectClient
    init = client.__init__

    @wraps(init)
    def made(self: Any, *args: Any, **kwargs: Any) -> None:
        init(self, *args, **kwargs)
        _clients.add(self)

    client.__init__ = made
    on_sign_out(_close_all)


def _close_all() -> None:
    for client in list(_clients):
        if not client.is_closed and client.host == _page_host():
            client.close()


def _page_host() -> str:
    if not in_browser():
        return ""
    import js

    return str(js.location.hostname)
