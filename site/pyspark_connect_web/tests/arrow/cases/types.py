"""What is done with types, fields and schemas."""

from __future__ import annotations

import pandas as pd

from .call import Call, rebuilt, stream

TYPES: dict[str, list[Call]] = {
    "DataType.id": [lambda t, pa: t.id],
    "DataType.__str__": [lambda t, pa: str(t)],
    "DataType.__repr__": [lambda t, pa: repr(t)],
    "DataType.__eq__": [
        lambda t, pa: t == t,
        lambda t, pa: t == pa.int32(),
        lambda t, pa: t == "int32",
        lambda t, pa: t == 5,
        lambda t, pa: t != pa.string(),
    ],
    "DataType.__hash__": [lambda t, pa: hash(t) == hash(rebuilt(t)), lambda t, pa: len({t, t})],
    "DataType.__reduce__": [lambda t, pa: rebuilt(t)],
    "DataType.equals": [
        lambda t, pa: t.equals(t),
        lambda t, pa: t.equals("int32"),
        lambda t, pa: t.equals(5),
        lambda t, pa: t.equals(rebuilt(t), check_metadata=True),
    ],
    "DataType.num_fields": [lambda t, pa: t.num_fields],
    "DataType.field": [
        lambda t, pa: t.field(0),
        lambda t, pa: t.field(9),
        lambda t, pa: t.field("a"),
    ],
    "DataType.bit_width": [lambda t, pa: t.bit_width],
    "DataType.byte_width": [lambda t, pa: t.byte_width],
    "DataType.to_pandas_dtype": [lambda t, pa: str(t.to_pandas_dtype())],
    **{
        f"{cls}.__reduce__": [lambda t, pa: rebuilt(t)]
        for cls in (
            "FixedSizeBinaryType",
            "Decimal128Type",
            "TimestampType",
            "ListType",
            "LargeListType",
            "FixedSizeListType",
            "MapType",
            "StructType",
            "DictionaryType",
        )
    },
    **{
        f"{cls}.{name}": [lambda t, pa, name=name: getattr(t, name)]
        for cls, names in {
            "Decimal128Type": ("precision", "scale"),
            "UnitType": ("unit",),
            "TimestampType": ("tz",),
            "ListType": ("value_field", "value_type"),
            "FixedSizeListType": ("list_size",),
            "MapType": ("key_field", "key_type", "item_field", "item_type", "keys_sorted"),
            "StructType": ("names", "fields"),
            "DictionaryType": ("index_type", "value_type", "ordered"),
        }.items()
        for name in names
    },
    "MapType.entries_field": [lambda t, pa: t.field(0)],
    "ListType.field": [
        lambda t, pa: t.field(0),
        lambda t, pa: t.field(1),
        lambda t, pa: t.field(-1),
    ],
    "MapType.field": [lambda t, pa: t.field(0), lambda t, pa: t.field(1)],
    "StructType.field": [
        lambda t, pa: t.field(0),
        lambda t, pa: t.field("b"),
        lambda t, pa: t.field("nope"),
        lambda t, pa: t.field(9),
        lambda t, pa: t.field(-1),
        lambda t, pa: t.field(1.5),
    ],
    "StructType.__len__": [lambda t, pa: len(t)],
    "StructType.__iter__": [lambda t, pa: list(t)],
    "StructType.__getitem__": [lambda t, pa: t[0], lambda t, pa: t["a"], lambda t, pa: t["nope"]],
    "StructType.get_field_index": [
        lambda t, pa: t.get_field_index("a"),
        lambda t, pa: t.get_field_index("z"),
    ],
    "StructType.get_all_field_indices": [lambda t, pa: t.get_all_field_indices("b")],
    "list_": [
        lambda t, pa: pa.list_(t),
        lambda t, pa: pa.list_(t, 3),
        lambda t, pa: pa.list_(pa.field("e", t)),
        lambda t, pa: pa.list_("int8"),
    ],
    "large_list": [lambda t, pa: pa.large_list(t), lambda t, pa: pa.large_list(5)],
    "map_": [
        lambda t, pa: pa.map_(pa.string(), t),
        lambda t, pa: pa.map_(t, pa.int8(), keys_sorted=True),
        lambda t, pa: pa.map_(pa.field("k", t), t),
    ],
    "struct": [
        lambda t, pa: pa.struct([("a", t)]),
        lambda t, pa: pa.struct({"a": t}),
        lambda t, pa: pa.struct([pa.field("a", t, False, {"k": "v"})]),
        lambda t, pa: pa.struct(5),
    ],
    "dictionary": [
        lambda t, pa: pa.dictionary(pa.int8(), t),
        lambda t, pa: pa.dictionary(pa.int16(), t, ordered=True),
        lambda t, pa: pa.dictionary(pa.string(), t),
    ],
    "field": [
        lambda t, pa: pa.field("a", t),
        lambda t, pa: pa.field("a", t, nullable=False),
        lambda t, pa: pa.field("a", t, metadata={"k": b"v"}),
        lambda t, pa: pa.field(pa.field("a", t)),
        lambda t, pa: pa.field("a", 5),
    ],
}


FIELDS: dict[str, list[Call]] = {
    "Field.name": [lambda f, pa: f.name],
    "Field.type": [lambda f, pa: f.type],
    "Field.nullable": [lambda f, pa: f.nullable],
    "Field.metadata": [lambda f, pa: f.metadata],
    "Field.__repr__": [lambda f, pa: repr(f), lambda f, pa: str(f)],
    "Field.__eq__": [
        lambda f, pa: f == f.with_name("z"),
        lambda f, pa: f == rebuilt(f),
        lambda f, pa: f == 5,
    ],
    "Field.__hash__": [lambda f, pa: hash(f) == hash(f.remove_metadata())],
    "Field.__reduce__": [lambda f, pa: rebuilt(f), lambda f, pa: rebuilt(f).metadata],
    "Field.equals": [
        lambda f, pa: f.equals(f.remove_metadata()),
        lambda f, pa: f.equals(f.remove_metadata(), check_metadata=True),
        lambda f, pa: f.equals(5),
    ],
    "Field.with_name": [lambda f, pa: f.with_name("ä")],
    "Field.with_type": [lambda f, pa: f.with_type(pa.int8()), lambda f, pa: f.with_type(5)],
    "Field.with_nullable": [lambda f, pa: f.with_nullable(False)],
    "Field.with_metadata": [lambda f, pa: f.with_metadata({"x": "y"}).metadata],
    "Field.remove_metadata": [lambda f, pa: f.remove_metadata().metadata],
}


SCHEMAS: dict[str, list[Call]] = {
    "Schema.names": [lambda s, pa: s.names],
    "Schema.types": [lambda s, pa: s.types],
    "Schema.metadata": [lambda s, pa: s.metadata],
    "Schema.__len__": [lambda s, pa: len(s)],
    "Schema.__iter__": [lambda s, pa: list(s)],
    "Schema.__getitem__": [lambda s, pa: s[0], lambda s, pa: s[-1], lambda s, pa: s[999]],
    "Schema.field": [
        lambda s, pa: s.field(0),
        lambda s, pa: s.field("map"),
        lambda s, pa: s.field("nope"),
        lambda s, pa: s.field(999),
        lambda s, pa: s.field(b"map"),
        lambda s, pa: s.field(1.5),
    ],
    "Schema.get_field_index": [
        lambda s, pa: s.get_field_index("map"),
        lambda s, pa: s.get_field_index("z"),
    ],
    "Schema.get_all_field_indices": [lambda s, pa: s.get_all_field_indices("map")],
    "Schema.equals": [
        lambda s, pa: s.equals(s.remove_metadata()),
        lambda s, pa: s.equals(5),
        lambda s, pa: s.equals(s.remove_metadata(), check_metadata=True),
    ],
    "Schema.__eq__": [
        lambda s, pa: s == s.remove(0),
        lambda s, pa: s == rebuilt(s),
        lambda s, pa: s == 5,
    ],
    "Schema.__hash__": [lambda s, pa: hash(s) == hash(rebuilt(s))],
    "Schema.__reduce__": [lambda s, pa: rebuilt(s)],
    "Schema.__str__": [lambda s, pa: str(s)],
    "Schema.__repr__": [lambda s, pa: repr(s)],
    "Schema.to_string": [
        lambda s, pa: s.to_string(),
        lambda s, pa: s.to_string(show_field_metadata=False),
        lambda s, pa: s.to_string(show_schema_metadata=False),
        lambda s, pa: s.to_string(element_size_limit=50),
        lambda s, pa: s.to_string(truncate_metadata=False),
    ],
    "Schema.append": [
        lambda s, pa: s.append(pa.field("new", pa.int8())),
        lambda s, pa: s.append(5),
    ],
    "Schema.insert": [
        lambda s, pa: s.insert(1, pa.field("new", pa.int8())),
        lambda s, pa: s.insert(999, s.field(0)),
    ],
    "Schema.remove": [lambda s, pa: s.remove(1), lambda s, pa: s.remove(999)],
    "Schema.set": [
        lambda s, pa: s.set(1, pa.field("new", pa.int8())),
        lambda s, pa: s.set(999, s.field(0)),
    ],
    "Schema.with_metadata": [lambda s, pa: s.with_metadata({"x": "y"}).metadata],
    "Schema.remove_metadata": [lambda s, pa: s.remove_metadata().metadata],
    "Schema.empty_table": [lambda s, pa: s.empty_table()],
    "Schema.from_pandas": [
        lambda s, pa: pa.Schema.from_pandas(pd.DataFrame({"a": [1], "s": ["x"]})).names
    ],
    "schema": [
        lambda s, pa: pa.schema(list(s)),
        lambda s, pa: pa.schema(s, {"a": "b"}).metadata,
        lambda s, pa: pa.schema({"a": pa.int8()}),
        lambda s, pa: pa.schema([("a", "int8")]),
        lambda s, pa: pa.schema([5]),
        lambda s, pa: pa.schema([]),
    ],
    "unify_schemas": [
        lambda s, pa: pa.unify_schemas([s, pa.schema([("new", pa.int8())])]),
        lambda s, pa: pa.unify_schemas([s, pa.schema([("map", pa.int8())])]),
        lambda s, pa: pa.unify_schemas(
            [pa.schema([("a", pa.null())]), pa.schema([("a", pa.int8())])]
        ),
        *(
            lambda s, pa, m=m: pa.unify_schemas([pa.schema([], m), pa.schema([], {"k": "v"})])
            for m in (None, {}, {"first": "one"})
        ),
    ],
    "ipc.read_schema": [lambda s, pa: pa.ipc.read_schema(stream(pa, s.empty_table()))],
}
