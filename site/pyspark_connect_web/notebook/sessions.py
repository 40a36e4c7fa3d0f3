"""The session that a cell with SQL speaks to, and what is a DataFrame of it."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import Any

from ..errors import NO_SESSION, PcwError

_SESSION_MODULE = "pyspark.sql.connect.session"
_FRAME_MODULE = "pyspark.sql.connect.dataframe"
_VARIABLE = "spark"


class NoSessionError(PcwError):
    """There is no Spark session in this notebook yet, or none that still runs."""


def session(variables: Mapping[str, Any]) -> Any:
    """The ``SparkSession`` called ``spark``, else the active one of this kernel.

    Raises:
        NoSessionError: there is none.
    """
    found = find_session(variables)
    if found is None:
        raise NoSessionError(NO_SESSION)
    return found


def find_session(variables: Mapping[str, Any]) -> Any:
    """As :func:`session`, or None. It imports nothing."""
    module = sys.modules.get(_SESSION_MODULE)
    if module is None:
        return None
    named = variables.get(_VARIABLE)
    if isinstance(named, module.SparkSession) and not named.is_stopped:
        return named
    return module.SparkSession.getActiveSession()


def is_frame(value: object) -> bool:
    """Whether it is a DataFrame of Spark Connect. It imports nothing."""
    module = sys.modules.get(_FRAME_MODULE)
    return module is not None and isinstance(value, module.DataFrame)
