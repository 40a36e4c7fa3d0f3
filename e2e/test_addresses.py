"""A browser meets no change of addresses that a stack of containers still has to come."""

from __future__ import annotations

from pathlib import Path

import pytest

from e2e.addresses import tentative

pytestmark = pytest.mark.any_stack

SETTLED = "fe800000000000000042dffffe3f4afb 03 40 20 80 docker0\n"
WAITING = "fe80000000000000a8bbccfffe000001 0c 40 20 c0 vethcc259d9\n"
"""What Linux 6 shows of a new container's interface in its first two seconds."""


def test_an_address_is_waited_for_while_somebody_else_may_have_it(tmp_path: Path) -> None:
    shown = tmp_path / "if_inet6"
    shown.write_text(SETTLED + WAITING)
    assert tentative(shown) == ["vethcc259d9"]
    shown.write_text(SETTLED + WAITING.replace(" c0 ", " 80 "))
    assert tentative(shown) == []


def test_where_the_system_shows_none_there_is_nothing_to_wait_for(tmp_path: Path) -> None:
    assert tentative(tmp_path / "if_inet6") == []
