"""A whole login by an HTTP client: in, renewed in the same call, on without the provider, out."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from urllib.parse import parse_qs, urlsplit

import pytest

from deploy.team.stack import TeamStack
from e2e.team.calls import (
    GRPC_WEB,
    SERVICE,
    frame,
    lines_when,
    provider_of,
    version,
    version_request,
)
from e2e.team.people import Person, signed_in, text_of

pytestmark = pytest.mark.any_stack

LONG_AGO = "1"


@pytest.fixture(scope="module")
def bob(team: TeamStack) -> Person:
    """Signed in, for all tests here."""
    return signed_in(team, "bob")


def age(person: Person) -> None:
    """As time does: the login's cookie says that it is over."""
    for cookie in person.http.cookies:
        if cookie.name == "OauthExpires":
            cookie.value = LONG_AGO


def cookie(person: Person, name: str) -> str | None:
    return next((each.value for each in person.http.cookies if each.name == name), None)


def test_a_person_who_signed_in_is_known(bob: Person) -> None:
    answer = bob.session()
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "no-store"
    assert answer.json()["user"] == "bob"
    assert answer.json()["expires"] > 0


def test_the_cookies_alone_open_spark(bob: Person) -> None:
    assert bob.ask_spark().grpc == 0


def test_no_cookie_of_a_login_can_be_read_as_a_token(bob: Person) -> None:
    """Envoy encrypts them: who sees a cookie cannot use it elsewhere."""
    values = [each.value or "" for each in bob.http.cookies]
    assert not any(value.startswith("eyJ") for value in values)


def test_a_call_after_the_end_is_refused_and_uses_up_no_refresh_token(bob: Person) -> None:
    before = cookie(bob, "RefreshToken")
    age(bob)
    assert bob.ask_spark().http == 401
    assert cookie(bob, "RefreshToken") == before


def test_nor_does_one_whose_id_token_alone_has_gone(bob: Person) -> None:
    """Its cookie ends with the token, by the provider's clock; the others by Envoy's."""
    assert bob.session().status_code == 200  # all else is as after a renewal
    before = cookie(bob, "RefreshToken")
    [gone] = [each for each in bob.http.cookies if each.name == "IdToken"]
    bob.http.cookies.clear(gone.domain, gone.path, gone.name)
    assert bob.ask_spark().http == 401
    assert cookie(bob, "RefreshToken") == before


def test_the_page_renews_a_login_in_one_call_and_goes_on(bob: Person) -> None:
    before = cookie(bob, "RefreshToken")
    age(bob)
    assert bob.session().status_code == 200
    assert cookie(bob, "RefreshToken") != before
    assert cookie(bob, "OauthExpires") != LONG_AGO
    assert bob.ask_spark().grpc == 0


def test_a_page_that_is_opened_renews_a_login_too(bob: Person) -> None:
    age(bob)
    assert bob.open("/lab/").status_code == 200
    assert bob.ask_spark().grpc == 0


def test_a_login_that_cannot_be_renewed_is_refused_not_redirected(team: TeamStack) -> None:
    carol = Person(team, "carol")
    carol.sign_in("/lab/")
    for each in carol.http.cookies:
        if each.name == "RefreshToken":
            each.value = "somebody's"
    age(carol)
    assert carol.session().status_code == 401


def test_who_comes_back_from_the_provider_too_late_reads_what_to_do(team: TeamStack) -> None:
    answer = Person(team).open("/pcw/callback?code=late&state=late")
    assert answer.status_code == 401
    assert "You are not signed in" in text_of(answer.text)
    assert '<a href="/">sign in again</a>' in answer.text
    assert "content-security-policy" in answer.headers


def test_a_cookie_that_was_changed_is_no_login(team: TeamStack) -> None:
    carol = Person(team, "carol")
    carol.sign_in("/lab/")
    for each in carol.http.cookies:
        if each.name in ("RefreshToken", "OauthHMAC"):
            each.value = "AAAA"
    assert carol.ask_spark().http == 401


@pytest.fixture
def _provider_down(team: TeamStack) -> Iterator[None]:
    """It does not answer, and has forgotten nothing when it does again."""
    assert team.provider is not None
    pid = team.provider.pid
    assert pid is not None
    os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(pid, signal.SIGCONT)


@pytest.mark.usefixtures("_provider_down")
def test_without_the_provider_people_and_programs_that_are_in_go_on(
    team: TeamStack, bob: Person
) -> None:
    assert bob.session().status_code == 200
    assert bob.ask_spark().grpc == 0
    assert version(team, provider_of(team).token("alice")).grpc == 0


def test_the_log_says_who_and_what_and_holds_no_token(team: TeamStack, bob: Person) -> None:
    path = SERVICE + "AnalyzePlan"
    body, cell = frame(version_request("00112233-4455-6677-8899-aabbccddeeff")), "cell-of-bob"
    bob.fetch(path, method="POST", data=body, headers={**GRPC_WEB, "pcw-cell": cell})
    lines = lines_when(team, lambda all_: any(line["cell"] == cell for line in all_))
    [line] = [each for each in lines if each["cell"] == cell]
    assert line["user"] == "bob"
    assert line["session"] == "00112233-4455-6677-8899-aabbccddeeff"
    assert (line["path"], line["status"], line["grpc"]) == (path, 200, 0)
    assert line["in"] == len(body)
    assert line["id"]
    text = team.access_log.read_text()
    secrets = [each.value for each in bob.http.cookies if each.value and len(each.value) > 16]
    assert secrets
    assert not [secret for secret in secrets if secret in text]
    assert "eyJ" not in text
    assert "code=" not in text
    assert team.password not in text


def test_who_signs_out_is_out(team: TeamStack) -> None:
    carol = Person(team, "carol")
    carol.sign_in("/lab/")
    answer = carol.open("/pcw/sign-out")
    assert answer.status_code == 302
    where = urlsplit(answer.headers["location"])
    assert where.path == "/session/end"
    assert parse_qs(where.query).keys() == {"client_id", "post_logout_redirect_uri"}
    assert carol.session().status_code == 401
    assert carol.ask_spark().http == 401
