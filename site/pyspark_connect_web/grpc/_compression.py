"""Compression algorithms by grpcio's names."""

from __future__ import annotations

import enum


@enum.unique
class Compression(enum.IntEnum):
    """Only ``NoCompression`` can be asked for."""

    NoCompression = 0
    Deflate = 1
    Gzip = 2


def refuse_compression(compression: Compression | None) -> None:
    """Let nothing but none pass.

    Raises:
        NotImplementedError: an algorithm was asked for.
    """
    if compression not in (None, Compression.NoCompression):
        raise NotImplementedError(f"compression={compression!r}: grpc-web bodies go uncompressed")
