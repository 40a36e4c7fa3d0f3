"""The runner of the mutations, on a project of two files."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from deploy.shared.config import ROOT
from e2e.mutants.copies import Project
from e2e.mutants.mutation import Mutation, NotApplied
from e2e.mutants.rounds import CannotBegin, play
from e2e.mutants.verdict import State, Verdict, table

PRODUCT = """\
def add(one, other):
    return one + other

def start():
    return "started"
"""
TESTS = """\
import os
import pytest
from product import add, start

@pytest.fixture
def running():
    assert start() == "started"

def test_a_sum():
    assert add(2, 3) == 5

@pytest.mark.parametrize("number", [1, 2])
def test_nothing_is_added(number):
    assert add(number, 0) == number

def test_it_runs(running):
    pass

def test_not_here():
    pytest.skip("needs another machine")

def test_broken_already():
    assert add(1, 1) == 3

known = []

def test_first():
    known.append(add(1, 1))

def test_that_leans_on_the_first():
    assert known == [2]
"""
SUM = Mutation(
    name="sum",
    breaks="a sum is a difference",
    file="product.py",
    before="one + other",
    after="one - other",
    tests=("test_product.py::test_a_sum",),
)
START = replace(
    SUM,
    name="start",
    before='"started"',
    after='"nothing"',
    tests=("test_product.py::test_it_runs",),
)


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Project:
    root = tmp_path_factory.mktemp("fake")
    (root / "product.py").write_text(PRODUCT)
    (root / "test_product.py").write_text(TESTS)
    subprocess.run(["git", "init", "--quiet"], cwd=root, check=True)
    return Project(root, environ={"PYTHONPATH": ".", "PYTHONDONTWRITEBYTECODE": "1"})


MUTATIONS = {
    "caught": SUM,
    "survived": replace(SUM, tests=("test_product.py::test_nothing_is_added",)),
    "not applied": replace(SUM, before="is not there"),
    "no code": replace(SUM, before="def add(one, other):", after="def add(one, other:"),
    "no module": replace(SUM, before="return one + other", after="import nothing_of_that_name"),
    "fixture": START,
    "fixture that counts": replace(START, in_setup=True),
    "broken already": replace(SUM, tests=("test_product.py::test_broken_already",)),
    "not here": replace(SUM, tests=("test_product.py::test_not_here",)),
}


@pytest.fixture(scope="module")
def told() -> list[str]:
    """What the round has said meanwhile."""
    return []


@pytest.fixture(scope="module")
def verdicts(project: Project, told: list[str]) -> dict[str, Verdict]:
    found = play(project, list(MUTATIONS.values()), told.append, jobs=2)
    return dict(zip(MUTATIONS, found, strict=True))


def test_a_mutation_is_caught_by_a_test_that_fails(verdicts: dict[str, Verdict]) -> None:
    assert verdicts["caught"].state is State.CAUGHT
    assert verdicts["caught"].remark.startswith("test_product.py::test_a_sum: ")


def test_one_that_no_test_notices_survives(verdicts: dict[str, Verdict]) -> None:
    assert verdicts["survived"].state is State.SURVIVED


def test_one_that_cannot_be_applied_any_more_is_told(verdicts: dict[str, Verdict]) -> None:
    assert verdicts["not applied"].state is State.NOT_APPLIED
    assert verdicts["not applied"].remark == "its text is 0 times in product.py"


@pytest.mark.parametrize("kind", ["no code", "no module"])
def test_a_change_that_cannot_be_loaded_is_no_finding(
    verdicts: dict[str, Verdict], kind: str
) -> None:
    assert verdicts[kind].state is State.UNCLEAR


def test_an_error_of_a_fixture_counts_where_starting_is_the_subject(
    verdicts: dict[str, Verdict],
) -> None:
    assert verdicts["fixture"].state is State.UNCLEAR
    assert verdicts["fixture that counts"].state is State.CAUGHT


@pytest.mark.parametrize(
    ("kind", "words"), [("broken already", "fails unchanged"), ("not here", "is skipped here")]
)
def test_a_test_that_proves_nothing_is_told(
    verdicts: dict[str, Verdict], kind: str, words: str
) -> None:
    assert verdicts[kind].state is State.UNCLEAR
    assert words in verdicts[kind].remark


def test_the_checkout_stays_as_it_is_and_the_progress_is_told(
    project: Project, verdicts: dict[str, Verdict], told: list[str]
) -> None:
    assert (project.root / "product.py").read_text() == PRODUCT
    assert any(f"{len(verdicts)} of {len(verdicts)}" in line for line in told)


@pytest.mark.parametrize(
    "other",
    [{"before": "def "}, {"file": "gone.py"}],
    ids=["text that is there twice", "no such file"],
)
def test_a_mutation_is_of_one_place(project: Project, other: dict[str, str]) -> None:
    with pytest.raises(NotApplied):
        replace(SUM, **other).mutated(project.root)


def test_a_project_without_such_tests_is_told(project: Project) -> None:
    gone = replace(SUM, tests=("test_product.py::test_of_yesterday",))
    with pytest.raises(CannotBegin, match="not found"):
        play(project, [gone], lambda _: None)


@pytest.mark.parametrize(("alone", "state"), [(False, State.CAUGHT), (True, State.UNCLEAR)])
def test_a_test_that_leans_on_another_is_found_where_it_is_run_alone(
    project: Project, alone: bool, state: State
) -> None:
    leaning = replace(SUM, tests=("test_product.py::test_that_leans_on_the_first",))
    [found] = play(project, [leaning], lambda _: None, with_unchanged=False, alone=alone)
    assert found.state is state


BUILD = "import shutil; shutil.rmtree('built', True); shutil.copytree('source', 'built')"
TEST_OF_BUILT = f"""
def test_built():
    before = open("built/text").read()
    exec({BUILD!r})
    assert before == "unchanged", "not of the unchanged sources"
    assert open("built/text").read() == "unchanged"
"""


def test_what_was_built_of_a_changed_source_does_not_stay(tmp_path: Path) -> None:
    """Tests build what they serve; the next mutation finds that of the unchanged sources."""
    (tmp_path / "source").mkdir()
    (tmp_path / "source" / "text").write_text("unchanged")
    (tmp_path / "test_built.py").write_text(TEST_OF_BUILT)
    subprocess.run(["git", "init", "--quiet"], cwd=tmp_path, check=True)
    project = Project(tmp_path, built="built", build=(sys.executable, "-c", BUILD))
    change = Mutation("text", "", "source/text", "un", "", ("test_built.py::test_built",))
    found = play(project, [change, change], lambda _: None, with_unchanged=False)
    assert [each.state for each in found] == [State.CAUGHT, State.CAUGHT]
    assert not [each for each in found if "not of the unchanged sources" in each.remark]


PROGRAM = """\
import sys
from pathlib import Path
from e2e.command import exit_code_of
from e2e.mutants.copies import Project
from e2e.mutants.mutation import Mutation
from e2e.mutants.rounds import play, to_stderr
project = Project(Path(sys.argv[1]), environ={"PYTHONPATH": "."})
hangs = Mutation("hangs", "it ends", "product.py", "return one + other", sys.argv[2],
                 ("test_product.py::test_a_sum",))
sys.exit(exit_code_of(lambda: len(play(project, [hangs, hangs], to_stderr, jobs=2,
                                     with_unchanged=False))))
"""


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupt_leaves_no_process_and_no_folder(
    project: Project,
    tmp_path: Path,
    number: signal.Signals,
    eventually: Callable[[Callable[[], object]], None],
) -> None:
    began = tmp_path / "began"
    after = f"import time; open({str(began)!r}, 'w').close(); time.sleep(1000)"
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    with subprocess.Popen(
        [sys.executable, "-c", PROGRAM, str(project.root), after],
        cwd=ROOT,
        env={**os.environ, "TMPDIR": str(temporary)},
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as running:
        eventually(began.exists)
        assert processes_of(temporary)
        running.send_signal(number)
        _, told = running.communicate(timeout=60)
    assert running.returncode == 128 + number
    assert "Traceback" not in told
    assert list(temporary.iterdir()) == []
    assert processes_of(temporary) == []
    assert "time.sleep" not in (project.root / "product.py").read_text()


def processes_of(folder: Path) -> list[str]:
    """Those that have the folder in their environment, but for the runner itself."""
    found = []
    for path in Path("/proc").glob("[0-9]*/environ"):
        try:
            if f"={folder}/mutants".encode() in path.read_bytes():
                found.append(path.parent.name)
        except OSError:
            time.sleep(0)  # it has ended
    return found


def test_the_table_has_a_line_for_each_and_the_sum() -> None:
    text = table([Verdict(SUM, State.CAUGHT, "a | b", 1.4), Verdict(START, State.SURVIVED)])
    assert "| sum | a sum is a difference | caught | a \\| b | 1 |" in text
    assert text.endswith("1 caught, 1 survived")
