"""The Stop button ends whatever Python a cell runs, and does no harm where none runs."""

from __future__ import annotations

import pytest

from e2e.notebook import Lab, Notebook

ENDLESS = {
    "a loop": "while True: pass",
    "a comprehension": "[n for n in iter(int, 1)]",
    "a generator": "sum(1 for _ in iter(int, 1))",
    "deep in functions": "def f(n): return f(n - 1) if n else [0 for _ in iter(int, 1)]\nf(200)",
    "sleep": "import time\ntime.sleep(10_000)",
    "sleep that was imported": "from time import sleep\nsleep(10_000)",
    "printing": "n = 0\nwhile True:\n    n += 1\n    print('line', n)",
    "a callback of C": "max(iter(int, 1), key=lambda n: n)",
    "pandas": "import pandas as pd\npd.Series(range(10**6)).apply(lambda n: sum(range(2000)))",
    "a written module": (
        "open('endless.py', 'w').write('def run():\\n    while True: pass')\n"
        "import endless\nendless.run()"
    ),
    "a magic": "%time [print('it runs'), *(n for n in iter(int, 1))]",
    "a finally": "try:\n    while True: pass\nfinally:\n    print('cleaned up')",
}


SAYS = "from IPython.display import HTML, display\ndisplay(HTML('<b>{}</b>'))\n"
"""Apart from what is printed, so that it can be found."""


@pytest.mark.parametrize("name", ENDLESS)
def test_stop_ends_it_and_the_kernel_goes_on(notebook: Notebook, name: str) -> None:
    source = ENDLESS[name].replace("it runs", f"it runs: {name}")
    says = "" if source.startswith("%") else SAYS.format(f"it runs: {name}")
    index = notebook.start_cell(says + source)
    notebook.page.get_by_text(f"it runs: {name}", exact=True).wait_for()
    notebook.interrupt()
    cell = notebook.finish_cell(index, timeout=30)
    assert "KeyboardInterrupt" in str(cell.error)
    assert "pyspark_connect_web" not in str(cell.error)
    assert notebook.run_cell("spark.range(3).count()").text == "3"


def test_stop_works_without_pyspark(plain: Notebook) -> None:
    index = plain.start_cell("print('it runs too')\nwhile True: pass")
    plain.page.get_by_text("it runs too", exact=True).wait_for()
    plain.interrupt()
    assert "KeyboardInterrupt" in str(plain.finish_cell(index, timeout=30).error)
    assert plain.run_cell("1 + 1").text == "2"


def test_a_cell_may_catch_it_and_go_on(notebook: Notebook) -> None:
    index = notebook.start_cell(
        "print('waits')\n"
        "try:\n    while True: pass\nexcept KeyboardInterrupt:\n    print('caught')\n"
        "print(sum(range(10)))"
    )
    notebook.page.get_by_text("waits", exact=True).wait_for()
    notebook.interrupt()
    cell = notebook.finish_cell(index, timeout=30)
    assert cell.error is None
    assert cell.text.splitlines() == ["waits", "caught", "45"]


def test_several_presses_are_as_good_as_one(notebook: Notebook) -> None:
    index = notebook.start_cell("print('pressed')\nwhile True: pass")
    notebook.page.get_by_text("pressed", exact=True).wait_for()
    for _ in range(4):
        notebook.interrupt()
    assert "KeyboardInterrupt" in str(notebook.finish_cell(index, timeout=30).error)
    for n in range(3):
        assert notebook.run_cell(f"{n} + 1").text == str(n + 1)


def test_a_press_at_an_idle_kernel_hits_no_later_cell(notebook: Notebook) -> None:
    for n in range(3):
        notebook.interrupt()
        notebook.interrupt()
        assert notebook.run_cell(f"sum(range(10**5)) + {n}").text == str(4999950000 + n)


def test_a_press_while_a_cell_awaits_does_no_harm(notebook: Notebook) -> None:
    index = notebook.start_cell(
        "import asyncio\nprint('awaits')\nawait asyncio.sleep(1)\nprint('on')"
    )
    notebook.page.get_by_text("awaits", exact=True).wait_for()
    notebook.interrupt()
    cell = notebook.finish_cell(index)
    assert cell.error is None
    assert cell.text.splitlines() == ["awaits", "on"]
    assert notebook.run_cell("2 + 2").text == "4"


def test_a_press_while_a_question_waits_does_not_spoil_the_answer(notebook: Notebook) -> None:
    index = notebook.start_cell("answer = input('well? ')\nprint('answer:', answer)")
    field = notebook.page.locator(".jp-Stdin-input")
    field.wait_for()
    notebook.interrupt()
    field.fill("yes")
    field.press("Enter")
    cell = notebook.finish_cell(index)
    assert cell.error is None
    assert "answer: yes" in cell.text
    assert notebook.run_cell("3 + 3").text == "6"


def test_a_press_while_the_packages_of_a_cell_load_is_the_cells(lab: Lab) -> None:
    notebook = lab.new_notebook()
    notebook.wait_until_idle()
    with notebook.page.expect_request(lambda request: "/pandas-" in request.url):
        index = notebook.start_cell("import pandas\nwhile True: pass")
    notebook.interrupt()
    assert "KeyboardInterrupt" in str(notebook.finish_cell(index, timeout=60).error)


def test_a_package_that_is_being_imported_stays_whole(notebook: Notebook) -> None:
    index = notebook.start_cell(
        "print('imports')\nimport matplotlib.pyplot as plt\nwhile True: pass"
    )
    notebook.page.get_by_text("imports", exact=True).wait_for()
    notebook.interrupt()
    assert "KeyboardInterrupt" in str(notebook.finish_cell(index, timeout=60).error)
    cell = notebook.run_cell("import matplotlib.pyplot as plt\nplt.plot([1, 2]);")
    assert cell.error is None
    assert cell.images
