"""Frames of grpc-web that no client would send, through Envoy into Spark."""

from __future__ import annotations

import random
import struct

import pytest

from deploy.team.stack import TeamStack
from e2e.team.calls import frame, post, provider_of, version, version_request

pytestmark = pytest.mark.any_stack

SEED = 20261126
ROUNDS = 60
METHODS = ("AnalyzePlan", "Config", "ExecutePlan", "ReleaseSession", "Interrupt", "AddArtifacts")
BIG = 130 << 20


@pytest.fixture(scope="module")
def bearer(team: TeamStack) -> str:
    return f"Bearer {provider_of(team).token('alice')}"


@pytest.fixture(autouse=True)
def _spark_goes_on(team: TeamStack, bearer: str) -> object:
    """Whatever was sent, the next call is served."""
    yield
    assert version(team, bearer.removeprefix("Bearer ")).grpc == 0


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"\0",
        b"\0\0\0\0",
        frame(b""),
        frame(version_request())[:-3],
        frame(version_request(), flags=1),
        frame(version_request(), flags=0x80),
        struct.pack(">BI", 0, 0xFFFFFFFF) + b"short",
        struct.pack(">BI", 0, BIG) + b"short",
        frame(b"\xff" * 100),
        frame(version_request()) + b"trailing",
        frame(version_request()) * 2,
    ],
    ids=[
        "nothing",
        "a flag",
        "half a head",
        "an empty message",
        "cut",
        "compressed, but not",
        "trailers from a client",
        "four gigabytes announced",
        "more than Spark takes announced",
        "no protobuf",
        "something after the message",
        "two messages",
    ],
)
def test_a_malformed_body_is_an_error_and_no_more(
    team: TeamStack, bearer: str, body: bytes
) -> None:
    answer = post(team, body, authorization=bearer)
    assert answer.http != 200 or answer.grpc != 0 or not answer.messages or len(body) > 60


def test_bodies_by_chance_do_no_harm(team: TeamStack, bearer: str) -> None:
    chance = random.Random(SEED)
    for _ in range(ROUNDS):
        good = bytearray(frame(version_request(user="alice")))
        for _ in range(chance.randint(1, 6)):
            good[chance.randrange(len(good))] = chance.randrange(256)
        body = bytes(good[: chance.randint(1, len(good))])
        answer = post(team, body, chance.choice(METHODS), authorization=bearer)
        assert answer.http in (200, 400, 408, 413, 415, 503), answer


def test_an_unknown_method_is_unimplemented(team: TeamStack, bearer: str) -> None:
    assert post(team, frame(b""), "Nothing", authorization=bearer).grpc == 12


def test_a_message_that_is_no_grpc_is_not_passed_on(team: TeamStack, bearer: str) -> None:
    answer = post(team, b"{}", authorization=bearer, content_type="application/json")
    assert answer.http in (400, 404, 415)
    assert answer.messages == []
