"""Reading and writing FlatBuffers, as far as Arrow's IPC metadata needs it.

Layout (FlatBuffers "Internals"): a table starts with a signed offset back to its vtable; the
vtable holds its own size, the table's size and per field the field's position (0 when absent).
Every position is checked against the buffer before it is read, so a hostile buffer can only raise
ArrowInvalid.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from typing import Any

from ..errors import ArrowInvalid

_U16, _I32, _U32 = struct.Struct("<H"), struct.Struct("<i"), struct.Struct("<I")


_SCALARS = {code: struct.Struct(f"<{code}") for code in "?bBhHiIqQ"}


class TableReader:
    """One table inside `buffer`; `budget` bounds how many tables one message may make us read."""

    __slots__ = ("_fields", "_position", "budget", "buffer")

    def __init__(self, buffer: memoryview, position: int, budget: list[int]) -> None:
        budget[0] -= 1
        if budget[0] < 0:
            raise ArrowInvalid("IPC metadata refers to more tables than it can hold")
        self.buffer = buffer
        self.budget = budget
        self._position = position
        vtable = position - _read(_I32, buffer, position)
        size = _read(_U16, buffer, vtable)
        if size < 4 or size % 2 or vtable + size > len(buffer):
            raise ArrowInvalid("IPC metadata has a malformed vtable")
        self._fields = struct.unpack_from(f"<{(size - 4) // 2}H", buffer, vtable + 4)

    @classmethod
    def root(cls, buffer: memoryview) -> TableReader:
        """The table a whole buffer holds."""
        return cls(buffer, _read(_U32, buffer, 0), [len(buffer) // 4 + 16])

    def _at(self, slot: int) -> int:
        """The absolute position of a field, 0 when it is absent."""
        if slot >= len(self._fields) or not self._fields[slot]:
            return 0
        return self._position + int(self._fields[slot])

    def has(self, slot: int) -> bool:
        """Whether a field is there."""
        return self._at(slot) != 0

    def scalar(self, slot: int, code: str, default: Any = 0) -> Any:
        """A number (or bool) field; `code` as in the `struct` module."""
        position = self._at(slot)
        return _read(_SCALARS[code], self.buffer, position) if position else default

    def _target(self, slot: int) -> int:
        position = self._at(slot)
        return position + int(_read(_U32, self.buffer, position)) if position else 0

    def table(self, slot: int) -> TableReader | None:
        """A table field (or a union's value)."""
        position = self._target(slot)
        return TableReader(self.buffer, position, self.budget) if position else None

    def string(self, slot: int) -> str | None:
        """A string field, decoded; ArrowInvalid when it is not UTF-8."""
        position = self._target(slot)
        if not position:
            return None
        size = _read(_U32, self.buffer, position)
        raw = self.buffer[position + 4 : position + 4 + size]
        if len(raw) != size:
            raise ArrowInvalid("IPC metadata has a string beyond its end")
        try:
            return str(raw, "utf-8")
        except UnicodeDecodeError:
            raise ArrowInvalid("IPC metadata has a string that is not UTF-8") from None

    def vector(self, slot: int, item_size: int) -> tuple[int, int]:
        """(position of the first item, number of items) of a vector field."""
        position = self._target(slot)
        if not position:
            return 0, 0
        count = _read(_U32, self.buffer, position)
        if count * item_size > len(self.buffer) - position - 4:
            raise ArrowInvalid("IPC metadata has a vector beyond its end")
        return position + 4, count

    def tables(self, slot: int) -> list[TableReader]:
        """A vector of tables."""
        start, count = self.vector(slot, 4)
        positions = range(start, start + 4 * count, 4)
        return [
            TableReader(self.buffer, p + _read(_U32, self.buffer, p), self.budget)
            for p in positions
        ]

    def structs(self, slot: int, layout: str) -> list[tuple[Any, ...]]:
        """A vector of structs; `layout` as in the `struct` module, padding included."""
        form = struct.Struct(layout)
        start, count = self.vector(slot, form.size)
        return list(form.iter_unpack(self.buffer[start : start + count * form.size]))


def _read(form: struct.Struct, buffer: memoryview, position: int) -> Any:
    if position < 0 or position + form.size > len(buffer):
        raise ArrowInvalid("IPC metadata refers to a position outside of it")
    return form.unpack_from(buffer, position)[0]


class Builder:
    """Writes a FlatBuffer from its end to its start, so that every offset points forward.

    The methods return the object's distance from the end of the buffer, to be put into the
    objects that refer to it.
    """

    def __init__(self) -> None:
        self._reversed = bytearray()  # the last byte of the buffer comes first

    def _put(self, raw: bytes) -> None:
        self._reversed += raw[::-1]

    def _align(self, size: int, following: int = 0) -> None:
        """Pad so that after `following` more bytes the position is a multiple of `size`."""
        self._reversed += bytes(-(len(self._reversed) + following) % size)

    def _put_offset(self, target: int) -> None:
        """A 4-byte offset from where it stands to an object already written."""
        self._align(4)
        self._put(_U32.pack(len(self._reversed) + 4 - target))

    def string(self, text: str | bytes) -> int:
        """A zero-terminated string with its length."""
        raw = text.encode() if isinstance(text, str) else text
        self._align(4, len(raw) + 1)
        self._put(raw + b"\0")
        self._put(_U32.pack(len(raw)))
        return len(self._reversed)

    def offsets(self, targets: Sequence[int]) -> int:
        """A vector of tables or strings."""
        self._align(4, 4 * len(targets))
        for target in reversed(targets):
            self._put_offset(target)
        self._put(_U32.pack(len(targets)))
        return len(self._reversed)

    def structs(self, layout: str, items: Sequence[tuple[Any, ...]]) -> int:
        """A vector of structs, aligned to 8 bytes."""
        form = struct.Struct(layout)
        self._align(8, form.size * len(items))
        self._align(4, form.size * len(items))
        self._put(b"".join([form.pack(*item) for item in items]))
        self._put(_U32.pack(len(items)))
        return len(self._reversed)

    def table(self, fields: dict[int, tuple[str, Any]]) -> int:
        """A table of slot to (kind, value): kind is a `struct` code, or ``"*"`` for an offset."""
        ends: dict[int, int] = {}
        for slot, (kind, value) in sorted(fields.items(), key=lambda item: -_size(item[1][0])):
            if kind == "*":
                self._put_offset(value)
            else:
                self._align(_size(kind))
                self._put(_SCALARS[kind].pack(value))
            ends[slot] = len(self._reversed)
        self._align(4)
        slots = max(fields, default=-1) + 1
        vtable_size = 4 + 2 * slots
        self._put(_I32.pack(vtable_size))  # the vtable comes right before the table
        start = len(self._reversed)
        positions = [start - ends[slot] if slot in ends else 0 for slot in range(slots)]
        first = min(ends.values(), default=start)
        size = start - first + (_size(_kind_at(fields, ends, first)) if ends else 4)
        self._put(struct.pack(f"<{2 + slots}H", vtable_size, size, *positions))
        return start

    def finish(self, root: int) -> bytes:
        """The whole buffer, a multiple of 8 bytes long."""
        self._align(8, 4)
        self._put(_U32.pack(len(self._reversed) + 4 - root))
        return bytes(reversed(self._reversed))


def _size(kind: str) -> int:
    return 4 if kind == "*" else _SCALARS[kind].size


def _kind_at(fields: dict[int, tuple[str, Any]], ends: dict[int, int], end: int) -> str:
    return next(fields[slot][0] for slot, where in ends.items() if where == end)
