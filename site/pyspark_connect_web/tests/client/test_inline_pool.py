"""A thread pool for where there are no threads."""

from __future__ import annotations

import importlib.util
import sys
from multiprocessing.pool import ThreadPool as RealPool

import pytest
from pyspark_connect_web.client import inline_pool
from pyspark_connect_web.client.inline_pool import ThreadPool


def double(number: int) -> int:
    return number * 2


@pytest.mark.parametrize("method", ["map", "imap", "imap_unordered"])
def test_results_are_those_of_a_real_pool(method: str) -> None:
    with ThreadPool(processes=2) as own, RealPool(processes=1) as real:
        assert list(getattr(own, method)(double, range(5))) == list(
            getattr(real, method)(double, range(5))
        )


def test_an_error_of_a_task_reaches_the_caller() -> None:
    with pytest.raises(ZeroDivisionError):
        list(ThreadPool(1).imap_unordered(lambda x: 1 // x, [1, 0]))


def test_it_stands_in_only_where_there_is_no_real_one(monkeypatch: pytest.MonkeyPatch) -> None:
    from multiprocessing import pool

    with inline_pool.importable():
        assert sys.modules["multiprocessing.pool"] is pool
    monkeypatch.delitem(sys.modules, "multiprocessing.pool")
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with inline_pool.importable():
        from multiprocessing.pool import ThreadPool as found

        assert found is ThreadPool
    assert "multiprocessing.pool" not in sys.modules
