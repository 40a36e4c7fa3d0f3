"""``%pip`` installs what the site has and what was dropped into the file browser."""

from __future__ import annotations

import pytest

from e2e.notebook import Notebook

WHEEL = """
import zipfile
name = "{name}-1.0"
with zipfile.ZipFile(f"{{name}}-py3-none-any.whl", "w") as wheel:
    wheel.writestr("{name}.py", "value = 42")
    wheel.writestr(f"{{name}}.dist-info/METADATA", "Metadata-Version: 2.1\\nName: {name}\\nVersion: 1.0\\n")
    wheel.writestr(f"{{name}}.dist-info/WHEEL", "Wheel-Version: 1.0\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n")
    wheel.writestr(f"{{name}}.dist-info/RECORD", "")
"""  # noqa: E501


@pytest.mark.parametrize("place", ["./", "/drive/", "emfs:/drive/"])
def test_a_wheel_of_the_file_browser_is_installed(notebook: Notebook, place: str) -> None:
    name = "tiny" + "".join(letter for letter in place if letter.isalpha())
    assert notebook.run_cell("%cd -q /drive").error is None
    assert notebook.run_cell(WHEEL.format(name=name)).error is None
    installed = notebook.run_cell(f"%pip install {place}{name}-1.0-py3-none-any.whl")
    assert installed.error is None
    assert notebook.run_cell(f"import {name}\n{name}.value").text == "42"


def test_an_installed_package_is_listed_shown_and_uninstalled(notebook: Notebook) -> None:
    assert notebook.run_cell(WHEEL.format(name="seen")).error is None
    assert notebook.run_cell("%pip install ./seen-1.0-py3-none-any.whl").error is None
    assert "seen " in notebook.run_cell("%pip list").text
    assert "seen==1.0" in notebook.run_cell("%pip freeze").text.splitlines()
    assert "Version: 1.0" in notebook.run_cell("%pip show seen").text
    assert "uninstalled seen-1.0" in notebook.run_cell("%pip uninstall -y seen").text
    assert "not found: seen" in notebook.run_cell("%pip show seen").text
    assert "does nothing in a browser tab" in notebook.run_cell("%pip wheel seen").text
    assert "does nothing in a browser tab" in notebook.run_cell("%pip --version").text


BROKEN = "open('broken-1.0-py3-none-any.whl', 'w').write('no zip')"
FOREIGN = "open('foreign-1.0-cp314-cp314-manylinux_2_17_x86_64.whl', 'w').close()"


@pytest.mark.parametrize(
    ("before", "source", "said"),
    [
        ("pass", "%pip install ./gone-1.0-py3-none-any.whl", "There is no file ./gone-1.0"),
        ("pass", "%pip install emfs:/drive/gone.whl", "There is no file /drive/gone.whl"),
        (BROKEN, "%pip install ./broken-1.0-py3-none-any.whl", "not a zip file"),
        (
            FOREIGN,
            "%pip install ./foreign-1.0-cp314-cp314-manylinux_2_17_x86_64.whl",
            "manylinux_2_17_x86_64",
        ),
        ("import micropip", "await micropip.install('nothing_here')", "nothing-here"),
        ("pass", "%pip install 'jinja2>=99'", "This site has jinja2 3."),
    ],
)
def test_what_cannot_be_installed_is_told_in_one_sentence(
    notebook: Notebook, before: str, source: str, said: str
) -> None:
    assert notebook.run_cell(before).error is None
    error = str(notebook.run_cell(source).error)
    assert said in error
    assert "\n" not in error
    assert "Error: " in error


def test_what_the_site_has_is_installed_by_its_name(notebook: Notebook) -> None:
    assert notebook.run_cell("%pip install jinja2").error is None
    assert notebook.run_cell("import jinja2\njinja2.__name__").text == "'jinja2'"


def test_an_upgrade_says_that_the_site_has_one_version(notebook: Notebook) -> None:
    for option in ("-U", "--upgrade"):
        said = notebook.run_cell(f"if True:\n    %pip install {option} Jinja2")
        assert said.error is None
        assert said.text.startswith("jinja2 3.")
        assert "the one version that this site has" in said.text
    assert notebook.run_cell("import jinja2\njinja2.__name__").text == "'jinja2'"
    newer = str(notebook.run_cell("%pip install -U 'jinja2>=99'").error)
    assert "This site has jinja2 3." in newer


def test_an_upgrade_by_a_wheel_of_the_drive_takes_its_place(notebook: Notebook) -> None:
    for version in ("1.0", "2.0"):
        made = WHEEL.format(name="grows").replace("1.0", version).replace("42", repr(version))
        assert notebook.run_cell(made).error is None
        wheel = f"./grows-{version}-py3-none-any.whl"
        assert notebook.run_cell(f"%pip install --upgrade {wheel}").error is None
    assert "grows==2.0" in notebook.run_cell("%pip freeze").text.splitlines()
    assert notebook.run_cell("import grows\ngrows.value").text == "'2.0'"


@pytest.mark.parametrize("option", ["--user", "-e .", "--index-url https://example.com"])
def test_an_option_that_a_tab_has_not_is_told(notebook: Notebook, option: str) -> None:
    cell = notebook.run_cell(f"%pip install {option} jinja2")
    assert cell.error is None
    assert "did nothing" in cell.text
    assert "--no-deps" in cell.text


def test_a_wheel_that_demands_a_pyspark_which_is_not_there_names_the_one_that_is(
    notebook: Notebook,
) -> None:
    metadata = "Name: wants"
    wheel = WHEEL.format(name="wants").replace(
        f"{metadata}\\n", f"{metadata}\\nRequires-Dist: pyspark >=99\\n"
    )
    assert notebook.run_cell(wheel).error is None
    error = str(notebook.run_cell("%pip install ./wants-1.0-py3-none-any.whl").error)
    assert "pyspark-client==4." in error
    assert "\n" not in error


@pytest.mark.parametrize(
    "source",
    [
        "%pip install nothing_of_that_name",
        "%pip install nothing_of_that_name==1.0 jinja2",
        "%pip install -q nothing_of_that_name",
        "import piplite\nawait piplite.install('nothing_of_that_name')",
    ],
)
def test_what_it_has_not_is_told_in_one_sentence(notebook: Notebook, source: str) -> None:
    error = str(notebook.run_cell(source).error)
    assert error.startswith("NotInSiteError: This site was built without the package")
    assert "%pip install ./FILE.whl" in error
    assert "\n" not in error
    assert notebook.run_cell("1 + 1").text == "2"
