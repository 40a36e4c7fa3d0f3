"""What a SQL text that is still being written asks for at the cursor."""

from __future__ import annotations

import pytest
from pyspark_connect_web.notebook.completion import sql_start
from pyspark_connect_web.notebook.names import Wanted, place, tables


@pytest.mark.parametrize(
    ("before", "wanted", "qualifier", "prefix"),
    [
        ("", Wanted.EXPRESSION, (), ""),
        ("sel", Wanted.EXPRESSION, (), "sel"),
        ("select na", Wanted.EXPRESSION, (), "na"),
        ("select * from ", Wanted.TABLE, (), ""),
        ("select * from tri", Wanted.TABLE, (), "tri"),
        ("select * from cat.db.", Wanted.TABLE, ("cat", "db"), ""),
        ("select * from `my db`.tr", Wanted.TABLE, ("my db",), "tr"),
        ("select * from `my t", Wanted.TABLE, (), "`my t"),
        ("select * from a x, ", Wanted.TABLE, (), ""),
        ("select * from a where x in (1, ", Wanted.EXPRESSION, (), ""),
        ("select a, ", Wanted.EXPRESSION, (), ""),
        ("select * from a left join ", Wanted.TABLE, (), ""),
        ("drop table if exists ", Wanted.TABLE, (), ""),
        ("insert into ", Wanted.TABLE, (), ""),
        ("select t.", Wanted.EXPRESSION, ("t",), ""),
        ("use ", Wanted.DATABASE, (), ""),
        ("show tables in de", Wanted.DATABASE, (), "de"),
        ("select x in ", Wanted.EXPRESSION, (), ""),
        ("where id = :lo", Wanted.VARIABLE, (), "lo"),
        ("where id = :", Wanted.VARIABLE, (), ""),
        ("select x::", Wanted.EXPRESSION, (), ""),
        ("select 'fro", Wanted.NOTHING, (), ""),
        ("select 1 -- fro", Wanted.NOTHING, (), ""),
        ("select /* fro", Wanted.NOTHING, (), ""),
        ("select 'x' fro", Wanted.EXPRESSION, (), "fro"),
        ("select /* x */ fro", Wanted.EXPRESSION, (), "fro"),
    ],
)
def test_the_words_before_the_cursor_say_what_fits(
    before: str, wanted: Wanted, qualifier: tuple[str, ...], prefix: str
) -> None:
    found = place(before)
    assert (found.wanted, found.qualifier, found.prefix) == (wanted, qualifier, prefix)


def test_a_statement_names_its_tables_and_what_they_are_called() -> None:
    found = tables(
        "with w as (select 1), `x y` as (select 2) select from db.trips as t, cities c "
        "join `odd.name` on t.id = c.id where 'from nowhere' = 1"
    )
    assert found.names == [("db", "trips"), ("cities",), ("odd.name",)]
    assert found.aliases == {
        "trips": ("db", "trips"),
        "t": ("db", "trips"),
        "cities": ("cities",),
        "c": ("cities",),
        "odd.name": ("odd.name",),
    }
    assert found.with_names == ["w", "x y"]


def test_a_keyword_behind_a_table_is_no_alias() -> None:
    assert tables("select from a where x").aliases == {"a": ("a",)}
    assert tables("select from where x").names == []


@pytest.mark.parametrize(
    ("code", "sql"),
    [
        ("%%sql\nselect |", "\nselect "),
        ("%%sql -n 5 select |1\n", " select "),
        ("x = 1\ndf = %sql -n 5 sel|", " sel"),
        ("%sql sel|", " sel"),
        ("%%s|ql\nselect", None),
        ("x = 1\n%%sql\nselect |", None),
        ("print('%sql')\nx.|", None),
        ("%%time\nselect |", None),
    ],
)
def test_sql_is_where_the_magic_says(code: str, sql: str | None) -> None:
    cursor = code.index("|")
    code = code.replace("|", "")
    start = sql_start(code, cursor)
    found = None if start is None else code[start:cursor]
    assert (found and found.strip()) == (sql and sql.strip())
