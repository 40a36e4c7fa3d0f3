"""What Spark says of a statement, without what only its developers read.

The text has, besides the sentence and the position: the unresolved plan, the server's stack trace,
and the statement itself.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

_LOG = "SQLQueryContextLogger"
"""Where PySpark notes each exception as a line of JSON, which goes to stderr."""

_STACK_TRACE = "\n\nJVM stacktrace:\n"

# "…SQLSTATE: 42703; line 1 pos 7;\n'Project ['nope]\n+- OneRowRelation"
_PLAN = re.compile(r"(SQLSTATE: \w{5}(?:; line \d+ pos \d+)?);\n.*", re.DOTALL)

# The statement was sent at its place in the cell, below blank lines.
_BLANK_LINES = re.compile(r"^(== SQL[^\n]*==)\n(?:[ \t]*\n)+", re.MULTILINE)


def sentence(message: str) -> str:
    """The part of a message that a reader of the cell needs."""
    message = message.partition(_STACK_TRACE)[0].strip()
    message = _PLAN.sub(r"\1", message)
    return _BLANK_LINES.sub(r"\1\n", message)


@contextmanager
def by_sentence() -> Iterator[None]:
    """Within, an exception of PySpark's is shown by its sentence, and is in no log of PySpark's."""
    from pyspark.errors import PySparkException

    log = logging.getLogger(_LOG)
    before, log.disabled = log.disabled, True
    try:
        yield
    except PySparkException as error:
        show_without_traceback(error)
        raise
    finally:
        log.disabled = before


def show_without_traceback(error: Any) -> None:
    """Have IPython show an exception of PySpark's by its sentence; it stays what it is.

    What has a rendering of its own, as a server that cannot be reached, keeps it.
    """
    if getattr(error, "_render_traceback_", None) is None:
        text = f"{type(error).__name__}: {sentence(str(error))}"
        error._render_traceback_ = lambda: [text]
