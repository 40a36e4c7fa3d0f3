"""The first rows of a DataFrame as a table: HTML for notebooks, text for consoles."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from html import escape
from typing import Any

from .frames import FirstRows, first_rows
from .values import NULL, is_number, lines_of, one_line, text_of

MOST_CHARACTERS = 120
"""Of one value, or one type; what is longer is cut, and said to be."""

MOST_TIP_CHARACTERS = 1000
"""Of a cut value, where the pointer rests on it."""

MOST_DOCUMENT = 100_000
"""Characters of a text that is shown as it is."""

CUT = "…"
_HEIGHT = "32em"

# JupyterLab's own variables, which a theme sets; a page without them has its own colours.
_QUIET = "color:var(--jp-ui-font-color2,inherit)"
_LINE = f"{_QUIET};font-size:var(--jp-ui-font-size1,inherit)"
_CELL = "white-space:pre;text-align:left"
_NUMBER = "white-space:pre;text-align:right;font-variant-numeric:tabular-nums"
_HEAD = (
    "position:sticky;top:0;white-space:pre;"
    "background:var(--jp-layout-color0,Canvas);color:var(--jp-ui-font-color1,inherit)"
)


@dataclass(frozen=True)
class Cell:
    """A value as it is shown; ``whole`` is None where nothing was cut."""

    text: str
    is_null: bool = False
    whole: str | None = None


@dataclass(frozen=True)
class Column:
    """A column as it is shown."""

    name: Cell
    type: Cell
    is_number: bool
    cells: list[Cell]


@dataclass(frozen=True)
class TableView:
    """What is shown of a DataFrame; without columns it is the result of a command."""

    columns: list[Column]
    rows: int
    more: bool
    zone: str | None
    command: str = ""
    """What was done, where there are no columns."""

    note: str = ""
    """What else there is to say below the table."""

    document: str = ""
    """The one value of a result that is a text of several lines, such as a plan."""

    @classmethod
    def of(cls, frame: Any, rows: int, command: str = "") -> TableView:
        """Ask Spark for the first rows.

        Raises:
            pyspark.errors.PySparkException: what Spark says.
        """
        return cls.from_rows(first_rows(frame, rows), command)

    @classmethod
    def from_rows(cls, first: FirstRows, command: str = "") -> TableView:
        columns = [
            Column(
                _cut(one_line(field.name)),
                _cut(one_line(field.dataType.simpleString())),
                is_number(field.dataType),
                [_cell(value, field.dataType) for value in values],
            )
            for field, values in zip(first.fields, first.columns, strict=True)
        ]
        document = _document(first)
        return cls(columns, first.rows, first.more, first.zone, command, document=document)

    def bundle(self) -> dict[str, str]:
        """What IPython publishes."""
        return {"text/html": self.html(), "text/plain": self.text()}

    def footer(self) -> str:
        """How many rows there are, as far as that is known."""
        rows = "1 row" if self.rows == 1 else f"{self.rows:,} rows"
        if self.more:
            count = f"The first {rows}; there are more"
        else:
            count = rows if self.rows else "No rows"
        zone = f"times in {self.zone}" if self.zone else ""
        return " · ".join(part for part in (count, zone, self.note) if part)

    def html(self) -> str:
        """Without scripts; every name and value is escaped."""
        if not self.columns:
            return f'<div class="pcw-done" style="{_LINE}">{escape(self._done())}</div>'
        if self.document:
            return f'<pre class="pcw-text">{escape(self.document)}</pre>'
        head = "".join(map(_html_head, self.columns))
        body = "".join(f"<tr>{''.join(row)}</tr>" for row in self._html_rows())
        return (
            '<div class="pcw-table">'
            f'<div style="overflow:auto;max-width:100%;max-height:{_HEIGHT}">'
            f'<table style="margin:0"><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>'
            f'</div><div style="{_LINE}">{escape(self.footer())}</div></div>'
        )

    def text(self) -> str:
        """Like that of ``df.show()``, with the types and without lines."""
        if not self.columns:
            return self._done()
        if self.document:
            return self.document
        blocks = [_text_column(column) for column in self.columns]
        lines = ["  ".join(parts).rstrip() for parts in zip(*blocks, strict=True)]
        return "\n".join([*lines, self.footer()])

    def _done(self) -> str:
        return f"OK: {self.command}" if self.command else "OK"

    def _html_rows(self) -> Iterator[list[str]]:
        for number in range(self.rows):
            yield [_html_cell(column.cells[number], column.is_number) for column in self.columns]


def _document(first: FirstRows) -> str:
    """``EXPLAIN`` and ``SHOW CREATE TABLE`` have one."""
    if len(first.columns) != 1 or first.rows != 1 or first.more:
        return ""
    [[value]] = first.columns
    is_text = isinstance(value, str) and "\n" in value.strip()
    return lines_of(value.strip("\n")) if is_text and len(value) <= MOST_DOCUMENT else ""


def _cell(value: Any, data_type: Any) -> Cell:
    return Cell(NULL, is_null=True) if value is None else _cut(text_of(value, data_type))


def _cut(text: str) -> Cell:
    if len(text) <= MOST_CHARACTERS:
        return Cell(text)
    return Cell(text[: MOST_CHARACTERS - 1] + CUT, whole=text)


def _html_head(column: Column) -> str:
    align = "right" if column.is_number else "left"
    name = f"{_tip(column.name)}>{escape(column.name.text)}"
    type_ = f"{_tip(column.type)}>{escape(column.type.text)}"
    below = (
        f'<br><span style="font-weight:normal;{_QUIET}"{type_}</span>' if column.type.text else ""
    )
    return f'<th style="{_HEAD};text-align:{align}"{name}{below}</th>'


def _html_cell(cell: Cell, is_number: bool) -> str:
    text = escape(cell.text)
    if cell.is_null:
        text = f'<em class="pcw-null" style="{_QUIET}">{text}</em>'
    return f'<td style="{_NUMBER if is_number else _CELL}"{_tip(cell)}>{text}</td>'


def _tip(cell: Cell) -> str:
    if cell.whole is None:
        return ""
    whole = cell.whole
    shown = whole if len(whole) <= MOST_TIP_CHARACTERS else whole[:MOST_TIP_CHARACTERS] + CUT
    return f' title="{escape(shown)}"'


def _text_column(column: Column) -> list[str]:
    """Name, type where there is one, a rule and the values, all of one width."""
    cells = [_plain(cell) for cell in column.cells]
    width = max(len(text) for text in (column.name.text, column.type.text, *cells))
    rule = "-" * width
    type_ = [column.type.text] if column.type.text else []
    parts = [column.name.text, *type_, rule, *cells]
    return [part.rjust(width) if column.is_number else part.ljust(width) for part in parts]


def _plain(cell: Cell) -> str:
    """A text that reads like the word for null is in quotes."""
    return f"'{cell.text}'" if cell.text == NULL and not cell.is_null else cell.text
