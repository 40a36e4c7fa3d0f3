"""Columns to lists of Python objects: what `to_pylist` returns.

Whole columns at a time: numbers come out of a memoryview in one call, variable-size values are
slices of one decoded text, structs and maps are zipped from their children.
"""

from __future__ import annotations

import gc
import operator
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import lru_cache
from itertools import pairwise, repeat
from struct import iter_unpack
from typing import Any

from .. import types as t
from ..errors import ArrowInvalid, unsupported
from ..memory import bitmap
from ..memory.data import ArrayData
from ..types.timezones import tzinfo_of
from ..types.units import EPOCH, EPOCH_ORDINAL, EXACT, MICROSECOND, MonthDayNano

DATETIME_RANGE_US = (-62135596800000000, 253402300799999999)
"""The microseconds since 1970 that a datetime can hold, both included."""

_MANY = 1_000  # values, from which on numpy pays


@contextmanager
def no_garbage_collection() -> Iterator[None]:
    """Pause the cycle collector: building millions of acyclic containers would trigger it often."""
    if not gc.isenabled():
        yield
        return
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def to_pylist(data: ArrayData, maps_as_dicts: str | None = None) -> list[Any]:
    """The values as Python objects, nulls as None.

    Raises ArrowInvalid for malformed memory, OverflowError for a date or time Python cannot hold,
    ValueError for a struct with duplicate names.
    """
    with no_garbage_collection():
        return _Decoder(maps_as_dicts).decode(data)


class _Decoder:
    def __init__(self, maps_as_dicts: str | None) -> None:
        self.maps_as_dicts = maps_as_dicts

    def decode(self, data: ArrayData) -> list[Any]:
        id_ = data.type.id
        if id_ == t.NULL:
            return [None] * data.length
        if id_ in _PLAIN:
            values = data.numbers().tolist()
        elif id_ in t.NESTED or id_ == t.DICTIONARY:
            return self._nested(data)
        elif data.null_count:
            return _decode_around_nulls(data)
        else:
            return _scalars(data)
        return put_nulls(data, values)

    def _nested(self, data: ArrayData) -> list[Any]:
        only_nulls = 0 < data.length == data.null_count
        if self.maps_as_dicts is not None and only_nulls and data.type.id != t.MAP:
            # pyarrow asks nothing of what is null; the memory under it must be sound still.
            return _Decoder(None).decode(data)
        if data.type.id == t.STRUCT:
            return self._structs(data)
        if data.type.id == t.MAP:
            return self._maps(data)
        if data.type.id == t.FIXED_SIZE_LIST:
            return self._fixed_size_lists(data)
        if data.type.id == t.DICTIONARY:
            return self._dictionary(data)
        return self._lists(data)

    def _lists(self, data: ArrayData) -> list[Any]:
        offsets = data.offsets()
        flat, offsets = self._flat(data, offsets)
        return put_nulls(data, [flat[start:end] for start, end in pairwise(offsets)])

    def _flat(self, data: ArrayData, offsets: list[int]) -> tuple[list[Any], list[int]]:
        """The elements the window refers to, and the offsets counted from the first of them."""
        start = offsets[0]
        flat = self.decode(data.children[0].slice(start, offsets[-1] - start))
        return flat, [offset - start for offset in offsets] if start else offsets

    def _fixed_size_lists(self, data: ArrayData) -> list[Any]:
        assert isinstance(data.type, t.FixedSizeListType)
        size = data.type.list_size
        flat = self.decode(data.list_values())
        return put_nulls(data, [flat[i * size : (i + 1) * size] for i in range(data.length)])

    def _structs(self, data: ArrayData) -> list[Any]:
        assert isinstance(data.type, t.StructType)
        if data.length > data.null_count and not t.field_names_unique(data.type.fields):
            raise ValueError(
                "Converting to Python dictionary is not supported when duplicate field names "
                "are present"
            )
        columns = [self.decode(data.child(i)) for i in range(len(data.children))]
        return put_nulls(data, make_dicts(data.type.names, columns, data.length))

    def _maps(self, data: ArrayData) -> list[Any]:
        offsets = data.offsets()
        start, entries = offsets[0], data.children[0].slice(offsets[0], offsets[-1] - offsets[0])
        keys, items = (self.decode(entries.child(i)) for i in (0, 1))
        pairs = list(zip(keys, items, strict=True))
        maps: list[Any] = [pairs[a - start : b - start] for a, b in pairwise(offsets)]
        if self.maps_as_dicts is not None:
            if self.maps_as_dicts not in ("lossy", "strict") and data.length:
                raise ValueError(
                    "Invalid value for 'maps_as_pydicts': valid values are 'lossy', 'strict' or "
                    f"`None` (default). Received {self.maps_as_dicts!r}."
                )
            maps = [self._as_dict(pairs) for pairs in maps]
        return put_nulls(data, maps)

    def _as_dict(self, pairs: list[tuple[Any, Any]]) -> dict[Any, Any]:
        made = dict(pairs)
        if self.maps_as_dicts == "strict" and len(made) != len(pairs):
            raise KeyError("Encountered duplicate key in a map")
        return made

    def _dictionary(self, data: ArrayData) -> list[Any]:
        assert data.dictionary is not None
        values = self.decode(data.dictionary)
        return [values[i] if i is not None else None for i in dictionary_indices(data)]


def dictionary_indices(data: ArrayData) -> list[int | None]:
    """Per value its position in the dictionary, None for null; ArrowInvalid if out of bounds."""
    assert isinstance(data.type, t.DictionaryType)
    assert data.dictionary is not None
    indices = put_nulls(data, data.with_type(data.type.index_type).numbers().tolist())
    present = [i for i in indices if i is not None]
    if present and not 0 <= min(present) <= max(present) < data.dictionary.length:
        raise ArrowInvalid("Dictionary index out of bounds")
    return indices


def put_nulls(data: ArrayData, values: list[Any]) -> list[Any]:
    """The values with None where the column has a null."""
    if not data.null_count:
        return values
    return [value if valid else None for value, valid in zip(values, data.is_valid(), strict=True)]


def _decode_around_nulls(data: ArrayData) -> list[Any]:
    """As fast as without nulls, unless what lies in a null's slot cannot be decoded."""
    try:
        return put_nulls(data, _scalars(data))
    except (ValueError, OverflowError):
        if data.type.id in t.VARIABLE:
            data.offsets()  # these must be sound under nulls, too
        return [
            _scalars(data.slice(i, 1))[0] if valid else None
            for i, valid in enumerate(data.is_valid())
        ]


def _scalars(data: ArrayData) -> list[Any]:
    decode = _SCALARS.get(data.type.id)
    if decode is None:
        raise unsupported(f"Converting {data.type} values to Python")
    return decode(data)


def _strings(data: ArrayData) -> list[str]:
    if data.length >= _MANY and (texts := _split_texts(data)) is not None:
        return texts
    offsets = data.offsets()
    raw = data.buffers[1][offsets[0] : offsets[-1]].tobytes()
    if start := offsets[0]:
        offsets = [offset - start for offset in offsets]
    try:
        if raw.isascii():
            text = raw.decode("ascii")
            return [text[a:b] for a, b in pairwise(offsets)]
        return [raw[a:b].decode() for a, b in pairwise(offsets)]
    except UnicodeDecodeError as error:
        raise ArrowInvalid(f"Invalid UTF8 payload: {error}") from None


def _split_texts(data: ArrayData) -> list[str] | None:
    """The texts by numpy, if that is loaded: twice as fast as slices, and of any characters.

    A zero byte is put behind each, and all of them are decoded and split at once. A byte of that
    kind ends any character, so what is no UTF-8 by itself is none then. None where a text has such
    a byte, and for what is malformed, of which the other way knows what to say.
    """
    if (numpy := sys.modules.get("numpy")) is None:
        return None
    count, width = data.length, t.offset_width(data.type.id)
    window = data.buffers[0][data.offset * width : (data.offset + count + 1) * width]
    if len(window) != (count + 1) * width:
        return None
    ends = numpy.frombuffer(window, dtype=f"<i{width}").astype("i8")
    first, last = int(ends[0]), int(ends[-1])
    sizes = ends[1:] - ends[:-1]
    if first < 0 or last > len(data.buffers[1]) or sizes.min() < 0:
        return None
    raw = numpy.frombuffer(data.buffers[1][first:last], dtype="u1")
    size = int(sizes[0])
    if (sizes == size).all():
        apart = numpy.zeros((count, size + 1), dtype="u1")
        apart[:, :size] = raw.reshape(count, size)
    else:
        apart = numpy.zeros(len(raw) + count, dtype="u1")
        of_texts = numpy.ones(len(apart), dtype=bool)
        of_texts[ends[1:] - first + numpy.arange(count)] = False
        apart[of_texts] = raw
    try:
        texts = str(apart.reshape(-1)[:-1].data, "utf-8").split("\0")
    except UnicodeDecodeError:
        return None
    return texts if len(texts) == count else None


def _binaries(data: ArrayData) -> list[bytes]:
    offsets = data.offsets()
    start = offsets[0]
    raw = data.buffers[1][start : offsets[-1]].tobytes()
    if start:
        offsets = [offset - start for offset in offsets]
    return [raw[a:b] for a, b in pairwise(offsets)]


def _fixed_size_binaries(data: ArrayData) -> list[bytes]:
    width = t.byte_width(data.type) or 0
    raw = data.window(width).tobytes()
    return [raw[i * width : (i + 1) * width] for i in range(data.length)]


def unscaled_decimals(data: ArrayData) -> list[int]:
    """The 128-bit little-endian two's complement values as integers, nulls' slots included."""
    halves = data.window(16)
    low: list[int] = halves.cast("q").tolist()
    high = low[1::2]
    low = low[0::2]
    if list(map(operator.rshift, low, repeat(63))) == high:  # all fit 64 bits
        return low
    return [(h << 64) | (value & 0xFFFFFFFFFFFFFFFF) for h, value in zip(high, low, strict=True)]


def _decimals(data: ArrayData) -> list[Decimal]:
    assert isinstance(data.type, t.Decimal128Type)
    unit = Decimal((0, (1,), -data.type.scale))
    unscaled = unscaled_decimals(data)
    _check_range(data, unscaled, 1 - 10**data.type.precision, 10**data.type.precision - 1)
    return list(map(EXACT.multiply, unscaled, repeat(unit)))


def _check_range(data: ArrayData, values: list[int], low: int, high: int) -> None:
    """Raise ArrowInvalid for a value, not under a null, that its type cannot have."""
    if not values or (low <= min(values) and max(values) <= high):
        return
    for value, valid in zip(values, data.is_valid(), strict=True):
        if valid and not low <= value <= high:
            raise ArrowInvalid(f"{data.type} {value} is out of range")


def whole_days(milliseconds: int) -> int:
    """The days of a date64 as C++ counts them: what is over is dropped towards 1970."""
    return (
        milliseconds // t.DAY_MILLISECONDS
        if milliseconds >= 0
        else -(-milliseconds // t.DAY_MILLISECONDS)
    )


def _dates(data: ArrayData) -> list[date]:
    days: list[int] = data.numbers().tolist()
    if data.type.id == t.DATE64:
        days = [value // t.DAY_MILLISECONDS for value in days]
    return dates_of(days)


def dates_of(days: list[int]) -> list[date]:
    """The dates so many days after 1970-01-01; OverflowError for years that Python has not."""
    try:
        # Days repeat: making each date once is three times faster than making it every time.
        made = {day: date.fromordinal(day + EPOCH_ORDINAL) for day in set(days)}
        return [made[day] for day in days]
    except ValueError:
        raise OverflowError("date value out of range") from None


def _timestamps(data: ArrayData) -> list[Any]:
    assert isinstance(data.type, t.TimestampType)
    if data.type.unit == "ns":
        return _pandas_values(data, "Timestamp")
    if data.type.tz is None or not data.length:
        return _naive_datetimes(data)
    zone = tzinfo_of(data.type.tz)
    epoch = EPOCH.replace(tzinfo=zone)
    steps = microseconds(data)
    if getattr(zone, "key", "UTC") == "UTC" and zone.utcoffset(None) in (None, timedelta(0)):
        return list(map(epoch.__add__, map(MICROSECOND.__mul__, steps)))
    return list(map(zone.fromutc, map(epoch.__add__, map(MICROSECOND.__mul__, steps))))


def microseconds(data: ArrayData) -> list[int]:
    """The counts of a column of seconds, milli- or microseconds; those under nulls, too."""
    values: list[int] = data.numbers().tolist()
    factor = 1_000_000 // t.PER_SECOND[data.type.unit]
    return values if factor == 1 else [value * factor for value in values]


def _naive_datetimes(data: ArrayData) -> list[datetime]:
    return datetimes_of(microseconds(data))


def datetimes_of(steps: list[int]) -> list[datetime]:
    """The datetimes so many microseconds after 1970; OverflowError for years that Python has not.

    With numpy where that is loaded, which is six times faster.
    """
    numpy = sys.modules.get("numpy")
    low, high = DATETIME_RANGE_US
    if numpy is not None and steps and low <= min(steps) and max(steps) <= high:
        made: list[datetime] = numpy.array(steps, dtype="<i8").view("<M8[us]").tolist()
        return made
    return list(map(EPOCH.__add__, map(MICROSECOND.__mul__, steps)))


def _durations(data: ArrayData) -> list[Any]:
    if data.type.unit == "ns":
        return _pandas_values(data, "Timedelta")
    return [MICROSECOND * step for step in microseconds(data)]


def _times(data: ArrayData) -> list[Any]:
    unit = data.type.unit
    values: list[int] = data.numbers().tolist()
    if unit == "ns":
        if t.NOT_A_TIME in values:  # which pandas takes for none
            raise ArrowInvalid("NaTType does not support time")
        return [(EPOCH + MICROSECOND * (value // 1000)).time() for value in values]
    factor = 1_000_000 // t.PER_SECOND[unit]
    return [(EPOCH + MICROSECOND * (value * factor)).time() for value in values]


def _pandas_values(data: ArrayData, kind: str) -> list[Any]:
    """Nanosecond values, which only pandas' classes can hold; without pandas whole microseconds."""
    values: list[int] = data.numbers().tolist()
    zone = getattr(data.type, "tz", None)
    try:
        import pandas
    except ImportError:
        return _wholemicroseconds(data, values, zone)
    if kind == "Timedelta":
        return [pandas.Timedelta(value, unit="ns") for value in values]
    tz = tzinfo_of(zone) if zone else None
    if tz is None:
        return [pandas.Timestamp(value, unit="ns") for value in values]
    return [pandas.Timestamp(value, unit="ns", tz=tz) for value in values]


def _wholemicroseconds(data: ArrayData, values: list[int], zone: str | None) -> list[Any]:
    if any(value % 1000 for value in values):
        raise ValueError(
            f"Nanosecond resolution {data.type} value cannot be held by datetime; install pandas"
        )
    steps = [value // 1000 for value in values]
    if data.type.id == t.DURATION:
        return [MICROSECOND * step for step in steps]
    if zone is None:
        return [EPOCH + MICROSECOND * step for step in steps]
    tz = tzinfo_of(zone)
    return [tz.fromutc(EPOCH.replace(tzinfo=tz) + MICROSECOND * step) for step in steps]


def _intervals(data: ArrayData) -> list[MonthDayNano]:
    return list(map(MonthDayNano._make, iter_unpack("<iiq", data.window(16))))


def _booleans(data: ArrayData) -> list[bool]:
    return bitmap.unpack(data.buffers[0], data.offset, data.length)


_PLAIN = t.INTEGERS | t.FLOATS


_SCALARS: dict[int, Callable[[ArrayData], list[Any]]] = {
    t.BOOL: _booleans,
    t.STRING: _strings,
    t.LARGE_STRING: _strings,
    t.BINARY: _binaries,
    t.LARGE_BINARY: _binaries,
    t.FIXED_SIZE_BINARY: _fixed_size_binaries,
    t.DECIMAL128: _decimals,
    t.DATE32: _dates,
    t.DATE64: _dates,
    t.TIMESTAMP: _timestamps,
    t.TIME32: _times,
    t.TIME64: _times,
    t.DURATION: _durations,
    t.INTERVAL_MONTH_DAY_NANO: _intervals,
}


def make_dicts(
    names: Sequence[str], columns: Sequence[Sequence[Any]], length: int
) -> list[dict[str, Any]]:
    """Per row the dict from `names` to the values of `columns`."""
    if not names:
        return [{} for _ in range(length)]
    return _dict_maker(len(names))(*names, zip(*columns, strict=True))


@lru_cache(maxsize=64)
def _dict_maker(width: int) -> Callable[..., list[dict[str, Any]]]:
    """A function of `width` names and rows; a dict display is 4 times faster than `dict(zip())`.

    The source holds only generated names: those of the data are passed as arguments.
    """
    if width > 200:
        return lambda *args: [dict(zip(args[:-1], row, strict=True)) for row in args[-1]]
    keys = ", ".join(f"k{i}" for i in range(width))
    values = "".join(f"v{i}, " for i in range(width))
    pairs = ", ".join(f"k{i}: v{i}" for i in range(width))
    maker: Callable[..., list[dict[str, Any]]] = eval(
        f"lambda {keys}, rows: [{{{pairs}}} for {values}in rows]", {"__builtins__": {}}
    )
    return maker
