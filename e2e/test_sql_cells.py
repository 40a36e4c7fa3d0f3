"""SQL in cells, tables of DataFrames and the catalog, compared with the native client."""

from __future__ import annotations

import re
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import TimeoutError as PlaywrightTimeout
from pyspark.errors import PySparkException
from pyspark_connect_web.notebook.table_view import TableView

from e2e.conftest import CONNECT
from e2e.notebook import SCREENSHOTS, CellResult, Notebook

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

pytestmark = pytest.mark.any_stack

PATIENCE_MS = 20_000
SHOWN_ROWS = 20

VALUES = """
SELECT 1 AS i, -1BD d, 1.50BD e, 0BD z, 'a <b>&"' s, null n, 'null' t, float('0.1') f,
  double('NaN') nan, double('-Infinity') inf, -0.0D mz, true b, X'0102ff' bin, 1 i,
  timestamp'2020-01-01 12:00:00.120' ts, timestamp_ntz'2020-01-01 12:00:00' ntz,
  date'0001-01-01' dt, array(1, null) a, array('x', null, 'null') sa, map('k', 1) m,
  named_struct('x', 1, 'y', timestamp'2020-01-01') st, parse_json('{"a": [1, 2]}') v,
  interval '1 02:03:04' day to second di, interval '1-2' year to month ym, repeat('long ', 99) l,
  interval '1-3' year to month ym
"""
WRITTEN_AS_SHOW_DOES = (
    *("i", "d", "e", "z", "s", "f", "nan", "inf", "mz", "b"),
    *("bin", "ts", "ntz", "dt", "v", "di", "ym"),
)

READ_TABLES = """
index => [...document.querySelectorAll('.jp-Notebook .jp-Cell')].at(index)
  ? [...document.querySelectorAll('.jp-Notebook .jp-Cell')].at(index)
      .querySelectorAll('.pcw-table').values().map(table => ({
        names: [...table.querySelectorAll('th')].map(head => head.firstChild.textContent),
        types: [...table.querySelectorAll('th span')].map(type => type.textContent),
        rows: [...table.querySelectorAll('tbody tr')]
          .map(row => [...row.children].map(cell => cell.textContent)),
        nulls: table.querySelectorAll('td em.pcw-null').length,
        footer: table.lastChild.textContent,
      })).toArray()
  : []
"""


@pytest.fixture(scope="module")
def without_session(plain: Notebook) -> CellResult:
    return plain.run_cell("%%sql\nselect 1")


@pytest.fixture(scope="module")
def notebook(plain: Notebook, without_session: CellResult) -> Notebook:
    """The same notebook with a session called ``spark`` then, and a view in it."""
    assert plain.run_cell(CONNECT).error is None
    assert plain.run_cell(f"%%sql\n{VIEW}").error is None
    return plain


VIEW = "create or replace temp view trips as select id, concat('to ', id) city from range(50)"


@pytest.fixture(scope="module")
def native_with_view(native: SparkSession) -> SparkSession:
    native.sql(VIEW)
    return native


def tables(notebook: Notebook, cell: CellResult) -> list[dict[str, Any]]:
    """The tables that a cell shows."""
    found: list[dict[str, Any]] = notebook.page.evaluate(READ_TABLES, cell.index)
    return found


def table(notebook: Notebook, cell: CellResult) -> dict[str, Any]:
    assert cell.error is None
    [found] = tables(notebook, cell)
    return found


def expected(native: SparkSession, statement: str, rows: int = SHOWN_ROWS) -> dict[str, Any]:
    """The same table, of the native client."""
    view = TableView.of(native.sql(statement), rows)
    return {
        "names": [column.name.text for column in view.columns],
        "types": [column.type.text for column in view.columns],
        "rows": [[column.cells[row].text for column in view.columns] for row in range(view.rows)],
        "nulls": sum(cell.is_null for column in view.columns for cell in column.cells),
        "footer": view.footer(),
    }


def test_without_a_session_a_cell_says_how_to_make_one(without_session: CellResult) -> None:
    assert "pcw.session()" in str(without_session.error)
    assert "Traceback" not in str(without_session.error)


def test_every_type_is_shown_as_natively(notebook: Notebook, native: SparkSession) -> None:
    shown = table(notebook, notebook.run_cell(f"%%sql{VALUES}"))
    assert shown == expected(native, VALUES)
    assert shown["nulls"] == 1


def test_flat_values_are_written_as_show_writes_them(
    notebook: Notebook, native: SparkSession
) -> None:
    shown = table(notebook, notebook.run_cell(f"%%sql{VALUES}"))
    text = native.sql(VALUES)._show_string(1, truncate=False, vertical=True)
    written = dict(re.findall(r"^ (\w+) +\| (.*?) *$", text, re.MULTILINE))
    values = dict(zip(shown["names"], shown["rows"][0], strict=True))
    assert {name: values[name] for name in WRITTEN_AS_SHOW_DOES} == {
        name: written[name] for name in WRITTEN_AS_SHOW_DOES
    }


@pytest.mark.parametrize(("options", "rows"), [("", SHOWN_ROWS), ("-n 7", 7), ("-n 50", 50)])
def test_the_first_rows_are_those_of_the_native_client(
    notebook: Notebook, native: SparkSession, options: str, rows: int
) -> None:
    statement = "select id, id % 3 k, concat('row ', id) name from range(50) order by id desc"
    shown = table(notebook, notebook.run_cell(f"%%sql {options}\n{statement}"))
    collected = native.sql(statement).limit(rows).collect()
    assert shown["rows"] == [[str(value) for value in row] for row in collected]
    assert ("there are more" in shown["footer"]) == (rows < 50)


COUNT_ROWS = """\
fetched = []
_plain = type(spark.client).to_table
def _counted(self, *args, **kwargs):
    result = _plain(self, *args, **kwargs)
    fetched.append(result[0].num_rows)
    return result
type(spark.client).to_table = _counted\
"""


def test_one_row_more_than_is_shown_is_fetched_and_none_for_a_value_that_is_kept(
    notebook: Notebook,
) -> None:
    notebook.run_cell(COUNT_ROWS)
    notebook.run_cell("%%sql -n 3\nselect * from range(1000000)")
    notebook.run_cell("df = %sql select * from range(1000000)")
    notebook.run_cell("display(df)")
    assert notebook.run_cell("type(spark.client).to_table = _plain\nfetched").text == "[4, 21]"


def test_a_dataframe_as_the_last_value_is_shown_as_natively(
    notebook: Notebook, native: SparkSession
) -> None:
    kept = notebook.run_cell("%%sql -o kept\nselect id, 'x' as name from range(30)")
    assert table(notebook, kept)["footer"] == "The first 20 rows; there are more"
    assert notebook.run_cell("kept.count()").text == "30"
    plain = repr(native.sql("select id, 'x' as name from range(30)"))
    assert notebook.run_cell("kept").text == plain
    assert notebook.run_cell("[kept]").text == f"[{plain}]"
    assert table(notebook, notebook.run_cell("display(kept.limit(1))"))["footer"] == "1 row"


def test_a_line_is_the_dataframe(notebook: Notebook) -> None:
    assert notebook.run_cell("one = %sql select 1 as x\none.collect()").text == "[Row(x=1)]"
    assert table(notebook, notebook.run_cell("%sql -n 1 select 1 as x"))["rows"] == [["1"]]


def test_parameters_are_the_notebooks_variables(notebook: Notebook) -> None:
    notebook.run_cell('low, name, several = 47, "O\'Neil; --", [1, 2]')
    cell = "%%sql\nselect id, :name n, :several s, '$low {low} :low' t from trips where id > :low"
    shown = table(notebook, notebook.run_cell(cell))
    rest = ["O'Neil; --", "[1, 2]", "$low {low} :low"]
    assert shown["rows"] == [["48", *rest], ["49", *rest]]
    line = notebook.run_cell("odd = %sql select '$low {low}' as x, :low as y\nodd.collect()")
    assert line.text == "[Row(x='$low {low}', y=47)]"
    inside = "def f(n):\n    found = %sql select :n + :low as m\n    return found.collect()\nf(1)"
    assert notebook.run_cell(inside).text == "[Row(m=48)]"


@pytest.mark.parametrize("name", ["absent", "spark"])
def test_a_parameter_without_a_value_is_one_sentence(notebook: Notebook, name: str) -> None:
    error = str(notebook.run_cell(f"%%sql\nselect :{name}").error)
    assert f":{name}" in error
    assert "\n" not in error


CELLS = [
    ["select 'a;b' x", r"select 'it''s;', 'a\';b', r'\', \";\"\";\"".replace('\\"', '"')],
    ["select 1 as `a;b`, 2 as `c``;`", "select /* ; /* ; */ ; */ 3 -- ;\n, 4"],
    ["select /*+ BROADCAST(trips) */ count(*) from trips", "select 1::string, struct(1 a)"],
    ["begin declare x int = 1; select case when x = 1 then 'a;' end y; end", "select 2"],
    ["begin if 1 = 1 then begin select 5; end; end if; end", "select cast(null as struct<a:int>)"],
    ["begin a: begin while 1 = 2 do select 2; end while; select 7; end a; end", "show databases"],
]


@pytest.mark.parametrize("statements", CELLS)
def test_several_statements_run_in_turn_as_each_does_natively(
    notebook: Notebook, native_with_view: SparkSession, statements: list[str]
) -> None:
    cell = notebook.run_cell("%%sql\n" + ";\n".join(statements) + "; -- the end")
    assert cell.error is None
    shown = [[one["rows"], one["names"]] for one in tables(notebook, cell)]
    natively = [expected(native_with_view, statement) for statement in statements]
    assert shown == [[one["rows"], one["names"]] for one in natively]


def test_what_python_has_no_value_for_is_written_by_spark(
    notebook: Notebook, native: SparkSession
) -> None:
    zone = "set spark.sql.session.timeZone=America/New_York"
    beyond = (
        "select timestamp'9999-12-31 23:59:59' + interval 1 hour late, timestamp'0001-01-01' early,"
        " timestamp'2020-07-01 12:00:00' summer, array(interval '1-2' year to month) spans"
    )
    try:
        cell = notebook.run_cell(f"%%sql\n{zone};\n{beyond}")
        native.sql(zone)
        text = native.sql(beyond)._show_string(1, truncate=False, vertical=True)
    finally:
        native.conf.unset("spark.sql.session.timeZone")
        notebook.run_cell("spark.conf.unset('spark.sql.session.timeZone')")
    written = re.findall(r"^ \w+ +\| (.*?) *$", text, re.MULTILINE)
    shown = tables(notebook, cell)[-1]
    assert shown["rows"] == [written]
    assert "America/New_York" in shown["footer"]


def test_a_plan_is_shown_in_its_lines(notebook: Notebook, native_with_view: SparkSession) -> None:
    cell = notebook.run_cell("%%sql\nexplain select id + 1 from trips")
    [[plan]] = native_with_view.sql("explain select id + 1 from trips").collect()
    numbers = re.compile(r"#\d+L?|splits=\d+")
    assert numbers.sub("", cell.outputs[0].text.strip()) == numbers.sub("", plan.strip())


def test_commands_say_quietly_that_they_are_done(notebook: Notebook) -> None:
    one = notebook.run_cell("%%sql\ncreate or replace temp view w as select 1")
    assert [output.text for output in one.outputs] == ["OK"]
    two = notebook.run_cell("%%sql\ncreate or replace temp view w as select 1;\ndrop view w")
    assert [output.text.partition(" w")[0] for output in two.outputs] == [
        "OK: create or replace temp view",
        "OK: drop view",
    ]
    assert two.error is None
    assert notebook.run_cell("%%sql\n-- select 1\n;").text.startswith("Nothing to run")


def positions(message: str) -> list[tuple[int, int]]:
    found = re.findall(r"line (\d+),? pos(?:ition)? (\d+)", message)
    return [(int(line), int(column)) for line, column in found]


@pytest.mark.parametrize(
    "wrong", ["selec 1", "select nope\nfrom trips", "select *\nfrom nowhere", "select 1 / 0"]
)
def test_an_error_is_sparks_sentence_with_the_line_of_the_cell(
    notebook: Notebook, native_with_view: SparkSession, wrong: str
) -> None:
    with pytest.raises(PySparkException) as caught:
        native_with_view.sql(wrong).collect()
    cell = notebook.run_cell(f"%%sql\nselect 'first';\n\n{wrong}")
    assert cell.error is not None
    assert [one["rows"] for one in tables(notebook, cell)] == [[["first"]]]
    natively = str(caught.value)
    assert cell.error.startswith(f"{type(caught.value).__name__}: ")
    assert natively.strip().partition("SQLSTATE")[0] in cell.error
    assert positions(cell.error) == [(line + 3, column) for line, column in positions(natively)]
    assert positions(cell.error)
    outputs = "".join(output.text for output in cell.outputs)
    assert "Traceback" not in outputs
    assert "{" not in outputs, "PySpark's log line"


def test_the_error_stays_what_it_is(notebook: Notebook) -> None:
    caught = (
        "try:\n    get_ipython().run_cell_magic('sql', '', 'select nope')\n"
        "except Exception as error:\n    print(type(error).__module__, error.getCondition())"
    )
    assert notebook.run_cell(caught).text == (
        "pyspark.errors.exceptions.connect UNRESOLVED_COLUMN.WITHOUT_SUGGESTION"
    )


def test_stop_ends_a_statement_and_its_bar(notebook: Notebook) -> None:
    slow = "select java_method('java.lang.Thread', 'sleep', 1000L) from range(0, 500, 1, 500)"
    cell = notebook.start_cell(f"%%sql\n{slow};\nselect 'never'")
    notebook.panel.locator(".pcw-progress").wait_for(timeout=PATIENCE_MS)
    notebook.interrupt()
    result = notebook.finish_cell(cell)
    assert "KeyboardInterrupt" in str(result.error)
    assert tables(notebook, result) == []
    assert notebook.panel.locator("progress").count() == 0
    assert table(notebook, notebook.run_cell("%%sql\nselect 1"))["rows"] == [["1"]]


COMPLETED = """
() => {
  const shown = '.jp-Completer:not(.lm-mod-hidden) .jp-Completer-match';
  const matches = [...document.querySelectorAll(shown)].map(match => match.textContent);
  return matches.length ? matches : null;
}
"""
COMPLETION_MS = 12_000
"""JupyterLab drops a completion that took the kernel 10 s; a person then presses Tab again."""

MOST_TABS = 3


def completed(notebook: Notebook, source: str) -> list[str]:
    """What Tab shows where ``|`` is."""
    before, _, after = source.partition("|")
    notebook.write_cell(before + after)
    page = notebook.page
    for _ in after:
        page.keyboard.press("ArrowLeft")
    texts: list[str] = []
    for _ in range(MOST_TABS):
        page.keyboard.press("Tab")
        with suppress(PlaywrightTimeout):
            texts = page.wait_for_function(COMPLETED, timeout=COMPLETION_MS).json_value()
            break
    page.keyboard.press("Escape")
    page.locator(".jp-Completer-match").first.wait_for(state="hidden")
    page.keyboard.press("Enter")
    page.keyboard.press("Control+a")
    page.keyboard.press("Delete")
    return texts


def test_tab_shows_tables_and_databases_after_from(notebook: Notebook) -> None:
    shown = completed(notebook, "%%sql\nselect * from |")
    assert {"trips", "default"} <= set(shown)
    assert "city" not in shown
    assert completed(notebook, "%%sql\nwith tr_other as (select 1) select * from tr|") == [
        *("tr_other", "trips", "true", "truncate")
    ]


def test_tab_shows_the_columns_of_the_tables_that_the_statement_names(
    notebook: Notebook, native_with_view: SparkSession
) -> None:
    columns = native_with_view.table("trips").columns
    assert completed(notebook, "%%sql\nselect 1; select t.| from trips t") == columns
    assert "city" in completed(notebook, "%%sql\nselect ci| from trips")
    assert "named_struct" in completed(notebook, "df = %sql select named|")
    assert completed(notebook, "%%sql\nselect :lo|") == ["low"]


def test_tab_in_python_is_as_before(notebook: Notebook) -> None:
    notebook.run_cell("frame = spark.table('trips')")
    assert completed(notebook, "frame.ci|") == ["city"]


def test_the_catalog_lists_what_the_session_knows(notebook: Notebook, native: SparkSession) -> None:
    native.sql("create database if not exists pcw_catalog")
    try:
        native.sql("create or replace view pcw_catalog.seen as select 1 x, 'a' y")
        catalogs = notebook.run_cell("pcw.catalog()")
        assert ["spark_catalog", "catalog"] in table(notebook, catalogs)["rows"]
        databases = table(notebook, notebook.run_cell("pcw.catalog('spark_catalog')"))["rows"]
        assert [name for name, _ in databases] == [
            one.name for one in native.catalog.listDatabases()
        ]
        inside = notebook.run_cell("pcw.catalog()['spark_catalog']['pcw_catalog']")
        assert table(notebook, inside)["rows"] == [
            ["seen", "view"],
            ["trips", "temporary view"],
        ]
        columns = notebook.run_cell("pcw.catalog('spark_catalog.pcw_catalog.seen')")
        assert [row[:2] for row in table(notebook, columns)["rows"]] == [
            [one.name, one.dataType] for one in native.catalog.listColumns("pcw_catalog.seen")
        ]
        temporary = notebook.run_cell("pcw.catalog('spark_catalog.default.trips')")
        assert [row[0] for row in table(notebook, temporary)["rows"]] == ["id", "city"]
        assert "pcw_catalog" in completed(notebook, "%%sql\nselect * from pcw|")
        assert completed(notebook, "%%sql\nselect * from pcw_catalog.se|")[0] == "seen"
    finally:
        native.sql("drop database if exists pcw_catalog cascade")
    missing = notebook.run_cell("pcw.catalog('spark_catalog.default.nothing')")
    assert "TABLE_OR_VIEW_NOT_FOUND" in str(missing.error)


COLOURED = """
([panel, word]) => {
  const lines = [...document.querySelectorAll(`[id='${panel}'] .jp-Cell`)].at(-1)
    .querySelectorAll('.cm-line span');
  return [...lines].find(span => span.textContent === word)?.className;
}
"""


def test_a_sql_cell_has_the_colours_of_sql(notebook: Notebook) -> None:
    notebook.write_cell("for x in []: ")
    keyword = notebook.lab.wait("a keyword", COLOURED, [notebook.panel_id, "for"])
    page = notebook.page
    page.keyboard.press("Control+a")
    page.keyboard.insert_text("%%sql\nselect city from trips -- all")
    notebook.lab.wait(
        "SQL's keywords",
        f"([panel, keyword]) => ({COLOURED})([panel, 'select']) === keyword",
        [notebook.panel_id, keyword],
    )
    page.keyboard.press("Control+a")
    page.keyboard.insert_text("select = 1 # -- all")
    notebook.lab.wait(
        "Python again",
        f"panel => !({COLOURED})([panel, 'select']) && ({COLOURED})([panel, '# -- all'])",
        notebook.panel_id,
    )
    page.keyboard.press("Control+a")
    page.keyboard.press("Delete")


@pytest.mark.parametrize("theme", ["JupyterLab Dark", "JupyterLab Light"])
def test_text_and_ground_of_a_table_are_the_themes(notebook: Notebook, theme: str) -> None:
    cell = notebook.run_cell(f"%%sql{VALUES}")
    notebook.page.evaluate(
        "theme => window.jupyterapp.commands.execute('apputils:change-theme', {theme})", theme
    )
    dark = "Dark" in theme
    notebook.lab.wait(
        theme, "dark => (document.body.dataset.jpThemeLight === 'false') === dark", dark
    )
    head = notebook.panel.locator(".pcw-table th").last
    ground, text = head.evaluate(
        "head => [getComputedStyle(head).backgroundColor, getComputedStyle(head).color]"
        ".map(colour => Number(/\\d+/.exec(colour)[0]))"
    )
    assert (ground < text) == dark
    notebook.show(cell)
    notebook.screenshot(SCREENSHOTS / f"sql-{'dark' if dark else 'light'}.png")
