"""A token that was not signed for this server, this time and this person is refused."""

from __future__ import annotations

import time
from collections.abc import Callable

import grpc
import pytest

from deploy.team.tests import tokens
from deploy.team.tests.servers import TeamSpark, refusal
from deploy.team.tests.tokens import Provider

pytestmark = pytest.mark.spark

FORGED: dict[str, Callable[[Provider], str]] = {
    "expired": lambda p: p.token("alice", exp=int(time.time()) - 60),
    "without an expiry": lambda p: p.token("alice", exp=None),
    "not yet valid": lambda p: p.token("alice", nbf=int(time.time()) + 300),
    "of another issuer": lambda p: p.token("alice", iss="https://evil.example.test"),
    "without an issuer": lambda p: p.token("alice", iss=None),
    "for another audience": lambda p: p.token("alice", aud="somebody-else"),
    "for no audience": lambda p: p.token("alice", aud=None),
    "for an audience that ends alike": lambda p: p.token("alice", aud="x" + p.audience),
    "without a subject": lambda p: p.token("alice", sub=None),
    "with an empty subject": lambda p: p.token(""),
    "with a newline in the subject": lambda p: p.token("alice\n"),
    "with a subject of other letters": lambda p: p.token("alice/../bob"),
    "with a subject that is too long": lambda p: p.token("a" * 129),
    "of no algorithm": lambda p: tokens.unsigned(p.claims("alice"), p.key.kid),
    "of no algorithm, in capitals": lambda p: tokens.unsigned(p.claims("alice"), p.key.kid, "NONE"),
    "HS256 with the public key": lambda p: tokens.signed_with_the_public_key(p, p.claims("alice")),
    "of an unknown key": lambda p: p.signed(p.claims("alice"), tokens.rsa_key("unknown")),
    "of another key with a known name": lambda p: p.signed(
        p.claims("alice"), tokens.rsa_key(p.key.kid)
    ),
    "without the key's name, where there are two": lambda p: p.signed(p.claims("alice"), kid=None),
    "with another subject": lambda p: tokens.with_other_claims(p.token("bob"), sub="alice"),
    "of the other key's algorithm": lambda p: p.signed(
        p.claims("alice"), tokens.ec_key(), kid=p.key.kid
    ),
    "that says its own key": lambda p: p.signed(
        p.claims("alice"), k := tokens.rsa_key("own"), jwk=tokens.public_jwk(k)
    ),
    "of a log-out notice": lambda p: p.signed(p.claims("alice"), typ="logout+jwt"),
    "cut off": lambda p: p.token("alice").rpartition(".")[0] + ".",
    "that is no token": lambda p: "let-me-in",
    "that is empty": lambda p: "",
}


@pytest.mark.parametrize("what", FORGED)
def test_a_forged_token_is_refused(team: TeamSpark, what: str) -> None:
    token = FORGED[what](team.provider)
    with pytest.raises(grpc.RpcError) as caught:
        team.client(token).version()
    status, sentence = refusal(caught.value)
    assert status == "UNAUTHENTICATED"
    assert sentence.endswith((".", "`)."))
    assert len(sentence) < 120
    assert not token or token.split(".")[1:2] == [""] or token not in sentence


def test_a_call_without_a_token_is_refused(team: TeamSpark) -> None:
    with pytest.raises(grpc.RpcError, match="has no token: sign in"):
        team.client(None).version()


def test_a_doubled_authorization_is_refused(team: TeamSpark) -> None:
    good = team.provider.token("alice")
    for second in (f"Bearer {good}", "Bearer other"):
        with pytest.raises(grpc.RpcError, match="more than one authorization header"):
            team.client(good, ("authorization", second)).version()


def test_another_scheme_than_bearer_is_refused(team: TeamSpark) -> None:
    with pytest.raises(grpc.RpcError, match="no bearer token"):
        team.client(None, ("authorization", f"Basic {team.provider.token('alice')}")).version()


def test_the_header_of_the_proxy_is_not_believed(team: TeamSpark) -> None:
    with pytest.raises(grpc.RpcError, match="has no token"):
        team.client(None, ("x-pcw-user", "alice")).version()


def test_good_tokens_of_either_key_are_let_in(team: TeamSpark) -> None:
    provider = team.provider
    now = int(time.time())
    good = [
        provider.token("alice"),
        provider.signed(provider.claims("alice"), provider.keys[1]),
        provider.token("alice", aud=["somebody-else", provider.audience]),
        provider.token("alice", exp=now - 5),  # clocks differ
        provider.token("alice", nbf=now + 5),
        provider.signed(provider.claims("alice"), typ="at+jwt"),
        provider.token("a.b-c_d@example.com"),
    ]
    for token in good:
        assert team.client(token).version().startswith("4.")


def test_no_token_is_in_the_servers_log(team: TeamSpark) -> None:
    token = team.provider.token("alice", exp=1)
    with pytest.raises(grpc.RpcError, match="has expired"):
        team.client(token).version()
    assert token.split(".")[1] not in team.log
