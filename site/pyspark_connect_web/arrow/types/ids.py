"""The numbers of the types, the sets of types that are treated alike, and the widths of values.

Type ids are those of `pyarrow.lib` (the C++ `Type::type` enum).
"""

from __future__ import annotations

NULL, BOOL = 0, 1
UINT8, INT8, UINT16, INT16, UINT32, INT32, UINT64, INT64 = range(2, 10)
HALF, FLOAT, DOUBLE, STRING, BINARY, FIXED_SIZE_BINARY, DATE32, DATE64 = range(10, 18)
TIMESTAMP, TIME32, TIME64, INTERVAL_MONTHS, INTERVAL_DAY_TIME, DECIMAL128 = range(18, 24)
LIST, STRUCT = 25, 26
DICTIONARY, MAP = 29, 30
FIXED_SIZE_LIST, DURATION, LARGE_STRING, LARGE_BINARY, LARGE_LIST = range(32, 37)
INTERVAL_MONTH_DAY_NANO = 37

INTEGERS = frozenset(range(UINT8, INT64 + 1))
SIGNED = frozenset({INT8, INT16, INT32, INT64})
FLOATS = frozenset({FLOAT, DOUBLE})
STRINGS = frozenset({STRING, LARGE_STRING})
BINARIES = frozenset({BINARY, LARGE_BINARY})
VARIABLE = STRINGS | BINARIES
LARGE = frozenset({LARGE_STRING, LARGE_BINARY, LARGE_LIST})
LISTS = frozenset({LIST, LARGE_LIST, MAP})  # with an offsets buffer
NESTED = frozenset({LIST, LARGE_LIST, FIXED_SIZE_LIST, MAP, STRUCT})

# `struct`/`memoryview.cast` code of one value, for the types whose values are plain numbers.
FORMATS: dict[int, str] = {
    UINT8: "B", INT8: "b", UINT16: "H", INT16: "h", UINT32: "I", INT32: "i", UINT64: "Q",
    INT64: "q", FLOAT: "f", DOUBLE: "d", DATE32: "i", DATE64: "q", TIMESTAMP: "q", TIME32: "i",
    TIME64: "q", DURATION: "q", INTERVAL_MONTHS: "i",
}  # fmt: skip
FORMAT_SIZE = {"B": 1, "b": 1, "H": 2, "h": 2, "I": 4, "i": 4, "Q": 8, "q": 8, "f": 4, "d": 8}
RANGES = {
    code: (-(1 << 8 * size - 1), (1 << 8 * size - 1) - 1)
    if code.islower()
    else (0, (1 << 8 * size) - 1)
    for code, size in FORMAT_SIZE.items()
    if code not in "fd"
}
"""The least and the greatest number of each code for integers."""


def offset_format(id_: int) -> str:
    """The code of the offsets of a variable-size or list type; their size is in `FORMAT_SIZE`."""
    return "q" if id_ in LARGE else "i"


def offset_width(id_: int) -> int:
    """The bytes of one offset of a variable-size or list type."""
    return 8 if id_ in LARGE else 4
