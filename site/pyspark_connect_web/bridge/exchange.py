"""One request and what comes back, record by record."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from ..errors import BridgeError
from .layout import Kind, Wake

DEADLINE_GRACE_SECONDS = 5.0
"""The I/O worker ends a call at its deadline; the kernel gives up this much later."""


@dataclass(frozen=True)
class Head:
    """HTTP status line and headers; header names are lower case."""

    status: int
    url: str
    redirected: bool
    headers: tuple[tuple[str, str], ...]

    def get(self, name: str) -> str | None:
        """The value of a header, or None."""
        return next((value for key, value in self.headers if key == name), None)


@dataclass(frozen=True)
class Message:
    """One whole gRPC message."""

    data: bytes


@dataclass(frozen=True)
class Data:
    """Bytes of a body that is not split into frames."""

    data: bytes


@dataclass(frozen=True)
class Trailers:
    """The text of a grpc-web trailer frame."""

    text: str


@dataclass(frozen=True)
class End:
    """The body ended where a body may end."""


@dataclass(frozen=True)
class Failure:
    """The exchange broke.

    ``reason`` is one of ``cut``, ``cors``, ``unreachable``, ``mixed-content`` (see
    ``pcw_reachability.js``), ``login-ended``, ``login-untimely``, ``signed-out``
    (``pcw_login.js``), ``deadline``, ``compressed`` or ``too-large``.
    """

    reason: str
    message: str


TICK_SECONDS = 1.0
"""How often a call that blocks lets others see that it does."""

SOON_SECONDS = 0.05
"""The same while somebody has something that must not wait so long."""

_on_tick: list[Callable[[], None]] = []
_soon: list[Callable[[], bool]] = []
_on_sign_out: list[Callable[[], None]] = []

SIGNED_OUT = "signed-out"


def on_tick(callback: Callable[[], None], soon: Callable[[], bool] | None = None) -> None:
    """Have ``callback`` called every ``TICK_SECONDS`` while a call waits; not in quick ones.

    While ``soon()`` says so, all callbacks are called every ``SOON_SECONDS``.
    """
    _on_tick.append(callback)
    if soon is not None:
        _soon.append(soon)


def on_sign_out(callback: Callable[[], None]) -> None:
    """Have ``callback`` called when a call learns that somebody has signed out in this browser.

    What the site's own Spark had for this kernel is gone then.
    """
    _on_sign_out.append(callback)


def _tick_ms() -> float:
    return (SOON_SECONDS if any(soon() for soon in _soon) else TICK_SECONDS) * 1000


Record = Head | Message | Data | Trailers | End | Failure


class Exchange:
    """A live call. Use it from one place at a time, and close it; closing early cancels."""

    def __init__(self, half: Any, timeout: float | None) -> None:
        self._half = half
        self._timeout_ms = (
            float("inf") if timeout is None else (timeout + DEADLINE_GRACE_SECONDS) * 1000
        )
        self._open = True

    def next(self) -> Record:
        """Block for the next record; nothing follows ``End`` and ``Failure``.

        Raises:
            KeyboardInterrupt: the page asked for it; the call is cancelled.
            BridgeError: the I/O worker died.
        """
        if not self._open:
            raise BridgeError("This call has ended.")
        try:
            kind = self._wait()
        except BaseException:
            self.close()
            raise
        if kind < 0:
            return self._woken(Wake(kind))
        return self._record(Kind(kind))

    def _wait(self) -> int:
        begun = time.monotonic()
        left = self._timeout_ms
        while (kind := self._half.next(left, _tick_ms())) == Wake.TICK:
            for callback in _on_tick:
                callback()
            left = self._timeout_ms - (time.monotonic() - begun) * 1000
        return int(kind)

    def close(self) -> None:
        """Cancel the call if it is still live, and give its ring back. Idempotent."""
        if self._open:
            self._half.cancel()
            self._finish()

    def __del__(self) -> None:
        if getattr(self, "_open", False):
            self.close()

    def _finish(self) -> None:
        self._open = False
        self._half.release()

    def _record(self, kind: Kind) -> Record:
        if kind is Kind.MESSAGE:
            return Message(self._half.payload.to_bytes())
        if kind is Kind.DATA:
            return Data(self._half.payload.to_bytes())
        text = self._half.text()
        if kind is Kind.HEAD:
            head = json.loads(text)
            headers = tuple((name, value) for name, value in head["headers"])
            return Head(head["status"], head["url"], head["redirected"], headers)
        if kind is Kind.TRAILERS:
            return Trailers(text)
        self._finish()
        if kind is Kind.END:
            return End()
        failure = json.loads(text)
        if failure["reason"] == SIGNED_OUT:
            for callback in _on_sign_out:
                callback()
        return Failure(failure["reason"], failure.get("message", ""))

    def _woken(self, wake: Wake) -> Record:
        length = self._half.text() if wake is Wake.TOO_LARGE else ""
        self.close()
        if wake is Wake.INTERRUPTED:
            raise KeyboardInterrupt
        if wake is Wake.DEAD:
            raise BridgeError(
                "The page's I/O worker has died (the browser's console has the error); restart "
                "the kernel."
            )
        if wake is Wake.TOO_LARGE:
            return Failure("too-large", length)
        return Failure("deadline", "")
