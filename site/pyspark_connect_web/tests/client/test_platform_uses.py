"""The list of what depends on the platform in PySpark has every place of the installed one.

`make versions` checks it with each other supported client.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pyspark
import pytest
from pyspark_connect_web.client import native_numbers
from pyspark_connect_web.tests.client.platform_entries import Use, gone, unlisted
from pyspark_connect_web.tests.client.platform_names import Found, uses, uses_of_package
from pyspark_connect_web.tests.client.platform_uses import ELSEWHERE, ENTRIES, USES

CLIENT = Path(native_numbers.__file__).parent
PYSPARK = Path(pyspark.__file__).parent
LINE = ".".join(pyspark.__version__.split(".")[:2])


@cache
def found() -> frozenset[Found]:
    return frozenset(uses_of_package(PYSPARK, "pyspark"))


def test_every_use_in_the_installed_pyspark_is_listed() -> None:
    assert len(found()) > 200
    assert unlisted(ENTRIES, found(), LINE) == [], (
        "say in platform_uses.py what becomes of them in a tab"
    )


def test_every_place_is_still_there_in_pyspark() -> None:
    assert gone(ENTRIES, found(), LINE) == []


@pytest.mark.parametrize("use", USES, ids=lambda use: f"{use.places.split()[0]}-{use.names}")
def test_a_place_says_who_adapts_it_or_why_nobody_need(use: Use) -> None:
    assert bool(use.adapted) != bool(use.because)
    if use.adapted.endswith(".py"):
        assert (CLIENT / use.adapted).exists()
    elif use.adapted:
        assert callable(getattr(native_numbers, use.adapted))
        assert use.adapted in (CLIENT / "adapt.py").read_text()


def test_no_entry_is_a_pattern_and_none_speaks_of_what_another_one_does() -> None:
    texts = [text for use in USES for text in (use.places, use.names)]
    assert not any(
        sign in text for text in [*texts, *(e.modules for e in ELSEWHERE)] for sign in "*?"
    )
    twice = [
        one
        for one in found()
        if sum(use.covers(one) for use in ENTRIES if not use.lines or LINE in use.lines) > 1
    ]
    assert twice == []


def test_a_new_use_beside_a_listed_one_is_not_covered_by_it() -> None:
    listed = min(one for one in found() if one.name == "hash")
    for new in (
        Found(f"{listed.place}_too", "hash"),
        Found(listed.place, "sys.maxsize"),
        Found("pyspark.sql.streaming.new:f", "struct.pack"),
    ):
        assert unlisted(ENTRIES, [listed, new], LINE) == [new]
    kept = found() - {listed}
    assert listed.place in gone(ENTRIES, kept, LINE)


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
        ("f(dtype='l')", "dtype=int"),
        ("x.astype('l')", "dtype=int"),
        ("x.view(int)", "dtype=int"),
        ("import numpy as np\nnp.dtype(int)", "dtype=int"),
        ("from numpy import dtype\ndtype('long')", "dtype=int"),
        ("import numpy as np\nnp.zeros(3, int)", "dtype=int"),
        ("import pandas\npandas.Series([1], dtype=wanted)", "pd.Series(dtype)"),
        ("import numpy as np\nnp.dtype(wanted)", "np.dtype(dtype)"),
        ("pd_options = dict(dtype=wanted)", "dict(dtype)"),
        ("import numpy as np\nnp.cumsum(x)", "np.cumsum"),
        ("import numpy as np\nnp.unique(x, return_counts=True)", "np.unique"),
        ("import numpy as np\nnp.random.randint(3)", "np.random.randint"),
        ("from numpy.random import default_rng\ndefault_rng(3)", "np.random.default_rng"),
        ("from numpy import random as r\nr.poisson(3)", "np.random.poisson"),
        ("import numpy as np\nx = np.int_", "np.int_"),
        ("import os\nos.environ['TZ'] = 'UTC'", "os.environ['TZ']"),
        ("import os\nos.getenv('TZ')", "os.environ['TZ']"),
        ("import os\nos.getpid()", "os.getpid"),
        ("from datetime import date\ndate.today()", "datetime.today"),
        ("import datetime\ndatetime.datetime.now()", "datetime.now"),
        ("import pandas as pd\npd.Timestamp.now()", "pd.Timestamp.now"),
        ("moment.strftime('%Y')", "datetime.strftime"),
        ("moment.astimezone()", "datetime.astimezone"),
        ("from zoneinfo import ZoneInfo\nZoneInfo('UTC')", "zoneinfo.ZoneInfo"),
        ("import sys\nsys.hash_info", "sys.hash_info"),
        ("hash(x)", "hash"),
    ],
)
def test_a_use_is_found_however_it_is_imported(source: str, name: str) -> None:
    assert name in {one.name for one in uses(source)}


def test_a_place_is_the_function_with_its_classes() -> None:
    source = "import sys\nclass A:\n    def f(self):\n        def g(): return sys.maxsize"
    assert uses(source, "m") == {Found("m:A.f.g", "sys.maxsize")}


@pytest.mark.parametrize(
    "source",
    [
        '"""\n>>> import sys\n>>> sys.maxsize\n"""',
        "def _test():\n    import os\n    os.uname()",
        "import numpy as np\nnp.dtype('int64'), np.zeros(3), x.astype('int32'), np.float64",
        "import pyarrow as pa\npa.timestamp('us')",
        "import os\nos.path.join(os.environ['HOME'], 'x')",
    ],
)
def test_what_is_the_same_everywhere_is_no_use(source: str) -> None:
    assert uses(source) == set()
