"""Which message classes are quick, and what is exchanged in them."""

from __future__ import annotations

import importlib
import inspect
from collections.abc import Iterator
from types import ModuleType
from typing import Any

from .encoding import pieces_of, quick_classes
from .sealed import WITHIN_SEALED, is_untouched, open_sealed, seal, sealed_pieces

_SLOTS = {
    *("_cached_byte_size", "_cached_byte_size_dirty", "_fields", "_is_present_in_parent"),
    *("_listener_for_children", "_oneofs", "_unknown_fields"),
}
"""What this package knows of a message."""


def quicken(module: ModuleType) -> None:
    """Have the messages of a generated module copied and encoded quickly.

    ``module`` is of ``protoc --python_out``. Nothing happens where protobuf is compiled, or is of a
    version whose insides are others.
    """
    for descriptor in module.DESCRIPTOR.message_types_by_name.values():
        for kind in _classes(descriptor):
            if kind not in quick_classes and _is_known(kind):
                quick_classes.add(kind)
                _exchange(kind)


def _classes(descriptor: Any) -> Iterator[Any]:
    if not descriptor.GetOptions().map_entry:
        yield descriptor._concrete_class
    for nested in descriptor.nested_types:
        yield from _classes(nested)


def _is_known(kind: Any) -> bool:
    implementation: Any = importlib.import_module("google.protobuf.internal.api_implementation")
    if implementation.Type() != "python":
        return False
    if implementation.IsPythonDefaultSerializationDeterministic():
        return False
    parse = inspect.signature(kind._InternalParse).parameters
    descriptor = kind.DESCRIPTOR
    return (
        set(kind.__slots__) >= _SLOTS
        and "current_depth" in parse
        and not descriptor.is_extendable
        and not any(field.is_required for field in descriptor.fields)
    )


def _exchange(kind: Any) -> None:
    merge, parse, serialize = kind.MergeFrom, kind._InternalParse, kind._InternalSerialize
    serialize_whole = kind.SerializePartialToString

    def merge_from(self: Any, msg: Any) -> None:
        if type(msg) is kind and msg is not self and is_untouched(self):
            seal(self, pieces_of(msg))
        else:
            merge(self, msg)

    def internal_parse(
        self: Any, buffer: memoryview, pos: int, end: int, current_depth: int = 0
    ) -> int:
        if current_depth >= WITHIN_SEALED // 2 or not is_untouched(self):
            if sealed_pieces(self) is not None:
                open_sealed(self)
            parsed: int = parse(self, buffer, pos, end, current_depth)
            return parsed
        seal(self, (bytes(buffer[pos:end]),))
        return end

    def internal_serialize(self: Any, write_bytes: Any, deterministic: Any = None) -> None:
        if deterministic:
            serialize(self, write_bytes, deterministic)
            return
        for piece in pieces_of(self):
            write_bytes(piece)

    def serialize_partial(self: Any, **kwargs: Any) -> bytes:
        whole: bytes = serialize_whole(self, **kwargs) if kwargs else b"".join(pieces_of(self))
        return whole

    # Nothing in these messages is required.
    kind.IsInitialized = lambda self, errors=None: True
    kind.MergeFrom = merge_from
    kind._InternalParse = internal_parse
    kind._InternalSerialize = internal_serialize
    kind.SerializePartialToString = serialize_partial
