"""What the Arrow tests share: both implementations side by side, type and value strategies.

Real `pyarrow` is the reference. Data crosses between the two as an IPC stream, so most tests
exercise a reader or a writer as well.
"""

from __future__ import annotations

import datetime as dt
import math
import os
from collections.abc import Callable
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pyarrow
import pyarrow.compute
import pytest
from hypothesis import strategies as st
from pyspark_connect_web.arrow import namespace

real: Any = pyarrow
# With PCW_ARROW_SUBJECT=pyarrow the suite tests what a site with real pyarrow has: pyarrow itself.
facade: Any = (
    real
    if os.environ.get("PCW_ARROW_SUBJECT") == "pyarrow"
    else SimpleNamespace(
        **namespace.lib_names(),
        lib=SimpleNamespace(**namespace.lib_names()),
        types=SimpleNamespace(**namespace.types_names()),
        ipc=SimpleNamespace(**namespace.ipc_names()),
        compute=SimpleNamespace(**namespace.compute_names()),
    )
)
facade_only = pytest.mark.skipif(
    facade is real, reason="about the facade's insides, or where it refuses or does otherwise"
)

UTC = dt.UTC
MakeType = Callable[[Any], Any]  # of a pyarrow-like module


def stream(pa: Any, table: Any, **options: Any) -> bytes:
    """A table as an IPC stream written by `pa`."""
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, table.schema, **options) as writer:
        for batch in table.to_batches():
            writer.write_batch(batch)
    return sink.getvalue().to_pybytes()


def to_facade(table: Any, **options: Any) -> Any:
    """A real table as a facade table."""
    return facade.ipc.open_stream(stream(real, table, **options)).read_all()


def to_real(table: Any) -> Any:
    """A facade table as a real table, checked by real pyarrow."""
    made = real.ipc.open_stream(stream(facade, table)).read_all()
    made.validate(full=True)
    return made


def outcome(call: Callable[..., Any], *arguments: Any) -> tuple[str, Any]:
    """("value", what a call returns) or ("error", the name of the exception's class)."""
    try:
        return "value", call(*arguments)
    except Exception as error:  # noqa: BLE001 - whatever it is, both must raise it
        return "error", type(error).__name__


def same(a: Any, b: Any) -> bool:
    """Deep equality that also compares classes and dtypes, and takes NaN as equal to itself."""
    if type(a).__name__ != type(b).__name__:  # MonthDayNano is a class of either module
        return False
    if type(a).__name__ == "NaTType":
        return True
    if hasattr(a, "dtype") and hasattr(a, "shape"):
        return a.dtype == b.dtype and a.shape == b.shape and same(a.tolist(), b.tolist())
    if isinstance(a, dict):
        return list(a) == list(b) and all(same(a[k], b[k]) for k in a)
    if isinstance(a, (list, tuple)):
        return len(a) == len(b) and all(map(same, a, b))
    if isinstance(a, float):
        return (a == b and math.copysign(1, a) == math.copysign(1, b)) or (a != a and b != b)
    if isinstance(a, Decimal):
        return a.as_tuple() == b.as_tuple()
    if isinstance(a, dt.datetime):
        return a == b and str(a.tzinfo) == str(b.tzinfo) and a.fold == b.fold
    return bool(a == b) or a is b


def assert_same_column(mine: Any, its: Any) -> None:
    """A facade column holds what a real column holds."""
    assert str(mine.type) == str(its.type)
    assert len(mine) == len(its)
    assert mine.null_count == its.null_count
    assert same(mine.to_pylist(), its.to_pylist())


MIN_DATE = dt.datetime(1, 1, 2)
MAX_DATE = dt.datetime(9999, 12, 30)


def _ints(bits: int) -> st.SearchStrategy[int]:
    return st.integers(-(2 ** (bits - 1)), 2 ** (bits - 1) - 1)


@st.composite
def _decimals(draw: Any) -> tuple[MakeType, st.SearchStrategy[Any]]:
    precision = draw(st.integers(1, 38))
    scale = draw(st.integers(0, precision))
    values = st.integers(-(10**precision) + 1, 10**precision - 1)
    return (
        lambda pa: pa.decimal128(precision, scale),
        values.map(lambda v: Decimal(v).scaleb(-scale) if abs(v) < 10**28 else _exact(v, scale)),
    )


def _exact(value: int, scale: int) -> Decimal:
    sign, digits = int(value < 0), tuple(map(int, str(abs(value))))
    return Decimal((sign, digits, -scale))


def _plain(name: str, *args: Any) -> MakeType:
    return lambda pa: getattr(pa, name)(*args)


_naive = st.datetimes(MIN_DATE, MAX_DATE)
_text = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
SCALARS: list[tuple[MakeType, st.SearchStrategy[Any]]] = [
    (_plain("null"), st.none()),
    (_plain("bool_"), st.booleans()),
    (_plain("int8"), _ints(8)),
    (_plain("int16"), _ints(16)),
    (_plain("int32"), _ints(32)),
    (_plain("int64"), _ints(64)),
    (_plain("uint8"), st.integers(0, 255)),
    (_plain("float32"), st.floats(width=32)),
    (_plain("float64"), st.floats()),
    (_plain("string"), _text),
    (_plain("large_string"), _text),
    (_plain("binary"), st.binary(max_size=8)),
    (_plain("large_binary"), st.binary(max_size=8)),
    (_plain("binary", 3), st.binary(min_size=3, max_size=3)),
    (_plain("date32"), st.dates()),
    (_plain("timestamp", "us"), _naive),
    (_plain("timestamp", "s"), _naive.map(lambda v: v.replace(microsecond=0))),
    (_plain("timestamp", "us", "UTC"), _naive.map(lambda v: v.replace(tzinfo=UTC))),
    (_plain("timestamp", "us", "America/New_York"), _naive.map(lambda v: v.replace(tzinfo=UTC))),
    (_plain("timestamp", "us", "+05:30"), _naive.map(lambda v: v.replace(tzinfo=UTC))),
    (_plain("duration", "us"), st.timedeltas(dt.timedelta(-99999), dt.timedelta(99999))),
    (_plain("time64", "us"), st.times()),
    (_plain("time64", "ns"), st.times()),
    (_plain("month_day_nano_interval"), st.tuples(_ints(32), _ints(32), _ints(64))),
]


@st.composite
def scalar_columns(draw: Any) -> tuple[MakeType, st.SearchStrategy[Any]]:
    """A type without children and values for it."""
    if draw(st.integers(0, 9)) == 0:
        decimals: tuple[MakeType, st.SearchStrategy[Any]] = draw(_decimals())
        return decimals
    made: tuple[MakeType, st.SearchStrategy[Any]] = draw(st.sampled_from(SCALARS))
    return made


@st.composite
def columns(draw: Any, depth: int = 3) -> tuple[MakeType, st.SearchStrategy[Any]]:
    """A type nested up to `depth` times and values for it, None among them."""
    kind = draw(st.sampled_from(["scalar", "scalar", "list", "large", "fixed", "map", "struct"]))
    if depth == 0 or kind == "scalar":
        make, values = draw(scalar_columns())
        return make, st.none() | values
    make, values = draw(columns(depth=depth - 1))
    if kind == "list":
        return (lambda pa: pa.list_(make(pa))), st.none() | st.lists(values, max_size=3)
    if kind == "large":
        return (lambda pa: pa.large_list(make(pa))), st.none() | st.lists(values, max_size=3)
    if kind == "fixed":
        pairs = st.lists(values, min_size=2, max_size=2)
        return (lambda pa: pa.list_(make(pa), 2)), st.none() | pairs
    if kind == "map":
        entries = st.lists(st.tuples(_text, values), max_size=3)
        return (lambda pa: pa.map_(pa.string(), make(pa))), st.none() | entries
    other, other_values = draw(columns(depth=depth - 1))
    structs = st.fixed_dictionaries({"a": values, "ä b": other_values})
    return (
        lambda pa: pa.struct([pa.field("a", make(pa)), pa.field("ä b", other(pa))]),
        st.none() | structs,
    )


@st.composite
def typed_values(draw: Any, depth: int = 3) -> tuple[MakeType, list[Any]]:
    """A type and a list of values of it."""
    make, values = draw(columns(depth))
    return make, draw(st.lists(values, max_size=6))
