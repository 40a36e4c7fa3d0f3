"""Every name the facade offers, used on every Spark type, does what real pyarrow does."""

from __future__ import annotations

import sys
import warnings
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from . import cases, samples
from .inventory import exceptions, offered
from .plain import plain
from .support import facade, real, same, typed_values

GROUPS = {
    "arrays": cases.ARRAYS,
    "scalars": cases.SCALARS,
    "chunked": cases.CHUNKED,
    "types": cases.TYPES,
    "fields": cases.FIELDS,
    "schemas": cases.SCHEMAS,
    "tables": cases.TABULAR | cases.TABLES,
    "batches": cases.TABULAR | cases.BATCHES,
    "buffers": cases.BUFFERS,
    "alone": cases.ALONE,
}
# What the facade says where it does not have something: the sentence that names the way out.
LACKS = "real `pyarrow`"


def chunked(pa: Any, array: Any) -> Any:
    return pa.chunked_array([array, array.slice(1, 2), array.slice(0, 0)], array.type)


def schema(pa: Any) -> Any:
    fields = [
        pa.field(name, make(pa), metadata={"comment": "ä"} if name == "map" else None)
        for name, (make, _) in samples.COLUMNS.items()
        if name != "date64"
    ]
    return pa.schema(fields, metadata={"top": "level"})


def table(pa: Any) -> Any:
    names = schema(pa).names
    return pa.Table.from_arrays([samples.array(pa, name) for name in names], schema=schema(pa))


def subjects(pa: Any, group: str) -> Iterator[tuple[str, Any]]:
    """(name, what a call of that group works on), the same for both modules."""
    if group in ("arrays", "scalars", "chunked", "types"):
        for name in samples.COLUMNS:
            array = samples.array(pa, name)
            if group == "arrays":
                yield name, array
            elif group == "chunked":
                yield name, chunked(pa, array)
            elif group == "types":
                yield name, array.type
            else:
                yield from ((f"{name}[{i}]", array[i]) for i in (0, 1, 2))
    elif group == "fields":
        for name, (make, _) in samples.COLUMNS.items():
            yield name, pa.field(name, make(pa), metadata={"k": "v"})
    elif group == "schemas":
        yield from (("full", schema(pa)), ("empty", pa.schema([])))
    elif group in ("tables", "batches"):
        whole = table(pa)
        yield "full", whole if group == "tables" else whole.to_batches()[0]
    elif group == "buffers":
        yield "buffer", pa.py_buffer(b"abcdef")
    else:
        yield "nothing", None


def outcome(call: cases.Call, subject: Any, pa: Any) -> tuple[str, Any, str]:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return "value", plain(call(subject, pa)), ""
    except Exception as error:  # noqa: BLE001 - whatever it is, both must raise it
        return "error", type(error).__name__, str(error)


def lacks(mine: tuple[str, Any, str], its: tuple[str, Any, str]) -> bool:
    """Whether one of the two honestly does not have it. A member that pyarrow lacks is not here."""
    if its[:2] == ("error", "ArrowNotImplementedError"):
        return True
    if mine[0] != "error":
        return False
    missing = its[:2] == ("error", "AttributeError") and "AttributeError" in mine[1]
    return missing or LACKS in mine[2]


# (name, subject): why the facade does not do what pyarrow does there.
KNOWN = {
    ("ChunkedArray.to_numpy", "dictionary"): "pyarrow puts some value where a null is",
    ("ChunkedArray.__array__", "dictionary"): "likewise",
}
if sys.version_info < (3, 12):
    WHY = "a class of Python can offer its memory since Python 3.12"
    KNOWN |= {("Buffer.__buffer__", "buffer"): WHY, ("BufferOutputStream.write", "buffer"): WHY}

PARAMETERS = [(group, name) for group, names in GROUPS.items() for name in names]


@pytest.mark.parametrize(("group", "name"), PARAMETERS, ids=[f"{g}-{n}" for g, n in PARAMETERS])
def test_it_does_what_pyarrow_does(group: str, name: str) -> None:
    wrong, agreed = [], 0
    for (label, mine), (_, its) in zip(subjects(facade, group), subjects(real, group), strict=True):
        for number, call in enumerate(GROUPS[group][name]):
            expected, found = outcome(call, its, real), outcome(call, mine, facade)
            agreed += expected[0] == found[0] == "value"
            if (name, label) in KNOWN:
                agreed += 1
            elif not same(found[:2], expected[:2]) and not lacks(found, expected):
                wrong.append(f"{label}, call {number}:\n  pyarrow {expected}\n  here    {found}")
    assert not wrong, "\n".join(wrong)
    assert agreed, "both refuse everything: the cases show nothing"


def test_every_name_the_facade_offers_has_cases() -> None:
    known = {name for names in GROUPS.values() for name in names}
    known |= {
        name for name in offered() if name.startswith("types.is_")
    }  # test_types.py: all of them
    assert not offered() - known
    assert not known - offered()


def test_every_exception_has_pyarrows_bases() -> None:
    for name, mine in exceptions().items():
        its = getattr(real, name, None) or getattr(real.lib, name)
        builtin = [base.__name__ for base in its.__mro__]
        assert [base.__name__ for base in mine.__mro__] == builtin, name


# Their cases hold masks and offsets for columns of five rows, of which pyarrow does not check all.
FOR_FIVE_ROWS = {"Array.filter", "Array.from_pandas", "array"}
ABORTS = {"Array.cast"}  # pyarrow itself, with slices of fixed-size lists; test_cast.py has slices
ON_COLUMNS = [
    (name, i)
    for name, calls in cases.ARRAYS.items()
    if name not in FOR_FIVE_ROWS | ABORTS and not name.endswith(".from_arrays")
    for i in range(len(calls))
]


@settings(max_examples=400, deadline=None)
@given(typed_values(depth=4), st.integers(0, 4), st.integers(0, 5), st.sampled_from(ON_COLUMNS))
def test_a_slice_of_any_column_does_what_pyarrows_does(
    case: Any, start: int, length: int, use: tuple[str, int]
) -> None:
    make, values = case
    call = cases.ARRAYS[use[0]][use[1]]
    its = real.array(values, make(real)).slice(start, length)
    mine = facade.array(values, make(facade)).slice(start, length)
    expected, found = outcome(call, its, real), outcome(call, mine, facade)
    assert same(found[:2], expected[:2]) or lacks(found, expected), (use, expected, found)
