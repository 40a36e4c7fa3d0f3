"""Imports of the ways to run go one way: what is shared, one machine, a cluster, a team."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from deploy.shared.config import ROOT

MAY_IMPORT = {
    "shared": set[str](),
    "local": {"shared"},
    "compose": {"shared", "local"},
    "cluster": {"shared", "local"},
    "team": {"shared", "local", "compose", "cluster"},
}


@pytest.mark.parametrize("package", MAY_IMPORT)
def test_a_package_imports_only_what_is_below_it(package: str) -> None:
    files = [
        file for file in (ROOT / "deploy" / package).rglob("*.py") if "tests" not in file.parts
    ]
    assert files
    found = {other for file in files for other in imported_packages(file)}
    assert found & MAY_IMPORT.keys() <= {package, *MAY_IMPORT[package]}


def test_a_teams_processes_know_nothing_of_its_containers() -> None:
    files = (ROOT / "deploy" / "team").glob("*.py")
    assert not [file.name for file in files if "compose" in set(imported_packages(file))]


def imported_packages(file: Path) -> Iterator[str]:
    """The parts after `deploy` of what a file imports, wherever in it."""
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.ImportFrom):
            names = [f"{node.module}.{alias.name}" for alias in node.names]
        elif isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        else:
            continue
        for name in names:
            head, *rest = name.split(".")
            if head == "deploy" and rest:
                yield rest[0]
                if rest[:2] == ["team", "compose"]:
                    yield "compose"
