"""Tab in a cell with SQL: tables after FROM, columns of the tables that the statement names,
functions, keywords, and the notebook's variables after a colon.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from types import FunctionType, ModuleType
from typing import Any

from . import metadata
from .names import NameOfTable, Place, Tables, Wanted, place, plain_name, tables
from .options import SqlCellError, parse
from .patience import OutOfPatience, patience
from .sessions import find_session
from .spark_errors import by_sentence
from .tokens import keywords, tokens

KEPT_SECONDS = 20.0
"""How long names of tables and columns are believed; another session may change them."""

MOST_TABLES = 4
"""Of a statement: each costs a question."""

_TYPES_KEY = "_jupyter_types_experimental"
_CELL = re.compile(r"\s*%%sql(?P<line>[^\n]*)(?:\n|\Z)")
_LINE = re.compile(r"[ \t]*(?:[\w.]+[ \t]*=[ \t]*)?%sql(?P<line>[^\n]*)")
_PLAIN = re.compile(r"[A-Za-z_]\w*", re.ASCII)

KEYWORDS = keywords("""
    ALL ALTER AND ANALYZE ANTI ARRAY AS ASC BETWEEN BY CACHE CASE CAST CREATE CROSS CUBE
    DATABASE DATABASES DELETE DESC DESCRIBE DISTINCT DROP ELSE END EXCEPT EXISTS EXPLAIN
    EXTENDED FALSE FILTER FROM FULL FUNCTION FUNCTIONS GROUP GROUPING HAVING IN INNER INSERT
    INTERSECT INTERVAL INTO IS JOIN LATERAL LEFT LIKE LIMIT MERGE NATURAL NOT NULL NULLS OFFSET
    ON OR ORDER OUTER OVER OVERWRITE PARTITION PIVOT QUALIFY REFRESH REPLACE RIGHT RLIKE ROLLUP
    ROWS SELECT SEMI SET SETS SHOW TABLE TABLES TABLESAMPLE TEMP THEN TRUE TRUNCATE UNION
    UNPIVOT UPDATE USE USING VALUES VIEW VIEWS WHEN WHERE WINDOW WITH
""")

Match = tuple[str, str]
"""What is inserted, and of what kind it is."""


@dataclass
class _Known:
    """Answers of one session, for a short time."""

    session_id: str
    answers: dict[Any, tuple[float, Any]] = field(default_factory=dict)

    def ask(self, key: Any, question: Callable[[], list[Any]]) -> list[Any]:
        """An error is an answer too: there is nothing of that name."""
        from pyspark.errors import PySparkException

        at, answer = self.answers.get(key, (float("-inf"), []))
        if time.monotonic() - at > KEPT_SECONDS:
            try:
                with by_sentence():
                    answer = question()
            except PySparkException:
                answer = []
            self.answers[key] = time.monotonic(), answer
        return list(answer)


_known = _Known("")


def forget() -> None:
    """A cell may have made tables."""
    _known.answers.clear()


def complete_sql(shell: Any, code: str, cursor: int | None) -> dict[str, Any] | None:
    """The kernel's answer, or None where the cursor is in no SQL."""
    cursor = len(code) if cursor is None else cursor
    start = sql_start(code, cursor)
    if start is None:
        return None
    statement, before = _statement_at(code[start : _sql_end(code, cursor)], cursor - start)
    here = place(before)
    matches: list[Match] = []
    try:
        with patience():
            for match in _names(shell, here, tables(statement)):
                matches.append(match)
    except OutOfPatience:
        pass  # what is there is better than nothing
    matches += _keywords(here)
    begin = cursor - len(before) + here.start
    found = list(dict.fromkeys(_fitting(matches, here.prefix)))
    return {
        "matches": [text for text, _ in found],
        "cursor_start": begin,
        "cursor_end": cursor,
        "metadata": {
            _TYPES_KEY: [
                {"start": begin, "end": cursor, "text": text, "type": kind} for text, kind in found
            ]
        },
        "status": "ok",
    }


def sql_start(code: str, cursor: int) -> int | None:
    """Where the SQL around the cursor begins; None where the cursor is not in SQL."""
    found = _CELL.match(code)
    if found is None:
        found = _LINE.match(code, code.rfind("\n", 0, cursor) + 1)
    if found is None:
        return None
    try:
        start = found.start("line") + parse(found["line"]).sql_start
    except SqlCellError:
        start = found.end("line")
    return start if start < cursor else None


def _sql_end(code: str, cursor: int) -> int:
    if _CELL.match(code):
        return len(code)
    end = code.find("\n", cursor)
    return len(code) if end < 0 else end


def _statement_at(sql: str, cursor: int) -> tuple[str, str]:
    """The statement around the cursor, and its part before the cursor."""
    first, last = 0, len(sql)
    for token in tokens(sql):
        if token.is_symbol(";"):
            if token.end <= cursor:
                first = token.end
            else:
                last = token.start
                break
    return sql[first:last], sql[first:cursor]


def _names(shell: Any, here: Place, named: Tables) -> Iterable[Match]:
    """Of what there is in the session, or in the notebook."""
    if here.wanted is Wanted.NOTHING:
        return
    if here.wanted is Wanted.VARIABLE:
        yield from _variables(shell.user_ns)
        return
    spark = find_session(shell.user_ns)
    if here.wanted is Wanted.TABLE:
        yield from ((name, "class") for name in named.with_names if not here.qualifier)
    if spark is not None:
        known = _known_of(spark)
        if here.wanted is Wanted.EXPRESSION:
            yield from _columns(spark, known, here, named)
        else:
            yield from _objects(spark, known, here)


def _keywords(here: Place) -> Iterable[Match]:
    if here.qualifier or here.wanted in (Wanted.NOTHING, Wanted.VARIABLE):
        return []
    return [(_cased(word, here.prefix), "keyword") for word in sorted(KEYWORDS)]


def _known_of(spark: Any) -> _Known:
    global _known
    if _known.session_id != spark.session_id:
        _known = _Known(spark.session_id)
    return _known


def _objects(spark: Any, known: _Known, here: Place) -> Iterable[Match]:
    """Databases, and tables where they may stand."""
    inside = here.qualifier
    if here.wanted is Wanted.TABLE and len(inside) < 3:
        found = known.ask(("tables", inside), lambda: metadata.table_names(spark, *inside))
        yield from ((_written(name), "class") for name in found)
    if len(inside) < 2:
        catalog = inside[0] if inside else None
        found = known.ask(("databases", catalog), lambda: metadata.databases(spark, catalog))
        yield from ((_written(name), "module") for name in found)


def _columns(spark: Any, known: _Known, here: Place, named: Tables) -> Iterable[Match]:
    """Columns of all tables, or of the one before the dot; functions too where no dot is."""
    if here.qualifier:
        called = named.aliases.get(here.qualifier[-1].lower())
        yield from _columns_of(spark, known, here.qualifier if called is None else called)
        return
    for name in named.names[:MOST_TABLES]:
        yield from _columns_of(spark, known, name)
    yield from ((_written(alias), "class") for alias in named.aliases)
    functions = known.ask("functions", lambda: metadata.all_functions(spark))
    yield from ((name, "function") for name in functions if _PLAIN.fullmatch(name))


def _columns_of(spark: Any, known: _Known, name: NameOfTable) -> Iterable[Match]:
    found = known.ask(("columns", name), lambda: metadata.fields(spark, *name))
    return ((_written(column.name), "property") for column in found)


def _variables(namespace: dict[str, Any]) -> Iterable[Match]:
    """What may be a parameter's value: no modules, functions or classes."""
    for name, value in namespace.items():
        if not name.startswith("_") and not isinstance(value, ModuleType | FunctionType | type):
            yield name, "instance"


def _fitting(matches: Iterable[Match], prefix: str) -> Iterable[Match]:
    wanted = plain_name(prefix).lower()
    return (match for match in matches if plain_name(match[0]).lower().startswith(wanted))


def _written(name: str) -> str:
    return name if _PLAIN.fullmatch(name) else metadata.quoted(name)


def _cased(keyword: str, prefix: str) -> str:
    """Keywords are in small letters for whom writes so."""
    return keyword.lower() if prefix and prefix.islower() else keyword
