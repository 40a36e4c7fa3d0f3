"""What a session leaves with the page, so that it ends when its kernel or its tab does.

A session that this kernel made is released: nobody else knows it, and a new kernel cannot come back
to it. The server then ends its queries too (SessionHolder.close of 4.2.1), so that one request does
and no order can be lost. Of a session that the user has named (``;session_id=…``) somebody else may
have a part: its running operations are interrupted, and it stays, as it does when a native client
exits. ``SPARK_CONNECT_RELEASE_SESSION_ON_EXIT`` has it released, natively and here.
"""

from __future__ import annotations

from functools import wraps
from types import ModuleType
from typing import Any

from ..bridge import leave_farewell, withdraw_farewell
from ..grpc.delivery import Recorded, RecordedRequest, deliver
from .interrupts import is_interrupted
from .operations import Operation, Watcher

_FAREWELL = "_pcw_farewell"
"""The attribute of a client's stub that holds the farewell of its session."""


class _Farewell(Watcher):
    """What a session leaves with the page; this one leaves nothing."""

    def withdraw(self) -> None:
        """Take back what is left there: the client is closed."""


class _Release(_Farewell):
    """The farewell of a session of this kernel's own: the session is released."""

    def __init__(self, client: Any, messages: Any) -> None:
        self._client = client
        self._messages = messages
        self._without_job: set[Operation] = set()
        self._request: RecordedRequest | None = None
        self.renew()

    def renew(self) -> None:
        """Write it again: the client's metadata, such as a token, may have changed."""
        client = self._client
        message = self._messages.ReleaseSessionRequest(
            session_id=client._session_id, client_type=client._builder.userAgent
        )
        if client._user_id:
            message.user_context.user_id = client._user_id
        self._request = _record(client, "ReleaseSession", message)
        self._leave()

    def begins(self, operation: Operation) -> None:
        self._without_job.add(operation)
        self.renew()

    def submits_job(self, operation: Operation) -> None:
        self._needs_no_wait(operation)

    def ends(self, operation: Operation) -> None:
        # What is interrupted may not have been told yet.
        if not is_interrupted():
            self._needs_no_wait(operation)

    def withdraw(self) -> None:
        self._request = None
        withdraw_farewell(self._client._session_id)

    def _needs_no_wait(self, operation: Operation) -> None:
        if operation in self._without_job:
            self._without_job.discard(operation)
            self._leave()

    def _leave(self) -> None:
        waits = {operation: operation.uninterruptible_seconds() for operation in self._without_job}
        self._without_job = {operation for operation, wait in waits.items() if wait > 0}
        if self._request is not None:
            hold = max(waits.values(), default=0.0)
            _leave(self._client._session_id, self._request, hold)


class _Interrupts(_Farewell):
    """The farewell of a session that the user has named: what runs in it is interrupted."""

    def __init__(self, client: Any) -> None:
        self._client = client

    def begins(self, operation: Operation) -> None:
        self._leave(operation)

    def submits_job(self, operation: Operation) -> None:
        self._leave(operation)

    def ends(self, operation: Operation) -> None:
        if not is_interrupted():
            withdraw_farewell(operation.operation_id)

    def _leave(self, operation: Operation) -> None:
        message = self._client._interrupt_request("operation", operation.operation_id)
        request = _record(self._client, "Interrupt", message)
        if request is not None:
            _leave(operation.operation_id, request, operation.uninterruptible_seconds())


class Farewells(Watcher):
    """Keeps the farewell of each session true to what runs in it."""

    def begins(self, operation: Operation) -> None:
        _farewell_of(operation.stub).begins(operation)

    def submits_job(self, operation: Operation) -> None:
        _farewell_of(operation.stub).submits_job(operation)

    def ends(self, operation: Operation) -> None:
        _farewell_of(operation.stub).ends(operation)


def leave_farewells(module: ModuleType) -> None:
    """Have each client leave its farewell when it is made, and take it back when it is closed.

    ``module`` is ``pyspark.sql.connect.client.core``.
    """
    client = module.SparkConnectClient
    init, close = client.__init__, client.close

    @wraps(init)
    def made(self: Any, *args: Any, **kwargs: Any) -> None:
        init(self, *args, **kwargs)
        named = self._builder.session_id is not None
        released = not named or getattr(self, "_release_session_on_exit", False)
        farewell = _Release(self, module.pb2) if released else _Interrupts(self)
        setattr(self._stub, _FAREWELL, farewell)

    @wraps(close)
    def closed(self: Any) -> None:
        stub = None if self.is_closed else self._stub
        close(self)
        _farewell_of(stub).withdraw()

    client.__init__, client.close = made, closed
    if hasattr(client, "clone"):
        client.clone = _owning(client.clone, module.pb2)


def _owning(clone: Any, messages: Any) -> Any:
    """A clone whose id the server chose is this kernel's own, though PySpark names it to itself."""

    @wraps(clone)
    def cloned(self: Any, new_session_id: str | None = None) -> Any:
        client = clone(self, new_session_id)
        if new_session_id is None:
            setattr(client._stub, _FAREWELL, _Release(client, messages))
        return client

    return cloned


def _farewell_of(stub: Any) -> _Farewell:
    farewell: _Farewell = getattr(stub, _FAREWELL, _Farewell())
    return farewell


def _record(client: Any, method: str, message: Any) -> RecordedRequest | None:
    """What ``method`` would send; None where metadata of this client cannot be sent."""
    recorded = Recorded()
    try:
        with deliver(recorded):
            getattr(client._stub, method)(message, metadata=client._builder.metadata())
    except Exception:  # noqa: BLE001 - each call of this client fails of it too, and says so
        return None
    return recorded.requests[0] if recorded.requests else None


def _leave(key: str, request: RecordedRequest, hold: float) -> None:
    leave_farewell(key, request.url, request.headers, request.body, hold)
