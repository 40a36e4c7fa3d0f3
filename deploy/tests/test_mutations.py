"""The list of mutations fits the sources and the end-to-end tests of now."""

from __future__ import annotations

import ast
from collections import Counter
from functools import cache
from pathlib import Path

import pytest

from deploy.shared.config import ROOT
from e2e.mutants.catalog import MUTATIONS
from e2e.mutants.mutation import NotApplied

TEST_FILES = [
    path.relative_to(ROOT).as_posix() for path in sorted((ROOT / "e2e").rglob("test_*.py"))
]


@cache
def functions_of(file: str) -> set[str]:
    tree = ast.parse((ROOT / file).read_text("utf-8"))
    return {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}


def test_each_can_be_applied() -> None:
    """Whoever has changed such a text gives the mutation the new one."""
    faults = {}
    for mutation in MUTATIONS:
        try:
            if mutation.mutated(ROOT) == (ROOT / mutation.file).read_text("utf-8"):
                faults[mutation.name] = "it changes nothing"
        except NotApplied as fault:
            faults[mutation.name] = str(fault)
    assert faults == {}


def test_none_changes_a_test() -> None:
    names = {mutation.name: Path(mutation.file).name for mutation in MUTATIONS}
    assert [one for one, file in names.items() if file.startswith(("test_", "conftest"))] == []


def test_the_tests_of_each_are_there() -> None:
    missing = [
        (mutation.name, test)
        for mutation in MUTATIONS
        for test in mutation.tests
        for file, _, name in [test.partition("::")]
        if name and name.partition("[")[0] not in functions_of(file)
    ]
    assert missing == []
    assert [mutation.name for mutation in MUTATIONS if not mutation.tests] == []


def test_each_has_a_name_of_its_own() -> None:
    names = Counter(mutation.name for mutation in MUTATIONS)
    assert [name for name, times in names.items() if times > 1] == []


@pytest.mark.parametrize("file", TEST_FILES)
def test_each_file_of_end_to_end_tests_has_a_mutation(file: str) -> None:
    """A new one needs a change of what it tests that it notices."""
    assert any(file in mutation.test_files for mutation in MUTATIONS)
