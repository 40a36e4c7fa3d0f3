"""PySpark's modules import numpy and pandas without loading them, until one is used."""

from __future__ import annotations

import subprocess
import sys

import pytest

PRELUDE = """
import sys
from pyspark_connect_web.client.deferred import Deferral, is_loaded
deferral = Deferral({"numpy": "2.4.3", "pandas": "3.0.2"})
with deferral():
    import numpy as np
    import pandas as pd
    from pandas.api.types import is_datetime64_dtype
"""


def run(source: str) -> str:
    """What a fresh interpreter prints; the real packages are importable there."""
    done = subprocess.run(
        [sys.executable, "-c", PRELUDE + source], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_importing_them_loads_nothing_and_leaves_no_stand_in_behind() -> None:
    assert run("print([name for name in sys.modules if name[:5] in ('numpy', 'panda')])") == "[]"


def test_the_version_is_known_without_loading() -> None:
    assert run("print(pd.__version__, np.__version__, is_loaded('pandas'))") == "3.0.2 2.4.3 False"


@pytest.mark.parametrize("name", ["np.ndarray", "np.generic", "pd.DataFrame", "pd.Series"])
def test_nothing_is_an_instance_while_the_package_is_not_loaded(name: str) -> None:
    assert run(f"print(isinstance(1, {name}), isinstance([], (str, {name})))") == "False False"
    assert run(f"isinstance(1, {name})\nprint(is_loaded('numpy'))") == "False"


def test_real_values_are_instances_of_classes_that_were_taken_before() -> None:
    source = (
        "Frame, Array = pd.DataFrame, np.ndarray\n"
        "import pandas, numpy\n"
        "print(isinstance(pandas.DataFrame(), Frame), isinstance(numpy.zeros(1), Array), "
        "isinstance(1, Frame))"
    )
    assert run(source) == "True True False"


def test_any_other_name_is_the_real_one() -> None:
    assert run("print(np.int64(3).dtype, np is sys.modules['numpy'])").startswith("int64")
    assert run("print(pd.concat([pd.Series([1])]).tolist())") == "[1]"


def test_a_function_imported_by_name_is_the_real_one_when_it_is_called() -> None:
    assert run("import pandas\nprint(is_datetime64_dtype(pandas.to_datetime(['2024'])))") == "True"


def test_an_import_outside_of_the_deferral_is_the_real_package() -> None:
    assert run("import pandas\nprint(is_loaded('pandas'), pandas.DataFrame().empty)") == "True True"


def test_a_package_that_is_loaded_already_is_not_replaced() -> None:
    source = (
        "import numpy\n"
        "with deferral():\n"
        "    import numpy as inside, pandas as late\n"
        "print(inside is numpy, late is pd)"
    )
    assert run(source) == "True True"
