"""The words of a SQL text, as Spark's own lexer cuts it (``SqlBaseLexer.g4`` of Spark 4).

Only what decides where literals, names and comments begin and end: no grammar.
"""

from __future__ import annotations

import enum
import re
from collections.abc import Iterator
from dataclasses import dataclass


class Kind(enum.Enum):
    """What a token is."""

    SPACE = enum.auto()
    COMMENT = enum.auto()
    """Hints too."""
    STRING = enum.auto()
    QUOTED = enum.auto()
    """A name in backticks."""
    WORD = enum.auto()
    """A keyword, a name or a number."""
    SYMBOL = enum.auto()


@dataclass(frozen=True)
class Token:
    """A part of a text, from ``start`` on, in characters."""

    kind: Kind
    text: str
    start: int

    @property
    def end(self) -> int:
        return self.start + len(self.text)

    @property
    def says_something(self) -> bool:
        """Whether Spark's grammar sees it."""
        return self.kind not in (Kind.SPACE, Kind.COMMENT)

    def is_word(self, *words: str) -> bool:
        """Whether it is one of these keywords, which are written in capitals."""
        return self.kind is Kind.WORD and self.text.upper() in words

    def is_symbol(self, symbol: str) -> bool:
        return self.kind is Kind.SYMBOL and self.text == symbol


# A literal that does not end goes to the end of the text: Spark then says what is wrong with it.
_TOKEN = re.compile(
    r"""
    (?P<SPACE>\s+)
  | (?P<COMMENT>--(?:\\\n|[^\r\n])*)
  | (?P<BLOCK>/\*)
  | (?P<STRING>
        [rR]'[^']*+(?:'|\Z) | [rR]"[^"]*+(?:"|\Z)
      | '(?:''|\\.|[^'\\])*+(?:'|\\?\Z)
      | "(?:""|\\.|[^"\\])*+(?:"|\\?\Z)
      | \$(?P<tag>[A-Za-z]*)\$.*?(?:\$(?P=tag)\$|\Z))
  | (?P<QUOTED>`(?:``|[^`])*+(?:`|\Z))
  | (?P<WORD>[^\W\d_]+://[\w/\-.?=&\#%]+ | \w+)
  | (?P<SYMBOL>::|.)
    """,
    re.VERBOSE | re.DOTALL,
)

# A hint inside of a comment opens no comment of its own.
_COMMENT_MARK = re.compile(r"/\*(?!\+)|\*/")


def keywords(text: str) -> frozenset[str]:
    """The words of a text."""
    return frozenset(text.split())


def tokens(text: str) -> Iterator[Token]:
    """All of a text, in order and without gaps."""
    position = 0
    while position < len(text):
        found = _TOKEN.match(text, position)
        assert found is not None, "any character is a symbol"
        name = str(found.lastgroup)
        if found["BLOCK"]:
            name, end = "COMMENT", _end_of_comment(text, found.end())
        else:
            end = found.end()
        # The tag of a $tag$ string is a group of its own.
        kind = Kind.STRING if name == "tag" else Kind[name]
        yield Token(kind, text[position:end], position)
        position = end


def _end_of_comment(text: str, position: int) -> int:
    depth = 1
    for mark in _COMMENT_MARK.finditer(text, position):
        depth += 1 if mark[0] == "/*" else -1
        if not depth:
            return mark.end()
    return len(text)
