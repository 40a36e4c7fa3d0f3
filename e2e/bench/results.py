"""Results and uploads, beside the native client."""

from __future__ import annotations

from e2e.bench.lines import Line
from e2e.bench.turns import Program, beside_native

NATIVE = "the native client, same server"
MIXED = (
    "'id', 'cast(id as string) || uuid() s', 'id / 7 d', 'timestamp_micros(id * 1000003) t', "
    "'cast(id as decimal(20, 2)) c', 'named_struct(\"a\", id, \"b\", cast(id as string)) r'"
)
FRAME = (
    "import pandas as pd\n"
    "frame = pd.DataFrame({{'a': range({scale}), 'b': [str(i) for i in range({scale})]}})\n"
)
UPLOAD = (
    "import os\n"
    "with open('/tmp/pcw-bench-{round}.bin', 'wb') as _file:\n"
    "    _file.write(os.urandom({scale}))"
)

PROBES = (
    beside_native(
        Line("collect-10", "collect() of 10 rows", NATIVE, 1.1),
        Program("spark.range(10).collect()", times=10),
    ),
    beside_native(
        Line("pandas-integers", "toPandas() of 2,000,000 integers", NATIVE, 1.2),
        Program("spark.range({scale}).toPandas()", 2_000_000),
    ),
    beside_native(
        Line("pandas-uuids", "toPandas() of 200,000 uuid strings", NATIVE, 1.2),
        Program("spark.range({scale}).selectExpr('uuid() u').toPandas()", 200_000),
    ),
    beside_native(
        Line("collect-rows", "collect() of 200,000 rows", NATIVE, 0.7),
        Program("spark.range({scale}).collect()", 200_000),
    ),
    beside_native(
        Line(
            "collect-mixed",
            "collect() of 100,000 rows: int, string, double, timestamp, decimal, struct",
            NATIVE,
            1.5,
        ),
        Program(f"spark.range({{scale}}).selectExpr({MIXED}).collect()", 100_000),
    ),
    beside_native(
        Line("create-frame", "createDataFrame() of 100,000 pandas rows, counted", NATIVE, 1.0),
        Program("spark.createDataFrame(frame).count()", 100_000, setup=FRAME),
    ),
    beside_native(
        Line("upload", "upload of 50 MB: addArtifact() of a file", NATIVE, 1.5),
        Program(
            "spark.addArtifact('/tmp/pcw-bench-{round}.bin', file=True)",
            50_000_000,
            prepare=UPLOAD,
            after="os.remove(_file.name)",
        ),
    ),
)
