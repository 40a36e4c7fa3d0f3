"""What can be done to messages, by chance: the same seed does the same to any protobuf."""

from __future__ import annotations

import copy
import random
from typing import Any

import pyspark.sql.connect.proto as pb

KINDS = (pb.Relation, pb.Expression, pb.Plan, pb.DataType, pb.ExecutePlanRequest)
WORDS = ("", "a", "é", "x" * 100, "y" * 70_000)
DEEPEST = 4


class Story:
    """A few messages and what happens to them; ``told`` is what somebody would see of it."""

    def __init__(self, seed: int) -> None:
        self._chance = random.Random(seed)
        self._messages = [kind() for kind in KINDS for _ in range(3)]
        self._held: list[Any] = []
        self._root: Any = None
        self.told: list[str] = []

    def run(self, steps: int) -> list[str]:
        """So many steps, and then all messages as bytes."""
        acts = (
            *(self._set,) * 6,
            *(self._copy,) * 4,
            *(self._append,) * 2,
            *(self._look,) * 3,
            self._merge,
            self._clear,
            self._measure,
            self._parse,
            self._clone,
            self._hold,
        )
        for _ in range(steps):
            act = self._chance.choice(acts)
            try:
                act()
            except Exception as error:  # noqa: BLE001 - what is raised is part of the story
                self.told.append(f"{act.__name__} {type(error).__name__} {error!s:.80}")
        self.told += [message.SerializeToString().hex() for message in self._messages]
        self.told += [str(message) for message in self._messages]
        return self.told

    def _some(self) -> Any:
        """A message: one of ours, or one somewhere in it."""
        self._root = message = self._chance.choice(self._messages)
        for _ in range(self._chance.randrange(DEEPEST)):
            inner = [f for f in message.DESCRIPTOR.fields if self._is_message(f)]
            if not inner:
                break
            field = self._chance.choice(inner)
            value = getattr(message, field.name)
            if not field.is_repeated:
                message = value
            elif len(value):
                message = value[self._chance.randrange(len(value))]
        return message

    def _is_message(self, field: Any) -> bool:
        return field.message_type is not None and not field.message_type.GetOptions().map_entry

    def _pick(self, message: Any, *, composite: bool, repeated: bool) -> Any:
        fields = [
            field
            for field in message.DESCRIPTOR.fields
            if field.is_repeated is repeated
            and (field.message_type is not None) is composite
            and (not composite or self._is_message(field))
        ]
        return self._chance.choice(fields) if fields else None

    def _value(self, field: Any) -> Any:
        if field.cpp_type == field.CPPTYPE_STRING:
            word = self._chance.choice(WORDS)
            return word.encode() if field.type == field.TYPE_BYTES else word
        if field.cpp_type == field.CPPTYPE_BOOL:
            return self._chance.random() < 0.5
        if field.cpp_type in (field.CPPTYPE_DOUBLE, field.CPPTYPE_FLOAT):
            return self._chance.choice((0.0, -0.0, 1.5, float("inf")))
        return self._chance.choice((0, 1, 300))

    def _set(self) -> None:
        message = self._some()
        field = self._pick(message, composite=False, repeated=False)
        if field is not None:
            setattr(message, field.name, self._value(field))

    def _of_kind(self, kind: type) -> Any:
        """Another message of a class, with something in it if chance will.

        Not of the same tree: what protobuf makes of a message in itself has no end.
        """
        trees = [(one, one) for one in self._messages] + self._held
        same = [one for root, one in trees if type(one) is kind and root is not self._root]
        if same and self._chance.random() < 0.8:
            return self._chance.choice(same)
        made: Any = kind()
        field = self._pick(made, composite=False, repeated=False)
        if field is not None:
            setattr(made, field.name, self._value(field))
        return made

    def _copy(self) -> None:
        message = self._some()
        message.CopyFrom(self._of_kind(type(message)))

    def _merge(self) -> None:
        message = self._some()
        message.MergeFrom(self._of_kind(type(message)))

    def _append(self) -> None:
        message = self._some()
        field = self._pick(message, composite=True, repeated=True)
        if field is None:
            return
        values = getattr(message, field.name)
        element = self._of_kind(field.message_type._concrete_class)
        if self._chance.random() < 0.5:
            values.append(element)
        else:
            values.extend([element, element])

    def _look(self) -> None:
        message = self._some()
        look = self._chance.randrange(5)
        oneofs = message.DESCRIPTOR.oneofs
        if look == 0 and oneofs:
            self.told.append(str(message.WhichOneof(self._chance.choice(oneofs).name)))
        elif look == 1:
            self.told.append(str([field.name for field, _ in message.ListFields()]))
        elif look == 2:
            self.told.append(str(message == self._of_kind(type(message))))
        elif look == 3:
            field = self._pick(message, composite=True, repeated=False)
            if field is not None:
                self.told.append(f"{field.name} {message.HasField(field.name)}")
        else:
            self.told.append(str(message.IsInitialized()))

    def _clear(self) -> None:
        message = self._some()
        if self._chance.random() < 0.3:
            message.Clear()
        else:
            message.ClearField(self._chance.choice(message.DESCRIPTOR.fields).name)

    def _measure(self) -> None:
        message = self._some()
        self.told.append(str(message.ByteSize()))
        self.told.append(message.SerializeToString(deterministic=True).hex())

    def _parse(self) -> None:
        message = self._some()
        data = self._of_kind(type(message)).SerializeToString()
        if self._chance.random() < 0.3:
            data += b"\xfa\x7f\x01a"  # field 2047, which nobody knows
        if self._chance.random() < 0.2:
            data = data[:-1]
        message.MergeFromString(data) if self._chance.random() < 0.5 else message.ParseFromString(
            data
        )

    def _clone(self) -> None:
        place = self._chance.randrange(len(self._messages))
        self._messages[place] = copy.deepcopy(self._messages[place])

    def _hold(self) -> None:
        """Something is kept that may not be in its tree any more, to be copied from.

        It is not changed: protobuf takes a change of what was in a ``oneof`` for one of the tree.
        """
        message = self._some()
        self._held = [*self._held[-5:], (self._root, message)]
