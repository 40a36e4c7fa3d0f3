"""Tokens that are wrong in one thing each, before Envoy; and names that nobody may give himself."""

from __future__ import annotations

import socket
import ssl
import time
from collections.abc import Callable
from typing import Any

import pytest

from deploy.team.stack import TeamStack
from deploy.team.tests import tokens
from deploy.team.tests.tokens import Provider
from e2e.team.calls import SERVICE, frame, lines_when, post, version, version_request

pytestmark = pytest.mark.any_stack

HOUR_S = 3600
Forged = Callable[[Provider], str]


def ago(seconds: int) -> int:
    return int(time.time()) - seconds


def ours(provider: Provider) -> dict[str, Any]:
    return provider.claims("alice")


FORGED: dict[str, Forged] = {
    "expired": lambda p: p.token("alice", exp=ago(HOUR_S)),
    "without an expiry": lambda p: p.token("alice", exp=None),
    "not valid yet": lambda p: p.token("alice", nbf=ago(-HOUR_S)),
    "of another audience": lambda p: p.token("alice", aud="somebody-else"),
    "without an audience": lambda p: p.token("alice", aud=None),
    "of another issuer": lambda p: p.token("alice", iss="https://login.example.test"),
    "without a subject": lambda p: p.token("alice", sub=None),
    "with a line break in its subject": lambda p: p.token("alice\nx-pcw-user: bob"),
    "with an endless subject": lambda p: p.token("a" * 200),
    "signed by another key": lambda p: p.signed(ours(p), tokens.rsa_key(p.key.kid)),
    "signed by nobody": lambda p: tokens.unsigned(ours(p), p.key.kid),
    "signed by nobody, in capitals": lambda p: tokens.unsigned(ours(p), p.key.kid, "NONE"),
    "signed with the public key": lambda p: tokens.signed_with_the_public_key(p, ours(p)),
    "with other claims": lambda p: tokens.with_other_claims(p.token("bob"), sub="alice"),
    "no token": lambda _: "alice",
    "nothing": lambda _: "",
}


def test_a_good_token_is_served(team: TeamStack, provider: Provider) -> None:
    answer = version(team, provider.token("alice"))
    assert (answer.http, answer.grpc, len(answer.messages)) == (200, 0, 1)


@pytest.mark.parametrize("kind", FORGED)
def test_a_forged_token_is_refused_before_spark(
    team: TeamStack, provider: Provider, kind: str
) -> None:
    answer = version(team, FORGED[kind](provider))
    assert answer.http in (401, 403)
    assert answer.messages == []


def test_two_authorization_headers_are_refused(team: TeamStack, provider: Provider) -> None:
    """HTTP libraries join them; these are sent as they are."""
    body = frame(version_request())
    head = [
        f"POST {SERVICE}AnalyzePlan HTTP/1.1",
        f"host: {team.team.settings.host}:{team.team.settings.port}",
        "content-type: application/grpc-web+proto",
        f"content-length: {len(body)}",
        f"authorization: Bearer {provider.token('alice')}",
        f"authorization: Bearer {provider.token('bob')}",
        "connection: close",
    ]
    context = ssl.create_default_context(cafile=str(team.authority))
    with (
        socket.create_connection(("localhost", team.team.settings.port), timeout=30) as plain,
        context.wrap_socket(plain, server_hostname="localhost") as door,
    ):
        door.sendall("\r\n".join([*head, "", ""]).encode() + body)
        assert door.recv(64).startswith(b"HTTP/1.1 400")


def test_a_token_in_the_query_string_is_none(team: TeamStack, provider: Provider) -> None:
    """It would be in histories. Who puts one there all the same finds it in no log of ours."""
    token, cell = provider.token("alice"), "token-in-a-query"
    query = f"AnalyzePlan?access_token={token}"
    assert post(team, frame(version_request()), method=query, pcw_cell=cell).http == 401
    [line] = lines_when(team, lambda all_: any(line["cell"] == cell for line in all_))[-1:]
    assert (line["status"], line["user"]) == (401, None)
    logs = team.team.state_dir.glob("*.log")
    assert [log.name for log in logs if token in log.read_text("utf-8", "replace")] == []


@pytest.mark.parametrize(
    "smuggled",
    [{"x_pcw_user": "alice"}, {"x_pcw_code": "1"}, {"x_pcw_id_token": "{token}"}],
    ids=lambda each: next(iter(each)),
)
def test_a_name_that_envoy_gives_lets_nobody_in(
    team: TeamStack, provider: Provider, smuggled: dict[str, str]
) -> None:
    token = provider.token("alice", aud=team.team.settings.identity.client_id)
    headers = {name: value.format(token=token) for name, value in smuggled.items()}
    assert post(team, frame(version_request()), **headers).http == 401


def test_who_calls_himself_another_is_logged_by_his_own_name(
    team: TeamStack, provider: Provider
) -> None:
    answer = version(team, provider.token("bob"), x_pcw_user="alice", pcw_cell="smuggled-1")
    assert answer.grpc == 0
    lines = lines_when(team, lambda all_: any(line["cell"] == "smuggled-1" for line in all_))
    assert {line["user"] for line in lines if line["cell"] == "smuggled-1"} == {"bob"}
