"""Python functions go to a server of any Python: see ``functions``.

PySpark writes the tab's version beside each function, and Spark's workers accept their own only. So
the server's is written, and the function pickled for it. Equal versions keep PySpark's own way.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from types import ModuleType
from typing import Any

from ..functions.pickling import LOWEST_PYTHON, TAB_PYTHON, pickled_for
from .server_python import latest_server_python, server_python


def adapt_expressions(module: ModuleType) -> None:
    """``module`` is ``pyspark.sql.connect.expressions``."""
    _travel(module.PythonUDF)


def adapt_plans(module: ModuleType) -> None:
    """``module`` is ``pyspark.sql.connect.plan``: table functions and data sources."""
    _travel(module.PythonUDTF)
    _travel(module.PythonDataSource)


def adapt_writers(module: ModuleType) -> None:
    """``module`` is ``pyspark.sql.connect.streaming.readwriter``."""
    writer = module.DataStreamWriter
    for name, part in (("foreach", "foreach_writer"), ("foreachBatch", "foreach_batch")):
        setattr(writer, name, _stream_function(getattr(writer, name), part))


def adapt_user_defined_types(module: ModuleType) -> None:
    """``module`` is ``pyspark.sql.types``: a type's class travels within the schema.

    Which server it goes to is not known there, and one that runs no Python has no use for it.
    """
    kind = module.UserDefinedType
    plain = kind.jsonValue

    @wraps(plain)
    def json_value(self: Any) -> Any:
        server = latest_server_python()
        if server == TAB_PYTHON:
            return plain(self)
        with pickled_for(server or LOWEST_PYTHON, strict=False):
            return plain(self)

    kind.jsonValue = json_value


def _travel(kind: Any) -> None:
    """Of a class whose ``to_plan(client)`` gives a message with ``command`` and ``python_ver``."""
    plain: Callable[[Any, Any], Any] = kind.to_plan

    @wraps(plain)
    def to_plan(self: Any, session: Any) -> Any:
        server = server_python(session)
        with pickled_for(server):
            message = plain(self, session)
        message.python_ver = "{}.{}".format(*server)
        return message

    kind.to_plan = to_plan


def _stream_function(plain: Callable[[Any, Any], Any], part: str) -> Callable[[Any, Any], Any]:
    @wraps(plain)
    def call(self: Any, function: Any) -> Any:
        server = server_python(self._session.client)
        with pickled_for(server):
            writer = plain(self, function)
        message = getattr(self._write_proto, part).python_function
        message.python_ver = "{}.{}".format(*server)
        return writer

    return call
