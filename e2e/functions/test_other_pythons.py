"""What a notebook defines is read by every Python from 3.9 on, and gives the same there.

The measure is the same text run by this machine's Python.
"""

from __future__ import annotations

import runpy
from pathlib import Path

import pytest

from e2e.functions.pythons import pythons, results_on
from e2e.harness import Harness

pytestmark = pytest.mark.any_stack
CASES = Path(__file__).with_name("cases.py")
PICKLED = """
import base64, json
from pyspark.cloudpickle import cloudpickle
from pyspark_connect_web.functions.pickling import pickled_for
with pickled_for({version!r}):
    pickled = {{
        name: base64.b64encode(cloudpickle.dumps(case)).decode() for name, case in CASES.items()
    }}
"""


@pytest.fixture(scope="module")
def cell(harness: Harness) -> Harness:
    harness.run(CASES.read_text())
    return harness


@pytest.fixture(scope="module")
def expected() -> dict[str, str]:
    return {name: repr(case()) for name, case in runpy.run_path(str(CASES))["CASES"].items()}


def test_there_are_pythons_to_read_them() -> None:
    assert pythons()


@pytest.mark.parametrize("version", pythons())
def test_every_construct_gives_there_what_it_gives_here(
    cell: Harness, expected: dict[str, str], version: str, tmp_path: Path
) -> None:
    major, minor = version.split(".")
    cell.run(PICKLED.format(version=(int(major), int(minor))))
    results = results_on(pythons()[version], cell.call("pickled"), tmp_path)
    assert results == expected
