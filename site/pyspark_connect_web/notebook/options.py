"""What stands behind ``%%sql`` and ``%sql``, before the SQL."""

from __future__ import annotations

import keyword
import re
from dataclasses import dataclass, replace

from ..errors import PcwError

DEFAULT_ROWS = 20
"""As many as ``df.show()`` shows."""

MOST_ROWS = 10_000
"""A page with more rows than that becomes slow; who wants them wants ``toPandas()``."""

HELP = f"""\
%%sql [options]        every line below is SQL; several statements are separated by semicolons
%sql [options] SQL     one line, whose value is the DataFrame: df = %sql SELECT 1

  -o NAME, --output NAME   keep the last statement's DataFrame in this variable
  -n ROWS, --limit ROWS    show so many rows at most ({DEFAULT_ROWS} if not said)
  --help                   this text

:name in the SQL is the value of the notebook's variable of that name.\
"""


class SqlCellError(PcwError):
    """A cell with SQL that cannot be run as it is written."""


@dataclass(frozen=True)
class Options:
    """``sql_start`` says where in the line the options end, in characters."""

    output: str | None = None
    rows: int = DEFAULT_ROWS
    help: bool = False
    sql_start: int = 0


_OPTION = re.compile(r"\s*(?P<name>-[A-Za-z]|--[A-Za-z][\w-]*)=?")
_VALUE = re.compile(r"\s*(?P<value>\S+)")
_OUTPUT = ("-o", "--output")
_ROWS = ("-n", "--limit")
_HELP = ("-h", "--help")


def parse(line: str) -> Options:
    """The options at the beginning of a line.

    Raises:
        SqlCellError: an option that there is not, or one without a good value.
    """
    options = Options()
    position = 0
    while found := _OPTION.match(line, position):
        name, position = found["name"], found.end()
        if name in _HELP:
            options = replace(options, help=True)
        elif name in (*_OUTPUT, *_ROWS):
            value = _VALUE.match(line, position)
            if value is None:
                raise SqlCellError(f"{name} needs a value; `%%sql --help` shows how it is written.")
            position = value.end()
            options = _with_value(options, name, value["value"])
        else:
            raise SqlCellError(f"%%sql has no option {name}; `%%sql --help` lists what there is.")
    return replace(options, sql_start=position)


def _with_value(options: Options, name: str, value: str) -> Options:
    if name in _OUTPUT:
        if not value.isidentifier() or keyword.iskeyword(value):
            raise SqlCellError(f"{name} {value}: this is no name for a variable of Python.")
        return replace(options, output=value)
    if not (value.isascii() and value.isdigit() and 0 < int(value) <= MOST_ROWS):
        raise SqlCellError(
            f"{name} {value}: the number of rows to show goes from 1 to {MOST_ROWS:,}; "
            "keep the DataFrame with -o and take more with toPandas()."
        )
    return replace(options, rows=int(value))
