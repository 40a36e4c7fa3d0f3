"""The operations that run in this kernel, as PySpark's reattachable iterators tell of them."""

from __future__ import annotations

import time
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import wraps
from types import ModuleType
from typing import Any

FIRST_JOB_SECONDS = 5.0
"""The age at which an operation surely has submitted its first job, also on a cold server.

Spark's adaptive execution submits the job of a shuffle from another thread than the one that is
interrupted, and looks for jobs to cancel once only. An interrupt, or the release of the session,
between planning and submission (ten milliseconds, on a server that has just started two seconds)
ends the query and leaves its job running, for ever and out of reach of any client
(AdaptiveSparkPlanExec and ShuffleExchangeLike.triggerFuture of 4.2.1). So an operation that has
shown no stage yet is given time for it.
"""

_OPERATION = "_pcw_operation"


@dataclass(eq=False)
class Operation:
    """One execution of a plan; ``begun`` on the monotonic clock, ``stub`` is its client's."""

    operation_id: str
    stub: Any = None
    begun: float = field(default_factory=time.monotonic)
    has_job: bool = False
    ended: bool = False

    def uninterruptible_seconds(self) -> float:
        """Seconds until it may be ended from outside."""
        return 0.0 if self.has_job else max(0.0, self.begun + FIRST_JOB_SECONDS - time.monotonic())


class Watcher:
    """What is told of each operation; ``response`` is an ``ExecutePlanResponse``."""

    def begins(self, operation: Operation) -> None:
        """It is about to be sent."""

    def waits(self, operation: Operation) -> None:
        """Its next response is waited for."""

    def responds(self, operation: Operation, response: Any) -> None:
        """The next response is there."""

    def submits_job(self, operation: Operation) -> None:
        """It has a job, by its latest response; told once, before :meth:`responds`."""

    def ends(self, operation: Operation) -> None:
        """It has ended here, in whatever way."""


def watch_operations(module: ModuleType, watchers: Sequence[Watcher]) -> None:
    """Tell the watchers of all operations from now on.

    ``module`` is ``pyspark.sql.connect.client.reattach``.
    """
    iterator = module.ExecutePlanResponseReattachableIterator
    init, send, close = iterator.__init__, iterator.send, iterator.close

    def finish(operation: Operation) -> None:
        if not operation.ended:
            operation.ended = True
            for watcher in watchers:
                watcher.ends(operation)

    @wraps(init)
    def begin(self: Any, request: Any, stub: Any, *args: Any, **kwargs: Any) -> None:
        # PySpark would name it a little later, in the same way.
        request.operation_id = request.operation_id or str(uuid.uuid4())
        operation = Operation(request.operation_id, stub)
        setattr(self, _OPERATION, operation)
        for watcher in watchers:
            watcher.begins(operation)
        try:
            init(self, request, stub, *args, **kwargs)
        except BaseException:
            finish(operation)
            raise

    @wraps(send)
    def respond(self: Any, value: Any) -> Any:
        operation = operation_of(self)
        for watcher in watchers:
            watcher.waits(operation)
        response = send(self, value)
        submits_job = not operation.has_job and _shows_job(response)
        operation.has_job |= submits_job
        for watcher in watchers:
            if submits_job:
                watcher.submits_job(operation)
            watcher.responds(operation, response)
        return response

    @wraps(close)
    def end(self: Any) -> Any:
        try:
            return close(self)
        finally:
            finish(operation_of(self))

    iterator.__init__, iterator.send, iterator.close = begin, respond, end


def _shows_job(response: Any) -> bool:
    return bool(response.execution_progress.stages) or response.HasField("arrow_batch")


def operation_of(iterator: Any) -> Operation:
    """The operation of a reattachable iterator that was made since :func:`watch_operations`."""
    operation: Operation = getattr(iterator, _OPERATION)
    return operation
