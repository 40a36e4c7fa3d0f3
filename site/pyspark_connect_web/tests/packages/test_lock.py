"""Which wheels an import needs, by Pyodide's lock."""

from __future__ import annotations

import sys
from types import SimpleNamespace

import pytest
from pyspark_connect_web.packages.lock import SiteLock


def package(file: str, imports: list[str], depends: list[str]) -> dict[str, object]:
    return {"file_name": file, "imports": imports, "depends": depends, "sha256": file[0] * 64}


PACKAGES = {
    "numpy": package("numpy.whl", ["numpy"], []),
    "dateutil": package("dateutil.whl", ["dateutil"], ["six"]),
    "six": package("six.whl", ["six"], []),
    "pandas": package("../pandas.whl", ["pandas"], ["numpy", "dateutil", "absent"]),
}


@pytest.fixture
def loaded() -> SimpleNamespace:
    return SimpleNamespace()


@pytest.fixture
def lock(loaded: SimpleNamespace, monkeypatch: pytest.MonkeyPatch) -> SiteLock:
    from urllib.parse import urljoin

    url = SimpleNamespace(new=lambda name, base: SimpleNamespace(href=urljoin(base, name)))
    monkeypatch.setitem(sys.modules, "js", SimpleNamespace(URL=url))
    return SiteLock(PACKAGES, "http://site/pyodide/", loaded)


def names(lock: SiteLock, module: str) -> list[str]:
    return [wheel.name for wheel in lock.wheels_for(module)]


def test_dependencies_come_first_and_once(lock: SiteLock) -> None:
    assert names(lock, "pandas") == ["numpy", "six", "dateutil", "pandas"]


def test_what_is_loaded_already_is_left_out(lock: SiteLock, loaded: SimpleNamespace) -> None:
    loaded.numpy = "default channel"
    lock.mark_loaded("six")
    assert names(lock, "pandas") == ["dateutil", "pandas"]


def test_a_module_that_no_wheel_has_needs_nothing(lock: SiteLock) -> None:
    assert names(lock, "torch") == []


def test_a_wheels_address_is_relative_to_the_lock(lock: SiteLock) -> None:
    assert lock.wheels_for("pandas")[-1].url == "http://site/pandas.whl"
    assert lock.wheels_for("numpy")[0].url == "http://site/pyodide/numpy.whl"
