"""Where statements end for Spark; `e2e/test_sql_cells.py` asks its own lexer."""

from __future__ import annotations

import pytest
from pyspark_connect_web.notebook.statements import split
from pyspark_connect_web.notebook.tokens import tokens


def texts(cell: str) -> list[str]:
    return [statement.text for statement in split(cell)]


ONE = [
    "select 'a;b'",
    "select 'it''s;'",
    r"select 'a\';b'",
    r"select 'a\\', ';'",
    'select "a;b", "c"";"',
    r"select r'\', ';'",
    r'select R"\", 1',
    "select 1 as `a;b`, 2 as `c``;`",
    "select 1 -- a; b",
    "select /* ; /* ; */ ; */ 1",
    "select /*+ BROADCAST(t) */ 1 /* /*+ ; */ , 2",
    "select $$a;b$$",
    "select $x$a;$$;b$x$",
    "begin select 1; select 2; end",
    "BEGIN\n IF a THEN SELECT 1; END IF; SELECT CASE WHEN x THEN 1 END; END",
    "outer_: begin begin select 1; end; while a do select 2; end while outer_; end outer_",
    "begin case when a then select 1; end case; for r as select 1 do select 2; end for; end",
    "begin select t.end, t.begin from t; repeat select 1; until true end repeat; end",
    "begin select t.end from t; select 1; end",
    "begin select t.begin, t.case from t; end",
    "select begin, end from t",
]


@pytest.mark.parametrize("cell", ONE)
def test_a_semicolon_that_separates_nothing_is_left_in_its_statement(cell: str) -> None:
    assert texts(f"{cell}\n;") == [cell.partition(" -- ")[0]]


@pytest.mark.parametrize("cell", ONE)
def test_what_follows_is_a_statement_of_its_own(cell: str) -> None:
    assert texts(f"{cell}\n;\nselect 'next'")[1:] == ["select 'next'"]


def test_empty_statements_and_mere_comments_are_none() -> None:
    assert texts("") == texts(";;\n ; ") == texts("-- a\n/* b */ ; -- c") == []
    assert texts("; select 1 ;; select 2; -- end") == ["select 1", "select 2"]


@pytest.mark.parametrize("open_", ["'a; b", '"a; b', "`a; b", "/* a; b", "r'a; b", "$$a; b"])
def test_what_is_never_closed_reaches_to_the_end(open_: str) -> None:
    assert len(texts(f"select {open_}; select 2")) == 1


def test_a_word_that_ends_in_r_makes_no_raw_text() -> None:
    assert texts(r"select for'\';' ; select 2") == [r"select for'\';'", "select 2"]


def test_the_colon_of_an_address_is_no_symbol() -> None:
    assert "file://tmp/x" in [token.text for token in tokens("select * from file://tmp/x")]


def test_a_statement_in_place_has_the_lines_and_columns_of_the_cell() -> None:
    cell = "select 1;\n\n  select 2;\tselect 'x'"
    placed = [statement.in_place(cell) for statement in split(cell)]
    assert placed == ["select 1", "         \n\n  select 2", "         \n\n           \tselect 'x'"]


def test_the_tokens_of_a_text_are_all_of_it() -> None:
    text = "".join(f"{cell}\n;" for cell in ONE)
    assert "".join(token.text for token in tokens(text)) == text


def test_a_long_text_takes_no_deep_stack() -> None:
    long = "select '" + "a''" * 100_000 + "'"
    assert texts(f"{long};{long}") == [long, long]
