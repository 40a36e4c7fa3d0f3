"""``%%sql`` and ``%sql``: statements of a cell, run in turn on the notebook's session."""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Mapping
from typing import Any

from .displays import Displays
from .options import HELP, Options, SqlCellError, parse
from .parameters import arguments, explain_unbound
from .sessions import session
from .spark_errors import by_sentence
from .statements import Statement, split
from .table_view import TableView
from .values import one_line

_MAGIC = "%%sql "
_NOTHING = "Nothing to run: there is no statement here."
_TITLE_CHARACTERS = 60


def run(
    shell: Any, displays: Displays, line: str, cell: str | None, local: Mapping[str, Any]
) -> Any:
    """The DataFrame of the last statement; of a cell it has its table ready.

    Raises:
        SqlCellError: an option is wrong, or a ``:name`` has no value.
        NoSessionError: there is no session yet.
        pyspark.errors.PySparkException: what Spark says, shown without a traceback.
    """
    options = parse(line)
    if options.help:
        print(HELP)
        return None
    text = _text(line, cell, options)
    statements = split(text)
    if not statements:
        print(_NOTHING)
        return None
    spark = session(shell.user_ns)
    variables = ChainMap(dict(local), shell.user_ns)
    if cell is None:
        return _run_line(spark, statements, variables, options, displays, shell)
    return _run_cell(spark, statements, variables, options, displays, shell, text)


def _text(line: str, cell: str | None, options: Options) -> str:
    """A line's SQL; of a cell all of it, what is not SQL blank, so that Spark counts its lines."""
    first = line[options.sql_start :]
    if cell is None:
        return first
    return " " * (len(_MAGIC) + options.sql_start) + f"{first}\n{cell}"


def _run_line(
    spark: Any,
    statements: list[Statement],
    variables: Mapping[str, Any],
    options: Options,
    displays: Displays,
    shell: Any,
) -> Any:
    """It fetches no rows: its value may be kept without being shown."""
    for statement in statements:
        frame = _execute(spark, statement.text, variables)
    _keep(shell, options, frame)
    displays.promise(frame, lambda: _view(frame, options.rows, ""))
    return frame


def _run_cell(
    spark: Any,
    statements: list[Statement],
    variables: Mapping[str, Any],
    options: Options,
    displays: Displays,
    shell: Any,
    text: str,
) -> Any:
    for statement in statements:
        frame = _execute(spark, statement.in_place(text), variables)
        view = _view(frame, options.rows, _title(statement) if len(statements) > 1 else "")
        if statement is not statements[-1]:
            shell.display_pub.publish(view.bundle(), {})
    _keep(shell, options, frame)
    displays.promise(frame, lambda: view)
    return frame


def _execute(spark: Any, text: str, variables: Mapping[str, Any]) -> Any:
    from pyspark.errors import PySparkException

    given = arguments(text, variables)
    try:
        with by_sentence():
            return spark.sql(text, args=given.values) if given.values else spark.sql(text)
    except PySparkException as error:
        if explained := explain_unbound(error, given):
            raise SqlCellError(explained) from None
        raise


def _view(frame: Any, rows: int, title: str) -> TableView:
    with by_sentence():
        return TableView.of(frame, rows, title)


def _keep(shell: Any, options: Options, frame: Any) -> None:
    if options.output is not None:
        shell.user_ns[options.output] = frame


def _title(statement: Statement) -> str:
    """How a statement begins."""
    words = one_line(" ".join(statement.text.split()))
    return words if len(words) <= _TITLE_CHARACTERS else words[: _TITLE_CHARACTERS - 1] + "…"
