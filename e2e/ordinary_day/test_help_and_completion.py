"""What a person asks of a notebook beside its results: help, completion, magics, displays, input.

PySpark's part is compared with the native client; the rest with a kernel of the same site that
never called ``install()``.
"""

from __future__ import annotations

import inspect
import re
from typing import Any

import pytest
from playwright.sync_api import ElementHandle
from pyspark.sql import SparkSession

from e2e.notebook import CellResult, Notebook
from e2e.stacks import RunningStack

PATIENCE_MS = 20_000
FRAME = "spark.createDataFrame([(1, 'a'), (2, 'b')], 'number long, letter string')"
ADDRESS = re.compile(r"0x[0-9a-f]+")
CELL_NAME = re.compile(r"<ipython-input-[^>]*>")
TIME = re.compile(r"[\d.]+(?:e[+-]\d+)? (?:ns|[uμµ]s|ms|s)\b")
SLOW_START = re.compile(r"^(?:Compiler|Parser) *: .*\n", re.MULTILINE)
"""What `%time` adds where the cell's compilation took a tenth of a second."""

NUMBER_OF_CELL = re.compile(r"In\[\d+\]")
TABLE = """\
class Table:
    def __repr__(self): return 'plain'
    def _repr_html_(self): return '<i>rich</i>'
    def _repr_mimebundle_(self, **_): return {'text/plain': 'plain', 'text/html': '<i>bundle</i>'}
"""


@pytest.fixture(scope="module")
def natively(native: SparkSession) -> dict[str, Any]:
    """The same names, natively."""
    return {"spark": native, "df": eval(FRAME, {"spark": native})}


@pytest.fixture(scope="module")
def day(notebook: Notebook) -> Notebook:
    """The notebook with a DataFrame called ``df``."""
    assert notebook.run_cell(f"df = {FRAME}").error is None
    return notebook


def words(text: str) -> str:
    """A text without its layout, which the window's width decides."""
    return " ".join(text.split())


def with_key(notebook: Notebook, source: str, key: str, shown: str) -> list[str]:
    """Type, press a key, and read what pops up; the cell is emptied again."""
    notebook.write_cell(source)
    page = notebook.page
    page.keyboard.press(key)
    found = page.locator(shown)
    found.first.wait_for(timeout=PATIENCE_MS)
    texts = found.all_inner_texts()
    page.keyboard.press("Escape")
    found.first.wait_for(state="detached" if "Tooltip" in shown else "hidden")
    page.keyboard.press("Enter")
    page.keyboard.press("Control+a")
    page.keyboard.press("Delete")
    return texts


def completed(notebook: Notebook, source: str) -> set[str]:
    shown = ".jp-Completer .jp-Completer-match"
    return set(with_key(notebook, source, "Tab", shown))


def public(thing: object) -> set[str]:
    return {name for name in dir(thing) if not name.startswith("_")}


@pytest.mark.parametrize("name", ["spark", "df"])
def test_tab_shows_the_names_that_it_shows_natively(
    day: Notebook, natively: dict[str, Any], name: str
) -> None:
    assert completed(day, f"{name}.") == public(natively[name])


def test_tab_shows_columns_among_the_names(day: Notebook, natively: dict[str, Any]) -> None:
    expected = {name for name in public(natively["df"]) if name.startswith("l")}
    assert "letter" in expected
    assert completed(day, "df.l") == expected


def test_shift_tab_shows_signature_and_text_of_a_method(
    day: Notebook, natively: dict[str, Any]
) -> None:
    [shown] = with_key(day, "spark.range(", "Shift+Tab", ".jp-Tooltip")
    documented = inspect.getdoc(natively["spark"].range)
    assert documented is not None
    assert words(documented.partition("Parameters")[0]) in words(shown)
    assert [name in shown for name in inspect.signature(natively["spark"].range).parameters]


@pytest.mark.parametrize("question", ["help({})", "{}?", "{}??"])
@pytest.mark.parametrize("name", ["spark.range", "df.select"])
def test_help_shows_the_text_that_it_shows_natively(
    day: Notebook, natively: dict[str, Any], question: str, name: str
) -> None:
    shown = day.run_cell(question.format(name))
    assert shown.error is None
    method = eval(name, natively)
    # `??` shows the source in place of the docstring where that has it.
    expected = inspect.getsource(method) if "??" in question else inspect.getdoc(method)
    head = str(expected).partition('"""')[0] if "??" in question else str(expected)
    assert words(head) in words(shown.text) or words(str(inspect.getdoc(method))) in words(
        shown.text
    )


def test_a_frame_may_be_shown_with_its_rows(day: Notebook, natively: dict[str, Any]) -> None:
    """As text: IPython takes no HTML of an object that has an attribute of any name."""
    key = "spark.sql.repl.eagerEval.enabled"
    natively["spark"].conf.set(key, "true")
    assert day.run_cell(f"spark.conf.set('{key}', 'true')").error is None
    expected = eval(FRAME, natively)
    assert expected._ipython_canary_method_should_not_exist_ is not None
    assert words(day.run_cell(FRAME).text) == words(repr(expected))
    html = day.run_cell(f"print({FRAME}._repr_html_())")
    assert words(html.text) == words(expected._repr_html_())
    assert day.run_cell(f"spark.conf.unset('{key}')").error is None


ORDINARY = [
    "%time sum(range(10))",
    "%%time\ntimed = 3",
    "%timeit -n 1 -r 1 sum(range(10))",
    "%%timeit -n 1 -r 1\nsum(range(10))",
    "some_text = 'x'\n%who str",
    "%whos str",
    "%%capture held\nprint('hidden')\n1",
    "held.stdout, len(held.outputs)",
    "'for the history'",
    "%history -l 1",
    "%%writefile /tmp/program.py\nprint('ran as', __name__)\nfrom_program = 5",
    "%run /tmp/program.py",
    "from_program",
    "%load_ext autoreload\n%autoreload 2",
    "%env PCW_MINE=1",
    "%env PCW_MINE",
    "import os; os.environ['PCW_MINE']",
    "%pwd",
    "%cd /tmp",
    "%cd -",
    "import glob; glob.glob('/tmp/prog*.py')",
    "5",
    "_ + 1",
    "Out[next(reversed(Out))]",
    "7;",
    "from IPython.display import *\ndisplay(1, 'a')",
    "HTML('<b>bold</b>')",
    "Markdown('# Heading')",
    "Image(__import__('base64').b64decode('R0lGODlhAQABAAAAACwAAAAAAQABAAA='), format='gif')",
    "for step in range(3):\n    clear_output(wait=True)\n    print('step', step)",
    "handle = display('first', display_id='one'); handle.update('second')",
    "import warnings; warnings.warn('careful')",
    "import logging; logging.warning('logged %s', 1)",
    f"{TABLE}Table()",
    "def deep(n): return deep(n - 1) if n else 1 / 0\ndeep(60)",
    "%%writefile /tmp/own_module.py\ndef broken(x):\n    '''Divides.'''\n    return x / 0",
    "import sys; sys.path.insert(0, '/tmp')\nimport own_module\nown_module.broken(1)",
    "own_module.broken??",
    "%tb",
    "%xmode Minimal",
    "own_module.broken(1)",
    "%xmode Context",
    "1 +",
    "import no_such_module",
    "await __import__('asyncio').sleep(0)",
    "%precision 3",
    "3.14159265",
    "%prun -q 1",
    "%%html\n<b>x</b>",
    "%no_such_magic",
]


def kernel_neutral(result: CellResult) -> list[tuple[str, str]]:
    """Kinds and texts of the outputs, without what no two kernels share."""
    neutral = []
    for output in result.outputs:
        text = SLOW_START.sub("", NUMBER_OF_CELL.sub("In[]", output.text))
        text = CELL_NAME.sub("<cell>", text)
        neutral.append((output.kind, words(TIME.sub("T", ADDRESS.sub("0x", text)))))
    return neutral


@pytest.mark.parametrize("source", ORDINARY)
def test_an_ordinary_cell_shows_what_it_shows_without_pyspark(
    day: Notebook, plain: Notebook, source: str
) -> None:
    assert kernel_neutral(day.run_cell(source)) == kernel_neutral(plain.run_cell(source))


def answered(notebook: Notebook, source: str, *answers: str) -> CellResult:
    """Run a cell that asks, and answer."""
    index = notebook.start_cell(source)
    for answer in answers:
        field = notebook.panel.locator(".jp-Stdin-input").last
        field.wait_for(timeout=PATIENCE_MS)
        # The next question may be there before this one's field has gone.
        this: ElementHandle = field.element_handle()
        field.fill(answer)
        field.press("Enter")
        this.wait_for_element_state("hidden")
    return notebook.finish_cell(index)


def test_a_cell_that_asks_gets_what_is_typed(day: Notebook) -> None:
    asked = answered(day, "[input('name? '), input('age? ')]", "Ann", "41")
    assert asked.text.endswith("['Ann', '41']")
    secret = answered(day, "import getpass; len(getpass.getpass('token: '))", "hidden")
    assert secret.text.endswith("6")
    assert "hidden" not in secret.text
    assert day.run_cell("df.count()").text == "2"


@pytest.mark.parametrize(
    ("source", "answers"),
    [
        ("def f(x):\n    breakpoint()\n    return x\nf(df.count() + 40)", ["p x", "c"]),
        ("import pdb\ndef f(x):\n    pdb.set_trace()\n    return x\nf(42)", ["p x", "c"]),
    ],
    ids=["breakpoint()", "pdb"],
)
def test_a_debugger_answers_and_lets_go(day: Notebook, source: str, answers: list[str]) -> None:
    shown = answered(day, source, *answers)
    assert "42" in shown.text
    assert day.run_cell("df.count()").text == "2"


def test_the_debugger_looks_back_at_an_error(day: Notebook) -> None:
    assert "ZeroDivisionError" in str(day.run_cell("def g(x): return x / 0\ng(4242)").error)
    assert "4242" in answered(day, "%debug", "p x", "q").text


def test_after_reset_the_kernel_connects_again(day: Notebook, stack: RunningStack) -> None:
    assert day.run_cell("%reset -f").error is None
    assert "NameError" in str(day.run_cell("df").error)
    again = "import pyspark_connect_web as pcw\nspark = pcw.session()\nspark.range(3).count()"
    assert day.run_cell(again).text == "3"


def test_after_a_restart_the_same_cells_run_again(day: Notebook) -> None:
    day.restart_kernel()
    assert "NameError" in str(day.run_cell("spark").error)
    again = "import pyspark_connect_web as pcw\nspark = pcw.session()\n" + FRAME + ".count()"
    assert day.run_cell(again).text == "2"
