"""LZ4 frames, decoded in Python: slower than zstd, which the standard library has.

https://github.com/lz4/lz4/blob/dev/doc/lz4_Frame_format.md and lz4_Block_format.md beside it.
"""

from __future__ import annotations

import struct

from ..errors import ArrowInvalid

_MAGIC = b"\x04\x22\x4d\x18"


_INDEPENDENT, _BLOCK_SUM, _SIZE, _CONTENT_SUM, _DICTIONARY = 0x20, 0x10, 0x08, 0x04, 0x01


_VERSION, _VERSION_MASK = 0x40, 0xC0


_STORED = 1 << 31
_MIN_MATCH = 4
_LONG = 15
_WORD = 0xFFFFFFFF
_PRIMES = (2654435761, 2246822519, 3266489917, 668265263, 374761393)


def decompress(frame: memoryview, limit: int) -> bytearray:
    """The content of one frame.

    Raises ArrowInvalid where the frame is damaged, or holds more than ``limit`` bytes.
    """
    try:
        return _frame(bytes(frame), limit)
    except (IndexError, struct.error):
        raise ArrowInvalid("A compressed buffer ends within its lz4 frame") from None


def _frame(data: bytes, limit: int) -> bytearray:
    flags, begin = _header(data)
    out = bytearray()
    while size := struct.unpack_from("<I", data, begin)[0]:
        begin += 4
        block = data[begin : begin + (size & ~_STORED)]
        begin += len(block)
        if len(block) != size & ~_STORED:
            raise IndexError
        if flags & _BLOCK_SUM:
            _check(block, data, begin)
            begin += 4
        if size & _STORED:
            out += block
        else:
            _block(block, out, len(out) if flags & _INDEPENDENT else 0, limit)
        if len(out) > limit:
            raise ArrowInvalid(f"A compressed buffer holds more than {limit} bytes")
    end = begin + 4
    if flags & _CONTENT_SUM:
        _check(bytes(out), data, end)
        end += 4
    if end < len(data):
        raise ArrowInvalid(f"In a compressed buffer {len(data) - end} bytes follow its lz4 frame")
    return out


def _header(data: bytes) -> tuple[int, int]:
    """The frame's flags, and where its first block begins."""
    if data[:4] != _MAGIC:
        raise ArrowInvalid("A compressed buffer is not an lz4 frame")
    flags = data[4]
    end = 6 + (8 if flags & _SIZE else 0)
    if flags & _VERSION_MASK != _VERSION or flags & _DICTIONARY:
        raise ArrowInvalid("A compressed buffer is an lz4 frame of an unknown kind")
    if data[end] != xxh32(data[4:end]) >> 8 & 0xFF:
        raise ArrowInvalid("A compressed buffer has a damaged lz4 header")
    return flags, end + 1


def _check(content: bytes, data: bytes, at: int) -> None:
    if struct.unpack_from("<I", data, at)[0] != xxh32(content):
        raise ArrowInvalid("A compressed buffer does not have the checksum that it names")


def _block(block: bytes, out: bytearray, history: int, limit: int) -> None:
    """Append a block's content; its matches may reach back to ``history``."""
    at = 0
    while True:
        token = block[at]
        literals, at = _length(token >> 4, block, at + 1)
        if at + literals > len(block):
            raise IndexError
        out += block[at : at + literals]
        at += literals
        if at == len(block):
            return
        offset = block[at] | block[at + 1] << 8
        match, at = _length(token & _LONG, block, at + 2)
        match += _MIN_MATCH
        begin = len(out) - offset
        if offset == 0 or begin < history or len(out) + match > limit:
            raise ArrowInvalid("A compressed buffer has an lz4 match out of bounds")
        # A match may overlap what it makes: then it repeats its first bytes.
        piece = out[begin : begin + match]
        out += piece if offset >= match else (piece * (match // offset + 1))[:match]


def _length(nibble: int, block: bytes, at: int) -> tuple[int, int]:
    """A length that goes on in further bytes, and where they end."""
    length = nibble
    if nibble == _LONG:
        while True:
            more = block[at]
            at += 1
            length += more
            if more != 0xFF:
                break
    return length, at


def _rotated(word: int, bits: int) -> int:
    return (word << bits | word >> 32 - bits) & _WORD


def xxh32(data: bytes) -> int:
    """XXH32 with seed 0: https://github.com/Cyan4973/xxHash/blob/dev/doc/xxhash_spec.md."""
    one, two, three, four, five = _PRIMES
    whole = len(data) & ~15
    if whole:
        a, b, c, d = (one + two) & _WORD, two, 0, -one & _WORD
        # Written out: a call for each rotation would take twice as long.
        for p, q, r, s in struct.iter_unpack("<4I", data[:whole]):
            a = a + p * two & _WORD
            a = (a << 13 | a >> 19) * one & _WORD
            b = b + q * two & _WORD
            b = (b << 13 | b >> 19) * one & _WORD
            c = c + r * two & _WORD
            c = (c << 13 | c >> 19) * one & _WORD
            d = d + s * two & _WORD
            d = (d << 13 | d >> 19) * one & _WORD
        total = _rotated(a, 1) + _rotated(b, 7) + _rotated(c, 12) + _rotated(d, 18)
    else:
        total = five
    total += len(data)
    words = len(data) & ~3
    for (word,) in struct.iter_unpack("<I", data[whole:words]):
        total = _rotated((total + word * three) & _WORD, 17) * four
    for byte in data[words:]:
        total = _rotated((total + byte * five) & _WORD, 11) * one
    total &= _WORD
    total = (total ^ total >> 15) * two & _WORD
    total = (total ^ total >> 13) * three & _WORD
    return total ^ total >> 16
