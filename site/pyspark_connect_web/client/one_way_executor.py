"""An executor for work that only sends, where there are no threads."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Executor, Future
from typing import Any

from ..grpc.delivery import Awaited, OneWay, current_delivery, deliver


class OneWayExecutor(Executor):
    """Runs each task at once; its unary calls are sent one way, or as was chosen around it.

    It is made as ``ThreadPoolExecutor`` is; there is nothing to shut down.
    """

    _shutdown = False

    def __init__(self, *_: Any, **__: Any) -> None:
        super().__init__()

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        """Run ``fn`` now; the future is done, with its result or its exception."""
        future: Future[Any] = Future()
        chosen = current_delivery()
        try:
            with deliver(OneWay() if chosen == Awaited() else chosen):
                future.set_result(fn(*args, **kwargs))
        except Exception as error:  # noqa: BLE001 - an executor hands every error to its future
            future.set_exception(error)
        return future
