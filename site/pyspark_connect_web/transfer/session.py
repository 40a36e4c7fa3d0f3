"""The session whose file system is meant."""

from __future__ import annotations

from typing import Any

from ..errors import NO_SESSION, PcwError


class TransferError(PcwError):
    """A file cannot go where it was asked to; the sentence says why and what to do."""


def session_or_active(spark: Any) -> Any:
    """``spark``, or the kernel's active session.

    Raises:
        TransferError: there is none.
    """
    if spark is None:
        from pyspark.sql.connect.session import SparkSession

        spark = SparkSession.getActiveSession()
    if spark is None:
        raise TransferError(NO_SESSION)
    return spark
