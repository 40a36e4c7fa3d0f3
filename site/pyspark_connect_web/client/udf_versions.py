"""What Spark's workers say of a function that they cannot read, in one sentence.

They end within a traceback of theirs, which names neither side nor a cure.
"""

from __future__ import annotations

import re
import sys
from types import ModuleType
from typing import Any

from ..python_paths import library_folders, stdlib_folders
from .server_python import MISMATCH

_UNREADABLE = re.compile(r"SyntaxError: (`.* cannot run on this server: .*)")
"""Of ``functions/on_server.py``."""

_MISSING = re.compile(r"ModuleNotFoundError: No module named '(?P<name>[^']+)'")


def mismatch_sentence(message: str) -> str | None:
    """Which versions differ and what to do, or None where the message is of something else."""
    unreadable = _UNREADABLE.search(message)
    if unreadable is not None:
        return unreadable[1].strip()
    found = MISMATCH.search(message)
    if found is None:
        return None
    server, kernel = found["server"], found["kernel"]
    return (
        f"This function was sent for Python {kernel}, and the server's Python is {server} by now: "
        "start a new session, and run the cells again that made the function and its frames."
    )


def missing_module_sentence(message: str) -> str | None:
    """What to do where a function needs a module that only the tab has; else None."""
    found = _MISSING.search(message)
    if found is None:
        return None
    name = found["name"].partition(".")[0]
    file = getattr(sys.modules.get(name), "__file__", None)
    if file is None or file.startswith((*library_folders(), *stdlib_folders())):
        return None
    sent, first = file, ""
    if file.endswith("/__init__.py"):
        sent, first = f"{name}.zip", "make a zip file of its folder, and "
    return (
        f"The module {name!r} is in this notebook only ({file}): {first}send it to the server with "
        f"spark.addArtifacts({sent!r}, pyfile=True)."
    )


def explain_mismatches(module: ModuleType) -> None:
    """Have the server's exceptions carry the sentence as a note; their message stays the server's.

    ``module`` is ``pyspark.errors.exceptions.connect``. Functions end with a PythonException,
    streaming functions and data sources with others.
    """
    plain = module.SparkConnectGrpcException.__init__

    def init(self: Any, *args: Any, **kwargs: Any) -> None:
        plain(self, *args, **kwargs)
        message = str(vars(self).get("_message"))
        sentence = mismatch_sentence(message) or missing_module_sentence(message)
        if sentence:
            self.add_note(sentence)

    module.SparkConnectGrpcException.__init__ = init
