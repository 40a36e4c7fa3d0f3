"""What other libraries ask of an object without naming pyarrow is what real pyarrow answers."""

from __future__ import annotations

import copy
import datetime as dt
import operator
import pickle
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import numpy as np
import pandas as pd
import pytest

from ..in_fresh_python import FACADE, run
from ..support import facade, facade_only, real

COLUMNS: dict[str, Callable[[Any], Any]] = {
    "integers": lambda pa: pa.array([1, 2, 3], pa.int32()),
    "integers with nulls": lambda pa: pa.array([1, None, 3], pa.int64()),
    "none": lambda pa: pa.array([], pa.int16()),
    "doubles": lambda pa: pa.array([1.5, None, float("nan")]),
    "texts": lambda pa: pa.array(["a", None, "é"]),
    "bytes": lambda pa: pa.array([b"a", None]),
    "booleans": lambda pa: pa.array([True, None, False]),
    "decimals": lambda pa: pa.array([Decimal("1.50"), None]),
    "days": lambda pa: pa.array([dt.date(2020, 1, 1), None]),
    "times": lambda pa: pa.array([dt.datetime(2020, 1, 1, 1), None], pa.timestamp("us")),
    "times with a zone": lambda pa: pa.array([dt.datetime(2020, 1, 1)], pa.timestamp("us", "UTC")),
    "spans": lambda pa: pa.array([dt.timedelta(1), None]),
    "lists": lambda pa: pa.array([[1], None, []], pa.list_(pa.int8())),
    "structs": lambda pa: pa.array([{"a": 1}, None]),
    "structs of nothing": lambda pa: pa.array([{}, None], pa.struct([])),
    "maps": lambda pa: pa.array([[("k", 1)], None], pa.map_(pa.string(), pa.int8())),
    "nulls": lambda pa: pa.nulls(2),
}


def tables(pa: Any) -> dict[str, Any]:
    numbers = {"a": pa.array([1, 2], pa.int32()), "b": pa.array([3.5, None])}
    return {
        "table": pa.table(numbers),
        "mixed table": pa.table({"a": [1, 2], "s": ["x", None]}),
        "table without rows": pa.table({"a": pa.array([], pa.int8())}),
        "table without columns": pa.table({}),
        "table in pieces": pa.table({"a": pa.chunked_array([[1], [2, 3]])}),
        "batch": pa.RecordBatch.from_pydict(numbers),
    }


def things(pa: Any) -> dict[str, Any]:
    columns = {name: make(pa) for name, make in COLUMNS.items()}
    pieces = {f"{name} in pieces": pa.chunked_array([one, one]) for name, one in columns.items()}
    scalars = {f"one of {name}": column[0] for name, column in columns.items() if len(column)}
    types = {f"type of {name}": column.type for name, column in columns.items()}
    others = {
        "schema": pa.schema([pa.field("a", pa.int8(), False, {"k": "v"})], {"m": "n"}),
        "schema of nothing": pa.schema([]),
        "field": pa.field("a", pa.struct([])),
    }
    return {**columns, **pieces, **scalars, **types, **others, **tables(pa)}


def plain(value: Any) -> Any:
    """A value without its library."""
    if isinstance(value, np.ndarray):
        return "array", value.dtype.str, value.shape, [plain(one) for one in value.tolist()]
    if hasattr(value, "to_pylist"):
        return type(value).__name__, plain(value.to_pylist())
    if hasattr(value, "as_py"):
        return type(value).__name__, repr(value.as_py())
    if isinstance(value, list | tuple):
        return [plain(one) for one in value]
    return type(value).__name__, repr(value)


PROTOCOLS: dict[str, Callable[[Any], Any]] = {
    "len": len,
    "bool": bool,
    "list": list,
    "reversed": lambda thing: list(reversed(thing)),
    "first": lambda thing: thing[0],
    "last": lambda thing: thing[-1],
    "a position of numpy's": lambda thing: thing[np.int64(0)],
    "behind the last": lambda thing: thing[99],
    "a slice": lambda thing: thing[1:],
    "a slice backwards": lambda thing: thing[::-1],
    "a text for a position": lambda thing: thing["a"],
    "equal to itself": lambda thing: thing == thing,
    "equal to something else": lambda thing: thing == "something else",
    "unequal": lambda thing: thing != thing,
    "equals": lambda thing: thing.equals(thing),
    "a copy": lambda thing: copy.copy(thing) == thing,
    "a deep copy": lambda thing: copy.deepcopy(thing) == thing,
    "asarray": np.asarray,
    "asarray of objects": lambda thing: np.asarray(thing, dtype=object),
    "asarray of doubles": lambda thing: np.asarray(thing, dtype="f8"),
    "array": np.array,
    "a hash": lambda thing: hash(thing) == hash(thing),
    "smaller": lambda thing: operator.lt(thing, thing),
    "to a Series": lambda thing: pd.Series(np.asarray(thing)).shape,
}
_BUFFERS = ("one of texts", "one of bytes", "one of lists")
NOT_HERE = {
    "asarray": _BUFFERS,
    "asarray of objects": _BUFFERS,
    "asarray of doubles": _BUFFERS,
    "array": _BUFFERS,
}
"""Single values whose bytes real pyarrow shows to numpy as numbers; here they raise."""


def outcome(protocol: Callable[[Any], Any], thing: Any) -> Any:
    try:
        return plain(protocol(thing))
    except Exception as error:  # noqa: BLE001 - the class is what is compared
        kinds = (IndexError, KeyError, TypeError, ValueError, NotImplementedError, AttributeError)
        return next((kind.__name__ for kind in kinds if isinstance(error, kind)), repr(error))


@facade_only
@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_each_object_answers_as_real_pyarrows_does(protocol: str) -> None:
    its, mine = things(real), things(facade)
    ask = PROTOCOLS[protocol]
    different = {}
    for name in its:
        wanted, given = outcome(ask, its[name]), outcome(ask, mine[name])
        refused_there = isinstance(wanted, str) and wanted.endswith("Error")
        if given != wanted and not refused_there and name not in NOT_HERE.get(protocol, ()):
            different[name] = wanted, given
    assert not different


@facade_only
@pytest.mark.parametrize(
    "method",
    [
        "__dataframe__",
        "__arrow_c_stream__",
        "__arrow_c_array__",
        "__arrow_c_schema__",
        "__dlpack__",
        "__buffer__",
        "_missing",
    ],
)
def test_a_protocol_that_ours_cannot_serve_is_not_claimed(method: str) -> None:
    for name, thing in things(facade).items():
        assert not hasattr(thing, method), name


@facade_only
def test_what_has_an_array_protocol_has_it_here() -> None:
    its, mine = things(real), things(facade)
    for name in its:
        assert hasattr(its[name], "__array__") == hasattr(mine[name], "__array__"), name
        assert hasattr(type(its[name]), "__len__") == hasattr(type(mine[name]), "__len__"), name


@pytest.mark.parametrize("dtype", [None, "i4", "f8"])
def test_an_array_without_a_copy_is_refused_where_it_would_be_copied(dtype: str | None) -> None:
    def shared(thing: Any) -> Any:
        return np.array(thing, dtype=dtype, copy=False)

    its, mine = things(real), things(facade)
    for name in its:
        if hasattr(its[name], "__array__"):
            assert outcome(shared, mine[name]) == outcome(shared, its[name]), name


@facade_only
def test_a_copy_may_be_written_to() -> None:
    column = facade.array([1, 2, 3])
    made = np.array(column)
    made[0] = 9
    assert column.to_pylist() == [1, 2, 3]


PICKLING = """
import copy, pickle, sys, datetime as dt
import pyarrow as pa
times = [dt.datetime(2020, 1, 1)] * 2
table = pa.table({'a': [1, None], 's': ['x', 'y'], 'l': [[1], None], 't': times})
things = [table, table.to_batches()[0], table.column('l'), table['a'].chunk(0), table.schema,
          table.schema.field('s'), pa.map_(pa.string(), pa.int8()), pa.struct([]), table['a'][0],
          pa.timestamp('us', 'UTC'), pa.decimal128(5, 2), pa.list_(pa.int8(), 2), pa.schema([]),
          pa.py_buffer(b'ab'), pa.MonthDayNano([1, 2, 3])]
for thing in things:
    for protocol in range(2, pickle.HIGHEST_PROTOCOL + 1):
        back = pickle.loads(pickle.dumps(thing, protocol))
        assert type(back) is type(thing) and back == thing, thing
    assert copy.deepcopy(thing) == thing
error = pickle.loads(pickle.dumps(pa.ArrowInvalid('why')))
assert type(error) is pa.ArrowInvalid and str(error) == 'why'
for thing in (pa.BufferReader(b''), pa.BufferOutputStream(), table.to_reader()):
    for store in (copy.copy, copy.deepcopy, pickle.dumps):
        try: store(thing)
        except TypeError as refused: assert 'cannot be copied' in str(refused)
        else: raise SystemExit('no error')
assert 'pyarrow' not in sys.modules
"""


def test_its_objects_are_pickled_and_copied_in_the_tab() -> None:
    run(PICKLING, prelude=FACADE)
    assert pickle.HIGHEST_PROTOCOL >= 5


STREAMS = """
import sys
import pyarrow as pa
class Frame:
    def __init__(self, source): self.source = source
    def __arrow_c_stream__(self, requested_schema=None):
        return self.source.__arrow_c_stream__(requested_schema=requested_schema)
table = pa.table({'a': [1, 2]})
for source in (table, table.to_batches()[0], table.to_reader()):
    assert pa.table(Frame(source)) == table
assert pa.RecordBatchReader.from_stream(Frame(table)).read_all() == table
small = pa.schema([('a', pa.int8())])
assert pa.table(Frame(table), schema=small).schema == small
assert not hasattr(table, '__arrow_c_stream__')
"""


def test_a_table_is_made_of_what_hands_over_one_of_ours() -> None:
    run(STREAMS.replace("assert not hasattr(table, '__arrow_c_stream__')\n", ""))
    run(STREAMS, prelude=FACADE)


@facade_only
def test_the_memory_of_another_library_is_refused_in_one_sentence() -> None:
    class Foreign:
        def __arrow_c_stream__(self, requested_schema: object = None) -> object:
            return object()

    with pytest.raises(NotImplementedError, match="pure-Python pyarrow"):
        facade.table(Foreign())


@facade_only
@pytest.mark.parametrize("type_", ["struct", "list of struct"])
def test_a_type_of_nothing_that_was_asked_for_is_what_one_gets(type_: str) -> None:
    for values in (pd.Series([{}, None]), [{}, None], np.array([{}, None], dtype=object)):
        for pa in (real, facade):
            wanted = pa.struct([]) if type_ == "struct" else pa.list_(pa.struct([]))
            data = values if type_ == "struct" else [[{}], None]
            assert pa.array(data, wanted).type == wanted


SOURCES: dict[str, Callable[[Any], Any]] = {
    "a table": lambda pa: pa.table({"a": [1]}),
    "a batch": lambda pa: pa.table({"a": [1]}).to_batches()[0],
    "a reader": lambda pa: pa.table({"a": [1]}).to_reader(),
    "structs": lambda pa: pa.array([{"a": 1}, {"a": None}]),
    "structs in pieces": lambda pa: pa.chunked_array([[{"a": 1}], [{"a": 2}]]),
    "columns of pandas": lambda pa: pd.DataFrame({"a": [1]}),
    "a mapping": lambda pa: {"a": [1]},
    "columns": lambda pa: [[1]],
    "integers": lambda pa: pa.array([1]),
    "a number": lambda pa: 5,
    "a text": lambda pa: "a",
    "an object": lambda pa: object(),
}


@pytest.mark.parametrize("source", SOURCES)
@pytest.mark.parametrize("function", ["table", "record_batch"])
@pytest.mark.parametrize("how", ["plain", "schema", "schema for names", "names", "metadata"])
def test_a_table_is_made_of_what_pyarrow_makes_one_of(source: str, function: str, how: str) -> None:
    def made(pa: Any) -> Any:
        small = pa.schema([("a", pa.int8())])
        options = {
            "plain": {},
            "schema": {"schema": small},
            "schema for names": {"names": small},
            "names": {"names": ["a"]},
            "metadata": {"metadata": {"k": "v"}},
        }[how]
        table = getattr(pa, function)(SOURCES[source](pa), **options)
        return type(table).__name__, str(table.schema.types), table.to_pylist()

    wanted, given = outcome(made, real), outcome(made, facade)
    refused = isinstance(given, str) and isinstance(wanted, str)
    assert given == wanted or refused, (given, wanted)


@facade_only
@pytest.mark.parametrize("value", [True, False, None])
def test_a_boolean_is_as_true_as_it_says(value: bool | None) -> None:
    assert bool(facade.scalar(value, facade.bool_())) is bool(real.scalar(value, real.bool_()))
    flags = [True, False, None, False]
    assert sum(1 for flag in facade.array(flags) if flag) == 1


@facade_only
@pytest.mark.parametrize("source", [[1, 2, 3], np.array([1, 2, 3]), np.array([1.5, 2.5])])
def test_numpy_does_not_write_into_a_column(source: Any) -> None:
    for pa in (real, facade):
        column = pa.array(source)
        before = column.to_pylist()
        for seen in (np.asarray(column), column.to_numpy()):
            assert not seen.flags.writeable
            with pytest.raises(ValueError, match="read-only"):
                seen[0] = 9
        writable = column.to_numpy(zero_copy_only=False, writable=True)
        writable[0] = 9
        assert column.to_pylist() == before


DICTIONARIES = """
import copy, pickle, sys
import pyarrow as pa
words = pa.array(["z", "y", "x"])
column = pa.DictionaryArray.from_arrays(pa.array([2, 0, None], pa.int8()), words, ordered=True)
copies = [copy.copy, copy.deepcopy, lambda one: pickle.loads(pickle.dumps(one))]
for again in (make(column) for make in copies):
    print(again.type, again.indices.to_pylist(), again.dictionary.to_pylist(), again.to_pylist())
for again in (make(pa.table({"a": column})) for make in copies):
    print(again.to_pandas().a.cat.categories.tolist(), again.to_pandas().a.cat.ordered)
"""


def test_a_copy_of_categories_keeps_their_order_and_those_that_are_unused() -> None:
    assert run(DICTIONARIES, prelude=FACADE) == run(DICTIONARIES)


@facade_only
def test_metadata_of_nothing_is_metadata() -> None:
    for pa in (real, facade):
        assert pa.table({"a": [1]}, metadata={}).schema.metadata == {}
        assert pa.table({"a": [1]}).schema.metadata is None
