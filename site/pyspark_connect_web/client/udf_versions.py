"""A Python UDF runs only where the server's Python is of the kernel's minor version.

The server's workers check it (pyspark/worker_util.py, ``check_python_version``) and end with
``[PYTHON_VERSION_MISMATCH]`` inside a traceback of theirs, which names neither side nor a cure.
"""

from __future__ import annotations

import re
from types import ModuleType
from typing import Any

_MISMATCH = re.compile(
    r"\[PYTHON_VERSION_MISMATCH\].*?version: (?P<server>\d+\.\d+) .*?: (?P<kernel>\d+\.\d+)",
    re.DOTALL,
)


def mismatch_sentence(message: str) -> str | None:
    """Which versions differ and what to do, or None where the message is of something else."""
    found = _MISMATCH.search(message)
    if found is None:
        return None
    server, kernel = found["server"], found["kernel"]
    return (
        f"Python UDFs do not run here: this kernel is Python {kernel}, the server's Python is "
        f"{server}. Use a server with Python {kernel} (the containers of `docker compose up` have "
        "it), or Spark's built-in functions."
    )


def explain_mismatches(module: ModuleType) -> None:
    """Have the server's exceptions carry the sentence as a note; their message stays the server's.

    ``module`` is ``pyspark.errors.exceptions.connect``. Functions end with a PythonException,
    streaming functions and data sources with others.
    """
    plain = module.SparkConnectGrpcException.__init__

    def init(self: Any, *args: Any, **kwargs: Any) -> None:
        plain(self, *args, **kwargs)
        sentence = mismatch_sentence(str(vars(self).get("_message")))
        if sentence:
            self.add_note(sentence)

    module.SparkConnectGrpcException.__init__ = init
