"""PySpark's conversions give the same on the facade, as adapted, as on real pyarrow."""

from __future__ import annotations

from pathlib import Path

import pytest

from .in_fresh_python import FACADE, run

pytest.importorskip("pyspark.sql.connect")

# As in the tab, where PySpark's conversion to rows is adapted.
ADAPTED = (
    FACADE
    + """
from pyspark.sql import conversion
from pyspark_connect_web.client.adapt import _make_rows_by_columns
_plain = conversion.ArrowTableToRowsConversion.convert
_make_rows_by_columns(conversion)
assert conversion.ArrowTableToRowsConversion.convert != _plain
"""
)
PROGRAM = Path(__file__).with_name("pyspark_program.py").read_text()


def test_every_client_side_conversion_prints_the_same() -> None:
    its = run(PROGRAM, timeout=120).splitlines()
    mine = run(
        PROGRAM.replace("from __future__ import annotations\n", ""), prelude=ADAPTED, timeout=120
    )
    different = [
        f"pyarrow {a}\nhere    {b}" for a, b in zip(its, mine.splitlines(), strict=True) if a != b
    ]
    assert not different, "\n".join(different)
    assert len(its) > 500


def test_pyspark_uses_real_pyarrow_where_that_is_installed() -> None:
    """`install()` then changes nothing: the program prints what it prints without it."""
    with_install = run(
        PROGRAM.replace("from __future__ import annotations\n", ""),
        prelude=(
            "from pyspark_connect_web.arrow import install\nassert install() == 'pyarrow'\n"
            "import pyarrow\nassert pyarrow.cpp_version\n"
        ),
        timeout=120,
    )
    assert with_install == run(PROGRAM, timeout=120)
