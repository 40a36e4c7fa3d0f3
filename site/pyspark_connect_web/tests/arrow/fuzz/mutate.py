"""Mutations of streams: of bits, of bytes, of numbers that mean something, of whole messages."""

from __future__ import annotations

import struct
from collections.abc import Callable, Sequence
from random import Random

import pyarrow as pa

from .places import Message, Place, Stream

BOMB_BYTES = 1 << 20  # that a frame of a few hundred bytes decompresses to
_EXTREMES = (0, 1, 2, 3, 7, 8, 16, 63, 64, 127, 128, 255, 256, 65535, 65536)


def mutated(rng: Random, streams: Sequence[Stream]) -> bytes:
    """One of the streams, mutated once, seldom twice."""
    source = rng.choice(streams)
    data = rng.choices(_WHOLE, _WHOLE_WEIGHTS)[0](rng, source, streams)
    if rng.random() < 0.1:
        data = _any_bytes(rng, data)
    return data


def _put(data: bytes, place: Place, value: int) -> bytes:
    raw = (value % (1 << 8 * place.size)).to_bytes(place.size, "little")
    return data[: place.position] + raw + data[place.position + place.size :]


def _get(data: bytes, place: Place) -> int:
    return int.from_bytes(data[place.position : place.position + place.size], "little")


def _number(rng: Random, old: int, size: int) -> int:
    """A number that is likely to be wrong in an interesting way."""
    way = rng.randrange(8)
    if way == 0:
        return old + rng.choice((-8, -4, -2, -1, 1, 2, 4, 8))
    if way == 1:
        return rng.choice(_EXTREMES)
    if way == 2:
        return -rng.choice(_EXTREMES)
    if way == 3:
        return 1 << rng.randrange(8 * size)
    if way == 4:
        return (1 << rng.randrange(1, 8 * size + 1)) - 1
    if way == 5:
        return old ^ 1 << rng.randrange(8 * size)
    if way == 6:
        return rng.randrange(48)
    return rng.getrandbits(8 * size)


def _numbers(rng: Random, source: Stream, _streams: Sequence[Stream]) -> bytes:
    """One or two places hold other numbers, perhaps one another's."""
    data = source.data
    for _ in range(rng.choice((1, 1, 1, 2))):
        places = source.meaning if rng.random() < 0.9 else source.structure
        place = rng.choice(places)
        if rng.random() < 0.15:
            value = _get(data, rng.choice(places))
        else:
            value = _number(rng, _get(data, place), place.size)
        data = _put(data, place, value)
    return data


def _bits(rng: Random, source: Stream, _streams: Sequence[Stream]) -> bytes:
    data = bytearray(source.data)
    for _ in range(rng.choice((1, 1, 2, 5))):
        bit = rng.randrange(8 * len(data))
        data[bit // 8] ^= 1 << bit % 8
    return bytes(data)


def _body(rng: Random, source: Stream, _streams: Sequence[Stream]) -> bytes:
    """Some bytes of a body are others."""
    message = rng.choice([m for m in source.messages if m.end > m.body] or source.messages)
    data = bytearray(source.data)
    for _ in range(rng.choice((1, 2, 4))):
        at = rng.randrange(message.body, message.end) if message.end > message.body else 0
        data[at] = rng.choice((0, 1, 0x7F, 0x80, 0xFF, data[at] ^ 1, rng.getrandbits(8)))
    return bytes(data)


def _any_bytes(rng: Random, data: bytes) -> bytes:
    """Some bytes overwritten, put in or taken out."""
    if not data:
        return data
    at, size = rng.randrange(len(data)), rng.choice((1, 1, 2, 4, 8, 16))
    way = rng.randrange(4)
    if way == 0:
        return data[:at] + rng.randbytes(size) + data[at:]
    if way == 1:
        return data[:at] + data[at + size :]
    if way == 2:
        return data[:at] + bytes([rng.choice((0, 0xFF, 0x80))]) * size + data[at + size :]
    return data[:at] + rng.randbytes(size) + data[at + size :]


def _edited(rng: Random, source: Stream, _streams: Sequence[Stream]) -> bytes:
    return _any_bytes(rng, source.data)


def _cut(rng: Random, source: Stream, _streams: Sequence[Stream]) -> bytes:
    return source.data[: rng.randrange(len(source.data))]


def _spliced(rng: Random, source: Stream, streams: Sequence[Stream]) -> bytes:
    """The head of one stream and the tail of another, or a piece of another inside."""
    other = rng.choice(streams).data
    start = rng.randrange(0, len(source.data), 4)
    tail = rng.randrange(0, len(other), 4)
    if rng.random() < 0.5:
        return source.data[:start] + other[tail:]
    piece = other[tail : tail + rng.randrange(4, 200, 4)]
    return source.data[:start] + piece + source.data[start + len(piece) :]


def _reordered(rng: Random, source: Stream, streams: Sequence[Stream]) -> bytes:
    """Messages dropped, doubled, swapped, or taken from another stream."""
    parts = [source.data[m.start : m.end] for m in source.messages]
    other = rng.choice(streams)
    foreign = rng.choice([other.data[m.start : m.end] for m in other.messages])
    i, j = rng.randrange(len(parts)), rng.randrange(len(parts))
    way = rng.randrange(5)
    if way == 0:
        del parts[i]
    elif way == 1:
        parts.insert(i, parts[j])
    elif way == 2:
        parts[i], parts[j] = parts[j], parts[i]
    elif way == 3:
        parts.insert(i, foreign)
    else:
        parts[i] = foreign
    return b"".join(parts)


def _frame(rng: Random) -> bytes:
    """A compressed buffer whose length prefix tells the truth or not."""
    content = rng.choice((
        b"", bytes(8), rng.randbytes(40), bytes(512), bytes(BOMB_BYTES), b"\x01" * BOMB_BYTES,
    ))  # fmt: skip
    packed = pa.Codec(rng.choice(("zstd", "zstd", "zstd", "lz4"))).compress(content, asbytes=True)
    claimed = rng.choice((
        len(content), len(content), len(content), len(content) + 1, len(content) - 1, 0, -1, 8,
        2**20, 2**31 - 1, 2**40, -2,
    ))  # fmt: skip
    if rng.random() < 0.3:
        packed = _any_bytes(rng, packed)
    if rng.random() < 0.1:
        packed += packed
    return struct.pack("<q", claimed) + packed


def _refilled(rng: Random, source: Stream, streams: Sequence[Stream]) -> bytes:
    """A buffer of a batch becomes a compressed frame behind the old body."""
    batches = [m for m in source.messages if m.buffers and m.body_length]
    if not batches:
        return _numbers(rng, source, streams)
    message: Message = rng.choice(batches)
    offset, length = rng.choice(message.buffers)
    frame = _frame(rng)
    padded = frame + bytes(-len(frame) % 8)
    assert message.body_length is not None
    data = _put(source.data, message.body_length, message.end - message.body + len(padded))
    data = _put(data, offset, message.end - message.body)
    data = _put(data, length, len(frame))
    return data[: message.end] + padded + data[message.end :]


_Mutation = Callable[[Random, Stream, Sequence[Stream]], bytes]
_WEIGHTS: dict[_Mutation, int] = {
    _numbers: 40, _body: 20, _bits: 12, _edited: 5, _cut: 3, _spliced: 6, _reordered: 6,
    _refilled: 8,
}  # fmt: skip
_WHOLE, _WHOLE_WEIGHTS = list(_WEIGHTS), list(_WEIGHTS.values())
