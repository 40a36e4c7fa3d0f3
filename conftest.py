"""For every test: PySpark takes a main module without a file for its own doctests.

In several processes the tests that share a Spark server, or a cluster, run in one of them.

In CI (`CI` set) hypothesis tries the same inputs each time: a run says whether a change is good;
looking for new inputs is `make fuzz` and every run elsewhere.
"""

from __future__ import annotations

import os
import sys
from typing import Any

import pytest
from hypothesis import settings

SHARED = ("deploy/team/tests/", "e2e/cluster/")
"""Folders whose tests share what is slow to start."""

main_module = sys.modules["__main__"]
if not hasattr(main_module, "__file__"):  # in a process of pytest-xdist
    main_module.__file__ = __file__

settings.register_profile("ci", derandomize=True)
if os.environ.get("CI"):
    settings.load_profile("ci")


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """By file, as `--dist loadfile` does, but for the files of those folders."""
    if config.getvalue("dist") != "loadfile":
        return None
    from xdist.scheduler import LoadFileScheduling  # type: ignore[import-untyped, unused-ignore]

    class ByServer(LoadFileScheduling):  # type: ignore[misc, unused-ignore]
        def _split_scope(self, nodeid: str) -> str:
            shared = next((folder for folder in SHARED if nodeid.startswith(folder)), None)
            return shared or str(super()._split_scope(nodeid))

    return ByServer(config, log)
