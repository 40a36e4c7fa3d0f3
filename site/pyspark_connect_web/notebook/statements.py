"""Where one statement of a cell ends and the next one begins."""

from __future__ import annotations

from dataclasses import dataclass

from .tokens import Kind, Token, tokens

_BLOCKS_WITH_NAMES = ("IF", "WHILE", "REPEAT", "FOR", "LOOP")
"""What ``END IF`` and its like close; none of them is closed by ``END`` alone."""

_CONTROL = "BEGIN"
_CASE = "CASE"


@dataclass(frozen=True)
class Statement:
    """A statement without its semicolon, and where in the cell it begins, in characters."""

    text: str
    start: int

    def in_place(self, cell: str) -> str:
        """The statement at its own place, all before it blank: Spark then counts lines as the cell
        does.
        """
        before = "".join(char if char.isspace() else " " for char in cell[: self.start])
        return before + self.text


def split(cell: str) -> list[Statement]:
    """The statements of a cell, without those that are empty or mere comments.

    Literals, names in backticks and comments hide a semicolon, and so does a script of Spark's
    (``BEGIN … END``, with or without a label): it is one statement.
    """
    found = []
    current: list[Token] = []
    script = _Script()
    for token in tokens(cell):
        if token.is_symbol(";") and not script.is_open:
            found += _statement(current)
            current, script = [], _Script()
        else:
            current.append(token)
            if token.says_something:
                script.take(token)
    return found + _statement(current)


def _statement(parts: list[Token]) -> list[Statement]:
    """None or one: from the first to the last token that says something."""
    while parts and not parts[-1].says_something:
        parts = parts[:-1]
    while parts and not parts[0].says_something:
        parts = parts[1:]
    if not parts:
        return []
    return [Statement("".join(token.text for token in parts), parts[0].start)]


class _Script:
    """How deep a statement is in the blocks of a script; ``CASE`` ends with ``END`` too."""

    def __init__(self) -> None:
        self._said: list[Token] = []
        self._depth = 0
        self._is_script = False

    @property
    def is_open(self) -> bool:
        return self._depth > 0

    def take(self, token: Token) -> None:
        """The next token that says something."""
        before = self._said[-1] if self._said else None
        self._said.append(token)
        if token.is_word(_CONTROL) and self._begins_script():
            self._is_script = True
        if not self._is_script or (before is not None and before.is_symbol(".")):
            return
        after_end = before is not None and before.is_word("END")
        if after_end and token.is_word(*_BLOCKS_WITH_NAMES):
            self._depth += 1  # it was not the END of a BEGIN or CASE
        elif token.is_word(_CONTROL) or (token.is_word(_CASE) and not after_end):
            self._depth += 1
        elif token.is_word("END"):
            self._depth -= 1

    def _begins_script(self) -> bool:
        """``BEGIN`` is the first word, or comes after a label and its colon."""
        if len(self._said) == 1:
            return True
        label = (Kind.WORD, Kind.QUOTED)
        return len(self._said) == 3 and self._said[0].kind in label and self._said[1].is_symbol(":")
