"""Call objects: what a multi-callable returns or raises. Class names are those of grpcio."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections import deque
from collections.abc import Callable, Iterator
from types import TracebackType
from typing import Any

from ._metadata import Metadata
from ._reader import Reader
from ._status import RpcError, Status, StatusCode

Deserializer = Callable[[bytes], Any] | None


class FutureTimeoutError(Exception):
    """A future's result was not there in time."""


class FutureCancelledError(Exception):
    """A future's call was cancelled."""


class RpcContext(ABC):
    """Base of everything that tells of one call."""

    @abstractmethod
    def is_active(self) -> bool:
        """Whether it has not ended."""

    @abstractmethod
    def time_remaining(self) -> float | None:
        """Seconds to its deadline, or None without one."""

    @abstractmethod
    def cancel(self) -> Any:
        """End it now."""

    @abstractmethod
    def add_callback(self, callback: Callable[[], None]) -> bool:
        """Have the callback called when it ends; False if it has ended."""


class Call(RpcContext):
    """Base of everything that tells how one call went."""

    @abstractmethod
    def initial_metadata(self) -> Any:
        """Metadata before the first response; blocks for it."""

    @abstractmethod
    def trailing_metadata(self) -> Any:
        """Metadata after the last response; blocks for it."""

    @abstractmethod
    def code(self) -> Any:
        """The status code; blocks for it."""

    @abstractmethod
    def details(self) -> Any:
        """The status text; blocks for it."""


class Future(ABC):
    """Base of results that may be waited for."""

    @abstractmethod
    def cancel(self) -> bool:
        """Try to end the computation."""

    @abstractmethod
    def cancelled(self) -> bool:
        """Whether it was ended by :meth:`cancel`."""

    @abstractmethod
    def running(self) -> bool:
        """Whether it has not ended."""

    @abstractmethod
    def done(self) -> bool:
        """Whether it has ended."""

    @abstractmethod
    def result(self, timeout: float | None = None) -> Any:
        """The result; blocks for it, and raises what the computation raised."""

    @abstractmethod
    def exception(self, timeout: float | None = None) -> Any:
        """What the computation raised, or None; blocks for its end."""

    @abstractmethod
    def traceback(self, timeout: float | None = None) -> Any:
        """The traceback of that, or None; blocks for its end."""

    @abstractmethod
    def add_done_callback(self, fn: Callable[[Any], None]) -> None:
        """Have the function called with this future when it ends."""


def _traceback_of(error: BaseException | None) -> TracebackType | None:
    if error is None:
        return None
    try:
        raise error
    except type(error) as raised:
        return raised.__traceback__


class _EndedCall(Call, Future):
    """What holds for every call that has ended."""

    def is_active(self) -> bool:
        return False

    def time_remaining(self) -> float | None:
        return None

    def cancel(self) -> bool:
        return False

    def cancelled(self) -> bool:
        return False

    def running(self) -> bool:
        return False

    def done(self) -> bool:
        return True

    def add_done_callback(self, fn: Callable[[Any], None]) -> None:
        fn(self)

    def add_callback(self, callback: Callable[[], None]) -> bool:
        return False


class _InactiveRpcError(RpcError, _EndedCall):
    """A call that ended with a status other than OK; it is its own exception."""

    def __init__(self, status: Status, initial_metadata: Metadata) -> None:
        super().__init__(status.details)
        self._status = status
        self._initial_metadata = initial_metadata
        if status.sentence:
            # IPython asks for it; PySpark hands on what an upload ends with as it is.
            self._render_traceback_ = lambda: [f"RpcError: {self}"]

    def initial_metadata(self) -> Metadata:
        return self._initial_metadata

    def trailing_metadata(self) -> Metadata:
        return self._status.trailing_metadata

    def code(self) -> StatusCode:
        return self._status.code

    def details(self) -> str:
        return self._status.details

    def debug_error_string(self) -> str:
        return self._status.debug_error_string()

    def result(self, timeout: float | None = None) -> Any:
        raise self

    def exception(self, timeout: float | None = None) -> BaseException:
        return self

    def traceback(self, timeout: float | None = None) -> TracebackType | None:
        return _traceback_of(self)

    def __str__(self) -> str:
        return self._status.describe(type(self).__name__)

    __repr__ = __str__


class _LiveCall(RpcError, Call, Future):
    """A call under way. Reading is what moves it on; there is no thread that would."""

    def __init__(self, reader: Reader, deserializer: Deserializer) -> None:
        super().__init__()
        self._reader = reader
        self._deserialize = deserializer or (lambda data: data)
        self._callbacks: list[Callable[[], None]] = []

    def initial_metadata(self) -> Metadata:
        return self._reader.read_head()

    def trailing_metadata(self) -> Metadata:
        return self._ended().trailing_metadata

    def code(self) -> StatusCode:
        return self._ended().code

    def details(self) -> str:
        return self._ended().details

    def debug_error_string(self) -> str:
        return self._ended().debug_error_string()

    def is_active(self) -> bool:
        return self._reader.status is None

    def running(self) -> bool:
        return self._reader.status is None

    def done(self) -> bool:
        return self._reader.status is not None

    def time_remaining(self) -> float | None:
        return self._reader.time_remaining()

    def cancel(self) -> bool:
        cancelled = self._reader.cancel()
        if cancelled:
            self._tell()
        return cancelled

    def cancelled(self) -> bool:
        return self._reader.cancelled

    def add_callback(self, callback: Callable[[], None]) -> bool:
        if self.done():
            return False
        self._callbacks.append(callback)
        return True

    def add_done_callback(self, fn: Callable[[Any], None]) -> None:
        if not self.add_callback(lambda: fn(self)):
            fn(self)

    def exception(self, timeout: float | None = None) -> BaseException | None:
        self._check(timeout)
        status = self._ended()
        if self.cancelled():
            raise FutureCancelledError
        return None if status.code is StatusCode.OK else self

    def traceback(self, timeout: float | None = None) -> TracebackType | None:
        self._check(timeout)
        return _traceback_of(self.exception())

    def _check(self, timeout: float | None) -> None:
        if timeout is not None and not self.done():
            raise NotImplementedError(
                f"waiting with timeout={timeout}: only the call itself can have a deadline here, "
                "give timeout= to the call"
            )

    def _read(self) -> bytes | None:
        """The next message, or None; an interrupt ends the call before it goes on."""
        try:
            data = self._reader.message()
        except BaseException:
            self._reader.cancel()
            raise
        if data is None:
            self._tell()
        return data

    def _tell(self) -> None:
        callbacks, self._callbacks = self._callbacks, []
        for callback in callbacks:
            callback()

    def _ended(self) -> Status:
        """The status, once the call has ended; blocks for it."""
        raise NotImplementedError

    def __str__(self) -> str:
        status = self._reader.status
        if status is None:
            return f"<{type(self).__name__} object>"
        return status.describe(type(self).__name__)

    __repr__ = __str__


class _MultiThreadedRendezvous(_LiveCall):
    """A stream of responses; raises itself when it ends with a status other than OK."""

    def __init__(self, reader: Reader, deserializer: Deserializer) -> None:
        super().__init__(reader, deserializer)
        self._waiting: deque[bytes] = deque()

    def __iter__(self) -> Iterator[Any]:
        return self

    def __next__(self) -> Any:
        data = self._waiting.popleft() if self._waiting else self._read()
        if data is not None:
            return self._deserialize(data)
        status = self._ended()
        if status.code is StatusCode.OK:
            raise StopIteration
        self.args = (status.details,)
        raise self

    def _ended(self) -> Status:
        while self._reader.status is None:
            data = self._read()
            if data is not None:
                self._waiting.append(data)
        return self._reader.status

    def result(self, timeout: float | None = None) -> Any:
        raise NotImplementedError("result() of a response stream: iterate over it")


class _UnaryCall(_LiveCall):
    """One response to come."""

    def __init__(self, reader: Reader, deserializer: Deserializer) -> None:
        super().__init__(reader, deserializer)
        self._data: bytes | None = None
        self._response: Any = None

    def result(self, timeout: float | None = None) -> Any:
        """Block for the response; the same object each time, as grpcio gives it.

        Raises:
            RpcError: the call ended with a status other than OK.
            FutureCancelledError: it was cancelled here.
            NotImplementedError: a ``timeout`` of its own: give one to the call.
        """
        error = self.exception(timeout)
        if error is not None:
            raise error
        if self._response is None:
            assert self._data is not None
            self._response = self._deserialize(self._data)
        return self._response

    def exception(self, timeout: float | None = None) -> _InactiveRpcError | None:
        self._check(timeout)
        status = self._ended()
        if self.cancelled():
            raise FutureCancelledError
        if status.code is StatusCode.OK and self._data is not None:
            return None
        if status.code is StatusCode.OK:
            status = Status(StatusCode.INTERNAL, "The server sent no response message.")
        return _InactiveRpcError(status, self._reader.initial_metadata or ())

    def _ended(self) -> Status:
        while self._reader.status is None:
            data = self._read()
            if data is not None:
                self._data = data
        return self._reader.status


class _UnaryOutcome(_EndedCall):
    """A call with status OK of which nothing but its response is known."""

    def __init__(self, response: Any) -> None:
        self._response = response

    def initial_metadata(self) -> Metadata:
        return ()

    def trailing_metadata(self) -> Metadata:
        return ()

    def code(self) -> StatusCode:
        return StatusCode.OK

    def details(self) -> str:
        return ""

    def result(self, timeout: float | None = None) -> Any:
        return self._response

    def exception(self, timeout: float | None = None) -> BaseException | None:
        return None

    def traceback(self, timeout: float | None = None) -> TracebackType | None:
        return None


class UnansweredCall(_UnaryOutcome):
    """A call whose answer nobody reads: what its caller gets is an empty response."""

    def __init__(self, deserializer: Deserializer) -> None:
        super().__init__((deserializer or (lambda data: data))(b""))
