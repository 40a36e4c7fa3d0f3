"""For every test: PySpark takes a main module without a file for its own doctests.

In several processes the tests that share what is slow to start run in one of them, and what takes
longest begins first: otherwise one process would end long after the others.

In CI (`CI` set) hypothesis tries the same inputs each time: a run says whether a change is good;
looking for new inputs is `make fuzz` and every run elsewhere.
"""

from __future__ import annotations

import os
import sys
from typing import Any

import pytest
from hypothesis import settings

SHARED = ("deploy/team/tests/", "e2e/cluster/", "e2e/team/")
"""Folders whose tests share what is slow to start."""

LONGEST_FIRST = (
    "e2e/test_parity.py",
    "e2e/cluster/",
    "e2e/team/",
    "e2e/ordinary_day/test_help_and_completion.py",
    "e2e/test_udfs.py",
    "e2e/test_sql_cells.py",
    "e2e/test_closing.py",
    "e2e/test_own_packages.py",
    "e2e/test_hosting.py",
    "e2e/test_interrupt.py",
    "e2e/test_anyones_site.py",
    "e2e/observe/test_dashboard.py",
)
"""Files and folders by the time that they take, as `--junitxml` tells it; the others, which take
less, follow by the number of their tests."""

main_module = sys.modules["__main__"]
if not hasattr(main_module, "__file__"):  # in a process of pytest-xdist
    main_module.__file__ = __file__

settings.register_profile("ci", derandomize=True)
if os.environ.get("CI"):
    settings.load_profile("ci")


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """By file, as `--dist loadfile` does, but for the files of those folders, and in that order."""
    if config.getvalue("dist") != "loadfile":
        return None
    from xdist.scheduler import LoadFileScheduling  # type: ignore[import-untyped, unused-ignore]

    class LongestFirst(LoadFileScheduling):  # type: ignore[misc, unused-ignore]
        def _split_scope(self, nodeid: str) -> str:
            shared = next((folder for folder in SHARED if nodeid.startswith(folder)), None)
            return shared or str(super()._split_scope(nodeid))

        def _assign_work_unit(self, node: Any) -> None:
            self.workqueue.move_to_end(min(self.workqueue, key=place), last=False)
            super()._assign_work_unit(node)

    return LongestFirst(config, log)


def place(unit: str) -> int:
    """Of a file or folder, in the order in which they begin."""
    return LONGEST_FIRST.index(unit) if unit in LONGEST_FIRST else len(LONGEST_FIRST)
