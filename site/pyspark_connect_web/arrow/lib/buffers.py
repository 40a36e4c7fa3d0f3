"""`pyarrow.Buffer` and the in-memory files over it."""

from __future__ import annotations

from typing import Any

from ..errors import ArrowIndexError, Facade
from ..memory.data import view


class Buffer(Facade):
    """A contiguous piece of memory."""

    __slots__ = ("_view",)
    _view: memoryview

    def __init__(self) -> None:
        raise TypeError("Do not call Buffer's constructor directly, use `py_buffer` instead.")

    @classmethod
    def _of(cls, data: Any) -> Buffer:
        made = object.__new__(cls)
        made._view = view(data)
        return made

    @property
    def size(self) -> int:
        """The number of bytes."""
        return len(self._view)

    def __len__(self) -> int:
        return len(self._view)

    def __buffer__(self, _flags: int) -> memoryview:
        return self._view

    def __getitem__(self, key: Any) -> Any:
        return Buffer._of(self._view[key]) if isinstance(key, slice) else self._view[key]

    def __eq__(self, other: object) -> bool:
        if isinstance(other, Buffer):
            return self._view == other._view
        if isinstance(other, (bytes, bytearray, memoryview)):
            return self._view == other
        raise TypeError(f"a bytes-like object is required, not '{type(other).__name__}'")

    __hash__ = None  # type: ignore[assignment]

    def equals(self, other: Buffer) -> bool:
        """Whether both hold the same bytes."""
        return self._view == other._view

    def to_pybytes(self) -> bytes:
        """A copy as bytes."""
        return self._view.tobytes()

    def slice(self, offset: int = 0, length: int | None = None) -> Buffer:
        """A window on the same memory."""
        if offset < 0:
            raise IndexError("Offset must be non-negative")
        end = len(self._view) if length is None else offset + length
        if end < offset:
            raise ArrowIndexError("Negative buffer slice length")
        if end > len(self._view):
            raise ArrowIndexError("buffer slice would exceed buffer length")
        return Buffer._of(self._view[offset:end])

    def __reduce__(self) -> tuple[Any, ...]:
        return py_buffer, (self.to_pybytes(),)

    def __repr__(self) -> str:
        return f"<pyarrow.Buffer size={self.size} is_cpu=True is_mutable=False>"


def py_buffer(obj: Any) -> Buffer:
    """A Buffer over the memory of a bytes-like object, without a copy."""
    return obj if isinstance(obj, Buffer) else Buffer._of(memoryview(obj))


class BufferOutputStream(Facade):
    """A growing file in memory; `getvalue` closes it and gives its Buffer."""

    __slots__ = ("_parts", "closed")

    def __init__(self, memory_pool: object = None) -> None:
        self._parts: list[bytes | memoryview] = []
        self.closed = False

    def write(self, data: Any) -> int:
        """Append bytes; ValueError once closed."""
        if self.closed:
            raise ValueError("I/O operation on closed file.")
        self._parts.append(data if isinstance(data, bytes) else memoryview(data).tobytes())
        return len(self._parts[-1])

    def tell(self) -> int:
        """The number of bytes written."""
        return sum(map(len, self._parts))

    def getvalue(self) -> Buffer:
        """Close the stream and give all bytes written."""
        self.close()
        self._parts = [b"".join(self._parts)]
        return Buffer._of(self._parts[0])

    def flush(self) -> None:
        """Nothing to do: all is in memory."""

    def close(self) -> None:
        """Refuse further writes."""
        self.closed = True

    def __enter__(self) -> BufferOutputStream:
        return self

    def __exit__(self, *_exc: object) -> None:
        self.close()


class BufferReader(Facade):
    """A file that reads from a bytes-like object."""

    __slots__ = ("_position", "_view", "closed")

    def __init__(self, obj: Any) -> None:
        self._view = py_buffer(obj)._view
        self._position = 0
        self.closed = False

    def read(self, nbytes: int | None = None) -> bytes:
        """Up to `nbytes` bytes, all that is left without it."""
        return self.read_buffer(nbytes).to_pybytes()

    def read_buffer(self, nbytes: int | None = None) -> Buffer:
        """As `read`, but without a copy."""
        if self.closed:
            raise ValueError("I/O operation on closed file")
        end = len(self._view) if nbytes is None else self._position + nbytes
        piece = self._view[self._position : end]
        self._position += len(piece)
        return Buffer._of(piece)

    def tell(self) -> int:
        """The current position."""
        return self._position

    def size(self) -> int:
        """The number of bytes in the file."""
        return len(self._view)

    def close(self) -> None:
        """Mark as closed."""
        self.closed = True

    def __enter__(self) -> BufferReader:
        return self

    def __exit__(self, *_exc: object) -> None:
        self.close()
