"""Values as JSON, so that what two interpreters return can be compared.

This file runs in the native client's interpreter and, as text, in the tab: it may import nothing
but the standard library, and knows pandas and PySpark by the names of their classes.
"""

import datetime
import decimal
import math
import re
from collections.abc import Callable
from typing import Any

_NUMBERED = re.compile(
    r"#\d+L?|(?<=plan_id=)\d+|(?<=\], )\d+(?=\n)"
    r"|0x[0-9a-f]{6,}|(?<=/tmp/tmp)\w+|/\S+/(?=e2e/parity/)"
    r"|[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
)
"""Columns, plans, objects, operations and sessions are numbered as they come; folders differ."""

_INSTALLED = re.compile(r"/[^\s']*/site-packages/")


def scrubbed(text: str) -> str:
    """A text without what is another one in every run or installation: numbers, folders."""
    return _INSTALLED.sub("site-packages/", _NUMBERED.sub("#", text))


def canonical(value: Any) -> Any:
    """A JSON value that differs where the values differ, in type or in content."""
    kind = type(value)
    name = kind.__name__
    if value is None or kind in (bool, int):
        return value
    if kind is str:
        return scrubbed(value)
    if kind is float:
        return {"float": repr(value) if math.isfinite(value) else str(value)}
    if name == "Row":
        return {"Row": [list(getattr(value, "__fields__", [])), [canonical(v) for v in value]]}
    if kind in (list, tuple):
        return {name: [canonical(v) for v in value]}
    if kind is dict:
        return {"dict": [[canonical(k), canonical(v)] for k, v in value.items()]}
    if kind in (set, frozenset):
        return {name: sorted(repr(v) for v in value)}
    if kind in (bytes, bytearray):
        return {name: bytes(value).hex()}
    if isinstance(value, (decimal.Decimal, datetime.date, datetime.time, datetime.timedelta)):
        return {name: repr(value)}
    return _canon_library(value, kind, name)


def _canon_library(value: Any, kind: type, name: str) -> Any:
    module = kind.__module__.partition(".")[0]
    if module == "pandas" and name == "DataFrame":
        columns = [[canonical(c), canonical(value.iloc[:, i])] for i, c in enumerate(value.columns)]
        return {"DataFrame": columns, "index": canonical(value.index)}
    if module == "pandas" and (name == "Series" or name.endswith("Index")):
        return {
            name: str(value.dtype),
            "named": canonical(value.name),
            "values": [canonical(v) for v in value.tolist()],
        }
    if module == "numpy" and hasattr(value, "dtype"):
        return {f"numpy.{value.dtype}": canonical(value.tolist())}
    if module == "pyarrow" and name == "Table":
        return {"Table": str(value.schema), "rows": canonical(value.to_pylist())}
    if module == "google" and name.startswith("Repeated"):
        return {"repeated": [canonical(v) for v in value]}
    return {f"{module}.{name}": scrubbed(repr(value))}


def canon_error(error: BaseException) -> Any:
    """What a program can tell one exception from another by."""
    # The frames are the server's, and vary with what its compilers have done to them.
    text, _, trace = str(error).partition("\n\nJVM stacktrace:\n")
    described: dict[str, Any] = {
        "class": f"{type(error).__module__}.{type(error).__name__}",
        "text": scrubbed(text),
        "server class": trace.partition("\n")[0],
    }
    if notes := getattr(error, "__notes__", None):
        described["note"] = scrubbed(notes[0])
    for method in ("getCondition", "getSqlState", "getMessageParameters"):
        if hasattr(error, method):
            answer = getattr(error, method)()
            # The parameters are a protobuf map, whose order means nothing.
            ordered = dict(sorted(answer.items())) if isinstance(answer, dict) else answer
            described[method] = canonical(ordered)
    if hasattr(error, "getQueryContext"):
        described["getQueryContext"] = [_canon_context(one) for one in error.getQueryContext()]
    return described


def _canon_context(context: Any) -> Any:
    kind = context.contextType().name
    if kind == "SQL":
        place = [context.startIndex(), context.stopIndex(), context.objectType()]
        return [kind, context.fragment(), *place, context.objectName()]
    # The call site is a line of this very program; its folder is not.
    return [kind, context.fragment(), context.callSite().rpartition("/")[2]]


def outcome(operation: Callable[[Any], Any], spark: Any) -> Any:
    """What an operation returns or raises."""
    try:
        return {"value": canonical(operation(spark))}
    except (Exception, SystemExit) as error:  # noqa: BLE001 - every error is compared
        return {"error": canon_error(error)}
