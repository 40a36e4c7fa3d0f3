"""Listeners of streaming queries: PySpark hears their events on a thread, and a tab has none."""

from __future__ import annotations

from types import ModuleType
from typing import Any, NoReturn

SENTENCE = (
    "A StreamingQueryListener hears its events on a thread, and a browser tab has none; ask the "
    "query itself instead: query.lastProgress, query.recentProgress, query.exception()."
)


def refuse_listeners(module: ModuleType) -> None:
    """Have ``spark.streams.addListener`` say so before the server is asked for events.

    ``module`` is ``pyspark.sql.connect.streaming.query``.
    """

    def refuse(self: Any, listener: Any) -> NoReturn:
        raise NotImplementedError(SENTENCE)

    module.StreamingQueryManager.addListener = refuse
