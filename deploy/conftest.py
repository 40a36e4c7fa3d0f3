"""For tests in several processes: those that share a Spark server run in one of them."""

from __future__ import annotations

from typing import Any

import pytest

SHARE_A_SERVER = "deploy/team/tests/"


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """By file, as `--dist loadfile` does, but for the files of that folder."""
    if config.getvalue("dist") != "loadfile":
        return None
    from xdist.scheduler import LoadFileScheduling  # type: ignore[import-untyped, unused-ignore]

    class ByServer(LoadFileScheduling):  # type: ignore[misc, unused-ignore]
        def _split_scope(self, nodeid: str) -> str:
            if nodeid.startswith(SHARE_A_SERVER):
                return SHARE_A_SERVER
            return str(super()._split_scope(nodeid))

    return ByServer(config, log)
