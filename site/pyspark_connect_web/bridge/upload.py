"""Request bodies that leave Python's memory while they are made."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from .connection import connection

PART_BYTES = 1 << 20
"""About so many bytes of a body are in Python's memory, which in a tab never shrinks again."""


class Upload:
    """A body that lies with the I/O worker, to be sent as often as need be until it is closed."""

    def __init__(self) -> None:
        self._half = connection().upload()
        self.id: int = self._half.id
        self._open = True

    def add(self, data: bytes | bytearray) -> None:
        """Append bytes; they are copied.

        Raises:
            KeyboardInterrupt: the page asked for it.
        """
        if self._half.add(to_js(data)):
            raise KeyboardInterrupt

    def close(self) -> None:
        """Let go of the bytes. Calls under way keep what they need. Idempotent."""
        if self._open:
            self._open = False
            self._half.drop()

    def __del__(self) -> None:
        if getattr(self, "_open", False):
            self.close()


def gather(pieces: Iterable[bytes]) -> bytes | Upload:
    """A body of these pieces, in Python's memory if it is short."""
    upload = None
    part = bytearray()
    for piece in pieces:
        part += piece
        if len(part) >= PART_BYTES:
            upload = upload or Upload()
            upload.add(part)
            part.clear()
    if upload is None:
        return bytes(part)
    if part:
        upload.add(part)
    return upload


def to_js(data: bytes | bytearray | None) -> Any:
    """A ``Uint8Array`` with a copy of the bytes, or None."""
    if data is None:
        return None
    from pyodide.ffi import to_js as copied

    return copied(data)
