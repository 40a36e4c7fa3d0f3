"""Where a DataFrame is shown as a table: by ``display(df)``, and as the value of a SQL cell.

As the last value of a cell of Python it is shown as elsewhere.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from .options import DEFAULT_ROWS
from .sessions import is_frame
from .spark_errors import by_sentence
from .table_view import TableView


class Displays:
    """Changes one shell."""

    def __init__(self, shell: Any) -> None:
        self._promised: dict[int, tuple[Any, Callable[[], TableView]]] = {}
        self._in_hook = False
        self._formatter = shell.display_formatter
        hook = shell.displayhook
        hook.compute_format_data = self._around_hook(hook.compute_format_data)
        self._formatter.format = self._around_format(self._formatter.format)
        shell.events.register("pre_run_cell", self._forget)

    def promise(self, frame: Any, view: Callable[[], TableView]) -> None:
        """While this cell runs, ``frame`` is shown as this, as its last value too."""
        self._promised[id(frame)] = frame, view

    def _forget(self, *_: object) -> None:
        self._promised.clear()

    def _around_hook(self, plain: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(plain)
        def compute_format_data(result: Any) -> Any:
            self._in_hook = True
            try:
                return plain(result)
            finally:
                self._in_hook = False

        return compute_format_data

    def _around_format(self, plain: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(plain)
        def format_(obj: Any, include: Any = None, exclude: Any = None) -> Any:
            view = self._view(obj)
            if view is None:
                return plain(obj, include=include, exclude=exclude)
            bundle = {
                kind: text
                for kind, text in view.bundle().items()
                if (not include or kind in include) and (not exclude or kind not in exclude)
            }
            return bundle, {}

        return format_

    def _view(self, obj: Any) -> TableView | None:
        """None for whatever is shown as elsewhere."""
        if not is_frame(obj):
            return None
        frame, view = self._promised.get(id(obj), (None, None))
        if frame is obj and view is not None:
            return view()
        if self._in_hook:
            return None
        return table_of(obj, DEFAULT_ROWS)


def table_of(frame: Any, rows: int) -> TableView | None:
    """None for a stream, which has no first rows.

    Raises:
        pyspark.errors.PySparkException: what Spark says, shown without a traceback.
    """
    with by_sentence():
        return None if frame.isStreaming else TableView.of(frame, rows)
