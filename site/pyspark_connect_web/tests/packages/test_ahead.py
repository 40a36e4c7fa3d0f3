"""Wheels that the browser is told to fetch."""

from __future__ import annotations

import json
import sys
from types import SimpleNamespace
from typing import Any

import pytest
from pyspark_connect_web.packages import ahead
from pyspark_connect_web.packages.ahead import fetch_ahead
from pyspark_connect_web.packages.lock import Wheel


class Browser:
    """The part of ``js`` that is used; its answers come at once, or never."""

    def __init__(self, connection: Any, *, answers: bool = True) -> None:
        self.navigator = SimpleNamespace(connection=connection)
        self.JSON = SimpleNamespace(parse=json.loads)
        self.answers = answers
        self.asked: list[tuple[str, Any]] = []
        self.read = 0

    def fetch(self, url: str, options: Any) -> Browser:
        self.asked.append((url, options))
        return self

    def then(self, take: Any) -> Browser:
        if self.answers:
            take(self)
        return self

    def catch(self, take: Any) -> None:
        if not self.answers:
            take(ConnectionError())

    def blob(self) -> None:
        self.read += 1


@pytest.fixture(autouse=True)
def lock(monkeypatch: pytest.MonkeyPatch) -> None:
    numpy, pandas = (Wheel(name, f"https://x/{name}.whl", "") for name in ("numpy", "pandas"))
    wheels = {"pandas": [numpy, pandas]}
    found = SimpleNamespace(wheels_for=lambda module: wheels[module])
    monkeypatch.setattr(ahead.SiteLock, "of_this_kernel", lambda: found)


@pytest.mark.parametrize("connection", [None, SimpleNamespace(saveData=False)])
@pytest.mark.parametrize("answers", [True, False])
def test_all_that_an_import_needs_is_read_last_of_all(
    monkeypatch: pytest.MonkeyPatch, connection: Any, answers: bool
) -> None:
    browser = Browser(connection, answers=answers)
    monkeypatch.setitem(sys.modules, "js", browser)  # type: ignore[arg-type]
    fetch_ahead("pandas")
    low = {"priority": "low"}
    assert browser.asked == [("https://x/numpy.whl", low), ("https://x/pandas.whl", low)]
    assert browser.read == (2 if answers else 0)


def test_who_saves_data_is_spared(monkeypatch: pytest.MonkeyPatch) -> None:
    browser = Browser(SimpleNamespace(saveData=True))
    monkeypatch.setitem(sys.modules, "js", browser)  # type: ignore[arg-type]
    fetch_ahead("pandas")
    assert browser.asked == []
