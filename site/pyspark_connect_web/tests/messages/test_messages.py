"""Quick messages are what protobuf's own are: the same bytes, the same behaviour, fewer copies."""

from __future__ import annotations

from typing import Any

import pytest

from .pure import Protobuf, run

REQUESTS = "from plans import requests\nprint(json.dumps({n: d.hex() for n, d in requests()}))"
STORIES = (
    "from operations import Story\nprint(json.dumps([Story(s).run(60) for s in range(*{seeds})]))"
)
COUNTED = """
from google.protobuf.internal import python_message
import plans
made = []
plain = python_message._Listener.__init__
python_message._Listener.__init__ = lambda self, of: (made.append(1), plain(self, of))[1]
counts = []
for length in (50, 100):
    made.clear()
    message = plans._chain(length)._plan.to_proto(plans._Session.client)
    message.SerializeToString()
    counts.append(len(made))
print(json.dumps(counts))
"""
DEEP = """
import plans
sys.setrecursionlimit(1500)
message = plans._chain(400)._plan.to_proto(plans._Session.client)
relation, depth = message.root, 0
while relation.HasField("with_columns"):
    relation, depth = relation.with_columns.input, depth + 1
print(json.dumps([depth, relation.range.end]))
"""


@pytest.fixture(scope="module")
def compiled() -> Any:
    return run(Protobuf.COMPILED, REQUESTS)


@pytest.mark.parametrize("protobuf", [Protobuf.PLAIN, Protobuf.QUICK])
def test_requests_are_those_of_the_compiled_protobuf_byte_for_byte(
    compiled: Any, protobuf: Protobuf
) -> None:
    assert len(compiled) > 10
    assert run(protobuf, REQUESTS) == compiled


@pytest.mark.parametrize("seeds", [(0, 30), (30, 60)])
def test_whatever_is_done_to_messages_gives_what_protobuf_gives(seeds: tuple[int, int]) -> None:
    program = STORIES.format(seeds=seeds)
    plain, quick = run(Protobuf.PLAIN, program), run(Protobuf.QUICK, program)
    for seed, (expected, found) in enumerate(zip(plain, quick, strict=True), seeds[0]):
        assert found == expected, f"seed {seed}"


def test_a_plan_twice_as_long_makes_twice_as_many_messages() -> None:
    short, long = run(Protobuf.QUICK, COUNTED)
    assert long < 2.1 * short
    # What protobuf itself does: a copy of all that is below, at each step.
    short, long = run(Protobuf.PLAIN, COUNTED)
    assert long > 3 * short


def test_a_plan_is_read_however_deep_it_is() -> None:
    assert run(Protobuf.QUICK, DEEP) == [400, 10]


def test_compiled_messages_stay_as_they_are() -> None:
    program = """
before = pb.Relation.MergeFrom
quicken(sys.modules["pyspark.sql.connect.proto.relations_pb2"])
print(json.dumps([pb.Relation.MergeFrom is before, len(encoding.quick_classes)]))
"""
    assert run(Protobuf.COMPILED, program) == [True, 0]
