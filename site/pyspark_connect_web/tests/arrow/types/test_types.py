"""Types, fields and schemas compare, print and behave as in real pyarrow."""

from __future__ import annotations

import itertools
import pickle
from typing import Any

import pytest

from ..support import facade, facade_only, outcome, real

MAKERS: list[Any] = [
    *(
        lambda pa, name=name: getattr(pa, name)()
        for name in (
            "null", "bool_", "int8", "int16", "int32", "int64", "uint8", "uint16", "uint32",
            "uint64", "float16", "float32", "float64", "string", "large_string", "binary",
            "large_binary", "date32", "date64", "month_day_nano_interval",
        )
    ),
    lambda pa: pa.binary(3),
    lambda pa: pa.decimal128(10, 2),
    lambda pa: pa.decimal128(5, -2),
    lambda pa: pa.timestamp("us"),
    lambda pa: pa.timestamp("us", tz="UTC"),
    lambda pa: pa.timestamp("ns", "Europe/Berlin"),
    lambda pa: pa.time32("ms"),
    lambda pa: pa.time64("ns"),
    lambda pa: pa.duration("us"),
    lambda pa: pa.list_(pa.int32()),
    lambda pa: pa.list_(pa.field("element", pa.int32())),
    lambda pa: pa.list_(pa.field("element", pa.int32(), False)),
    lambda pa: pa.list_(pa.int8(), 3),
    lambda pa: pa.large_list(pa.int8()),
    lambda pa: pa.map_(pa.string(), pa.int32()),
    lambda pa: pa.map_(pa.field("k", pa.string(), False), pa.field("v", pa.int32())),
    lambda pa: pa.map_(pa.string(), pa.field("value", pa.int32(), False)),
    lambda pa: pa.struct([("a", pa.int8()), pa.field("b", pa.string(), False)]),
    lambda pa: pa.struct([pa.field("a", pa.int8(), metadata={"k": "v"}), ("b", pa.string())]),
    lambda pa: pa.struct([]),
    lambda pa: pa.dictionary(pa.int32(), pa.string()),
]  # fmt: skip
ATTRIBUTES = (
    "bit_width", "unit", "tz", "precision", "scale", "list_size", "value_type", "value_field",
    "key_type", "item_type", "key_field", "item_field", "names",
)  # fmt: skip
ids = [str(make(real)) for make in MAKERS]


@pytest.mark.parametrize("make", MAKERS, ids=ids)
def test_a_type_has_pyarrows_identity(make: Any) -> None:
    its, mine = make(real), make(facade)
    assert (str(mine), repr(mine), mine.id, mine.num_fields) == (
        str(its), repr(its), its.id, its.num_fields
    )  # fmt: skip
    assert type(mine).__name__ == type(its).__name__
    for attribute in ATTRIBUTES:
        found = [outcome(lambda x: str(getattr(x, attribute)), x) for x in (its, mine)]  # noqa: B023
        if found[0][0] == "value":
            assert found[1] == found[0], attribute


@pytest.mark.parametrize(
    "name", [n for n in dir(real.types) if n.startswith("is_") and not n.endswith("_value")]
)
def test_every_predicate_agrees_for_every_type(name: str) -> None:
    for make in MAKERS:
        check = getattr(facade.types, name)
        assert check(make(facade)) == getattr(real.types, name)(make(real)), str(make(real))


@facade_only
def test_equality_agrees_for_every_pair_of_types() -> None:
    for a, b in itertools.product(MAKERS, repeat=2):
        assert (a(facade) == b(facade)) == (a(real) == b(real)), f"{a(real)} == {b(real)}"
        for metadata in (False, True):
            mine = a(facade).equals(b(facade), check_metadata=metadata)
            assert mine == a(real).equals(b(real), check_metadata=metadata)
        if a(real) == b(real):
            assert hash(a(facade)) == hash(b(facade))


def test_types_compare_with_aliases_and_nothing_else() -> None:
    for pa in (real, facade):
        assert pa.int64() == "int64"
        assert pa.int64() != "int32"
        assert pa.int64() != "no such type"
        assert pa.int64() != 5


@pytest.mark.parametrize(
    "call",
    [
        lambda pa: pa.decimal128(40, 2),
        lambda pa: pa.decimal128(0, 2),
        lambda pa: pa.timestamp("xx"),
        lambda pa: pa.time64("s"),
        lambda pa: pa.time32("us"),
        lambda pa: pa.duration("xx"),
        lambda pa: pa.map_(pa.field("k", pa.int8()), pa.int8()),
        lambda pa: pa.list_("int8"),
        lambda pa: pa.field("a", 3),
        lambda pa: pa.type_for_alias("xx"),
        lambda pa: pa.struct([("a", pa.int8())]).field("b"),
        lambda pa: pa.struct([("a", pa.int8())])[5],
        lambda pa: pa.schema([("a", pa.int8())]).field("b"),
        lambda pa: pa.schema([("a", pa.int8())]).field(3),
        lambda pa: pa.schema([("a", pa.int8())])["b"],
        lambda pa: pa.DataType(),
        lambda pa: pa.Field(),
        lambda pa: pa.Schema(),
        lambda pa: pa.Array(),
        lambda pa: pa.Table(),
        lambda pa: pa.schema([3]),
    ],
)
def test_misuse_raises_what_pyarrow_raises(call: Any) -> None:
    assert outcome(lambda: call(facade)) == outcome(lambda: call(real))


def test_fields_behave_alike() -> None:
    for pa in (real, facade):
        field = pa.field("a", pa.int8(), False, {"k": "v"})
        assert repr(field) == "pyarrow.Field<a: int8 not null>"
        assert field.metadata == {b"k": b"v"}
        assert field == pa.field("a", pa.int8(), False)
        assert not field.equals(pa.field("a", pa.int8(), False), check_metadata=True)
        assert field != field.with_nullable(True)
        assert field.with_name("b").name == "b"
        assert field.with_type(pa.string()).type == pa.string()
        assert field.remove_metadata().metadata is None


def a_schema(pa: Any) -> Any:
    inner = pa.struct([pa.field("x", pa.int8(), metadata={"q": "r"})])
    fields = [
        pa.field("a", pa.int8(), False, {"k": "v"}),
        ("b", pa.list_(inner)),
        ("a", pa.string()),
    ]
    return pa.schema(fields, metadata={"m": "n"})


def test_schemas_behave_alike() -> None:
    its, mine = a_schema(real), a_schema(facade)
    assert str(mine) == str(its)
    assert mine.names == its.names
    assert len(mine) == 3
    assert [str(t) for t in mine.types] == [str(t) for t in its.types]
    assert mine.metadata == its.metadata
    for name in ("a", "b", "z"):
        assert mine.get_field_index(name) == its.get_field_index(name)
        assert mine.get_all_field_indices(name) == its.get_all_field_indices(name)
    assert mine.field(-1).name == its.field(-1).name
    assert mine == mine.remove_metadata()
    assert not mine.equals(mine.remove_metadata(), check_metadata=True)
    for change in (
        lambda s, pa: s.append(pa.field("z", pa.int8())),
        lambda s, pa: s.insert(0, pa.field("z", pa.int8())),
        lambda s, pa: s.set(1, pa.field("z", pa.int8())),
        lambda s, pa: s.remove(1),
    ):
        assert str(change(mine, facade)) == str(change(its, real))


def test_an_empty_table_has_every_column() -> None:
    schema = facade.schema(
        [(str(i), make(facade)) for i, make in enumerate(MAKERS) if "halffloat" not in ids[i]]
    )
    table = schema.empty_table()
    assert table.schema.equals(schema)
    assert table.num_rows == 0
    assert table.to_pydict() == {name: [] for name in schema.names}


@pytest.mark.parametrize("make", MAKERS, ids=ids)
def test_types_survive_pickling(make: Any) -> None:
    mine = make(facade)
    factory, arguments = mine.__reduce__()
    assert factory(*arguments).equals(mine, check_metadata=True)
    assert arguments == pickle.loads(pickle.dumps(arguments)) or not isinstance(arguments[0], str)
