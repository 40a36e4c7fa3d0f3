"""How values, nulls, names and counts are shown; as HTML nothing of the data is markup."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from html.parser import HTMLParser
from typing import Any

import pytest
from pyspark.sql import types as T
from pyspark_connect_web.notebook.frames import FirstRows
from pyspark_connect_web.notebook.table_view import CUT, MOST_CHARACTERS, TableView
from pyspark_connect_web.notebook.values import text_of

STRUCT = T.StructType().add("name", "string").add("n", "integer")


def view(*columns: tuple[str, Any, list[Any]], more: bool = False) -> TableView:
    fields = [T.StructField(name, data_type) for name, data_type, _ in columns]
    rows = len(columns[0][2]) if columns else 0
    return TableView.from_rows(FirstRows(fields, [c[2] for c in columns], rows, more, None))


class Elements(HTMLParser):
    """The tags and the text of a page."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.texts.append(data)


HOSTILE = "<script>alert(1)</script>\"' onload=x &amp; </td><img src=x>"


def test_names_types_and_values_are_text_and_never_markup() -> None:
    nested = T.StructType().add(HOSTILE, "string")
    long = HOSTILE * 10
    html = view((HOSTILE, nested, [{HOSTILE: HOSTILE}]), ("l", T.StringType(), [long])).html()
    elements = Elements(html)
    assert {tag for tag, _ in elements.tags} <= {
        *("div", "table", "thead", "tbody", "tr", "th", "td", "br", "span", "em")
    }
    assert {name for _, attrs in elements.tags for name in attrs} == {"class", "style", "title"}
    assert HOSTILE in elements.texts
    assert [attrs["title"] for tag, attrs in elements.tags if tag == "td" and "title" in attrs][
        -1
    ] == long[:1000]


def test_null_is_told_apart_from_the_text_null() -> None:
    shown = view(("c", T.StringType(), ["null", None]))
    assert shown.html().count("pcw-null") == 1
    lines = shown.text().splitlines()
    assert [line.strip() for line in lines[3:5]] == ["'null'", "null"]


@pytest.mark.parametrize(
    ("value", "data_type", "text"),
    [
        (True, T.BooleanType(), "true"),
        (float("nan"), T.DoubleType(), "NaN"),
        (float("-inf"), T.DoubleType(), "-Infinity"),
        (-0.0, T.DoubleType(), "-0.0"),
        (0.10000000149011612, T.FloatType(), "0.1"),
        (16777216.0, T.FloatType(), "16777216.0"),
        (3.4028234663852886e38, T.FloatType(), "3.4028235e+38"),
        (0.1, T.DoubleType(), "0.1"),
        (Decimal("0E-18"), T.DecimalType(38, 18), "0.000000000000000000"),
        (b"\x01\xff", T.BinaryType(), "[01 FF]"),
        (b"", T.BinaryType(), "[]"),
        (date(1, 1, 1), T.DateType(), "0001-01-01"),
        (datetime(2020, 1, 2, 3, 4, 5, 120000, UTC), T.TimestampType(), "2020-01-02 03:04:05.12"),
        (datetime(2020, 1, 2), T.TimestampNTZType(), "2020-01-02 00:00:00"),
        (["a", None, "null"], T.ArrayType(T.StringType()), '["a", null, "null"]'),
        ([0.10000000149011612], T.ArrayType(T.FloatType()), "[0.1]"),
        ([("k", None)], T.MapType(T.StringType(), T.LongType()), '{"k" -> null}'),
        ({"name": "Ann", "n": 1}, STRUCT, '{name: "Ann", n: 1}'),
        ("a\tb\nc", T.StringType(), r"a\tb\nc"),
        ("\u202egnp.exe", T.StringType(), r"\u202egnp.exe"),
        ("नमस्\u200dते 👩\u200d💻\u00a0x", T.StringType(), "नमस्\u200dते 👩\u200d💻\u00a0x"),
    ],
)
def test_a_value_is_written_on_one_line(value: Any, data_type: Any, text: str) -> None:
    assert text_of(value, data_type) == text


def test_long_text_is_cut_and_says_so() -> None:
    shown = view(("c", T.StringType(), ["x" * MOST_CHARACTERS, "y" * (MOST_CHARACTERS + 1)]))
    whole, cut = (cell.text for cell in shown.columns[0].cells)
    assert CUT not in whole
    assert len(cut) == MOST_CHARACTERS
    assert cut.endswith(CUT)


def test_numbers_are_aligned_to_the_right() -> None:
    elements = Elements(view(("n", T.LongType(), [1]), ("t", T.StringType(), ["1"])).html())
    styles = [str(attrs["style"]) for tag, attrs in elements.tags if tag == "td"]
    assert ["text-align:right" in style for style in styles] == [True, False]


@pytest.mark.parametrize(
    ("values", "more", "said"),
    [
        ([], False, "No rows"),
        ([1], False, "1 row"),
        ([1, 2], False, "2 rows"),
        ([1, 2], True, "The first 2 rows; there are more"),
    ],
)
def test_the_last_line_says_whether_there_are_more(
    values: list[int], more: bool, said: str
) -> None:
    shown = view(("n", T.LongType(), values), more=more)
    assert shown.text().splitlines()[-1] == shown.footer() == said
    assert said in Elements(shown.html()).texts


def test_columns_of_one_name_are_all_shown() -> None:
    shown = view(("a", T.LongType(), [1]), ("a", T.LongType(), [2]))
    assert shown.text().splitlines()[0].split() == ["a", "a"]
    assert shown.text().splitlines()[3].split() == ["1", "2"]


def test_what_has_no_columns_was_a_command() -> None:
    assert view().text() == "OK"
    assert Elements(view().html()).texts == ["OK"]


def test_a_single_text_of_several_lines_is_shown_as_it_is() -> None:
    plan = "== Physical Plan ==\n*(1) Range <b>\t" + "x" * 300 + "\n"
    shown = view(("plan", T.StringType(), [plan]))
    assert shown.text() == plan.strip().replace("\t", r"\t")
    assert Elements(shown.html()).texts == [shown.text()]
    assert "\\n" in view(("plan", T.StringType(), [plan, plan])).text()
