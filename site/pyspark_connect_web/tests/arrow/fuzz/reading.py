"""What a module makes of a stream, in a form that two modules can be compared by."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

MANY_VALUES = 50_000
"""Of a batch with more values than this, only the row counts are compared: `pyarrow` makes an
object for every value, and the text of both would take longer than reading them."""

LENIENT = re.compile(
    r"child array.*(does not fit|UTF8)|whole number of days|acceptable range|null_count"
)
"""Validation also looks at values in lists that no row refers to; at the count of nulls, which in a
column of the null type says nothing; at the time of day in dates, and at whole days in times, which
nobody gets to see. Where `pyarrow` gives the same values all the same, these are no fault."""
MANY_BYTES = 8 << 20  # likewise
LONG_TEXT = 4_000  # of one column; of more only a hash is compared


@dataclass
class Batch:
    """One batch: per column its type with the values, or the error of reading them."""

    rows: int
    columns: list[tuple[str, str]] | None = field(default_factory=list)
    """(kind, text) with the kinds "value" and "error"; None when there are too many values."""


@dataclass
class Reading:
    """A stream: its schema, its batches, and how it ended.

    `end` is "" at the end of the stream, else "stage: class: message" of the error; the stages
    are "open", "read" (a batch) and "validate".
    """

    schema: str = ""
    batches: list[Batch] = field(default_factory=list)
    end: str = ""
    unchecked: Batch | None = None
    """The batch at which `end` says that validation fails, where `LENIENT` allows for it."""


def failed(stage: str, error: BaseException) -> str:
    """How an error is recorded."""
    return f"{stage}: {type(error).__name__}: {error}"


Expected = Callable[[Exception], bool]  # whether an error is one of those that may occur


def read(pa: Any, data: bytes, expected: Expected, *, validate: bool) -> Reading:
    """Everything in a stream. Errors that are not `expected` are the caller's."""
    found = Reading()
    stage = "open"
    try:
        reader = pa.ipc.open_stream(data)
        found.schema = str(reader.schema)
        while True:
            stage = "read"
            try:
                batch = reader.read_next_batch()
            except StopIteration:
                return found
            stage = "validate"
            if validate:
                _validate(batch, found, expected)
            found.batches.append(_batch(batch, expected))
    except Exception as error:
        if not expected(error):
            raise
        found.end = failed(stage, error)
        return found


def _validate(batch: Any, found: Reading, expected: Expected) -> None:
    try:
        batch.validate(full=True)
    except Exception as error:
        if LENIENT.search(str(error)):
            found.unchecked = _batch(batch, expected)
        raise


def _batch(batch: Any, expected: Expected) -> Batch:
    many = batch.get_total_buffer_size() > MANY_BYTES
    if many or sum(map(size_of, batch.columns)) > MANY_VALUES:
        return Batch(batch.num_rows, None)
    return Batch(batch.num_rows, [_column(column, expected) for column in batch.columns])


def _column(column: Any, expected: Expected) -> tuple[str, str]:
    try:
        text = f"{column.type} {column.null_count} {column.to_pylist()!r}"
        if len(text) > LONG_TEXT:
            text = f"{text[:LONG_TEXT]}... {hashlib.sha256(text.encode()).hexdigest()}"
        return "value", text
    except Exception as error:
        if not expected(error):
            raise
        return "error", failed(str(column.type), error)


def size_of(array: Any) -> int:
    """The number of values of an array and of all it contains."""
    kind = str(array.type)
    total = len(array)
    if kind.startswith("struct"):
        return total + sum(size_of(array.field(i)) for i in range(array.type.num_fields))
    if kind.startswith("map"):
        return total + size_of(array.keys) + size_of(array.items)
    if kind.startswith(("list", "large_list", "fixed_size_list")):
        return total + size_of(array.values)
    if kind.startswith("dictionary"):
        words = array.dictionary
        return total + size_of(words) + total * words.get_total_buffer_size() // 64
    return total
