"""Compressed buffers of a record batch body (`Message.fbs`, table BodyCompression).

Each buffer: its uncompressed length as int64 (-1: not compressed after all), then a frame of zstd
or lz4.
"""

from __future__ import annotations

import sys
from collections.abc import Callable

from .. import ipc
from ..errors import ArrowInvalid, unsupported
from ..memory.data import EMPTY

LZ4_FRAME, ZSTD = 0, 1  # enum CompressionType


MAX_PLAIN_BYTES = 1 << 30
"""Of one message body, decompressed: a fraction of the memory that a tab can have."""


_STEP = 1 << 20
_FEED = 128  # compressed bytes at a time: a block of 4 bytes may hold 128 KiB


def decompress(buffer: memoryview, codec: int, limit: int = MAX_PLAIN_BYTES) -> memoryview:
    """The plain bytes of one buffer, at most `limit`.

    Memory grows with the real content, not with a claimed length. Raises ArrowInvalid for a
    damaged buffer.
    """
    if len(buffer) == 0:
        return EMPTY
    if len(buffer) < 8:
        raise ArrowInvalid("A compressed buffer is shorter than its length prefix")
    size = int.from_bytes(buffer[:8], "little", signed=True)
    if size == -1:
        return buffer[8:]
    if not 0 <= size <= limit:
        raise ArrowInvalid(f"A compressed buffer claims {size} bytes; at most {limit} are read")
    plain = (_zstd() if codec == ZSTD else ipc.lz4.decompress)(buffer[8:], size)
    if len(plain) != size:
        raise ArrowInvalid(f"A compressed buffer claims {size} bytes but holds {len(plain)}")
    return memoryview(plain) if size else EMPTY


def _zstd() -> Callable[[memoryview, int], bytes | bytearray]:
    """The standard library's zstd (Python 3.14), or the `zstandard` package."""
    if sys.version_info >= (3, 14):
        return _with_stdlib
    try:
        import zstandard  # noqa: F401
    except ImportError:
        raise unsupported("A zstd-compressed record batch without the zstandard package") from None
    return _with_zstandard


def _with_stdlib(compressed: memoryview, size: int) -> bytes:
    from compression import zstd  # type: ignore[import-not-found, unused-ignore]

    decompressor = zstd.ZstdDecompressor()
    parts: list[bytes] = []
    total, feed = 0, bytes(compressed)
    try:
        while total <= size and not decompressor.eof:
            part = decompressor.decompress(feed, max_length=_STEP)
            feed = b""
            if not part and decompressor.needs_input:
                break
            parts.append(part)
            total += len(part)
    except zstd.ZstdError as error:
        raise _not_a_frame(str(error)) from None
    if total <= size:
        _check_end(decompressor.eof, decompressor.unused_data)
    return b"".join(parts)


def _with_zstandard(compressed: memoryview, size: int) -> bytes:
    import zstandard

    decompressor = zstandard.ZstdDecompressor().decompressobj()
    parts: list[bytes] = []
    total = position = 0
    try:
        while total <= size and position < len(compressed) and not decompressor.eof:
            part = decompressor.decompress(compressed[position : position + _FEED])
            position += _FEED
            parts.append(part)
            total += len(part)
    except zstandard.ZstdError as error:
        raise _not_a_frame(str(error)) from None
    if total <= size:
        rest = decompressor.unused_data or compressed[position:]
        _check_end(decompressor.eof, rest)
    return b"".join(parts)


def _check_end(whole: bool, rest: bytes | memoryview) -> None:
    if not whole:
        raise _not_a_frame("it is cut")
    if rest:
        raise _not_a_frame(f"{len(rest)} bytes follow its end")


def _not_a_frame(why: str) -> ArrowInvalid:
    return ArrowInvalid(f"A compressed buffer is not a zstd frame: {why}")
