"""Messages that are only their bytes until somebody looks inside.

The pure Python protobuf copies a message field by field, and PySpark copies a plan once for each
operation above it. A sealed copy is the encoding of what was copied, which is needed in the end
anyway: it costs no more than that, however often it is copied on. It opens when a field is asked
for, and its own submessages are sealed then.

A message keeps its values in ``_fields`` and the choices of its ``oneof``s in ``_oneofs``; protobuf
reads both by methods of ``dict``. Those of a sealed message are dictionaries that open it first.
"""

from __future__ import annotations

from typing import Any
from weakref import ref

PIECE_BYTES = 1 << 16
"""Pieces from this size on are handed on by reference, not copied into the next encoding."""

WITHIN_SEALED = -(1 << 30)
"""The depth that a sealed message is parsed at: its submessages are sealed, not parsed. So a plan
may be nested deeper than a parser follows; no message from outside is parsed at such a depth."""

Pieces = tuple[bytes, ...]


class _Opening(dict[Any, Any]):
    """A dictionary of a sealed message; its first use opens it."""

    __slots__ = ("message", "pieces")

    message: Any
    pieces: Pieces


class _Opened(dict[Any, Any]):
    """What such a dictionary becomes, in place: somebody may hold it already."""

    __slots__ = ("message", "pieces")

    message: Any
    pieces: Pieces


def _opening(name: str) -> Any:
    plain = getattr(dict, name)

    def method(self: _Opening, *args: Any) -> Any:
        open_sealed(self.message())
        return plain(self, *args)

    return method


for _name in (
    *("__contains__", "__delitem__", "__eq__", "__getitem__", "__iter__", "__len__", "__ne__"),
    *("__or__", "__repr__", "__reversed__", "__setitem__", "clear", "copy", "get", "items"),
    *("keys", "pop", "popitem", "setdefault", "update", "values"),
):
    setattr(_Opening, _name, _opening(_name))


def seal(message: Any, pieces: Pieces) -> None:
    """Have an empty message be of this content."""
    message._Modified()
    for name in ("_fields", "_oneofs"):
        opening = _Opening()
        opening.message, opening.pieces = ref(message), pieces
        setattr(message, name, opening)
    # As after ``ByteSize()``: from here on it tells its parent of the next change.
    message._cached_byte_size = sum(map(len, pieces))
    message._cached_byte_size_dirty = False
    message._listener_for_children.dirty = False


def sealed_pieces(message: Any) -> Pieces | None:
    """The encoding of a sealed message; None of any other."""
    fields = message._fields
    return fields.pieces if type(fields) is _Opening else None


def is_untouched(message: Any) -> bool:
    """Whether nothing is in it, not even a submessage that somebody may hold."""
    return type(message._fields) is dict and not message._fields and not message._unknown_fields


def open_sealed(message: Any) -> None:
    """Parse a sealed message; nobody is told, since nothing changes."""
    fields, oneofs = message._fields, message._oneofs
    data = memoryview(b"".join(fields.pieces))
    for opening in (fields, oneofs):
        opening.__class__, opening.message, opening.pieces = _Opened, None, ()
    dirty = message._cached_byte_size_dirty
    message._cached_byte_size_dirty = message._listener_for_children.dirty = True
    message._InternalParse(data, 0, len(data), WITHIN_SEALED - 1)
    message._cached_byte_size_dirty = message._listener_for_children.dirty = dirty
