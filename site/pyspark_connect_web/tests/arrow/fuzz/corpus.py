"""Well-formed streams to mutate: small, of every type that Spark sends, in every encoding.

Everything comes out of the `random.Random` that is passed in, so a seed names a corpus.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from decimal import Decimal
from random import Random
from typing import Any

import pyarrow as pa

from ..support import facade, stream, to_facade

MAX_ROWS = 5
MAX_DEPTH = 4
EPOCH = dt.datetime(1970, 1, 1)
SPAN_S = 60 * 365 * 86400  # values lie within 60 years around the epoch
ZONES = ("UTC", "America/New_York", "+05:30", None)

Values = Callable[[Random], Any]


def _moment(rng: Random) -> dt.datetime:
    return EPOCH + dt.timedelta(
        seconds=rng.randrange(-SPAN_S, SPAN_S), microseconds=rng.getrandbits(19)
    )


def _text(rng: Random) -> str:
    return "".join(rng.choice("abc ä€😀") for _ in range(rng.randrange(6)))


def _time(rng: Random) -> dt.time:
    return (EPOCH + dt.timedelta(microseconds=rng.randrange(86_400_000_000))).time()


def _int(bits: int) -> Values:
    return lambda rng: rng.randrange(-(2 ** (bits - 1)), 2 ** (bits - 1))


def _decimal(rng: Random) -> tuple[pa.DataType, Values]:
    precision = rng.randint(1, 38)
    scale = rng.randint(0, precision)

    def value(rng: Random) -> Decimal:
        digits = rng.randrange(10 ** rng.randint(1, precision))
        return Decimal((rng.randrange(2), tuple(map(int, str(digits))), -scale))

    return pa.decimal128(precision, scale), value


def _zoned(rng: Random) -> tuple[pa.DataType, Values]:
    zone = rng.choice(ZONES)
    if zone is None:
        return pa.timestamp("us"), _moment
    return pa.timestamp("us", zone), lambda rng: _moment(rng).replace(tzinfo=dt.UTC)


_SCALARS: list[Callable[[Random], tuple[pa.DataType, Values]]] = [
    lambda _: (pa.null(), lambda rng: None),
    lambda _: (pa.bool_(), lambda rng: rng.random() < 0.5),
    lambda _: (pa.int8(), _int(8)),
    lambda _: (pa.int16(), _int(16)),
    lambda _: (pa.int32(), _int(32)),
    lambda _: (pa.int64(), _int(64)),
    lambda _: (pa.float32(), lambda rng: float(rng.randrange(-1000, 1000)) / 8),
    lambda _: (pa.float64(), lambda rng: rng.uniform(-1e9, 1e9)),
    _decimal,
    _decimal,
    lambda _: (pa.string(), _text),
    lambda _: (pa.large_string(), _text),
    lambda _: (pa.binary(), lambda rng: rng.randbytes(rng.randrange(6))),
    lambda _: (pa.large_binary(), lambda rng: rng.randbytes(rng.randrange(6))),
    lambda _: (pa.binary(3), lambda rng: rng.randbytes(3)),
    lambda _: (pa.date32(), lambda rng: _moment(rng).date()),
    lambda _: (pa.date64(), lambda rng: _moment(rng).date()),
    _zoned,
    _zoned,
    lambda _: (pa.timestamp("s"), lambda rng: _moment(rng).replace(microsecond=0)),
    lambda _: (pa.time64("ns"), _time),
    lambda _: (pa.time64("us"), _time),
    lambda _: (pa.time32("ms"), lambda rng: _time(rng).replace(microsecond=0)),
    lambda _: (pa.duration("us"), lambda rng: dt.timedelta(microseconds=_int(50)(rng))),
    lambda _: (
        pa.month_day_nano_interval(),
        lambda rng: (_int(32)(rng), _int(32)(rng), _int(64)(rng)),
    ),
]


def _column(rng: Random, depth: int) -> tuple[pa.DataType, Values]:
    """A type nested at most `depth` times, and what draws a value of it, None among them."""
    kind = rng.choice(("scalar", "scalar", "list", "large", "fixed", "map", "struct"))
    if depth == 0 or kind == "scalar":
        type_, value = rng.choice(_SCALARS)(rng)
        return type_, lambda rng: None if rng.random() < 0.25 else value(rng)
    inner, item = _column(rng, depth - 1)
    if kind == "struct":
        other, other_item = _column(rng, depth - 1)
        type_ = pa.struct([pa.field("a", inner), pa.field("ä", other, metadata={"k": "v"})])
        return (
            type_,
            lambda rng: None if rng.random() < 0.2 else {"a": item(rng), "ä": other_item(rng)},
        )
    if kind == "map":
        return (
            pa.map_(pa.string(), inner),
            lambda rng: (
                None
                if rng.random() < 0.2
                else [(_text(rng), item(rng)) for _ in range(rng.randrange(3))]
            ),
        )
    size = 2 if kind == "fixed" else -1
    type_ = pa.large_list(inner) if kind == "large" else pa.list_(inner, size)
    return (
        type_,
        lambda rng: (
            None
            if rng.random() < 0.2
            else [item(rng) for _ in range(2 if kind == "fixed" else rng.randrange(3))]
        ),
    )


def _table(rng: Random) -> pa.Table:
    rows = rng.randrange(1, MAX_ROWS + 1)
    columns, fields = [], []
    for i in range(rng.choice((1, 1, 1, 2, 3))):
        type_, value = _column(rng, rng.choice((0, 1, 1, 2, 3, MAX_DEPTH)))
        columns.append(pa.array([value(rng) for _ in range(rows)], type_))
        metadata = {"comment": "ä"} if rng.random() < 0.2 else None
        fields.append(pa.field(f"c{i}", type_, metadata=metadata))
    metadata = {"top": "level"} if rng.random() < 0.2 else None
    return pa.Table.from_arrays(columns, schema=pa.schema(fields, metadata=metadata))


def _dictionaries(rng: Random) -> bytes:
    """A dictionary-encoded column whose dictionary is replaced, or grows, between batches."""
    index = rng.choice((pa.int8(), pa.int32(), pa.uint16()))
    values = [[_text(rng) + str(i) for i in range(n)] for n in (2, 3, 2)]
    values[1][:2] = values[0]
    options = pa.ipc.IpcWriteOptions(emit_dictionary_deltas=rng.random() < 0.5)
    sink = pa.BufferOutputStream()
    schema = pa.schema([("d", pa.dictionary(index, pa.string()))])
    with pa.ipc.new_stream(sink, schema, options=options) as writer:
        for words in values[: rng.randint(1, 3)]:
            codes = pa.array([rng.randrange(len(words)), None, 0], index)
            column = pa.DictionaryArray.from_arrays(codes, pa.array(words))
            writer.write_batch(pa.record_batch([column], schema=schema))
    return sink.getvalue().to_pybytes()


def _options(rng: Random) -> Any:
    compression = rng.choice((None, None, None, "zstd", "zstd", "lz4"))
    if rng.random() < 0.1:
        return pa.ipc.IpcWriteOptions(
            metadata_version=pa.ipc.MetadataVersion.V4,
            use_legacy_format=rng.random() < 0.5,
        )
    return pa.ipc.IpcWriteOptions(compression=compression)


def streams(rng: Random, count: int) -> list[bytes]:
    """`count` streams of one to three batches each."""
    made = []
    while len(made) < count:
        if rng.random() < 0.08:
            made.append(_dictionaries(rng))
            continue
        table = _table(rng)
        if rng.random() < 0.3:
            table = pa.concat_tables([table, table.slice(1)])
        if rng.random() < 0.25:
            made.append(stream(facade, to_facade(table)))
        else:
            made.append(stream(pa, table, options=_options(rng)))
    return made
