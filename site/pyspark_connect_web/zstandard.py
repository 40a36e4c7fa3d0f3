"""The part of ``zstandard`` that PySpark calls, over Python's own ``compression.zstd`` (3.14)."""

from __future__ import annotations

from compression import zstd  # type: ignore[import-not-found]

__version__ = "0.25.0"
"""The release of zstandard whose functions these are; PySpark asks for at least this one."""


def compress(data: bytes, level: int = 3) -> bytes:
    """One Zstandard frame of the data."""
    compressed: bytes = zstd.compress(data, level=level)
    return compressed


def decompress(data: bytes, max_output_size: int = 0) -> bytes:
    """The data of the frames."""
    plain: bytes = zstd.decompress(data)
    return plain
