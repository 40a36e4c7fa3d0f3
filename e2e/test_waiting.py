"""A wait that is in vain ends, and says what for."""

from __future__ import annotations

import pytest

from e2e.waiting import WaitedInVain, until

pytestmark = pytest.mark.any_stack


def test_it_gives_the_first_that_is_true() -> None:
    found = iter([0, "", None, 7, 8])
    assert until(lambda: next(found), "a number", poll_s=0) == 7


def test_in_vain_it_says_what_for_and_what_was_there_instead() -> None:
    with pytest.raises(WaitedInVain, match=r"^Waited 0 s in vain for the end; last: \[\]$"):
        until(list, "the end", 0)


def test_an_error_ends_it_unless_it_is_expected_meanwhile() -> None:
    answers = iter([ConnectionRefusedError("not yet"), "here"])

    def ask() -> str:
        answer = next(answers)
        if isinstance(answer, Exception):
            raise answer
        return answer

    assert until(ask, "an answer", poll_s=0, despite=(OSError,)) == "here"
    with pytest.raises(ZeroDivisionError):
        until(lambda: 1 / 0, "nothing", poll_s=0, despite=(OSError,))


def test_the_expected_error_is_told_where_nothing_else_comes() -> None:
    def refuse() -> str:
        raise ConnectionRefusedError("nobody")

    with pytest.raises(WaitedInVain, match="last: ConnectionRefusedError"):
        until(refuse, "somebody", 0, despite=(OSError,))
