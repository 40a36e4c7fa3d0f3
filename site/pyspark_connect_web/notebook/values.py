"""How one value of a table is written. Values are those of ``pyarrow``'s ``to_pylist()``.

Numbers, times and binary values are written as ``df.show()`` writes them, long floating point
numbers as Python does. Text inside of arrays, maps and structs is in quotes.
"""

from __future__ import annotations

import json
import math
import struct
from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from typing import Any

from .tokens import keywords

NULL = "null"
_KEPT_UNPRINTABLE = frozenset("\u00a0\u3000\u200c\u200d")
"""Spaces of no harm, and the joiners that many scripts and emoji are written with."""

_FLOAT_DIGITS = range(6, 10)
"""Significant digits that a 32-bit float may need."""

_NUMBERS = keywords("byte short integer long float double decimal")


def is_number(data_type: Any) -> bool:
    """Whether a column of this type is aligned by its digits."""
    return data_type.typeName() in _NUMBERS


def text_of(value: Any, data_type: Any) -> str:
    """A value that is not null, on one line; ``data_type`` is PySpark's."""
    if isinstance(value, str):
        return one_line(value)  # Spark writes what Python has no value for
    return _written(value, data_type)


def lines_of(text: str) -> str:
    """As :func:`one_line`, with its line ends."""
    return "\n".join(one_line(line) for line in text.splitlines())


def one_line(text: str) -> str:
    """Line ends, control characters and marks that turn the direction of writing are escaped."""
    if text.isprintable():
        return text
    return "".join(
        char
        if char.isprintable() or char in _KEPT_UNPRINTABLE
        else char.encode("unicode_escape").decode("ascii")
        for char in text
    )


def _written(value: Any, data_type: Any) -> str:
    if value is None:
        return NULL
    if hasattr(data_type, "sqlType") and hasattr(data_type, "serialize"):
        return _written(value, data_type.sqlType())  # a user-defined type
    writer = _WRITERS.get(data_type.typeName())
    if writer is not None:
        return writer(value, data_type)
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        return json.dumps(one_line(value), ensure_ascii=False).replace("\\\\", "\\")
    if isinstance(value, bytes):
        return _binary(value)
    if isinstance(value, float):
        return _float(value)
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, datetime):
        return _time(value)
    return one_line(str(value))


def _float(value: float) -> str:
    if math.isnan(value):
        return "NaN"
    if math.isinf(value):
        return "Infinity" if value > 0 else "-Infinity"
    return repr(value)


def _float32(value: float, _: Any) -> str:
    """As few digits as give the same 32 bits again."""
    if not math.isfinite(value):
        return _float(value)
    for digits in _FLOAT_DIGITS:
        shorter = float(f"{value:.{digits}g}")
        if struct.pack("f", shorter) == struct.pack("f", value):
            return repr(shorter)
    return repr(value)


def _binary(value: bytes) -> str:
    return f"[{value.hex(' ').upper()}]"


def _time(value: datetime) -> str:
    """In its own zone, which the table names once; without zeros at the end of the second."""
    text = value.replace(tzinfo=None).isoformat(" ", "microseconds")
    return text.rstrip("0").rstrip(".")


def _array(value: Any, data_type: Any) -> str:
    return f"[{', '.join(_written(one, data_type.elementType) for one in value)}]"


def _map(value: Any, data_type: Any) -> str:
    pairs = value.items() if isinstance(value, dict) else value
    return "{%s}" % ", ".join(  # noqa: UP031 - braces
        f"{_written(key, data_type.keyType)} -> {_written(one, data_type.valueType)}"
        for key, one in pairs
    )


def _struct(value: Any, data_type: Any) -> str:
    fields = zip(data_type.fields, value.values(), strict=True)
    words = (f"{one_line(field.name)}: {_written(one, field.dataType)}" for field, one in fields)
    return f"{{{', '.join(words)}}}"


def _variant(value: Any, _: Any) -> str:
    """Arrow has the two binary halves of a variant."""
    from pyspark.sql.types import VariantVal

    return one_line(VariantVal(bytes(value["value"]), bytes(value["metadata"])).toJson())


_WRITERS: dict[str, Callable[[Any, Any], str]] = {
    "array": _array,
    "float": _float32,
    "map": _map,
    "struct": _struct,
    "variant": _variant,
}
