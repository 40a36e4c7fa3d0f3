"""Native Spark Connect clients, and how a process that has some can end.

PySpark has a native client ask its server for a last clean-up when Python exits (``atexit`` in its
``client/core.py``), and it tries a call again for ten minutes where nothing answers
(``DefaultPolicy`` in ``client/retries.py``), in the threads that release results too, for which an
exit waits. The servers of this project's commands and tests are stopped before they exit.
"""

from __future__ import annotations

import functools
import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import grpc

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

MOST_RETRIES = 3
"""One second: a server that is asked here answers, or it is gone."""


class _NoExitHandlers:
    """In place of the module ``atexit``: whoever makes a client closes it."""

    @staticmethod
    def register(handler: Any, *_args: Any, **_named: Any) -> Any:
        return handler

    @staticmethod
    def unregister(handler: Any) -> None: ...


def do_not_wait_for_stopped_servers() -> None:
    """From now on each client of this process gives up soon, and has no last words.

    Of any supported PySpark. Again does nothing.
    """
    from pyspark.sql.connect.client import core, retries

    policy = functools.partial(retries.DefaultPolicy, max_retries=MOST_RETRIES)
    vars(core).update(atexit=_NoExitHandlers, DefaultPolicy=policy)


@contextmanager
def trusted(authority: Path) -> Iterator[None]:
    """Meanwhile native clients of this process trust a PEM file's certificates.

    PySpark names none; who names one gets that.
    """
    usual = grpc.ssl_channel_credentials
    known = authority.read_bytes()
    grpc.ssl_channel_credentials = lambda root=None, *more: usual(root or known, *more)
    try:
        yield
    finally:
        grpc.ssl_channel_credentials = usual


@contextmanager
def native_session(remote: str) -> Iterator[SparkSession]:
    """A session of its own, ended on the server and closed here in any case."""
    from pyspark.sql import SparkSession

    do_not_wait_for_stopped_servers()
    spark = SparkSession.builder.remote(remote).create()
    try:
        yield spark
    finally:
        spark.stop()


def as_in_the_tab(given: Any, names: dict[str, str]) -> Any:
    """What a native client gave, with names of the tab's."""
    text = json.dumps(given)
    for native, name in names.items():
        text = text.replace(json.dumps(native), json.dumps(name))
    return json.loads(text)
