"""Runs a program with the pure Python protobuf, with or without what makes it quick."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from enum import StrEnum
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
SITE = HERE.parents[2]


class Protobuf(StrEnum):
    """How messages are made."""

    COMPILED = "compiled"
    PLAIN = "plain"
    QUICK = "quick"


PRELUDE = """
import json, sys
from pathlib import Path
import pyspark.sql.connect.proto as pb
from google.protobuf.internal import api_implementation
from pyspark_connect_web.messages import encoding, quicken
assert (api_implementation.Type() == "python") is {pure}
if {quick}:
    for name in [name for name in sys.modules if name.startswith("pyspark.sql.connect.proto.")]:
        if name.endswith("_pb2"):
            quicken(sys.modules[name])
"""


def run(protobuf: Protobuf, program: str) -> Any:
    """The JSON that a program prints last; ``pb`` are PySpark's messages.

    Raises:
        AssertionError: it failed; with what it wrote.
    """
    pure = protobuf is not Protobuf.COMPILED
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join((str(SITE), str(HERE)))}
    if pure:
        environment["PROTOCOL_BUFFERS_PYTHON_IMPLEMENTATION"] = "python"
    with tempfile.TemporaryDirectory() as folder:
        script = Path(folder) / "program.py"  # PySpark wants a `__main__` with a file
        script.write_text(PRELUDE.format(pure=pure, quick=protobuf is Protobuf.QUICK) + program)
        done = subprocess.run(
            [sys.executable, "-W", "ignore", str(script)],
            env=environment,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-4000:]
    return json.loads(done.stdout.splitlines()[-1])
