"""One column of every type that Spark sends, with nulls, for either module."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from decimal import Decimal
from typing import Any

MakeType = Callable[[Any], Any]  # of a pyarrow-like module


def _zoned(moment: dt.datetime) -> dt.datetime:
    return moment.replace(tzinfo=dt.UTC)


MOMENTS = [
    dt.datetime(2020, 3, 8, 6, 59, 59, 999999),
    None,
    dt.datetime(1883, 11, 18, 17),
    dt.datetime(2020, 11, 1, 5, 30),
    dt.datetime(2020, 3, 8, 6, 59, 59, 999999),
]
INSTANTS = [m and _zoned(m) for m in MOMENTS]


def _field(pa: Any, name: str, type_: Any, **metadata: str) -> Any:
    return pa.field(name, type_, metadata=metadata or None)


def _variant(pa: Any) -> Any:
    """As Spark sends a variant: a struct whose metadata field is marked."""
    return pa.struct(
        [
            pa.field("value", pa.binary(), False),
            pa.field("metadata", pa.binary(), False, {"variant": "true"}),
        ]
    )


def _geometry(pa: Any) -> Any:
    return pa.struct(
        [
            pa.field("srid", pa.int32(), False),
            pa.field("wkb", pa.binary(), False, {"geometry": "true"}),
        ]
    )


def _deep(pa: Any) -> Any:
    """Four levels: an array of maps to structs with arrays."""
    inner = pa.struct([("a", pa.list_(pa.timestamp("us", "UTC"))), ("d", pa.decimal128(10, 2))])
    return pa.list_(pa.map_(pa.string(), inner))


def _plain(name: str, *args: Any) -> MakeType:
    return lambda pa: getattr(pa, name)(*args)


DEEP = [
    [[("k", {"a": [INSTANTS[0], None], "d": Decimal("1.50")}), ("l", None)], None, []],
    None,
    [],
    [[("m", {"a": None, "d": None})]],
    [[("n", {"a": [], "d": Decimal("-0.01")})]],
]
POINT = b"\x01\x01\0\0\0" + bytes(16)
COLUMNS: dict[str, tuple[MakeType, list[Any]]] = {
    "null": (_plain("null"), [None] * 5),
    "boolean": (_plain("bool_"), [True, None, False, True, True]),
    "byte": (_plain("int8"), [1, None, -128, 127, 1]),
    "short": (_plain("int16"), [1, None, -(2**15), 2**15 - 1, 1]),
    "int": (_plain("int32"), [1, None, -(2**31), 2**31 - 1, 1]),
    "long": (_plain("int64"), [1, None, -(2**63), 2**63 - 1, 1]),
    "unsigned": (_plain("uint16"), [1, None, 0, 65535, 1]),
    "float": (_plain("float32"), [1.5, None, -0.0, float("nan"), float("inf")]),
    "double": (_plain("float64"), [1.5, None, 1e300, float("nan"), 0.1]),
    "decimal(1,0)": (_plain("decimal128", 1, 0), [Decimal(1), None, Decimal(-9), Decimal(0), None]),
    "decimal(18,6)": (
        _plain("decimal128", 18, 6),
        [Decimal("1.500000"), None, Decimal("-0.000001"), Decimal("999999999999.999999"), None],
    ),
    "decimal(38,18)": (
        _plain("decimal128", 38, 18),
        [
            Decimal("1.5"),
            None,
            Decimal("-12345678901234567890.123456789012345678"),
            Decimal(0),
            None,
        ],
    ),
    "string": (_plain("string"), ["a", None, "", "zß😀", "a"]),
    "large_string": (_plain("large_string"), ["a", None, "", "zß😀", "a"]),
    "binary": (_plain("binary"), [b"a", None, b"", b"\xff\0", b"a"]),
    "large_binary": (_plain("large_binary"), [b"a", None, b"", b"\xff\0", b"a"]),
    "fixed_binary": (_plain("binary", 2), [b"ab", None, b"\0\0", b"\xff\0", b"ab"]),
    "date": (
        _plain("date32"),
        [dt.date(2020, 1, 2), None, dt.date(1, 1, 1), dt.date(9999, 12, 31), dt.date(2020, 1, 2)],
    ),
    "date64": (_plain("date64"), [dt.date(2020, 1, 2), None, dt.date(1900, 1, 1), None, None]),
    "timestamp": (_plain("timestamp", "us", "UTC"), INSTANTS),
    "timestamp in a zone": (_plain("timestamp", "us", "America/New_York"), INSTANTS),
    "timestamp_ntz": (_plain("timestamp", "us"), MOMENTS),
    "time": (
        _plain("time64", "ns"),
        [dt.time(1, 2, 3, 4), None, dt.time(0), dt.time(23, 59, 59, 999999), dt.time(1, 2, 3, 4)],
    ),
    "time in us": (
        _plain("time64", "us"),
        [dt.time(1, 2, 3, 4), None, dt.time(0), None, dt.time(5)],
    ),
    "day-time interval": (
        _plain("duration", "us"),
        [dt.timedelta(1, 2, 3), None, dt.timedelta(-1, 1), dt.timedelta(0), dt.timedelta(1, 2, 3)],
    ),
    "calendar interval": (
        _plain("month_day_nano_interval"),
        [(1, 2, 3), None, (-1, 0, 5), (0, 0, 0), (1, 2, 3)],
    ),
    "array": (lambda pa: pa.list_(pa.int32()), [[1, None], None, [], [2, 3], [1, None]]),
    "array of strings": (lambda pa: pa.list_(pa.string()), [["a", None], None, [], ["ß"], ["a"]]),
    "large array": (lambda pa: pa.large_list(pa.int64()), [[1, None], None, [], [2, 3], [4]]),
    "fixed array": (lambda pa: pa.list_(pa.int8(), 2), [[1, None], None, [5, 6], [2, 3], [4, 4]]),
    "map": (
        lambda pa: pa.map_(pa.string(), pa.int64()),
        [[("a", 1), ("b", None)], None, [], [("a", 3)], [("z", 4)]],
    ),
    "struct": (
        lambda pa: pa.struct([("a", pa.int64()), ("b", pa.string())]),
        [{"a": 1, "b": "x"}, None, {"a": None, "b": ""}, {"a": 2, "b": None}, {"a": 1, "b": "x"}],
    ),
    "empty struct": (lambda pa: pa.struct([]), [{}, None, {}, {}, {}]),
    "variant": (
        _variant,
        [
            {"value": b"\x0c\x01", "metadata": b"\x01\0\0"},
            None,
            *[{"value": b"", "metadata": b"m"}] * 3,
        ],
    ),
    "geometry": (_geometry, [{"srid": 4326, "wkb": POINT}, None, *[{"srid": 0, "wkb": b""}] * 3]),
    "nested": (_deep, DEEP),
    "dictionary": (
        lambda pa: pa.dictionary(pa.int32(), pa.string()),
        ["a", None, "b", "zß", "a"],
    ),
}


def array(pa: Any, name: str) -> Any:
    """The column of that name."""
    make, values = COLUMNS[name]
    return pa.array(values, make(pa))
