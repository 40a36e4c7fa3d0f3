"""What generated stubs import of grpcio's private ``grpc._utilities``."""

from __future__ import annotations


def first_version_is_lower(first: str, second: str) -> bool:
    """Whether grpcio ``first`` is older than ``second``; False where that cannot be told."""
    try:
        return _numbers(first) < _numbers(second)
    except ValueError:
        return False


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split(".")[:3])
