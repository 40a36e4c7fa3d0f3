"""What a case is, and what several kinds of cases need."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

Call = Callable[[Any, Any], Any]
"""Of a subject and the module: real pyarrow, or the facade."""


def rebuilt(thing: Any) -> Any:
    """What unpickling makes of it; the facade's classes are pickled under pyarrow's names."""
    factory, arguments = thing.__reduce__()[:2]
    return factory(*arguments)


def stream(pa: Any, table: Any) -> Any:
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, table.schema) as writer:
        writer.write_table(table)
    return sink.getvalue()
