"""What an interrupt of a blocked query still has to say to the server, without blocking again.

PySpark's own handling sends ReleaseExecute and waits for the answer to Interrupt. Here both are
sent and not waited for: a slow server cannot hold KeyboardInterrupt back, and a second press of the
button finds nothing that it could break.

They may also have to leave a little later: see ``FIRST_JOB_SECONDS`` of ``operations.py``.
"""

from __future__ import annotations

import sys
from functools import wraps
from types import ModuleType
from typing import Any

from ..grpc.delivery import OneWay, deliver
from .operations import operation_of

RELEASE_AFTER_SECONDS = 1.0
"""Interrupt goes first: the server lists an operation that is released while it runs as running."""

_interrupted: dict[str, float] = {}
"""Operations whose KeyboardInterrupt is under way, and how much later the server may hear of it."""


def is_interrupted() -> bool:
    """Whether the code that asks runs because of a KeyboardInterrupt."""
    return isinstance(sys.exception(), KeyboardInterrupt)


def release_without_waiting(module: ModuleType) -> None:
    """Have the release of an interrupted operation wait for nothing.

    ``module`` is ``pyspark.sql.connect.client.reattach``, with its operations watched.
    """
    iterator = module.ExecutePlanResponseReattachableIterator
    plain = iterator.close

    @wraps(plain)
    def close(self: Any) -> Any:
        if not is_interrupted():
            return plain(self)
        operation = operation_of(self)
        _interrupted[operation.operation_id] = delay = operation.uninterruptible_seconds()
        with deliver(OneWay(delay + RELEASE_AFTER_SECONDS)):
            return plain(self)

    iterator.close = close


def interrupt_without_waiting(module: ModuleType) -> None:
    """Have PySpark's handler of KeyboardInterrupt go on at once.

    ``module`` is ``pyspark.sql.connect.client.core``. Calls by the user wait for their answer.
    """
    client = module.SparkConnectClient
    plain = client.interrupt_operation

    @wraps(plain)
    def interrupt_operation(self: Any, op_id: str) -> Any:
        delay = _interrupted.pop(op_id, None)
        if delay is None or not is_interrupted():
            return plain(self, op_id)
        request = self._interrupt_request("operation", op_id)
        with deliver(OneWay(delay)):
            self._stub.Interrupt(request, metadata=self._builder.metadata())
        return [op_id]

    client.interrupt_operation = interrupt_operation
