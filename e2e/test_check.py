"""`pcw-check.html` and `pcw.doctor()`: each condition green or red, with what to do about red."""

from __future__ import annotations

import http.server
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from e2e.browser import FOREIGN_NAME
from e2e.harness import Harness, PythonError
from e2e.headers_host import Rule, StaticHost, with_tls
from e2e.notebook import SCREENSHOTS, Lab
from e2e.stacks import RunningStack, Stack
from e2e.tls import self_signed as make_certificate
from spark.ports import free_ports

pytestmark = pytest.mark.any_stack

COOP = ("Cross-Origin-Opener-Policy", "same-origin")
COEP = ("Cross-Origin-Embedder-Policy", "credentialless")
ROOT = Path(__file__).resolve().parents[1]
BASE = "/repo/"
COLLECT = (
    "from pyspark.sql import SparkSession\n"
    "SparkSession.builder.remote({!r}).create().range(1).collect()"
)


def findings(page: Page, site_url: str, remote: str | None = None) -> dict[str, str]:
    """What the page shows: the titles with their mark, and the texts."""
    page.goto(f"{site_url}pcw-check.html", wait_until="commit")
    checked = "() => document.body && ['red', 'green'].includes(document.body.dataset.state)"
    page.wait_for_function(checked)
    if remote is not None:
        page.locator("#remote").fill(remote)
        page.locator("button").click()
        page.wait_for_function(checked)
    rows = page.locator("#findings li").all()
    titles = [row.locator("strong").inner_text() for row in rows]
    return {
        title: row.inner_text().removeprefix(title).strip()
        for title, row in zip(titles, rows, strict=True)
    }


def red(found: dict[str, str]) -> dict[str, str]:
    return {title[2:]: text for title, text in found.items() if title.startswith("✗")}


@contextmanager
def answering(
    reply: Callable[[http.server.BaseHTTPRequestHandler], None], certificate: Path | None = None
) -> Iterator[int]:
    """A server of another origin that lets every page in, and gives one answer."""

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_OPTIONS(self) -> None:
            self.send_response(204)
            self.allow()
            self.end_headers()

        def allow(self) -> None:
            self.send_header("Access-Control-Allow-Origin", "*")
            self.send_header("Access-Control-Allow-Headers", "*")
            self.send_header("Access-Control-Expose-Headers", "*")

        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["content-length"]))
            reply(self)

        def do_GET(self) -> None:
            reply(self)

        def log_message(self, *_: object) -> None:
            return

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    if certificate:
        server.socket = with_tls(server.socket, certificate)
        server.handle_error = lambda *_: None  # type: ignore[method-assign]
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield server.server_port
    finally:
        server.shutdown()
        server.server_close()


def web_page(handler: http.server.BaseHTTPRequestHandler) -> None:
    handler.send_response(200)
    handler.allow()  # type: ignore[attr-defined]
    handler.send_header("Content-Type", "text/html")
    handler.end_headers()
    handler.wfile.write(b"<form>password</form>")


def login(handler: http.server.BaseHTTPRequestHandler) -> None:
    """Sends to a login page, and shows it."""
    if handler.path == "/login":
        web_page(handler)
        return
    handler.send_response(302)
    handler.allow()  # type: ignore[attr-defined]
    handler.send_header("Location", "/login")
    handler.end_headers()


def not_found(handler: http.server.BaseHTTPRequestHandler) -> None:
    handler.send_response(404)
    handler.allow()  # type: ignore[attr-defined]
    handler.send_header("Content-Type", "application/json")
    handler.end_headers()


def other_grpc(handler: http.server.BaseHTTPRequestHandler) -> None:
    grpc_status(handler, "12", "unknown%20service")


def wants_a_token(handler: http.server.BaseHTTPRequestHandler) -> None:
    grpc_status(handler, "16", "no%20token")


def grpc_status(handler: http.server.BaseHTTPRequestHandler, status: str, text: str) -> None:
    handler.send_response(200)
    handler.allow()  # type: ignore[attr-defined]
    handler.send_header("Content-Type", "application/grpc-web+proto")
    handler.send_header("grpc-status", status)
    handler.send_header("grpc-message", text)
    handler.end_headers()


@pytest.fixture(scope="module")
def self_signed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate that no browser trusts, with its key."""
    return make_certificate(tmp_path_factory.mktemp("tls"))


def test_a_site_that_works_is_green_and_tells_sparks_version(
    fresh: BrowserContext, stack: RunningStack
) -> None:
    page = fresh.new_page()
    found = findings(page, stack.site_url)
    page.screenshot(path=SCREENSHOTS / "check-green.png")
    assert red(found) == {}
    assert found["✓ Spark's version"] == "4.2.1"
    assert "/catalog; settings: the stack's; jars: Spark's" in found["✓ Spark runs with"]
    assert found["✓ Round trip"].endswith(" ms")
    assert page.locator("#summary").inner_text() == "All is well."
    own = stack.site_url.rstrip("/").removeprefix("http://")
    assert page.locator("#remote").input_value() == f"sc://{own}/;transport=grpcweb"


def test_a_page_without_the_bridge_script_is_red_there(
    fresh: BrowserContext, stack: RunningStack
) -> None:
    fresh.route(
        "**/pcw_kernel_bridge.js",
        lambda route: route.fulfill(body="", content_type="text/javascript"),
    )
    found = red(findings(fresh.new_page(), stack.site_url))
    assert list(found) == ["Bridge script"]
    assert "build the site anew" in found["Bridge script"]


def test_a_page_that_is_not_isolated_still_checks_and_names_each_red_header(
    fresh: BrowserContext, site_dir: Path, stack: RunningStack
) -> None:
    wrong = ("Cross-Origin-Opener-Policy", "unsafe-none")
    with StaticHost(site_dir, base=BASE, rules=[Rule("/*", (wrong,))]) as host:
        page = fresh.new_page()
        found = findings(page, host.url, stack.grpcweb_remote)
        page.screenshot(path=SCREENSHOTS / "check-red.png")
        assert set(red(found)) == {
            "Cross-Origin-Opener-Policy of the page",
            "Cross-Origin-Embedder-Policy of the page",
            "Cross-Origin-Embedder-Policy of worker scripts",
            "Isolation of the page",
            "Isolation of the worker",
        }
        text = red(found)["Cross-Origin-Opener-Policy of the page"]
        assert "with the header 'Cross-Origin-Opener-Policy: unsafe-none' where" in text
        assert "something between Envoy and this browser" in text
        assert found["✓ Spark's version"] == "4.2.1"


def test_a_worker_without_its_header_and_plain_http_by_a_name_are_red(
    fresh: BrowserContext, site_dir: Path
) -> None:
    with StaticHost(site_dir, rules=[Rule("/pcw-check.html", (COOP, COEP))]) as host:
        found = red(findings(fresh.new_page(), host.url))
        assert "Isolation of the worker" in found
        assert (
            "pcw_check_worker.js came without"
            in (found["Cross-Origin-Embedder-Policy of worker scripts"])
        )
        named = findings(fresh.new_page(), host.url.replace("localhost", FOREIGN_NAME))
        assert "open it over https" in red(named)["Secure context"]


def test_where_the_service_worker_isolates_the_page_it_is_a_condition(
    browser: Browser, fresh: BrowserContext, stack: RunningStack, tmp_path: Path
) -> None:
    site = tmp_path / "dist"
    command = [sys.executable, "-m", "builder", "--out", str(site), "--host", "github-pages"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "site")}
    subprocess.run([*command, "--remote", stack.grpcweb_remote], env=environment, check=True)
    with StaticHost(site, base=BASE) as host:
        page = fresh.new_page()
        page.goto(f"{host.url}pcw-check.html", wait_until="commit")
        page.wait_for_function("crossOriginIsolated")
        found = findings(page, host.url)
        assert red(found) == {}
        assert "✓ Service worker" in found
        refusing = browser.new_context(service_workers="block")
        found = red(findings(refusing.new_page(), host.url))
        refusing.close()
        assert "not private, allow site data" in found["Service worker"]
        assert "Isolation of the page" in found


def test_endpoint_faults_are_told_apart(
    fresh: BrowserContext, stack: RunningStack, make_stack: Callable[..., Stack], self_signed: Path
) -> None:
    page = fresh.new_page()

    def only_red(remote: str) -> tuple[str, str]:
        ((title, text),) = red(findings(page, stack.site_url, remote)).items()
        return title, text

    (port,) = free_ports(1)
    assert only_red("nonsense")[0] == "Endpoint's address"
    title, text = only_red(f"sc://localhost:{port}")
    assert (title, f"nothing answers at http://localhost:{port}; " in text) == (
        "Endpoint answers",
        True,
    )
    for reply, title, words in (
        (web_page, "gRPC answer", "a web page, probably a login"),
        (not_found, "gRPC answer", "answered HTTP 404 (application/json) instead of grpc-web"),
        (other_grpc, "gRPC answer", "is a gRPC server but no Spark Connect"),
        (wants_a_token, "gRPC answer", "wants a token; add ;token=... to the address"),
        (login, "gRPC answer", "a web page, probably a login"),
    ):
        with answering(reply) as port:
            found = only_red(f"sc://localhost:{port}")
            assert found[0] == title
            assert words in found[1]
    with answering(web_page, self_signed) as port:
        title, text = only_red(f"sc://localhost:{port}/;use_ssl=true")
        assert title == "Endpoint answers"
        assert f"certificate is not trusted; open https://localhost:{port} in a tab" in text
    alone = make_stack()
    alone.envoy.start()
    alone.envoy.wait_healthy()
    title, text = only_red(alone.grpcweb_remote)
    alone.envoy.stop()
    assert title == "gRPC answer"
    assert "answers, but the Spark Connect server behind it does not" in text
    closed = make_stack(PCW_ALLOWED_ORIGINS="https://elsewhere.example")
    closed.envoy.start()
    closed.envoy.wait_healthy()
    title, text = only_red(closed.grpcweb_remote)
    closed.envoy.stop()
    assert title == "CORS"
    assert f"not to pages of {stack.site_url.rstrip('/')} (CORS)" in text


def test_an_http_endpoint_on_an_https_page_is_named_by_the_page_and_by_the_query(
    browser: Browser, site_dir: Path, stack: RunningStack, self_signed: Path
) -> None:
    context = browser.new_context(ignore_https_errors=True)
    remote = stack.grpcweb_remote.replace("localhost", FOREIGN_NAME)
    headers = Rule("/*", (COOP, COEP))
    with StaticHost(site_dir, rules=[headers], certificate=self_signed) as host:
        found = red(findings(context.new_page(), host.url, remote))
        assert list(found) == ["Endpoint answers"]
        assert "https" in found["Endpoint answers"]
        harness = Harness.open(context, host.url)
        harness.run("import pyspark_connect_web as pcw\npcw.install()")
        with pytest.raises(PythonError) as caught:
            harness.run(COLLECT.format(remote))
        sentence = str(caught.value).strip().splitlines()[-1]
        assert (
            "This page came over https, so the browser blocks calls to http://pcw.test" in sentence
        )
        assert "use_ssl=true" in sentence
    context.close()


def test_the_doctor_says_the_same_in_a_cell_before_install(
    fresh: BrowserContext, stack: RunningStack
) -> None:
    notebook = Lab.open(fresh, stack.site_url, "lab/index.html?path=demo.ipynb").notebook
    notebook.wait_until_idle()
    cell = notebook.run_cell("import pyspark_connect_web as pcw\npcw.doctor()")
    assert cell.error is None, cell.error
    assert "✗" not in cell.text
    assert "✓ Spark's version: 4.2.1" in cell.text
    broken = notebook.run_cell("pcw.doctor('sc://localhost:1')")
    assert broken.error is None
    assert "✗ Endpoint answers: nothing answers at http://localhost:1" in broken.text


def test_the_doctor_raises_nothing_where_the_page_is_not_isolated(
    fresh: BrowserContext, site_dir: Path, stack: RunningStack
) -> None:
    with StaticHost(site_dir, rules=[Rule("/*", (COEP,))]) as host:
        notebook = Lab.open(fresh, host.url, "lab/index.html?path=demo.ipynb").notebook
        notebook.wait_until_idle()
        cell = notebook.run_cell(
            f"import pyspark_connect_web as pcw\npcw.doctor({stack.grpcweb_remote!r})"
        )
        assert cell.error is None, cell.error
        assert "✗ Cross-Origin-Opener-Policy of the page: " in cell.text
        assert "✓ Spark's version: 4.2.1" in cell.text


@pytest.mark.parametrize(
    ("reply", "words"),
    [
        (web_page, "answered with a web page"),
        (login, "answered with a web page"),
        (not_found, "is no Spark Connect endpoint for browsers: it answered HTTP 404"),
    ],
)
def test_a_query_names_an_endpoint_that_is_no_spark_connect(
    harness: Harness, reply: Callable[..., None], words: str
) -> None:
    with answering(reply) as port, pytest.raises(PythonError, match=words):
        harness.run(COLLECT.format(f"sc://localhost:{port}"))


def test_a_query_names_a_certificate_that_may_not_be_trusted(
    harness: Harness, self_signed: Path
) -> None:
    with (
        answering(web_page, self_signed) as port,
        pytest.raises(PythonError, match=rf"not trusted; open https://localhost:{port} in a tab"),
    ):
        harness.run(COLLECT.format(f"sc://localhost:{port}/;use_ssl=true"))
