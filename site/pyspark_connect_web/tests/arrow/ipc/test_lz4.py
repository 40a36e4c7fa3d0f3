"""LZ4 frames decode to what real pyarrow made them of; damaged ones end in ArrowInvalid."""

from __future__ import annotations

import random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyspark_connect_web.arrow.ipc.lz4 import decompress, xxh32

from ..support import facade, real, same, to_facade

CODEC = real.Codec("lz4")
SPECIFIED = {b"": 0x02CC5D05, b"a": 0x550D7456, b"abc": 0x32D153FF}
"""https://github.com/Cyan4973/xxHash/blob/dev/doc/xxhash_spec.md and its reference program."""


def framed(plain: bytes) -> memoryview:
    return memoryview(CODEC.compress(plain, asbytes=True))


@given(st.one_of(st.binary(max_size=5000), st.text("ab", max_size=5000).map(str.encode)))
def test_a_frame_gives_its_content(plain: bytes) -> None:
    assert decompress(framed(plain), len(plain)) == plain


@pytest.mark.parametrize("size", [0, 1, 65536, 300_000, 5_000_000])
@pytest.mark.parametrize("letters", [b"a", b"abcabd", bytes(range(256))])
def test_long_matches_and_many_blocks(size: int, letters: bytes) -> None:
    plain = (letters * (size // len(letters) + 1))[:size]
    assert decompress(framed(plain), size) == plain


def test_a_record_batch_with_lz4_is_read() -> None:
    table = real.table({"i": list(range(1000)), "s": ["spark", None] * 500})
    read = to_facade(table, options=real.ipc.IpcWriteOptions(compression="lz4"))
    assert same(read.to_pylist(), table.to_pylist())


@pytest.mark.parametrize("content", SPECIFIED)
def test_the_checksum_is_the_specified_one(content: bytes) -> None:
    assert xxh32(content) == SPECIFIED[content]


PLAIN = random.Random(1).randbytes(200) + b"spark " * 500
WITH_SUM = bytes(framed(PLAIN))


def with_content_sum(frame: bytes, plain: bytes) -> bytes:
    """The frame with a checksum of its content, as Spark's Java library writes it."""
    end = 6 + (8 if frame[4] & 0x08 else 0)
    flags = bytes([frame[4] | 0x04]) + frame[5:end]
    header = frame[:4] + flags + bytes([xxh32(flags) >> 8 & 0xFF])
    return header + frame[end + 1 :] + xxh32(plain).to_bytes(4, "little")


def test_a_wrong_checksum_of_the_content_is_invalid() -> None:
    whole = with_content_sum(WITH_SUM, PLAIN)
    assert decompress(memoryview(whole), len(PLAIN)) == PLAIN
    with pytest.raises(facade.ArrowInvalid, match="checksum"):
        decompress(memoryview(with_content_sum(WITH_SUM, b"other")), len(PLAIN))


def test_every_truncation_is_invalid() -> None:
    frame = framed(PLAIN)
    for size in range(len(frame) - 4):
        with pytest.raises(facade.ArrowInvalid):
            decompress(frame[:size], len(PLAIN))


@settings(max_examples=300, deadline=None)
@given(st.integers(0, len(WITH_SUM) * 8 - 1))
def test_a_flipped_bit_ends_soon_and_within_the_limit(bit: int) -> None:
    damaged = bytearray(WITH_SUM)
    damaged[bit // 8] ^= 1 << bit % 8
    try:
        out: Any = decompress(memoryview(bytes(damaged)), len(PLAIN))
    except facade.ArrowInvalid:
        return
    assert len(out) <= len(PLAIN)


def test_a_bomb_ends_at_the_limit() -> None:
    with pytest.raises(facade.ArrowInvalid):
        decompress(framed(bytes(10_000_000)), 1000)
