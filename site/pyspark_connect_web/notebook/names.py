"""What can be said of a SQL text that is still being written: its tables, and what comes next."""

from __future__ import annotations

import enum
from dataclasses import dataclass

from .tokens import Kind, Token, keywords, tokens

_BEFORE_TABLE = keywords(
    "FROM JOIN INTO TABLE UPDATE DESCRIBE DESC VIEW USING TRUNCATE REFRESH CACHE UNCACHE"
)
_NAMES_A_TABLE = keywords("FROM JOIN INTO TABLE UPDATE USING")
_BEFORE_DATABASE = keywords("USE SCHEMA DATABASE NAMESPACE IN")
_NAMES_A_DATABASE = keywords("SHOW USE DROP CREATE")
_FILLERS = keywords("IF NOT EXISTS EXTENDED FORMATTED OVERWRITE LATERAL")

_NO_ALIAS = keywords("""
    ON USING WHERE GROUP ORDER HAVING LIMIT OFFSET JOIN INNER LEFT RIGHT FULL CROSS NATURAL ANTI
    SEMI OUTER UNION EXCEPT INTERSECT MINUS LATERAL TABLESAMPLE WINDOW PIVOT UNPIVOT SORT CLUSTER
    DISTRIBUTE QUALIFY VALUES SELECT SET WHEN VERSION TIMESTAMP FOR CHANGES WITH PARTITION BY
""")
"""What may stand behind a table, where an alias may stand too."""


class Wanted(enum.Enum):
    """What fits at the cursor."""

    TABLE = enum.auto()
    DATABASE = enum.auto()
    EXPRESSION = enum.auto()
    VARIABLE = enum.auto()
    NOTHING = enum.auto()


@dataclass(frozen=True)
class Place:
    """The cursor's place: a name of which ``prefix`` is written, after ``qualifier`` and dots.

    ``start`` is where the prefix begins, in characters.
    """

    wanted: Wanted
    qualifier: tuple[str, ...]
    prefix: str
    start: int


NameOfTable = tuple[str, ...]


@dataclass(frozen=True)
class Tables:
    """The tables that a statement names, and what it calls them."""

    names: list[NameOfTable]
    aliases: dict[str, NameOfTable]
    """By lower case; a table without an alias is called by its last name."""

    with_names: list[str]
    """The names of common table expressions."""


def place(text: str) -> Place:
    """Where a text ends; ``text`` is what stands before the cursor, from its statement on."""
    said = list(tokens(text))
    last = said[-1] if said else None
    if last is not None and last.kind in (Kind.STRING, Kind.COMMENT) and not _is_closed(last):
        return Place(Wanted.NOTHING, (), "", len(text))
    prefix, start = "", len(text)
    if last is not None and (
        last.kind is Kind.WORD or (last.kind is Kind.QUOTED and not _is_closed(last))
    ):
        prefix, start = last.text, last.start
        said.pop()
    before = [token for token in said if token.says_something]
    if before and before[-1].is_symbol(":") and said[-1].kind is not Kind.SPACE:
        return Place(Wanted.VARIABLE, (), prefix, start)
    qualifier: list[str] = []
    while len(before) > 1 and before[-1].is_symbol(".") and _is_name(before[-2]):
        qualifier.insert(0, plain_name(before[-2].text))
        before = before[:-2]
    while before and before[-1].is_word(*_FILLERS):
        before = before[:-1]
    return Place(_wanted(before), tuple(qualifier), prefix, start)


def tables(statement: str) -> Tables:
    """The tables of a whole statement, whether or not it is finished."""
    said = [token for token in tokens(statement) if token.says_something]
    found = Tables([], {}, _with_names(said))
    for index, token in enumerate(said):
        if token.is_word(*_NAMES_A_TABLE):
            _note_table(said, index + 1, found)
    return found


def plain_name(text: str) -> str:
    """A name without its backticks."""
    return text.strip("`").replace("``", "`") if text.startswith("`") else text


def _wanted(before: list[Token]) -> Wanted:
    if not before or before[-1].kind is not Kind.WORD:
        return Wanted.TABLE if _in_list_of_tables(before) else Wanted.EXPRESSION
    word = before[-1].text.upper()
    if word in _BEFORE_TABLE:
        return Wanted.TABLE
    if word in _BEFORE_DATABASE and before[0].is_word(*_NAMES_A_DATABASE):
        return Wanted.DATABASE
    return Wanted.EXPRESSION


def _in_list_of_tables(before: list[Token]) -> bool:
    """After a comma of ``FROM a, b x,``."""
    if not before or not before[-1].is_symbol(","):
        return False
    for token in reversed(before[:-1]):
        if token.is_word("FROM"):
            return True
        if not (_is_name(token) or token.text in ".,") or token.is_word(*_NO_ALIAS):
            return False
    return False


def _note_table(said: list[Token], index: int, found: Tables) -> None:
    """The table that is named from ``index`` on, and those after commas."""
    parts: list[str] = []
    while index < len(said) and _is_name(said[index]):
        parts.append(plain_name(said[index].text))
        index += 1
        if index < len(said) and said[index].is_symbol("."):
            index += 1
        else:
            break
    if not parts or (len(parts) == 1 and said[index - 1].is_word(*_NO_ALIAS)):
        return
    name = tuple(parts)
    found.names.append(name)
    found.aliases[parts[-1].lower()] = name
    if index < len(said) and said[index].is_word("AS"):
        index += 1
    if index < len(said) and _is_name(said[index]) and not said[index].is_word(*_NO_ALIAS):
        found.aliases[plain_name(said[index].text).lower()] = name
        index += 1
    if index < len(said) and said[index].is_symbol(","):
        _note_table(said, index + 1, found)


def _with_names(said: list[Token]) -> list[str]:
    """``WITH a AS (…), b AS (…)``"""
    if not said or not said[0].is_word("WITH"):
        return []
    return [
        plain_name(name.text)
        for name, as_, opens in zip(said[1:], said[2:], said[3:], strict=False)
        if _is_name(name) and as_.is_word("AS") and opens.is_symbol("(")
    ]


def _is_name(token: Token) -> bool:
    return token.kind in (Kind.WORD, Kind.QUOTED)


def _is_closed(token: Token) -> bool:
    text = token.text
    if token.kind is Kind.COMMENT:
        return text.startswith("/*") and len(text) > 3 and text.endswith("*/")
    return len(text.lstrip("rR")) > 1 and text.endswith(text.lstrip("rR")[0])
