"""The list of what depends on the platform in PySpark has every place of the installed one."""

from __future__ import annotations

from pathlib import Path

import pyspark
import pytest
from pyspark_connect_web.client import native_numbers
from pyspark_connect_web.tests.client.platform_names import uses, uses_of_package
from pyspark_connect_web.tests.client.platform_uses import USES, Use

CLIENT = Path(native_numbers.__file__).parent
PYSPARK = Path(pyspark.__file__).parent


def test_every_use_in_the_installed_pyspark_is_listed() -> None:
    found = uses_of_package(PYSPARK, "pyspark")
    assert len(found) > 50
    unlisted = [use for use in sorted(found) if not any(one.covers(*use) for one in USES)]
    assert unlisted == [], "say in platform_uses.py what becomes of them in a tab"


@pytest.mark.parametrize("use", USES, ids=lambda use: f"{use.modules.split()[0]}:{use.names}")
def test_a_place_says_who_adapts_it_or_why_nobody_need(use: Use) -> None:
    assert bool(use.adapted) != bool(use.because)
    if use.adapted.endswith(".py"):
        assert (CLIENT / use.adapted).exists()
    elif use.adapted:
        assert callable(getattr(native_numbers, use.adapted))
        assert use.adapted in (CLIENT / "adapt.py").read_text()


def test_every_place_is_still_there_in_pyspark() -> None:
    found = uses_of_package(PYSPARK, "pyspark")
    line = tuple(map(int, pyspark.__version__.split(".")[:2]))
    listed = [use for use in USES if tuple(map(int, (use.since or "0").split("."))) <= line]
    gone = [use for use in listed if not any(use.covers(*one) for one in found)]
    assert gone == []


@pytest.mark.parametrize(
    ("source", "name"),
    [
        ("import sys\nx = sys.maxsize", "sys.maxsize"),
        ("from sys import maxsize\nx = maxsize", "sys.maxsize"),
        ("import time as t\nt.localtime()", "time.localtime"),
        ("def f():\n    from time import mktime as m\n    m(x)", "time.mktime"),
        ("import numpy\nnumpy.arange(3)", "np.arange"),
        ("x.astype(int)", "dtype=int"),
        ("f(dtype='int')", "dtype=int"),
        ("moment.astimezone()", "datetime.astimezone"),
        ("hash(x)", "hash"),
    ],
)
def test_a_use_is_found_however_it_is_imported(source: str, name: str) -> None:
    assert name in uses(source)


def test_a_docstring_is_no_use() -> None:
    assert uses('"""\n>>> import sys\n>>> sys.maxsize\n"""') == set()
