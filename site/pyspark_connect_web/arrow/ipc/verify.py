"""Whether IPC metadata is a sound FlatBuffer, before anything in it is believed.

The rules are those of `flatbuffers::Verifier`, which Arrow C++ applies to every message: each
number lies inside the buffer at a multiple of its size, each offset leads forward to something
whole, each string ends in a zero byte, and tables are neither too deep nor too many. They hold
for fields that this module does not read, too. The tables are those of `Message.fbs` and
`Schema.fbs`.
"""

from __future__ import annotations

import struct
from typing import Any

from ..errors import ArrowInvalid

MAX_DEPTH = 128  # of tables, as in Arrow C++
TABLES_PER_BYTE = 8  # that a message may be made of, counted as often as they are referred to

_U16, _I32, _U32 = struct.Struct("<H"), struct.Struct("<i"), struct.Struct("<I")

# Per table its slots in order: the size of a number, "string", [size of an item] for a vector of
# numbers or structs, ["Table"] for a vector of tables, "Table" for one, and {number: "Table"} for
# a union whose number is in the slot before.
_TYPES = {
    **dict.fromkeys((1, 4, 5, 6, 12, 13, 19, 20, 21, 22, 23, 24, 25, 26), "Empty"),
    2: "Int", 3: "FloatingPoint", 7: "Decimal", 8: "Date", 9: "Time", 10: "Timestamp",
    11: "Interval", 14: "Union", 15: "FixedSizeBinary", 16: "FixedSizeList", 17: "Map",
    18: "Duration",
}  # fmt: skip


_TABLES: dict[str, tuple[Any, ...]] = {
    "Message": (2, 1, {1: "Schema", 2: "DictionaryBatch", 3: "RecordBatch"}, 8, ["KeyValue"]),
    "Schema": (2, ["Field"], ["KeyValue"], [8]),
    "Field": ("string", 1, 1, _TYPES, "DictionaryEncoding", ["Field"], ["KeyValue"]),
    "KeyValue": ("string", "string"),
    "DictionaryEncoding": (8, "Int", 1, 2),
    "DictionaryBatch": (8, "RecordBatch", 1),
    "RecordBatch": (8, [16], [16], "BodyCompression", [8]),
    "BodyCompression": (1, 1),
    "Empty": (),
    "Int": (4, 1),
    "FloatingPoint": (2,),
    "Decimal": (4, 4, 4),
    "Date": (2,),
    "Time": (2, 4),
    "Timestamp": (2, "string"),
    "Interval": (2,),
    "Union": (2, [4]),
    "FixedSizeBinary": (4,),
    "FixedSizeList": (4,),
    "Map": (1,),
    "Duration": (2,),
}


def verify_message(metadata: memoryview) -> None:
    """Raise ArrowInvalid unless `metadata` is a sound `Message`."""
    verifier = _Verifier(metadata)
    verifier.table(verifier.target(0), "Message", 1)


class _Verifier:
    def __init__(self, buffer: memoryview) -> None:
        self._buffer = buffer
        self._size = len(buffer)
        self._left = TABLES_PER_BYTE * len(buffer)

    def table(self, position: int, name: str, depth: int) -> None:
        """A table and all it refers to."""
        self._left -= 1
        if depth > MAX_DEPTH or self._left < 0:
            raise ArrowInvalid("IPC metadata is nested too deeply or refers to too many tables")
        vtable = position - self._number(_I32, position)
        size = self._number(_U16, vtable)
        if size < 4 or size % 2 or vtable + size > self._size:
            raise ArrowInvalid("IPC metadata has a malformed vtable")
        count = min((size - 4) // 2, len(_TABLES[name]))
        offsets = struct.unpack_from(f"<{count}H", self._buffer, vtable + 4)
        union_type = 0
        for offset, kind in zip(offsets, _TABLES[name], strict=False):
            if offset:
                self._field(position + offset, kind, union_type, depth)
            union_type = self._buffer[position + offset] if offset and kind == 1 else 0

    def _field(self, at: int, kind: Any, union_type: int, depth: int) -> None:
        if isinstance(kind, int):
            self._check(at, kind, kind)
            return
        target = self.target(at)
        if kind == "string":
            end = self._vector(target, 1)
            if end >= self._size or self._buffer[end] != 0:
                raise ArrowInvalid("IPC metadata has a string without an end")
        elif isinstance(kind, list):
            self._items(target, kind[0], depth)
        elif isinstance(kind, dict):
            if (name := kind.get(union_type)) is not None:
                self.table(target, name, depth + 1)
        else:
            self.table(target, kind, depth + 1)

    def _items(self, target: int, item: int | str, depth: int) -> None:
        if isinstance(item, int):
            self._vector(target, item)
            return
        end = self._vector(target, 4)
        for at in range(target + 4, end, 4):
            self.table(self.target(at), item, depth + 1)

    def _vector(self, target: int, item_size: int) -> int:
        """Where a vector ends."""
        end = target + 4 + item_size * int(self._number(_U32, target))
        if end > self._size:
            raise ArrowInvalid("IPC metadata has a vector beyond its end")
        return end

    def target(self, at: int) -> int:
        """Where the offset at a position leads."""
        offset: int = self._number(_U32, at)
        if not 0 < offset < self._size - at:
            raise ArrowInvalid("IPC metadata refers to a position outside of it")
        return at + offset

    def _number(self, form: struct.Struct, at: int) -> Any:
        self._check(at, form.size, form.size)
        return form.unpack_from(self._buffer, at)[0]

    def _check(self, at: int, size: int, alignment: int) -> None:
        if at < 0 or at + size > self._size:
            raise ArrowInvalid("IPC metadata refers to a position outside of it")
        if at % alignment:
            raise ArrowInvalid("IPC metadata has a misaligned number")
