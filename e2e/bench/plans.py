"""Programs that are all Python: plans made, serialized and analysed."""

from __future__ import annotations

from e2e.bench.lines import Line
from e2e.bench.results import NATIVE
from e2e.bench.turns import Program, beside_native

PANDAS_ON_SPARK = (
    "import pyspark.pandas as ps\n"
    "_sheet = ps.DataFrame({{'g': [1, 1, 2, 2, 3] * 20, 'v': list(range(100))}})\n"
)
WIDE = (
    "import functools\n"
    "from pyspark.sql import functions as F\n"
    "def _wide():\n"
    "    add = lambda frame, i: frame.withColumn(f'c{{i}}', F.col('id') + i)\n"
    "    return functools.reduce(add, range({scale}), spark.range(1))\n"
)

PROBES = (
    beside_native(
        Line("pandas-on-spark", "pandas on Spark: groupby().rolling().max() to text", NATIVE, 1.5),
        Program("str(_sheet.groupby('g')['v'].rolling(2).max())", setup=PANDAS_ON_SPARK),
    ),
    beside_native(
        Line("columns-500", "a plan of 500 withColumn()s: .columns", NATIVE, 1.5),
        Program("_wide().columns", 500, setup=WIDE),
    ),
)
