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
from ..grpc._written import WrittenCall, written
from .interrupts import is_interrupted
from .operations import Operation, Watcher

_PARTY = "_pcw_farewell"


class _Released:
    """The farewell of a session of this kernel's own: the session is released."""

    def __init__(self, client: Any, messages: Any) -> None:
        self._client = client
        self._messages = messages
        self._unsettled: set[Operation] = set()
        self._call: WrittenCall | None = None
        self.renew()

    def renew(self) -> None:
        """Write it again: the client's metadata, such as a token, may have changed."""
        client = self._client
        request = self._messages.ReleaseSessionRequest(
            session_id=client._session_id, client_type=client._builder.userAgent
        )
        if client._user_id:
            request.user_context.user_id = client._user_id
        self._call = _write(client, "ReleaseSession", request)
        self._leave()

    def begins(self, operation: Operation) -> None:
        self._unsettled.add(operation)
        self.renew()

    def settles(self, operation: Operation) -> None:
        if operation in self._unsettled:
            self._unsettled.discard(operation)
            self._leave()

    def ends(self, operation: Operation) -> None:
        # What is interrupted may not have been told yet.
        if not is_interrupted():
            self.settles(operation)

    def withdraw(self) -> None:
        self._call = None
        withdraw_farewell(self._client._session_id)

    def _leave(self) -> None:
        waits = {operation: operation.settling() for operation in self._unsettled}
        self._unsettled = {operation for operation, wait in waits.items() if wait > 0}
        if self._call is not None:
            hold = max(waits.values(), default=0.0)
            _leave(self._client._session_id, self._call, hold)


class _Interrupted:
    """The farewell of a session that the user has named: what runs in it is interrupted."""

    def __init__(self, client: Any) -> None:
        self._client = client

    def begins(self, operation: Operation) -> None:
        self._leave(operation)

    def settles(self, operation: Operation) -> None:
        self._leave(operation)

    def ends(self, operation: Operation) -> None:
        if not is_interrupted():
            withdraw_farewell(operation.operation_id)

    def withdraw(self) -> None:
        """Nothing runs in a client that is closed."""

    def _leave(self, operation: Operation) -> None:
        request = self._client._interrupt_request("operation", operation.operation_id)
        call = _write(self._client, "Interrupt", request)
        if call is not None:
            _leave(operation.operation_id, call, operation.settling())


_Party = _Released | _Interrupted


class Farewells(Watcher):
    """Keeps the farewell of each session true to what runs in it."""

    def begins(self, operation: Operation) -> None:
        party = _party(operation.stub)
        if party is not None:
            party.begins(operation)

    def settles(self, operation: Operation) -> None:
        party = _party(operation.stub)
        if party is not None:
            party.settles(operation)

    def ends(self, operation: Operation) -> None:
        party = _party(operation.stub)
        if party is not None:
            party.ends(operation)


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
        party = _Released(self, module.pb2) if released else _Interrupted(self)
        setattr(self._stub, _PARTY, party)

    @wraps(close)
    def closed(self: Any) -> None:
        stub = None if self.is_closed else self._stub
        close(self)
        party = _party(stub)
        if party is not None:
            party.withdraw()

    client.__init__, client.close = made, closed
    if hasattr(client, "clone"):
        client.clone = _owning(client.clone, module.pb2)


def _owning(clone: Any, messages: Any) -> Any:
    """A clone whose id the server chose is this kernel's own, though PySpark names it to itself."""

    @wraps(clone)
    def cloned(self: Any, new_session_id: str | None = None) -> Any:
        client = clone(self, new_session_id)
        if new_session_id is None:
            setattr(client._stub, _PARTY, _Released(client, messages))
        return client

    return cloned


def _party(stub: Any) -> _Party | None:
    party: _Party | None = getattr(stub, _PARTY, None)
    return party


def _write(client: Any, method: str, request: Any) -> WrittenCall | None:
    try:
        with written() as calls:
            getattr(client._stub, method)(request, metadata=client._builder.metadata())
    except Exception:  # noqa: BLE001 - each call of this client fails of it too, and says so
        return None
    return calls[0] if calls else None


def _leave(key: str, call: WrittenCall, hold: float) -> None:
    leave_farewell(key, call.url, call.headers, call.body, hold)
