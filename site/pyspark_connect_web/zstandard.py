"""The usual part of ``zstandard``, over Python's own ``compression.zstd`` (3.14)."""

from __future__ import annotations

from typing import Any, NoReturn

from compression import zstd  # type: ignore[import-not-found]

from .errors import MissingNameError

__version__ = "0.25.0"
"""The release of zstandard whose functions these are; PySpark asks for at least this one."""

ZstdError = zstd.ZstdError


def compress(data: bytes, level: int = 3) -> bytes:
    """One Zstandard frame of the data."""
    compressed: bytes = zstd.compress(data, level=level)
    return compressed


def decompress(data: bytes, max_output_size: int = 0) -> bytes:
    """The data of the frames."""
    plain: bytes = zstd.decompress(data)
    return plain


class ZstdCompressor:
    """Compresses whole texts; ``level`` as for :func:`compress`."""

    def __init__(self, level: int = 3) -> None:
        self._level = level

    def compress(self, data: bytes) -> bytes:
        """One frame."""
        return compress(data, self._level)

    def __getattr__(self, name: str) -> NoReturn:
        _refuse(f"ZstdCompressor.{name}")


class ZstdDecompressor:
    """Decompresses whole texts."""

    def decompress(self, data: bytes, max_output_size: int = 0) -> bytes:
        """The data of the frames."""
        return decompress(data, max_output_size)

    def __getattr__(self, name: str) -> NoReturn:
        _refuse(f"ZstdDecompressor.{name}")


def _refuse(name: str) -> NoReturn:
    raise MissingNameError(
        f"zstandard.{name} is not available in a browser tab: use Python's own compression.zstd, "
        "or install the real `zstandard` package."
    )


def __getattr__(name: str) -> Any:
    _refuse(name)
