"""Bitmaps: one bit per value, least significant bit first.

Arrow columnar format, "Validity bitmaps". A set bit means "valid" (or True). Offsets
and lengths here count bits.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import chain

_BITS_OF_BYTE = [tuple(bool(byte >> i & 1) for i in range(8)) for byte in range(256)]


def unpack(bits: memoryview, offset: int, length: int) -> list[bool]:
    """The `length` bits from bit `offset` on, as booleans."""
    first, last = offset >> 3, (offset + length + 7) >> 3
    values = list(chain.from_iterable(map(_BITS_OF_BYTE.__getitem__, bits[first:last])))
    start = offset & 7
    return values[start : start + length]


def pack(values: Iterable[object]) -> bytes:
    """The bitmap of `values`' truth, padded with zero bits to a whole byte."""
    digits = "".join(["1" if value else "0" for value in values])
    if not digits:
        return b""
    return int(digits[::-1], 2).to_bytes((len(digits) + 7) >> 3, "little")


def copy(bits: memoryview, offset: int, length: int) -> bytes:
    """The `length` bits from bit `offset` on, moved to bit 0; unused bits are zero."""
    number = int.from_bytes(bits[offset >> 3 : (offset + length + 7) >> 3], "little")
    number = number >> (offset & 7) & ((1 << length) - 1)
    return number.to_bytes((length + 7) >> 3, "little")


def count_unset(bits: memoryview, offset: int, length: int) -> int:
    """How many of the `length` bits from bit `offset` on are zero."""
    number = int.from_bytes(bits[offset >> 3 : (offset + length + 7) >> 3], "little")
    return length - (number >> (offset & 7) & ((1 << length) - 1)).bit_count()
