"""What stands between `%%sql` and the SQL."""

from __future__ import annotations

import pytest
from pyspark_connect_web.notebook.options import DEFAULT_ROWS, MOST_ROWS, SqlCellError, parse


@pytest.mark.parametrize("line", ["-o kept -n 5 select 1", " -n5 --output=kept  select 1"])
def test_options_come_before_the_sql(line: str) -> None:
    options = parse(line)
    assert (options.output, options.rows) == ("kept", 5)
    assert line[options.sql_start :].strip() == "select 1"


@pytest.mark.parametrize("line", ["", "select -1", "-- a comment", "select 1 -o x", "(select 1)"])
def test_sql_without_options_is_left_as_it_is(line: str) -> None:
    options = parse(line)
    assert line[options.sql_start :] == line
    assert (options.output, options.rows) == (None, DEFAULT_ROWS)


@pytest.mark.parametrize(
    ("line", "word"),
    [
        ("--nope select 1", "--nope"),
        ("-x", "-x"),
        ("-o", "-o"),
        ("-o 1a", "1a"),
        ("-o class", "class"),
        ("-n many", "many"),
        ("-n 0", "0"),
        ("-n -5", "-5"),
        (f"-n {MOST_ROWS + 1}", f"{MOST_ROWS:,}"),
    ],
)
def test_a_wrong_option_is_one_sentence_that_names_it(line: str, word: str) -> None:
    with pytest.raises(SqlCellError, match=r"^[^\n]+$") as caught:
        parse(line)
    assert word in str(caught.value)


def test_help_is_an_option() -> None:
    assert parse("--help").help
