"""Malformed, cut and hostile streams end in ArrowInvalid, soon and within bounded memory."""

from __future__ import annotations

import datetime as dt
import struct
import tracemalloc
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyspark_connect_web.arrow.ipc.compression import decompress
from pyspark_connect_web.arrow.ipc.flatbuf import Builder

from ..support import facade, real, stream, to_facade

MARKER = b"\xff\xff\xff\xff"
TABLE = real.table(
    {
        "i": real.array([1, None, 3]),
        "s": real.array(["a", None, "zß"]),
        "l": real.array([[1], None, [2, 3]]),
        "st": real.array([{"x": 1, "y": ["p"]}, None, {"x": None, "y": []}]),
        "m": real.array([[("k", 1)], None, []], real.map_(real.string(), real.int8())),
        "d": real.array([Decimal("1.5"), None, Decimal("-2.5")]),
        "t": real.array([dt.datetime(2020, 1, 1), None, None]),
        "b": real.array([True, None, False]),
        "e": real.array(["x", "y", "x"]).dictionary_encode(),
    }
)
DATA = stream(real, TABLE)


def read_everything(data: bytes) -> list[Any]:
    """Decode every value of every batch: what a collect does."""
    return [batch.to_pylist() for batch in facade.ipc.open_stream(data)]


# What well-formed metadata around damaged values may raise: a date beyond Python's calendar, a
# zone or a type this module does not have, duplicate names in a struct.
ALLOWED = (facade.ArrowInvalid, OverflowError, NotImplementedError, ValueError)


def read_hostile(data: bytes) -> None:
    """Read it all; fail when that takes more memory than a small multiple of the input."""
    tracemalloc.start()
    try:
        read_everything(data)
    except ALLOWED:
        pass
    finally:
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
    assert peak < 20_000_000, f"peak {peak} bytes for {len(data)} bytes of input"


def test_every_truncation_is_invalid_or_a_shorter_stream() -> None:
    whole = read_everything(DATA)
    for size in range(len(DATA)):
        try:
            read = read_everything(DATA[:size])
        except facade.ArrowInvalid:
            continue
        assert read in ([], whole), f"cut at {size}"


@settings(max_examples=150, deadline=None)
@given(st.integers(0, len(DATA) * 8 - 1))
def test_one_flipped_bit_never_hangs_crashes_or_eats_memory(bit: int) -> None:
    damaged = bytearray(DATA)
    damaged[bit // 8] ^= 1 << bit % 8
    read_hostile(bytes(damaged))


@settings(max_examples=150, deadline=None)
@given(
    st.lists(
        st.tuples(st.integers(0, len(DATA) - 4), st.binary(min_size=1, max_size=4)), max_size=6
    )
)
def test_several_overwritten_places_never_hang_crash_or_eat_memory(edits: Any) -> None:
    damaged = bytearray(DATA)
    for position, replacement in edits:
        damaged[position : position + len(replacement)] = replacement
    read_hostile(bytes(damaged))


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=200), st.booleans())
def test_random_bytes_are_invalid(junk: bytes, with_marker: bool) -> None:
    read_hostile((MARKER + struct.pack("<I", len(junk)) if with_marker else b"") + junk)


def message(
    builder: Builder, kind: int, header: int, body: bytes = b"", size: int | None = None
) -> bytes:
    """An encapsulated message around a header table."""
    length = len(body) if size is None else size
    root = builder.table({0: ("h", 4), 1: ("B", kind), 2: ("*", header), 3: ("q", length)})
    metadata = builder.finish(root)
    return MARKER + struct.pack("<I", len(metadata)) + metadata + body


def schema_of(*field_tables: Any) -> bytes:
    """A schema message whose fields are made by the given functions of a builder."""
    builder = Builder()
    fields = builder.offsets([make(builder) for make in field_tables])
    return message(builder, 1, builder.table({1: ("*", fields)}))


def int_field(builder: Builder) -> int:
    kind = builder.table({0: ("i", 64), 1: ("?", True)})
    name = builder.string("i")
    return builder.table({0: ("*", name), 1: ("?", True), 2: ("B", 2), 3: ("*", kind)})


def batch(
    length: int, nodes: Any, buffers: Any, body: bytes = b"", compressed: bool = False
) -> bytes:
    """A record batch message with any nodes and buffers."""
    builder = Builder()
    slots: dict[int, Any] = {0: ("q", length)}
    slots[1] = ("*", builder.structs("<qq", nodes))
    slots[2] = ("*", builder.structs("<qq", buffers))
    if compressed:
        slots[3] = ("*", builder.table({0: ("b", 1)}))
    return message(builder, 3, builder.table(slots), body)


def test_the_handmade_messages_are_well_formed() -> None:
    """Else the tests below would pass for the wrong reason; real pyarrow is the judge."""
    body = struct.pack("<2q", 7, 8)
    data = schema_of(int_field) + batch(2, [(2, 0)], [(0, 0), (0, 16)], body)
    assert real.ipc.open_stream(data).read_all().to_pydict() == {"i": [7, 8]}
    assert facade.ipc.open_stream(data).read_all().to_pydict() == {"i": [7, 8]}


BIG = 2**62
HOSTILE_BATCHES = {
    "more rows than values": batch(BIG, [(2, 0)], [(0, 0), (0, 16)], bytes(16)),
    "a huge node": batch(2, [(BIG, 0)], [(0, 0), (0, 16)], bytes(16)),
    "a negative node": batch(2, [(-1, 0)], [(0, 0), (0, 16)], bytes(16)),
    "more nulls than values": batch(2, [(2, 3)], [(0, 8), (0, 16)], bytes(16)),
    "nulls without a bitmap": batch(2, [(2, 1)], [(0, 0), (0, 16)], bytes(16)),
    "a bitmap that is too short": batch(64, [(64, 1)], [(0, 1), (0, 512)], bytes(512)),
    "values that are too short": batch(3, [(3, 0)], [(0, 0), (0, 16)], bytes(16)),
    "a buffer behind the body": batch(2, [(2, 0)], [(0, 0), (8, 16)], bytes(16)),
    "a buffer at a negative offset": batch(2, [(2, 0)], [(0, 0), (-8, 16)], bytes(16)),
    "a buffer of negative length": batch(2, [(2, 0)], [(0, 0), (0, -16)], bytes(16)),
    "no nodes": batch(2, [], [(0, 0), (0, 16)], bytes(16)),
    "no buffers": batch(2, [(2, 0)], [], bytes(16)),
    "a claimed decompressed size": batch(
        2, [(2, 0)], [(0, 0), (0, 16)], struct.pack("<q", BIG) + bytes(8), compressed=True
    ),
}


def messages(table: Any) -> list[bytes]:
    sink = real.BufferOutputStream()
    with real.ipc.new_stream(sink, table.schema) as writer:
        writer.write_table(table)
    reader = real.ipc.MessageReader.open_stream(sink.getvalue())
    return [message.serialize().to_pybytes() for message in reader]


@pytest.mark.parametrize(
    ("keys", "mask", "says"),
    [
        (["a", "b"], None, None),
        (["a", "b"], [False, True], "child array should have no nulls"),
        (["a", None], None, "keys array should have no nulls"),
    ],
)
def test_a_map_has_neither_null_entries_nor_null_keys(
    keys: list[str | None], mask: list[bool] | None, says: str | None
) -> None:
    """A map has the buffers of a list of structs, which may have both."""
    columns = [real.array(keys), real.array([1, 2])]
    given = None if mask is None else real.array(mask)
    entries = real.StructArray.from_arrays(columns, names=["key", "value"], mask=given)
    like_it = real.ListArray.from_arrays([0, 2], entries)
    a_map = real.table({"m": real.array([], real.map_(real.string(), real.int64()))})
    data = messages(a_map)[0] + messages(real.table({"m": like_it}))[1]
    outcomes = []
    for module in (real, facade):
        try:
            outcomes.append(module.ipc.open_stream(data).read_all().to_pylist())
        except module.ArrowInvalid as error:
            outcomes.append(str(error))
    assert outcomes[0] == outcomes[1]
    assert says is None or says in outcomes[0]


@pytest.mark.parametrize("hostile", HOSTILE_BATCHES.values(), ids=HOSTILE_BATCHES.keys())
def test_a_hostile_batch_is_invalid(hostile: bytes) -> None:
    with pytest.raises(facade.ArrowInvalid):
        read_everything(schema_of(int_field) + hostile)


def test_rows_of_a_batch_without_columns_are_bounded() -> None:
    with pytest.raises(facade.ArrowInvalid):
        read_everything(schema_of() + batch(BIG, [], []))


def test_a_body_longer_than_the_stream_is_invalid() -> None:
    builder = Builder()
    header = builder.table({0: ("q", 0)})
    data = schema_of() + message(builder, 3, header, b"", size=BIG)
    with pytest.raises(facade.ArrowInvalid, match="message body"):
        read_everything(data)


def list_field(builder: Builder, *children: int) -> int:
    kind = builder.table({})
    slots: dict[int, Any] = {0: ("*", builder.string("l")), 2: ("B", 12), 3: ("*", kind)}
    slots[5] = ("*", builder.offsets(list(children)))
    return builder.table(slots)


def test_types_nested_beyond_the_limit_are_invalid() -> None:
    def deep(builder: Builder) -> int:
        field = int_field(builder)
        for _ in range(200):
            field = list_field(builder, field)
        return field

    with pytest.raises(facade.ArrowInvalid, match="nested too deeply"):
        read_everything(schema_of(deep))


def test_a_schema_that_reuses_its_tables_exponentially_is_invalid_at_once() -> None:
    """40 structs, each twice the child of the next: 2**40 fields in two kilobytes."""

    def doubling(builder: Builder) -> int:
        field = int_field(builder)
        for _ in range(40):
            kind = builder.table({})
            slots: dict[int, Any] = {0: ("*", builder.string("s")), 2: ("B", 13), 3: ("*", kind)}
            slots[5] = ("*", builder.offsets([field, field]))
            field = builder.table(slots)
        return field

    with pytest.raises(facade.ArrowInvalid, match="too many tables"):
        read_everything(schema_of(doubling))


@pytest.mark.parametrize("offsets", [(0, 5, 2, 6), (-1, 0, 1, 2), (0, 1, 2, 9), (3, 2, 1, 0)])
def test_offsets_that_decrease_or_leave_the_data_are_invalid(offsets: tuple[int, ...]) -> None:
    raw = facade.py_buffer(struct.pack("<4i", *offsets))
    text = facade.Array.from_buffers(facade.string(), 3, [None, raw, facade.py_buffer(b"abcdef")])
    with pytest.raises(facade.ArrowInvalid):
        text.to_pylist()
    child = facade.array([1, 2, 3, 4, 5, 6])
    lists = facade.Array.from_buffers(
        facade.list_(facade.int64()), 3, [None, raw], children=[child]
    )
    for use in (lists.to_pylist, lists.flatten, lists.to_pandas):
        with pytest.raises(facade.ArrowInvalid):
            use()


@pytest.mark.parametrize("offsets", [(-1, 0, 1, 2), (0, 1, 2, 9), (3, 2, 1, 0)])
def test_lists_whose_ends_leave_their_values_have_no_size(offsets: tuple[int, ...]) -> None:
    raw = facade.py_buffer(struct.pack("<4i", *offsets))
    child = facade.array([1, 2, 3, 4, 5, 6])
    lists = facade.Array.from_buffers(
        facade.list_(facade.int64()), 3, [None, raw], children=[child]
    )
    with pytest.raises(facade.ArrowInvalid):
        _ = lists.nbytes


def test_text_that_is_not_utf8_is_invalid() -> None:
    column = facade.Array.from_buffers(
        facade.string(),
        1,
        [None, facade.py_buffer(struct.pack("<2i", 0, 2)), facade.py_buffer(b"\xff\xfe")],
    )
    with pytest.raises(facade.ArrowInvalid, match="UTF8"):
        column.to_pylist()


def test_garbage_under_a_null_is_never_looked_at() -> None:
    """Spark writes zeros there, but the format allows anything."""
    far = struct.pack("<2q", 2**62, 0)
    valid = facade.py_buffer(b"\x02")
    for type_ in (facade.timestamp("us"), facade.timestamp("us", "UTC"), facade.date64()):
        column = facade.Array.from_buffers(type_, 2, [valid, facade.py_buffer(far)])
        assert column.to_pylist()[0] is None
        assert column.to_pylist()[1] is not None
    text = [valid, facade.py_buffer(struct.pack("<3i", 0, 1, 2)), facade.py_buffer(b"\xffx")]
    assert facade.Array.from_buffers(facade.string(), 2, text).to_pylist() == [None, "x"]


@pytest.mark.parametrize("number", [-(2**63), -1, 18304811265930536])
@pytest.mark.parametrize("null", [False, True])
def test_a_time_of_no_day_is_what_pyarrow_makes_of_it(number: int, null: bool) -> None:
    validity = real.py_buffer(bytes([0b01 if null else 0b11]))
    values = real.py_buffer(struct.pack("<2q", 0, number))
    array = real.Array.from_buffers(real.time64("ns"), 2, [validity, values])
    outcomes = []
    for table in (real.table({"t": array}), to_facade(real.table({"t": array}))):
        try:
            outcomes.append(table["t"].to_pylist())
        except ValueError as error:
            outcomes.append(str(error))
    assert outcomes[0] == outcomes[1]


def test_a_dictionary_index_out_of_bounds_is_invalid() -> None:
    column = facade.DictionaryArray.from_arrays([0, 7], ["a"], safe=False)
    with pytest.raises(facade.ArrowInvalid, match="out of bounds"):
        column.to_pylist()


def test_a_decompression_bomb_stops_at_its_claimed_size() -> None:
    zstandard = pytest.importorskip("zstandard")
    bomb = zstandard.ZstdCompressor().compress(bytes(200_000_000))
    tracemalloc.start()
    with pytest.raises(facade.ArrowInvalid, match="claims 1000 bytes"):
        decompress(memoryview(struct.pack("<q", 1000) + bomb), 1)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 10_000_000


def frame(content: bytes) -> bytes:
    return bytes(real.Codec("zstd").compress(content, asbytes=True))


def compressed(claimed: int, packed: bytes) -> memoryview:
    """A compressed buffer: the length it claims, then a frame."""
    return memoryview(struct.pack("<q", claimed) + packed)


def test_a_zstd_buffer_is_decoded_whatever_its_size() -> None:
    for content in (b"", b"x", bytes(5_000_000), bytes(range(256)) * 999):
        if content:
            assert bytes(decompress(compressed(len(content), frame(content)), 1)) == content
    assert bytes(decompress(compressed(-1, b"plain"), 1)) == b"plain"
    assert len(decompress(memoryview(b""), 1)) == 0


DAMAGED = {
    "no frame": (10, b"not zstd"),
    "a frame that is cut": (999, frame(bytes(range(111)) * 9)[:-3]),
    "a frame and more": (99, frame(bytes(99)) + b"more"),
    "two frames": (198, frame(bytes(99)) * 2),
    "more than claimed": (98, frame(bytes(99))),
    "less than claimed": (100, frame(bytes(99))),
    "nothing": (5, b""),
    "a negative length": (-2, frame(bytes(99))),
    "too much to be true": (2**40, frame(bytes(99))),
}


@pytest.mark.parametrize(("claimed", "packed"), DAMAGED.values(), ids=DAMAGED.keys())
def test_a_damaged_zstd_buffer_is_invalid(claimed: int, packed: bytes) -> None:
    with pytest.raises(facade.ArrowInvalid, match="compressed buffer"):
        decompress(compressed(claimed, packed), 1)


def test_a_zstd_frame_with_any_byte_changed_decodes_or_is_invalid() -> None:
    content = bytes(range(200)) * 5
    packed = frame(content)
    for position in range(len(packed)):
        damaged = bytearray(packed)
        damaged[position] ^= 0x55
        try:
            plain = decompress(compressed(len(content), bytes(damaged)), 1)
        except facade.ArrowInvalid:
            continue
        assert len(plain) == len(content)


def test_a_claimed_size_alone_takes_no_memory() -> None:
    tracemalloc.start()
    with pytest.raises(facade.ArrowInvalid, match="but holds 99"):
        decompress(compressed(2**30, frame(bytes(99))), 1)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 1_000_000


def test_the_plain_bytes_of_one_batch_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each buffer of an honest bomb is small; all together are not."""
    monkeypatch.setattr("pyspark_connect_web.arrow.ipc.read.MAX_PLAIN_BYTES", 100_000)
    table = real.table({str(i): real.array(bytes(4000)) for i in range(8)})
    data = stream(real, table, options=real.ipc.IpcWriteOptions(compression="zstd"))
    with pytest.raises(facade.ArrowInvalid, match="at most"):
        read_everything(data)


def null_field(builder: Builder) -> int:
    kind = builder.table({})
    return builder.table({0: ("*", builder.string("n")), 2: ("B", 1), 3: ("*", kind)})


def test_nulls_that_take_no_bytes_are_bounded() -> None:
    few = schema_of(null_field) + batch(1000, [(1000, 1000)], [])
    assert real.ipc.open_stream(few).read_all().num_rows == 1000
    assert facade.ipc.open_stream(few).read_all().to_pydict() == {"n": [None] * 1000}
    with pytest.raises(facade.ArrowInvalid, match="maxRecordsPerBatch"):
        read_everything(schema_of(null_field) + batch(BIG, [(BIG, BIG)], []))
    many = batch(1 << 21, [(1 << 21, 1 << 21)], [])
    with pytest.raises(facade.ArrowInvalid, match="maxRecordsPerBatch"):
        read_everything(schema_of(null_field) + many * 5)


def test_bytes_cannot_be_read_twice() -> None:
    """Else every column of a wide schema could be the same large body."""
    body = struct.pack("<2q", 7, 8)
    with pytest.raises(facade.ArrowInvalid, match="overlap"):
        read_everything(schema_of(int_field) + batch(2, [(2, 1)], [(0, 8), (0, 16)], body))
