"""What starts a program elsewhere says in one sentence that a tab cannot; the kernel goes on."""

from __future__ import annotations

import pytest

from e2e.notebook import Notebook

PROGRAMS = [
    "%%bash\nls",
    "%%sh\nls -l",
    "%%script python\nprint(1)",
    "%%perl\nprint 1;",
    "!ls",
    "files = !ls",
    "%sx ls",
    "%system ls",
    "!!ls",
    "%edit",
    "%edit helper.py",
    "%ed",
    "import subprocess\nsubprocess.run(['ls'], check=True)",
    "import os\nos.system('ls')",
    "import asyncio\nawait asyncio.create_subprocess_exec('ls')",
    "import asyncio\nawait asyncio.create_subprocess_shell('ls')",
]


@pytest.mark.parametrize("source", PROGRAMS)
def test_a_program_is_refused_in_one_sentence(notebook: Notebook, source: str) -> None:
    cell = notebook.run_cell(source, timeout=30)
    shown = "".join(output.text for output in cell.outputs)
    assert "A browser tab cannot run programs" in shown
    assert "%pip" in shown
    assert notebook.run_cell("1 + 1").text == "2"


def test_an_install_by_the_shell_says_which_magic_to_use(notebook: Notebook) -> None:
    cell = notebook.run_cell("!pip install something")
    assert "%pip to install packages" in str(cell.error)


def test_a_module_that_was_just_written_is_imported(notebook: Notebook) -> None:
    for number in (1, 2):
        name = f"helper{number}"
        assert notebook.run_cell(f"%%writefile {name}.py\nvalue = {number}").error is None
        assert notebook.run_cell(f"import {name}\n{name}.value").text == str(number)
    assert notebook.run_cell("%%writefile helper1.py\nvalue = 'again, longer'").error is None
    changed = "import importlib\nimportlib.reload(helper1).value"
    assert notebook.run_cell(changed).text == "'again, longer'"
