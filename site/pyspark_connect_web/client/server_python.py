"""Which Python runs functions on the server: asked once a session, when the first one is sent.

Spark tells nobody; its workers refuse a function that is said to be of another minor version than
theirs, before they read it, and say which version they are (pyspark/worker_util.py,
``check_python_version``). So one row goes through a function of the standard library: either it
comes back, or the refusal names the version. In both ways the worker's daemon runs afterwards.
"""

from __future__ import annotations

import operator
import re
from typing import Any

from ..functions.pickling import TAB_PYTHON, PythonVersion

MISMATCH = re.compile(
    r"\[PYTHON_VERSION_MISMATCH\].*?version: (?P<server>\d+\.\d+) .*?: (?P<kernel>\d+\.\d+)",
    re.DOTALL,
)
"""Spark's words, of whichever worker."""

_KNOWN = "_pcw_server_python"
_latest: PythonVersion | None = None


def server_python(client: Any) -> PythonVersion:
    """The version of the workers' Python; ``client`` is a ``SparkConnectClient``.

    Where nothing can be found out, the tab's: what is wrong says the function's own call.
    """
    global _latest
    known: PythonVersion | None = vars(client).get(_KNOWN)
    if known is not None:
        return known
    # The question is a function, too.
    setattr(client, _KNOWN, TAB_PYTHON)
    try:
        found = _asked(client)
    finally:
        delattr(client, _KNOWN)
    if found is None:
        return TAB_PYTHON
    setattr(client, _KNOWN, found)
    _latest = found
    return found


def latest_server_python() -> PythonVersion | None:
    """That of the session that was asked last; None before the first."""
    return _latest


def _asked(client: Any) -> PythonVersion | None:
    """None where Spark answers neither way."""
    from pyspark.errors.exceptions.connect import SparkConnectGrpcException

    request = client._execute_plan_request_with_metadata()
    request.plan.root.CopyFrom(_question().plan(client))
    try:
        client._execute(request)
    except SparkConnectGrpcException as refusal:
        found = MISMATCH.search(str(refusal))
        if found is None:
            return None
        major, minor = found["server"].split(".")
        return int(major), int(minor)
    return TAB_PYTHON


def _question() -> Any:
    """A relation: one row, through a function that every Python has."""
    from pyspark.sql.connect.column import Column
    from pyspark.sql.connect.expressions import (
        ColumnReference,
        CommonInlineUserDefinedFunction,
        PythonUDF,
    )
    from pyspark.sql.connect.plan import Project, Range
    from pyspark.sql.types import LongType
    from pyspark.util import PythonEvalType

    function = PythonUDF(
        LongType(), PythonEvalType.SQL_BATCHED_UDF, operator.pos, "{}.{}".format(*TAB_PYTHON)
    )
    asked = CommonInlineUserDefinedFunction(
        "pcw_python_version", function, True, [ColumnReference("id")]
    )
    return Project(Range(0, 1, 1, 1), [Column(asked)])
