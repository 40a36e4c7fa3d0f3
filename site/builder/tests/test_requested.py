"""`PACKAGES`, `CONTENT` and `PYPI` as a user writes them."""

from __future__ import annotations

from pathlib import Path

import pytest
from builder.errors import BuildError
from builder.requested import hashes_of, name_of, read_packages, requested_options

REQUIREMENTS = """\
# what the course needs
plotly>=6  # charts

Scikit_Learn[extra]==1.8 ; python_version > "3.9" \\
    --hash=sha256:aa \\
    --hash=sha256:bb
"""


def test_names_stand_between_spaces() -> None:
    assert read_packages(" plotly  seaborn>=0.13 ") == ("plotly", "seaborn>=0.13")


@pytest.mark.parametrize("given", [None, ""])
def test_nothing_asks_for_nothing(given: str | None) -> None:
    assert requested_options(given, given, given) == {
        "packages": (),
        "content": None,
        "pypi": False,
    }


def test_a_file_is_read_without_comments_and_with_its_hashes(tmp_path: Path) -> None:
    path = tmp_path / "requirements.txt"
    path.write_text(REQUIREMENTS)
    first, second = read_packages(str(path))
    assert first == "plotly>=6"
    assert name_of(second) == "scikit-learn"
    assert hashes_of(second) == {"aa", "bb"}


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ("gone.txt", "names the file gone.txt, which does not exist"),
        ("course/gone", "names the file course/gone, which does not exist"),
        ("pandas >= 2", "PACKAGES has >=, which is no requirement"),
        ("plotly -e", "has the option -e"),
        ("plotly ./own.whl", "has ./own.whl, an address or a file"),
        ("a@https://x.org/a-1-py3-none-any.whl b", "an address or a file"),
        ("-plotly", "has the option -plotly"),
    ],
)
def test_what_makes_no_sense_is_one_sentence(given: str, said: str) -> None:
    with pytest.raises(BuildError) as error:
        read_packages(given)
    assert said in str(error.value)
    assert "\n" not in str(error.value)


def test_a_line_of_a_file_is_named_with_its_file(tmp_path: Path) -> None:
    path = tmp_path / "wanted.txt"
    path.write_text("plotly\n--index-url https://elsewhere.example\n")
    with pytest.raises(BuildError, match=r"wanted\.txt has the option --index-url"):
        read_packages(str(path))


def test_a_folder_of_notebooks_must_be_there(tmp_path: Path) -> None:
    assert requested_options(None, str(tmp_path), None)["content"] == tmp_path
    with pytest.raises(BuildError, match="CONTENT=nowhere is no folder"):
        requested_options(None, "nowhere", None)


def test_only_one_word_allows_an_index() -> None:
    assert requested_options(None, None, "allow")["pypi"] is True
    with pytest.raises(BuildError, match="PYPI=yes says nothing: write PYPI=allow"):
        requested_options(None, None, "yes")
