"""What a cell prints is shown live, in order and whole, however much it is."""

from __future__ import annotations

import pytest

from e2e.notebook import Notebook

STREAM_MESSAGES = """
import pyodide_kernel
counts = []
callback = pyodide_kernel.stdout_stream.publish_stream_callback
def counting(name, text):
    counts.append(len(text))
    return callback(name, text)
pyodide_kernel.stdout_stream.publish_stream_callback = counting
"""


@pytest.mark.parametrize("lines", [500, 20_000])
def test_every_line_is_shown_by_few_messages(notebook: Notebook, lines: int) -> None:
    cell = notebook.run_cell(f"{STREAM_MESSAGES}for n in range({lines}): print('line', n)")
    assert cell.error is None
    assert cell.text.splitlines() == [f"line {n}" for n in range(lines)]
    messages = notebook.run_cell("print(len(counts))").text
    assert int(messages) < 60


def test_without_pyspark_too(plain: Notebook) -> None:
    cell = plain.run_cell("for n in range(5000): print(n)")
    assert cell.text.splitlines() == [str(n) for n in range(5000)]


def test_displays_streams_and_errors_keep_their_order(notebook: Notebook) -> None:
    cell = notebook.run_cell(
        "import sys\nfrom IPython.display import HTML, display\n"
        "for n in range(12):\n"
        "    print('out', n)\n    print('err', n, file=sys.stderr)\n"
        "    display(HTML(f'<i>shown {n}</i>'))\n"
        "print('last')\nraise ValueError('the end')"
    )
    texts = [output.text.strip() for output in cell.outputs]
    wanted = [text for n in range(12) for text in (f"out {n}", f"err {n}", f"shown {n}")]
    assert texts[:-1] == [*wanted, "last"]
    assert "ValueError: the end" in texts[-1]


def test_it_is_shown_while_the_cell_waits_for_spark(notebook: Notebook) -> None:
    long = "spark.range(10**12).selectExpr('sum(hash(id))').collect()"
    index = notebook.start_cell(f"for n in range(100): print('before', n)\n{long}")
    notebook.page.get_by_text("before 99").wait_for()
    notebook.interrupt()
    cell = notebook.finish_cell(index)
    assert "KeyboardInterrupt" in str(cell.error)
    assert cell.text.splitlines() == [f"before {n}" for n in range(100)]


@pytest.mark.parametrize(
    "waiting",
    ["import time; time.sleep(1000)", "while True: pass", "import asyncio; await asyncio.sleep(3)"],
)
def test_it_is_shown_while_python_is_busy(notebook: Notebook, waiting: str) -> None:
    index = notebook.start_cell(f"for n in range(100): print('soon', n)\n{waiting}")
    notebook.page.get_by_text("soon 99").last.wait_for()
    notebook.interrupt()
    cell = notebook.finish_cell(index)
    assert cell.text.splitlines() == [f"soon {n}" for n in range(100)]


def test_what_is_printed_after_the_cell_belongs_to_it(notebook: Notebook) -> None:
    index = notebook.start_cell(
        "import asyncio\nasync def later():\n    await asyncio.sleep(0.2)\n"
        "    for n in range(50): print('later', n)\ntask = asyncio.ensure_future(later())\n"
        "print('now')"
    )
    notebook.finish_cell(index)
    notebook.page.get_by_text("later 49").wait_for()


def test_a_stream_is_what_programs_expect_of_one(notebook: Notebook) -> None:
    cell = notebook.run_cell(
        "import sys\n"
        "print(sys.stdout.write('abc\\n'), sys.stdout.writable(), sys.stdout.isatty())\n"
        "sys.stdout.writelines(['d', 'e\\n'])\nprint('é', 'ü', sep='\\n', end='!', flush=True)\n"
        "try: sys.stdout.write(b'x')\nexcept TypeError as error: print(error)"
    )
    assert cell.error is None
    wanted = "abc\n4 True False\nde\né\nü!write() argument must be str, not bytes"
    assert cell.text == wanted


def test_a_question_is_asked_after_the_text_before_it(notebook: Notebook) -> None:
    index = notebook.start_cell(
        "for n in range(30): print('first', n)\nname = input('name? ')\nprint('hello', name)"
    )
    field = notebook.page.locator(".jp-Stdin-input")
    field.wait_for()
    notebook.page.get_by_text("first 29").wait_for()
    field.fill("Ada")
    field.press("Enter")
    assert "hello Ada" in notebook.finish_cell(index).text
