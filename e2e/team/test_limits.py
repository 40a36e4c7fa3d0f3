"""What is said to who asks too much, and that an ordinary script never hears it."""

from __future__ import annotations

import socket
import ssl
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from deploy.local.service import Service
from deploy.team.edge.facts import Limits
from deploy.team.stack import TeamStack
from e2e.team.calls import (
    GRPC_WEB,
    SERVICE,
    Answer,
    answer_of,
    frame,
    post,
    provider_of,
    second_door,
    version_request,
)
from e2e.team.people import Person

pytestmark = pytest.mark.any_stack

TIGHT = Limits(user_rate=1, user_burst=3, request_mib=1, header_kib=16, header_s=1, upload_s=2)
RESOURCE_EXHAUSTED = 8
AT_ONCE = 24
SCRIPT_CALLS = 300
"""As many as a script makes in seconds: DataFrames of many columns, schemas, small results."""


@pytest.fixture(scope="module")
def tight(team: TeamStack, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """A door with limits that can be met."""
    door = second_door(team, tmp_path_factory.mktemp("tight"), TIGHT)
    door.start()
    try:
        door.wait_healthy()
        yield door
    finally:
        door.stop()


def at(door: Service) -> str:
    return f"https://localhost:{door.listens[0][1]}"


def ask(team: TeamStack, door: Service, user: str, **headers: str) -> Answer:
    bearer = f"Bearer {provider_of(team).token(user)}"
    body = frame(version_request())
    return post(team, body, url=at(door), authorization=bearer, **headers)


def at_once(team: TeamStack, door: Service, user: str) -> list[Answer]:
    """Many more calls than a burst, together."""
    with ThreadPoolExecutor(AT_ONCE) as pool:
        return list(pool.map(lambda _: ask(team, door, user), range(AT_ONCE)))


def test_who_calls_too_often_is_told_when_to_try_again(team: TeamStack, tight: Service) -> None:
    answers = at_once(team, tight, "alice")
    refused = [answer for answer in answers if answer.grpc == RESOURCE_EXHAUSTED]
    assert refused, answers
    assert "Try again in 1 s." in refused[0].sentence
    assert refused[0].headers["retry-after"] == "1"
    assert {answer.grpc for answer in answers} == {0, RESOURCE_EXHAUSTED}


def test_one_persons_limit_is_not_anothers(team: TeamStack, tight: Service) -> None:
    assert RESOURCE_EXHAUSTED in {answer.grpc for answer in at_once(team, tight, "bob")}
    assert ask(team, tight, "carol").grpc == 0


def test_a_request_that_is_too_large_is_refused_before_it_is_read(
    team: TeamStack, tight: Service
) -> None:
    bearer = f"Bearer {provider_of(team).token('erin')}"
    answer = post(team, frame(b"\0" * (2 << 20)), url=at(tight), authorization=bearer)
    assert answer.grpc == RESOURCE_EXHAUSTED
    assert "1 MiB" in answer.sentence


def test_headers_that_are_too_large_are_refused(team: TeamStack, tight: Service) -> None:
    assert ask(team, tight, "frank", x_long="a" * (32 << 10)).http == 431


def test_an_ordinary_script_meets_no_limit(team: TeamStack) -> None:
    """All at once, on one connection."""
    person = Person(team)
    headers = {**GRPC_WEB, "authorization": f"Bearer {provider_of(team).token('alice')}"}
    body = frame(version_request("00112233-4455-6677-8899-aabbccddee00"))
    path = SERVICE + "AnalyzePlan"
    for _ in range(SCRIPT_CALLS):
        answer = answer_of(person.fetch(path, method="POST", data=body, headers=headers))
        assert answer.grpc == 0, answer


def dribble(team: TeamStack, door: Service, head: bytes, every_s: float) -> bytes:
    """What a client hears that sends a byte now and then; empty when the connection is closed."""
    context = ssl.create_default_context(cafile=str(team.authority))
    with (
        socket.create_connection(("localhost", door.listens[0][1]), timeout=30) as plain,
        context.wrap_socket(plain, server_hostname="localhost") as slow,
    ):
        slow.sendall(head)
        slow.settimeout(every_s)
        give_up = time.monotonic() + 30
        while time.monotonic() < give_up:
            try:
                return slow.recv(4096)
            except TimeoutError:
                try:
                    slow.sendall(b"x")
                except OSError:
                    return b""
    raise AssertionError("it may be slow for ever")


def test_a_client_that_never_ends_its_headers_is_cut_off(team: TeamStack, tight: Service) -> None:
    heard = dribble(team, tight, b"GET / HTTP/1.1\r\nhost: localhost\r\nx-slow: ", 0.3)
    assert heard == b"" or b" 408 " in heard.splitlines()[0]


def test_a_client_that_never_ends_its_body_is_cut_off(team: TeamStack, tight: Service) -> None:
    token = provider_of(team).token("grace")
    head = (
        f"POST {SERVICE}AnalyzePlan HTTP/1.1\r\nhost: localhost:{tight.listens[0][1]}\r\n"
        f"authorization: Bearer {token}\r\ncontent-type: application/grpc-web+proto\r\n"
        "content-length: 1000\r\n\r\n"
    )
    heard = dribble(team, tight, head.encode(), 0.3)
    first = heard.splitlines()[0] if heard else b""
    assert first == b"" or b" 408 " in first or b"grpc-status" in heard
