"""Messages to bytes, in one pass: sealed submessages are written as they are."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from typing import Any

from .sealed import PIECE_BYTES, Pieces, sealed_pieces

Write = Callable[[bytes], object]
Writer = Callable[[Write, Any], object]

quick_classes: set[type] = set()
"""Message classes whose messages may be sealed."""

_writers: dict[Any, Writer] = {}
"""What writes a field, by its descriptor."""


def pieces_of(message: Any) -> Pieces:
    """The encoding of a message of a quick class, with its fields in the usual order."""
    pieces = sealed_pieces(message)
    if pieces is not None:
        return pieces
    written: list[bytes] = []
    write = written.append
    # Numbers are unique: no two descriptors are compared.
    for _, field, value in sorted([(f.number, f, value) for f, value in message._fields.items()]):
        (_writers.get(field) or _make_writer(message, field))(write, value)
    for tag, value in message._unknown_fields:
        write(tag)
        write(value)
    return _joined(written)


def _joined(written: list[bytes]) -> Pieces:
    if sum(map(len, written)) < PIECE_BYTES:
        return (b"".join(written),)
    pieces: list[bytes] = []
    run: list[bytes] = []
    for piece in written:
        if len(piece) < PIECE_BYTES:
            run.append(piece)
        else:
            pieces += [b"".join(run), piece]
            run = []
    return (*pieces, b"".join(run))


def _make_writer(message: Any, field: Any) -> Writer:
    internal: Any = importlib.import_module("google.protobuf.internal.python_message")
    internal._MaybeAddEncoder(type(message), field)
    is_message = field.cpp_type == field.CPPTYPE_MESSAGE
    if is_message and getattr(field.message_type, "_concrete_class", None) in quick_classes:
        one = _message_writer(field.number)
        writer = _for_each(one) if field.is_repeated else _if_present(one)
    else:
        # Protobuf's own, of a field or of all that is repeated in it.
        one = _plain_writer(field._encoder)
        several = _if_any(one) if field.is_repeated else one
        writer = _if_present(one) if is_message and not field.is_repeated else several
    _writers[field] = writer
    return writer


def _plain_writer(encode: Callable[[Write, Any, bool], object]) -> Writer:
    return lambda write, value: encode(write, value, False)


def _message_writer(number: int) -> Writer:
    encoder: Any = importlib.import_module("google.protobuf.internal.encoder")
    tag = encoder.TagBytes(number, 2)
    write_length = encoder._EncodeVarint

    def write_message(write: Write, value: Any) -> None:
        pieces = pieces_of(value)
        write(tag)
        write_length(write, sum(map(len, pieces)))
        for piece in pieces:
            write(piece)

    return write_message


def _if_present(one: Writer) -> Writer:
    return lambda write, value: one(write, value) if value._is_present_in_parent else None


def _if_any(all_of_them: Writer) -> Writer:
    return lambda write, values: all_of_them(write, values) if values else None


def _for_each(one: Writer) -> Writer:
    def write_each(write: Write, values: Any) -> None:
        for value in values:
            one(write, value)

    return write_each
