"""The sentence about isolation names the response, the header, what it is, and the cure there."""

from __future__ import annotations

import json
import re
import sys
from types import ModuleType, SimpleNamespace

import pytest
from pyspark_connect_web.bridge.isolation import isolation_sentence
from pyspark_connect_web.bridge.site_file import TIMEOUT_MS

ORIGIN = "https://notebooks.example"
PAGE = f"{ORIGIN}/repo/lab/index.html"
WORKER = f"{ORIGIN}/repo/kernel.js"
COOP, COEP = "Cross-Origin-Opener-Policy", "Cross-Origin-Embedder-Policy"
RIGHT = {COOP: "same-origin", COEP: "credentialless"}


class JsException(Exception):
    """What Pyodide raises for a JavaScript error."""


class Host:
    """What a host answers to synchronous requests with a time-out."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.site: dict[str, object] = {}
        self.headers = {PAGE: dict(RIGHT), WORKER: dict(RIGHT)}
        self.answers = True
        self.scope = SimpleNamespace(name="pcw-page pcw-site=/repo/ pcw-path=/repo/lab/index.html")
        self.js = SimpleNamespace(
            self=self.scope,
            isSecureContext=True,
            location=SimpleNamespace(origin=ORIGIN, href=WORKER, port=""),
            XMLHttpRequest=SimpleNamespace(new=lambda: Request(self)),
        )
        ffi = ModuleType("pyodide.ffi")
        ffi.JsException = JsException  # type: ignore[attr-defined]
        monkeypatch.setitem(sys.modules, "js", self.js)
        monkeypatch.setitem(sys.modules, "pyodide", ModuleType("pyodide"))
        monkeypatch.setitem(sys.modules, "pyodide.ffi", ffi)


class Request:
    timeout = 0

    def __init__(self, host: Host) -> None:
        self.host = host

    def open(self, method: str, url: str, asynchronous: bool) -> None:
        assert (method, asynchronous) == ("GET", False)
        self.url = url

    def send(self) -> None:
        assert self.timeout == TIMEOUT_MS, "without a time-out the cell could hang"
        if not self.host.answers:
            raise JsException("NetworkError")
        self.status = 200
        self.responseText = json.dumps(self.host.site)

    def getResponseHeader(self, name: str) -> str | None:
        return self.host.headers.get(self.url, {}).get(name)


@pytest.fixture
def host(monkeypatch: pytest.MonkeyPatch) -> Host:
    return Host(monkeypatch)


@pytest.mark.parametrize("name", [COOP, COEP])
def test_a_header_that_is_missing_on_the_page(host: Host, name: str) -> None:
    del host.headers[PAGE][name]
    sentence = isolation_sentence()
    assert sentence.startswith(f"The page {PAGE} came without the header '{name}: {RIGHT[name]}'")
    assert ({COOP, COEP} - {name}).pop() not in sentence


@pytest.mark.parametrize(
    ("name", "value"),
    [
        (COOP, "unsafe-none"),
        (COOP, "same-origin-allow-popups"),
        (COOP, "same-origin, same-origin"),
        (COEP, "unsafe-none"),
        (COEP, "credentialless, credentialless"),
    ],
)
def test_a_header_with_another_value_is_shown_as_it_was_found(
    host: Host, name: str, value: str
) -> None:
    host.headers[PAGE][name] = value
    assert f"with the header '{name}: {value}' where '{RIGHT[name]}'" in isolation_sentence()


def test_both_headers_missing_are_both_named(host: Host) -> None:
    host.headers[PAGE] = {}
    sentence = isolation_sentence()
    assert f"'{COOP}: same-origin' and without the header '{COEP}: credentialless'" in sentence


def test_the_workers_own_script_needs_one_too(host: Host) -> None:
    host.headers[WORKER] = {COOP: "same-origin"}
    sentence = isolation_sentence()
    assert sentence.startswith(f"The worker script {WORKER} came without the header '{COEP}: ")


@pytest.mark.parametrize("value", ["require-corp", 'credentialless; report-to="x"'])
def test_other_right_values_are_accepted(host: Host, value: str) -> None:
    host.headers[PAGE][COEP] = value
    assert "The host sends the right headers now" in isolation_sentence()


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("netlify", "publish the file _headers"),
        ("cloudflare-pages", "publish the file _headers"),
        ("envoy", "something between Envoy and this browser"),
        ("github-pages", f"coi-serviceworker.js adds it.*allow site data for {ORIGIN}"),
        ("http-server", r"serve_coi\.py"),
        ("jupyterlite", "jupyter lite build --PysparkConnectWebAddon"),
        ("another", "let the host send it"),
        (None, "let the host send it"),
    ],
)
def test_the_cure_is_that_of_the_host(host: Host, name: str | None, words: str) -> None:
    host.site = {"host": name}
    del host.headers[PAGE][COOP]
    sentence = isolation_sentence()
    assert sentence.endswith(", then reload.")
    assert re.search(words, sentence)


def test_plain_http_by_a_name_says_how_to_open_it(host: Host) -> None:
    host.js.isSecureContext = False
    host.js.location = SimpleNamespace(origin="http://spark.lan:8000", href="", port="8000")
    sentence = isolation_sentence()
    assert sentence.startswith("The page http://spark.lan:8000 is no secure context")
    assert "http://localhost:8000" in sentence


def test_a_host_that_does_not_answer_is_said_not_waited_for(host: Host) -> None:
    host.answers = False
    assert "did not answer when it was asked for its headers" in isolation_sentence()
