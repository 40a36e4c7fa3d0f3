"""How arrays and tables print: close to `pyarrow`'s pretty printer, shortened in the middle."""

from __future__ import annotations

from collections.abc import Sequence
from struct import Struct
from typing import Any

from .. import types as t
from ..memory import bitmap
from ..memory.data import ArrayData, view
from ..types.text import cut
from ..types.units import MonthDayNano
from .decode import to_pylist, whole_days
from .moments import clock_text, date_text, moment_text, out_of_range

_FLOAT = Struct("<f")


class Printer:
    """Prints columns. `window` values, or `container_window` lists or maps, from either end."""

    def __init__(
        self,
        indent: int = 2,
        window: int = 10,
        container_window: int = 2,
        inline: bool = False,
        limit: int = 100,
    ) -> None:
        self.indent = indent
        self.window = window
        self.container_window = container_window
        self.inline = inline
        self.limit = limit

    def text(self, data: ArrayData, at: int = 0) -> str:
        """A column, its lines indented by `at`."""
        pad = " " * at
        if data.type.id == t.NULL:
            return f"{data.length} nulls"
        if data.type.id == t.STRUCT:
            return self._struct(data, at, pad)
        if data.dictionary is not None:
            words, indices = self._below(data.dictionary, at), self._below(data.positions(), at)
            line = self._line
            return f"{line}{pad}-- dictionary:\n{words}{line}{pad}-- indices:\n{indices}"
        container = data.type.id in (t.LIST, t.LARGE_LIST) or data.type.id == t.FIXED_SIZE_LIST
        items = self._items(data, self.container_window if container else self.window, at)
        return f"{'' if self.inline else pad}{self.block(items, at)}"

    @property
    def _line(self) -> str:
        return "" if self.inline else "\n"

    def _below(self, data: ArrayData, at: int) -> str:
        return self.text(data, at + self.indent)

    def block(self, items: list[str], at: int) -> str:
        """Items, indented already, in brackets; the closing one is at `at`."""
        if not items:
            return "[]"
        if self.inline:
            return f"[{','.join(items)}]"
        lines = ",\n".join(items).replace(f"{ELLIPSIS},\n", f"{' ' * (at + self.indent)}...\n")
        return f"[\n{lines}\n{' ' * at}]"

    def _items(self, data: ArrayData, window: int, at: int) -> list[str]:
        if data.length > 2 * window + 1:
            head = self._items(data.slice(0, window), window, at)
            tail = self._items(data.slice(data.length - window, window), window, at)
            return [*head, "..." if self.inline else ELLIPSIS, *tail]
        pad = "" if self.inline else " " * (at + self.indent)
        valid = data.is_valid()
        if data.type.id in t.LISTS or data.type.id == t.FIXED_SIZE_LIST:
            return [
                self._nested(data.slice(i, 1), at + self.indent, pad) if ok else f"{pad}null"
                for i, ok in enumerate(valid)
            ]
        texts = _value_texts(data, self.limit)
        return [pad + (text if ok else "null") for text, ok in zip(texts, valid, strict=True)]

    def _nested(self, one: ArrayData, at: int, pad: str) -> str:
        """The list or map that is the only value of a column."""
        if isinstance(one.type, t.FixedSizeListType):
            return self.text(one.list_values(), at)
        start, end = one.offsets()
        values = one.children[0].slice(start, end - start)
        if one.type.id != t.MAP:
            return self.text(values, at)
        keys, items = (self.text(values.child(i), at) for i in (0, 1))
        line = self._line
        return f"{pad}keys:{line}{keys}{line}{pad}values:{line}{items}"

    def _struct(self, data: ArrayData, at: int, pad: str) -> str:
        valid = " all not null"
        if data.null_count:
            flags = ArrayData(t.bool_(), data.length, None, [view(bitmap.pack(data.is_valid()))])
            valid = f"{self._line}{pad}{self._below(flags, at)}"
        parts = [f"{pad}-- is_valid:{valid}"]
        for i, field in enumerate(data.type._children()):
            child = self._below(data.child(i), at)
            head = cut(f"-- child {i} type: {field.type}\n", self.limit)
            parts.append(f"{pad}{head}{child}")
        return "\n".join(parts)


ELLIPSIS = "\0..."


def array_text(data: ArrayData, **options: Any) -> str:
    """A column as `Array.to_string` gives it."""
    return Printer(**options).text(data)


def chunks_text(chunks: Sequence[ArrayData], **options: Any) -> str:
    """The columns of a chunked array inside one more pair of brackets."""
    printer = Printer(**options)
    many, window = len(chunks), printer.container_window
    shown = list(chunks) if many <= 2 * window + 1 else [*chunks[:window], *chunks[-window:]]
    texts = [printer.text(chunk, printer.indent) for chunk in shown]
    if len(shown) < many:
        texts.insert(window, "...")
    if printer.inline:
        struct = bool(chunks) and chunks[0].type.id == t.STRUCT
        return "[" + ",".join(f"\n{text}" if struct else text for text in texts) + "]"
    return "[\n" + ",\n".join(texts) + "\n]" if texts else "[\n\n]"


def inline_text(data: ArrayData) -> str:
    """A column of a record batch, on one line unless it has fields."""
    return Printer(indent=0, window=5, inline=True).text(data)


def _value_texts(data: ArrayData, limit: int) -> list[str]:
    """Each value, what is under nulls included."""
    if isinstance(data.type, t.UnitType) or data.type.id in (t.DATE32, t.DATE64):
        return [_count_text(value, data.type) for value in data.numbers().tolist()]
    try:
        return [_value_text(value, data.type, limit) for value in to_pylist(data)]
    except (ValueError, OverflowError, NotImplementedError):
        return ["<value out of range>"] * data.length


def _value_text(value: Any, type_: t.DataType, limit: int) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return f'"{cut(value, limit)}"'
    if isinstance(value, bytes):
        return cut(value.hex().upper(), limit)
    if isinstance(value, float):
        return _float_text(value, type_.id == t.FLOAT)
    if isinstance(value, MonthDayNano):
        return f"{value.months}M{value.days}d{value.nanoseconds}ns"
    return str(value)


def _float_text(value: float, single: bool) -> str:
    """The shortest text that gives the same number, without a fraction of zero."""
    text = repr(value)
    if single and value == value and abs(value) != float("inf"):
        candidates = (f"{value:.{digits}g}" for digits in range(1, 10))
        text = repr(float(next(c for c in candidates if _single(float(c)) == value)))
    return text.removesuffix(".0")


def _single(value: float) -> float:
    try:
        single: float = _FLOAT.unpack(_FLOAT.pack(value))[0]
    except OverflowError:
        return float("inf")
    return single


def _count_text(value: int, type_: t.DataType) -> str:
    """A date, a timestamp or time of day with the digits of its unit; a duration as it is counted.

    What is in a day beside whole days is not shown of a date64, as C++ divides towards zero.
    """
    if isinstance(type_, t.DurationType):
        return str(value)
    text: str | None
    if isinstance(type_, t.TimestampType):
        text = moment_text(value, type_.unit)
        text = None if text is None else f"{text}{'Z' if type_.tz else ''}"
    elif isinstance(type_, t.UnitType):
        text = clock_text(value, type_.unit)
    elif type_.id == t.DATE64:
        text = date_text(whole_days(value))
    else:
        text = date_text(value)
    return out_of_range(value) if text is None else text
