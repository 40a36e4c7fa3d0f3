"""Clocks that differ: within 30 s nobody notices, beyond it there is one sentence and no loop."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator

import grpc
import pytest
from playwright.sync_api import Browser

from deploy.team.edge.login import CLOCK_SKEW_S
from deploy.team.stack import TeamStack
from deploy.team.tests.servers import NO_PROXY, Client, refusal
from e2e.harness import Harness, PythonError
from e2e.team.calls import frame, post, provider_of, version_request
from e2e.team.people import Person as ByHttp
from e2e.team.tab import SESSION, SPARK, Person, person

pytestmark = [pytest.mark.xdist_group("tab"), pytest.mark.any_stack]

WITHIN_S = CLOCK_SKEW_S - 15
BEYOND_S = CLOCK_SKEW_S + 30
LIFETIME_S = 600
"""Of the demonstration's tokens."""

CLOCK = """
const shift = Number(process.env.PCW_TEST_CLOCK_S) * 1000;
const Right = Date;
globalThis.Date = class extends Right {
  constructor(...parts) { parts.length ? super(...parts) : super(Right.now() + shift); }
  static now() { return Right.now() + shift; }
};
"""

TIMES: dict[str, Callable[[int, int], dict[str, int]]] = {
    "expired": lambda now, by: {"iat": now - LIFETIME_S, "exp": now - by},
    "not valid yet": lambda now, by: {"iat": now + by, "nbf": now + by},
}
SENTENCES = {
    "expired": "The token has expired: sign in again.",
    "not valid yet": "The token is not valid yet: its provider's clock and this server's differ by "
    f"over {CLOCK_SKEW_S} s; set them right.",
}


def token_of(team: TeamStack, what: str, by: int) -> str:
    return provider_of(team).token("alice", **TIMES[what](int(time.time()), by))


def by_tls(team: TeamStack, token: str) -> Client:
    """A native client, through Envoy."""
    trusted = grpc.ssl_channel_credentials(team.authority.read_bytes())
    channel = grpc.secure_channel(f"localhost:{team.team.settings.port}", trusted, NO_PROXY)
    return Client(channel, [("authorization", f"Bearer {token}")])


def past_envoy(team: TeamStack, token: str) -> Client:
    channel = grpc.insecure_channel(f"127.0.0.1:{team.config.ports.spark}", NO_PROXY)
    return Client(channel, [("authorization", f"Bearer {token}")])


@pytest.mark.parametrize("what", TIMES)
def test_within_the_leeway_a_token_passes_envoy_and_spark(team: TeamStack, what: str) -> None:
    token = token_of(team, what, WITHIN_S)
    answer = post(team, frame(version_request()), authorization=f"Bearer {token}")
    assert (answer.http, answer.grpc, len(answer.messages)) == (200, 0, 1)
    assert by_tls(team, token).version() == past_envoy(team, token).version()


@pytest.mark.parametrize("what", TIMES)
def test_beyond_it_envoy_and_spark_say_the_same_sentence(team: TeamStack, what: str) -> None:
    token = token_of(team, what, BEYOND_S)
    answer = post(team, frame(version_request()), authorization=f"Bearer {token}")
    assert (answer.http, answer.text) == (401, SENTENCES[what] + "\n")
    assert (answer.grpc, answer.sentence) == (16, SENTENCES[what])
    assert "pcw-refused" not in answer.headers
    for client in (by_tls(team, token), past_envoy(team, token)):
        with pytest.raises(grpc.RpcError) as caught:
            client.version()
        assert refusal(caught.value) == ("UNAUTHENTICATED", SENTENCES[what])


SetClock = Callable[[int], None]


@pytest.fixture(scope="module")
def set_clock(breakable: TeamStack, tmp_path_factory: pytest.TempPathFactory) -> Iterator[SetClock]:
    """Starts the provider anew, with a clock that is so many seconds ahead."""
    file = tmp_path_factory.mktemp("clock") / "clock.cjs"
    file.write_text(CLOCK)
    provider = breakable.provider
    assert provider is not None
    usual = provider.environ

    def restart(environ: dict[str, str]) -> None:
        provider.stop()
        provider.environ = {**usual, **environ}
        provider.start()
        provider.wait_healthy()

    yield lambda ahead: restart(
        {"NODE_OPTIONS": f"--require={file}", "PCW_TEST_CLOCK_S": str(ahead)}
    )
    restart({})


@pytest.mark.parametrize("ahead", [WITHIN_S, -WITHIN_S])
def test_within_it_a_person_signs_in_and_works(
    breakable: TeamStack, set_clock: SetClock, ahead: int
) -> None:
    set_clock(ahead)
    carol = ByHttp(breakable, "carol")
    assert carol.sign_in("/lab/").status_code == 200
    assert carol.ask_spark().grpc == 0


@pytest.fixture(scope="module")
def carol(breakable_browser: Browser, breakable: TeamStack) -> Iterator[Person]:
    yield from person(breakable_browser, breakable, "carol")


@pytest.fixture(scope="module")
def tab(carol: Person, set_clock: SetClock) -> Iterator[Harness]:
    """Opened with a clock that was right."""
    set_clock(0)
    sign_in(carol)
    tab = Harness.open(carol.context, carol.site)
    tab.run("import pyspark_connect_web as pcw\nspark = pcw.session()\nspark.range(1).count()")
    yield tab
    tab.close()


def sign_in(carol: Person) -> str:
    """What is said to her then."""
    carol.lose_login()
    return carol.come_in()


OWN_TOKEN = """
from pyspark.sql import SparkSession
own = SparkSession.builder.remote("sc://localhost:{port}/;use_ssl=true;token={token}").create()
print(own.sql("select current_user()").collect()[0][0])
"""


def test_beyond_it_a_notebooks_own_token_is_told_as_such_whoever_is_signed_in(
    breakable: TeamStack, carol: Person, tab: Harness
) -> None:
    port = breakable.team.settings.port
    good, late = (token_of(breakable, "expired", by) for by in (-LIFETIME_S, BEYOND_S))
    assert tab.run(OWN_TOKEN.format(port=port, token=good)) == "alice\n"
    log = carol.log()
    with pytest.raises(PythonError) as caught:
        tab.run(OWN_TOKEN.format(port=port, token=late))
    said = str(caught.value).splitlines()[-1]
    assert f"({SENTENCES['expired']}); correct the token" in said
    log.wait(lambda lines: any(line["status"] == 401 for line in lines))
    assert log.of(SESSION) == []


def test_beyond_it_page_and_tab_say_what_is_wrong_and_do_not_go_round(
    set_clock: SetClock, carol: Person, tab: Harness
) -> None:
    set_clock(-LIFETIME_S - BEYOND_S)
    assert "Your login's token is not valid at the time here" in sign_in(carol)
    log = carol.log()
    with pytest.raises(PythonError) as caught:
        tab.run("spark.range(1).count()")
    said = str(caught.value).splitlines()[-1]
    assert "refuses your login, whose token is not valid at the time there" in said
    assert "sign in again" not in said
    lines = log.wait(lambda lines: any(line["path"] == SESSION for line in lines))
    assert [line["path"] for line in lines if line["path"] == SESSION] == [SESSION]
    assert len([line for line in lines if line["path"] == f"{SPARK}ExecutePlan"]) == 1
    set_clock(0)
    assert "You are signed in" in sign_in(carol)
    assert tab.run("print(spark.range(3).count())") == "3\n"
