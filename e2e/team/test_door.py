"""The site's door: TLS, the way to a login, origins, names, and paths that pretend."""

from __future__ import annotations

import socket
import ssl
import urllib.request
from urllib.parse import parse_qs, urlsplit

import pytest
import requests

from deploy.team import metrics
from deploy.team.stack import TeamStack
from e2e.team.calls import SERVICE, frame, post, provider_of, version, version_request
from e2e.team.people import NAVIGATION, Person

pytestmark = pytest.mark.any_stack

FOREIGN = "https://evil.example"


@pytest.fixture(scope="module")
def stranger(team: TeamStack) -> Person:
    return Person(team)


def test_a_page_without_a_login_leads_to_the_provider_with_pkce(stranger: Person) -> None:
    answer = stranger.open("/lab/index.html")
    assert answer.status_code == 302
    query = parse_qs(urlsplit(answer.headers["location"]).query)
    assert query["code_challenge_method"] == ["S256"]
    assert query["code_challenge"]
    assert query["redirect_uri"] == [stranger.stack.team.settings.url + "/pcw/callback"]


def test_its_cookies_are_for_https_and_no_script(stranger: Person) -> None:
    cookies = stranger.open("/").raw.headers.getlist("set-cookie")
    assert cookies
    for cookie in cookies:
        attributes = {part.strip().lower() for part in cookie.split(";")[1:]}
        assert {"secure", "httponly", "samesite=lax"} <= attributes


@pytest.mark.parametrize(
    "path", ["/pcw/session", "/lab/index.html", "/files/a.json", "/api/x.json"]
)
def test_a_script_without_a_login_is_refused_and_never_redirected(
    stranger: Person, path: str
) -> None:
    assert stranger.fetch(path).status_code == 401


def test_a_call_without_a_login_is_refused_and_never_redirected(team: TeamStack) -> None:
    answer = post(team, frame(version_request()))
    assert answer.http == 401
    assert "location" not in answer.headers


def test_the_sites_own_code_loads_without_a_login(stranger: Person) -> None:
    assert stranger.fetch("/bootstrap.js").status_code == 200


@pytest.mark.parametrize(
    "header",
    [
        "content-security-policy",
        "permissions-policy",
        "referrer-policy",
        "x-content-type-options",
        "cross-origin-opener-policy",
        "cross-origin-embedder-policy",
    ],
)
def test_every_answer_has_the_headers_that_guard_a_page(stranger: Person, header: str) -> None:
    answers = [stranger.open("/"), stranger.fetch("/bootstrap.js"), stranger.fetch("/pcw/session")]
    assert all(header in answer.headers for answer in answers)
    assert not any(a.headers.get("access-control-allow-origin") == "*" for a in answers)


def test_a_foreign_origin_cannot_call_spark(team: TeamStack) -> None:
    token = provider_of(team).token("alice")
    assert version(team, token, origin=FOREIGN).http == 403
    assert version(team, token, origin=team.team.settings.url).grpc == 0


def test_only_the_site_itself_gets_a_preflight_answered(team: TeamStack, stranger: Person) -> None:
    def allowed(origin: str) -> str | None:
        asked = {"origin": origin, "access-control-request-method": "POST"}
        answer = stranger.fetch(SERVICE + "ExecutePlan", method="OPTIONS", headers=asked)
        return answer.headers.get("access-control-allow-origin")

    assert allowed(team.team.settings.url) == team.team.settings.url
    assert allowed(FOREIGN) is None


def test_another_name_for_this_address_is_not_served(team: TeamStack) -> None:
    """A foreign name that was rebound to this machine."""
    token = provider_of(team).token("alice")
    assert version(team, token, host="evil.example").http == 421
    assert version(team, token, host=f"evil.example:{team.team.settings.port}").http == 421


def raw(team: TeamStack, path: str) -> int:
    """A path as it is written; libraries tidy it."""
    request = f"GET {path} HTTP/1.1\r\nhost: localhost:{team.team.settings.port}\r\n"
    request += "sec-fetch-mode: cors\r\nconnection: close\r\n\r\n"
    context = ssl.create_default_context(cafile=str(team.authority))
    with (
        socket.create_connection(("localhost", team.team.settings.port), timeout=30) as plain,
        context.wrap_socket(plain, server_hostname="localhost") as door,
    ):
        door.sendall(request.encode())
        return int(door.recv(64).split()[1])


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/build/../files/mine.json", 401),
        ("/build/./../api/contents/all.json", 401),
        ("//files//mine.json", 401),
        ("/build/%2e%2e/files/mine.json", 401),
        ("/build/..%2ffiles/mine.json", 400),
        ("/files%2fmine.json", 400),
        ("/files%5cmine.json", 400),
        ("/FILES/../files/mine.json", 401),
        ("/files/mine.ipynb?x=.js", 401),
        ("/files/mine.ipynb;.js", 401),
        ("/lab/index.html/x.js/..", 401),
        ("/pcw/session/../session.js", 401),
        ("/../../etc/passwd", 401),
    ],
)
def test_a_path_that_pretends_to_be_code_needs_a_login(
    team: TeamStack, path: str, status: int
) -> None:
    assert raw(team, path) == status


@pytest.mark.parametrize("newest", [ssl.TLSVersion.TLSv1, ssl.TLSVersion.TLSv1_1])
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_old_tls_is_refused(team: TeamStack, newest: ssl.TLSVersion) -> None:
    context = ssl.create_default_context(cafile=str(team.authority))
    context.minimum_version, context.maximum_version = ssl.TLSVersion.TLSv1, newest
    context.set_ciphers("ALL:@SECLEVEL=0")
    with (
        socket.create_connection(("localhost", team.team.settings.port), timeout=30) as plain,
        pytest.raises(ssl.SSLError),
    ):
        context.wrap_socket(plain, server_hostname="localhost")


def test_browsers_are_offered_http_2(team: TeamStack) -> None:
    context = ssl.create_default_context(cafile=str(team.authority))
    context.set_alpn_protocols(["h2", "http/1.1"])
    with (
        socket.create_connection(("localhost", team.team.settings.port), timeout=30) as plain,
        context.wrap_socket(plain, server_hostname="localhost") as door,
    ):
        assert door.selected_alpn_protocol() == "h2"


def test_plain_http_is_not_spoken(team: TeamStack) -> None:
    with pytest.raises(requests.ConnectionError):
        requests.get(team.site_url.replace("https", "http"), timeout=30)


def test_metrics_are_all_that_the_metrics_port_gives(team: TeamStack) -> None:
    with urllib.request.urlopen(team.metrics_url, timeout=30) as answer:
        assert b"envoy_http_downstream_rq_total" in answer.read()
    with urllib.request.urlopen(f"{team.metrics_url}/spark", timeout=30) as answer:
        assert b"pcw_sessions" in answer.read()
    [target] = requests.get(f"{team.metrics_url}/targets", timeout=30).json()
    assert target["labels"]["__metrics_path__"] == "/metrics/spark"
    assert metrics.socket_in(team.config.spark_work_dir).stat().st_mode & 0o777 == 0o600
    base = team.metrics_url.removesuffix("/metrics")
    of_envoy = ("/config_dump", "/quitquitquit", "/metrics/../config_dump", "/", "/stats")
    of_spark = ("/metrics/spark/", "/metrics/spark/../jobs/", "/metrics/other", "/jobs/", "/api/")
    for path in of_envoy + of_spark:
        assert requests.get(base + path, timeout=30).status_code == 404
        assert requests.post(base + path, timeout=30).status_code == 404


def test_the_path_of_readiness_needs_no_login_and_no_name(team: TeamStack) -> None:
    address = f"https://127.0.0.1:{team.team.settings.port}/.well-known/pcw/ready"
    headers = {**NAVIGATION, "host": "10.0.0.7"}
    session = requests.Session()
    session.mount("https://", _NoHostName())
    answer = session.get(address, headers=headers, verify=str(team.authority), timeout=30)
    assert answer.status_code == 200


class _NoHostName(requests.adapters.HTTPAdapter):
    """As a load balancer asks: by address, not by the certificate's name."""

    def init_poolmanager(self, *args: object, **named: object) -> None:
        super().init_poolmanager(*args, **named, assert_hostname=False)  # type: ignore[arg-type]
