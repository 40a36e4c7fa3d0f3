"""Each threat's test is there: docs/threats.md promises none that does not exist."""

from __future__ import annotations

import ast
import re

from deploy.shared.config import ROOT

THREATS = ROOT / "docs" / "threats.md"


def functions(path: str) -> set[str]:
    tree = ast.parse((ROOT / path).read_text(encoding="utf-8"))
    return {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}


def test_each_row_names_tests_that_exist() -> None:
    rows = [line for line in THREATS.read_text(encoding="utf-8").splitlines() if "|" in line]
    told = [row for row in rows if not re.match(r"\|\s*(asset|-)", row)]
    assert told
    for row in told:
        named = re.findall(r"`([\w/.-]+\.py)::(\w+)`", row.split("|")[-2])
        assert named, f"no test is named: {row}"
        for path, function in named:
            assert (ROOT / path).is_file(), path
            assert function in functions(path), f"{path} has no {function}"
