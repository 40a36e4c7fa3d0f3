"""Values that Python's own classes cannot hold are handled as real pyarrow handles them.

Odd nanoseconds, times that no clock shows, years after 9999, structs with two fields of one name:
what compares, copies or converts them must not go by what Python makes of them.
"""

from __future__ import annotations

import copy
import operator
import pickle
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pandas as pd
import pytest

from ..in_fresh_python import FACADE, run
from ..support import facade, facade_only, real

Make = Callable[[Any], Any]


def _counts(make: Make, values: list[int | None], storage: str = "int64") -> Make:
    return lambda pa: pa.array(values, getattr(pa, storage)()).view(make(pa))


_IN_UNIT = {
    "s": [1, None, 1583650799, 1, -1, 253402300799],
    "ms": [1, None, 1583650799123, 1, -1, 1583650799000],
    "us": [1, None, 1583650799123456, 1, -1, 1583650799000000],
    "ns": [1, None, 1583650799999999999, 1, -1, 1583650799000001000],
}
_FAR: list[int | None] = [2**62, None, -(2**62), 2**63 - 1, -(2**63), 1]
"""Of no year that Python has, but in nanoseconds."""


def _columns() -> dict[str, Make]:
    made: dict[str, Make] = {}
    for unit, values in _IN_UNIT.items():
        for zone in (None, "UTC", "America/New_York", "+05:30"):
            made[f"timestamp {unit} {zone}"] = _counts(
                lambda pa, u=unit, z=zone: pa.timestamp(u, z), values
            )
        made[f"duration {unit}"] = _counts(lambda pa, u=unit: pa.duration(u), [*values[:5], 90061])
        made[f"far timestamp {unit}"] = _counts(lambda pa, u=unit: pa.timestamp(u), _FAR)
        made[f"far duration {unit}"] = _counts(lambda pa, u=unit: pa.duration(u), _FAR)
    day = 86_400_000_000_000
    of_day = [3723000000001, None, 0, 3723000000001, day - 1, 3723000001000]
    whole = [v and v // 1000 for v in of_day]
    made |= {
        "time ns": _counts(lambda pa: pa.time64("ns"), of_day),
        "time whole ns": _counts(lambda pa: pa.time64("ns"), [v and v * 1000 for v in whole]),
        "time us": _counts(lambda pa: pa.time64("us"), whole),
        "time of no day": _counts(lambda pa: pa.time64("ns"), [-1, None, day, 1, 2**62, -1000]),
        "time ms of no day": _counts(lambda pa: pa.time32("ms"), [-1, None, 1, 86400000], "int32"),
        "date": _counts(lambda pa: pa.date32(), [1, None, 0, 18000, -18000, 1], "int32"),
        "far date": _counts(
            lambda pa: pa.date32(), [2**31 - 1, None, -(2**31), 10**7, 2932896, -719163], "int32"
        ),
        "date with hours": _counts(lambda pa: pa.date64(), [86400001, None, 1, -1, -86400001, 0]),
        "doubles": lambda pa: pa.array([1.5, None, float("nan"), -0.0, 0.0, 1.5]),
        "words": lambda pa: pa.array(["a", None, "b", "a", "ß", "b"]).dictionary_encode(),
        "words of nanoseconds": lambda pa: pa.DictionaryArray.from_arrays(
            pa.array([0, None, 1, 0, 1, 1], pa.int8()), made["timestamp ns None"](pa)
        ),
        "words that are null": lambda pa: pa.DictionaryArray.from_arrays(
            pa.array([0, None, 1, 2, 0, 0], pa.int8()), pa.array(["a", None, "b"])
        ),
    }
    for name in ("timestamp ns None", "timestamp s UTC", "duration ns", "time ns", "date", "words"):
        made |= _nested(name, made[name])
    return made


def _nested(name: str, make: Make) -> dict[str, Make]:
    def struct(pa: Any, names: list[str]) -> Any:
        column = make(pa)
        mask = pa.array([False] * 5 + [True])
        return pa.StructArray.from_arrays([column, pa.array(range(6))], names, mask=mask)

    keys = list("abcdef")
    offsets = [0, 2, 2, None, 3, 4, 6]
    return {
        f"structs of {name}": lambda pa: struct(pa, ["x", "y"]),
        f"structs of two {name}": lambda pa: struct(pa, ["x", "x"]),
        f"lists of {name}": lambda pa: pa.ListArray.from_arrays(
            pa.array(offsets, pa.int32()), make(pa)
        ),
        f"lists of structs of two {name}": lambda pa: pa.ListArray.from_arrays(
            pa.array(offsets, pa.int32()), struct(pa, ["x", "x"])
        ),
        f"pairs of {name}": lambda pa: pa.FixedSizeListArray.from_arrays(make(pa), 2),
        f"maps to {name}": lambda pa: pa.MapArray.from_arrays(
            pa.array(offsets, pa.int32()), pa.array(keys), make(pa)
        ),
    }


COLUMNS = _columns()


def forms(pa: Any, make: Make) -> Iterator[tuple[str, Any]]:
    """A column, parts of it, and its values."""
    column = make(pa)
    yield "array", column
    yield "slice", column.slice(2, 2)
    yield "empty", column.slice(1, 0)
    yield "pieces", pa.chunked_array([column, column.slice(1, 2)])
    if not pa.types.is_dictionary(column.type):  # pyarrow cannot combine none of each
        yield "no pieces", pa.chunked_array([], column.type)
    yield from ((f"[{i}]", column[i]) for i in range(len(column)))
    yield "table", pa.table({"c": column})
    yield "batch", pa.RecordBatch.from_arrays([column.slice(1, 2)], ["c"])


def shown(value: Any) -> Any:
    """A value without its library, to the last nanosecond."""
    if isinstance(value, np.ndarray):
        values = value.view("i8") if value.dtype.kind in "mM" else value
        return "array", value.dtype.str, value.shape, [shown(one) for one in values.tolist()]
    if isinstance(value, pd.DataFrame):
        return "frame", [shown(value[name]) for name in value.columns], shown(value.index)
    if isinstance(value, pd.Series | pd.Index):
        return type(value).__name__, str(value.dtype), [shown(one) for one in value.array]
    if isinstance(value, list | tuple):
        return [shown(one) for one in value]
    if isinstance(value, dict):
        return {key: shown(one) for key, one in value.items()}
    if hasattr(value, "type") and hasattr(value, "to_pylist"):
        # Pieces differ: Arrow's functions join and drop them as they like.
        one = value.combine_chunks() if hasattr(value, "chunks") else value
        return type(value).__name__, str(one.type), one.null_count, one.to_string(window=99)
    return type(value).__name__, repr(value)


def _cast(*names_and_units: str) -> Callable[[Any], Any]:
    name, *rest = names_and_units
    return lambda thing: thing.cast(getattr(_library_of(thing), name)(*rest))


def _library_of(thing: Any) -> Any:
    return real if type(thing).__module__.startswith("pyarrow") else facade


USES: dict[str, Callable[[Any], Any]] = {
    "equal to itself": lambda thing: thing == thing,
    "equal to the rest": lambda thing: thing[1:] == thing[:-1],
    "hash": lambda thing: hash(thing) == hash(thing),
    "text": lambda thing: str(thing),
    "repr": lambda thing: "" if "object at" in repr(thing) else repr(thing),
    "as Python": lambda thing: thing.as_py(),
    "list": lambda thing: thing.to_pylist(),
    "values": lambda thing: [one.as_py() for one in thing],
    "asarray": np.asarray,
    "asarray of objects": lambda thing: np.asarray(thing, dtype=object),
    "to numpy": lambda thing: thing.to_numpy(zero_copy_only=False),
    "to pandas": lambda thing: thing.to_pandas(),
    "to pandas with dates": lambda thing: thing.to_pandas(date_as_object=False),
    "to pandas as objects": lambda thing: thing.to_pandas(timestamp_as_object=True),
    "nulls": lambda thing: [thing.is_null(), thing.is_valid(), thing.drop_null()],
    "distinct": lambda thing: thing.unique(),
    "encoded": lambda thing: thing.dictionary_encode(),
    "decoded": lambda thing: thing.dictionary_decode(),
    "taken": lambda thing: thing.take([0, 0, 1]),
    "taken with a null": lambda thing: thing.take(_library_of(thing).array([1, None, 0])),
    "taken none": lambda thing: thing.take(_library_of(thing).array([], "int64")),
    "backwards": lambda thing: thing[::-1],
    "checked": lambda thing: thing.validate(full=True),
    "as text": _cast("string"),
    "as integers": _cast("int64"),
    "as days": _cast("date32"),
    "as nanoseconds": _cast("timestamp", "ns"),
    "as seconds": _cast("timestamp", "s"),
    "as times": _cast("time64", "ns"),
    "as spans": _cast("duration", "us"),
}
LACKS = "real `pyarrow`"
KNOWN: dict[str, tuple[str, ...]] = {
    "repr": ("far timestamp",),  # pyarrow writes hours such as 1281068485312519 there
    "as days": ("far timestamp",),
    "as times": ("far timestamp",),
    "as seconds": ("far timestamp", "far date"),
    "as text": ("far date",),  # ours raises
}
"""Columns whose counts overflow in pyarrow's own arithmetic."""
ODD_NULLS = ("words", "words of nanoseconds", "words that are null")
"""Of which pyarrow puts some value where a null is, in pieces."""


def outcome(use: Callable[[Any], Any], thing: Any) -> tuple[str, Any]:
    try:
        return "value", shown(use(thing))
    except Exception as error:  # noqa: BLE001 - whatever it is, both must raise
        return "error", str(error)


@pytest.mark.parametrize("use", USES)
def test_no_value_becomes_another_one(use: str) -> None:
    wrong, agreed = [], 0
    for name, make in COLUMNS.items():
        if name.startswith(KNOWN.get(use, ("nothing",))):
            continue
        for (form, its), (_, mine) in zip(forms(real, make), forms(facade, make), strict=True):
            in_pieces = form in ("pieces", "table") and use.startswith(("asarray", "to numpy"))
            if in_pieces and name in ODD_NULLS:
                continue
            wanted, given = outcome(USES[use], its), outcome(USES[use], mine)
            agreed += wanted[0] == given[0] == "value"
            lacks = given[0] == "error" and (wanted[0] == "error" or LACKS in given[1])
            if given != wanted and not lacks:
                wrong.append(f"{name}, {form}:\n  pyarrow {wanted}\n  here    {given}")
    assert not wrong, f"{len(wrong)}\n" + "\n".join(wrong[:20])
    assert agreed, "both refuse everything: it shows nothing"


def copies(thing: Any) -> list[Any]:
    factory, arguments = thing.__reduce__()[:2]
    return [copy.copy(thing), copy.deepcopy(thing), factory(*arguments)]


@facade_only
@pytest.mark.parametrize("name", COLUMNS)
def test_a_copy_is_equal_to_what_it_is_a_copy_of(name: str) -> None:
    """Of scalars, too, of which pyarrow's own copies go by Python's classes and are not."""
    if name == "doubles":
        pytest.skip("a NaN is equal to nothing")
    for form, thing in forms(facade, COLUMNS[name]):
        for again in copies(thing):
            assert type(again) is type(thing), form
            assert again == thing, form
            if isinstance(thing, facade.Scalar):
                assert hash(again) == hash(thing), form


def test_a_pickle_of_the_tab_is_the_same_column_for_a_server() -> None:
    """A function that Spark runs takes its columns along."""
    program = (
        "import pickle, pyarrow as pa\n"
        "from pyspark_connect_web.stand_ins import visible_to_all\n"
        "words = pa.array(['a', None, 'b'])\n"
        "times = pa.array([1, None, 86399999999999]).view(pa.time64('ns'))\n"
        "two = pa.StructArray.from_arrays([times, words], ['x', 'x'])\n"
        "things = [times, times[0], two, two[2], pa.table({'t': times, 'w': words}),\n"
        "    words.dictionary_encode(), pa.array([[('k', [1, None])], None],\n"
        "    pa.map_(pa.string(), pa.list_(pa.int8(), 2))), pa.nulls(2), pa.array([True, None]),\n"
        "    pa.array([1.5]).slice(1), pa.chunked_array([times, times.slice(1)])]\n"
        "with visible_to_all(): print(pickle.dumps(things).hex())\n"
    )
    made = pickle.loads(bytes.fromhex(run(program, prelude=FACADE)))
    words = real.array(["a", None, "b"])
    times = real.array([1, None, 86399999999999]).view(real.time64("ns"))
    two = real.StructArray.from_arrays([times, words], ["x", "x"])
    maps = real.map_(real.string(), real.list_(real.int8(), 2))
    assert made == [
        times,
        times[0],
        two,
        two[2],
        real.table({"t": times, "w": words}),
        words.dictionary_encode(),
        real.array([[("k", [1, None])], None], maps),
        real.nulls(2),
        real.array([True, None]),
        real.array([1.5]).slice(1),
        real.chunked_array([times, times.slice(1)]),
    ]


NUMBERS = {
    **{f"{kind}": (kind, 7) for kind in ("int8", "uint8", "int32", "uint64", "int64")},
    "float32": ("float32", 1.5),
    "float64": ("float64", 1.5),
    "a whole double": ("float64", 2.0),
    "a NaN": ("float64", float("nan")),
    "bool_": ("bool_", True),
    "date32": ("date32", None),
}
ASKED: dict[str, Callable[[Any], Any]] = {
    "int": int,
    "float": float,
    "complex": complex,
    "index": operator.index,
    "round": round,
    "a position": lambda one: "abcdefgh"[one],
    "asarray of doubles": lambda one: np.asarray(one, dtype="f8"),
    "asarray of integers": lambda one: np.asarray(one, dtype="i8"),
    "range": lambda one: list(range(one)),
}


@pytest.mark.parametrize("name", NUMBERS)
@pytest.mark.parametrize("ask", ASKED)
@pytest.mark.parametrize("null", [False, True])
def test_a_scalar_is_the_number_for_python_that_pyarrows_is(
    name: str, ask: str, null: bool
) -> None:
    kind, value = NUMBERS[name]
    one, its = (pa.scalar(None if null else value, getattr(pa, kind)()) for pa in (facade, real))
    wanted, given = outcome(ASKED[ask], its), outcome(ASKED[ask], one)
    assert given == wanted or given[0] == wanted[0] == "error"


def test_equal_means_equal_words_and_positions() -> None:
    for pa in (real, facade):
        one = pa.DictionaryArray.from_arrays(pa.array([0, 1]), pa.array(["a", "b"]))
        other = pa.DictionaryArray.from_arrays(pa.array([1, 0]), pa.array(["b", "a"]))
        assert one != other
        assert one[0] != other[0]
        assert one.to_pylist() == other.to_pylist()


MAPS_IN = {
    "map": lambda pa, of: of,
    "list": lambda pa, of: pa.list_(of),
    "fixed_size_list": lambda pa, of: pa.list_(of, 2),
    "struct": lambda pa, of: pa.struct([("m", of)]),
}


@pytest.mark.parametrize("form", MAPS_IN)
@pytest.mark.parametrize("filled", [False, True])
def test_a_form_of_maps_that_is_none_is_refused_where_pyarrow_looks_at_a_map(
    form: str, filled: bool
) -> None:
    values = {"map": [("a", 1)], "struct": {"m": [("a", 1)]}}.get(form, [[("a", 1)]] * 2)

    def answer(pa: Any) -> Any:
        kind = MAPS_IN[form](pa, pa.map_(pa.string(), pa.int64()))
        try:
            return pa.array([None, *[values] * filled], kind).to_pylist(maps_as_pydicts="nonsense")
        except ValueError as error:
            return str(error)

    assert answer(facade) == answer(real)
