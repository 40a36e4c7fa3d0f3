"""What is wrong is said in one sentence, at once, and the kernel lives on."""

from __future__ import annotations

import functools
import http.server
import io
import re
import threading
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import BrowserContext

from e2e.harness import Harness, PythonError
from e2e.stacks import RunningStack, Stack
from spark.ports import free_ports

INSTALL = "import pyspark_connect_web as pcw\npcw.install()"
COLLECT = (
    "from pyspark.sql import SparkSession\n"
    "SparkSession.builder.remote({!r}).create().range(1).collect()"
)


def sentence_of(harness: Harness, source: str) -> str:
    """The last line of the error that the source raises."""
    with pytest.raises(PythonError) as caught:
        harness.run(source)
    return str(caught.value).strip().splitlines()[-1]


@pytest.fixture
def plain_site(site_dir: Path) -> Iterator[str]:
    """The site on a server that sets no headers."""

    class Quiet(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *_: object) -> None:
            pass

    handler = functools.partial(Quiet, directory=str(site_dir))
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://localhost:{server.server_port}/"
    server.shutdown()
    server.server_close()


@pytest.mark.any_stack
def test_a_page_without_the_bridge_script_is_named(
    fresh: BrowserContext, stack: RunningStack
) -> None:
    fresh.route(
        "**/pcw_kernel_bridge.js",
        lambda route: route.fulfill(body="", content_type="text/javascript"),
    )
    harness = Harness.open(fresh, stack.site_url)
    sentence = sentence_of(harness, INSTALL)
    assert "PageHalfMissingError" in sentence
    assert "pcw_kernel_bridge.js" in sentence


@pytest.mark.any_stack
def test_an_io_worker_that_does_not_load_is_named(
    fresh: BrowserContext, stack: RunningStack
) -> None:
    fresh.route("**/pcw_io_worker.js", lambda route: route.fulfill(status=404, body=""))
    harness = Harness.open(fresh, stack.site_url)
    assert "pcw_io_worker.js failed to start" in sentence_of(harness, INSTALL)


@pytest.mark.any_stack
def test_a_page_half_that_does_not_load_is_named(
    fresh: BrowserContext, stack: RunningStack
) -> None:
    fresh.route("**/pcw_kernel.js", lambda route: route.fulfill(status=404, body=""))
    harness = Harness.open(fresh, stack.site_url)
    sentence = sentence_of(harness, INSTALL)
    assert "failed to start; it must lie beside pcw_kernel_bridge.js" in sentence


@pytest.mark.any_stack
def test_an_unsupported_pyspark_is_named_with_what_is_supported(
    fresh: BrowserContext, stack: RunningStack
) -> None:
    name = "pyspark_client-3.5.0-py3-none-any.whl"
    fresh.route(f"**/{name}", lambda route: route.fulfill(body=old_pyspark()))
    harness = Harness.open(fresh, stack.site_url, PCW_PYSPARK_WHEEL_URL=f"/{name}")
    sentence = sentence_of(harness, INSTALL)
    assert re.search(r"pyspark-client 3\.5\.0 is not supported.*4\.0 - 4\.3", sentence)


def old_pyspark() -> bytes:
    """A wheel with nothing but the name and version of an old client."""
    info = "pyspark_client-3.5.0.dist-info"
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as wheel:
        wheel.writestr("pyspark/__init__.py", "")
        wheel.writestr(
            f"{info}/METADATA", "Metadata-Version: 2.1\nName: pyspark-client\nVersion: 3.5.0\n"
        )
        wheel.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nTag: py3-none-any\n")
        wheel.writestr(f"{info}/RECORD", "")
    return buffer.getvalue()


@pytest.mark.any_stack
@pytest.mark.parametrize(
    "setting", ["PCW_PYODIDE_INDEX_URL", "PCW_WHEEL_URL", "PCW_PYSPARK_WHEEL_URL"]
)
def test_code_from_another_origin_is_refused(
    fresh: BrowserContext, stack: RunningStack, setting: str
) -> None:
    with pytest.raises(PythonError, match=rf"{setting}=.* is of another origin"):
        Harness.open(fresh, stack.site_url, **{setting: f"{stack.grpcweb_url}x.whl"})


@pytest.mark.any_stack
def test_a_wheel_altered_on_its_way_is_refused(fresh: BrowserContext, stack: RunningStack) -> None:
    fresh.route("**/numpy-*.whl", lambda route: route.fulfill(body=b"PK other bytes"))
    harness = Harness.open(fresh, stack.site_url)
    harness.connect(stack.grpcweb_remote)
    sentence = sentence_of(harness, "spark.range(1).toPandas()")
    assert "WheelError" in sentence
    assert "sha256" in sentence


def test_a_wrong_port_is_named(harness: Harness) -> None:
    (port,) = free_ports(1)
    sentence = sentence_of(harness, COLLECT.format(f"sc://localhost:{port}"))
    assert f"Nothing answers at http://localhost:{port}" in sentence
    assert harness.call("spark.range(2).count()") == 2


def test_an_origin_that_the_proxy_refuses_is_named_with_what_to_allow(
    harness: Harness, stack: RunningStack, make_stack: Callable[..., Stack]
) -> None:
    closed = make_stack(PCW_ALLOWED_ORIGINS="https://elsewhere.example")
    closed.envoy.start()
    closed.envoy.wait_healthy()
    sentence = sentence_of(harness, COLLECT.format(closed.grpcweb_remote))
    closed.envoy.stop()
    assert "(CORS)" in sentence
    assert f"this page's origin {stack.site_url.rstrip('/')}" in sentence


def test_a_server_that_is_no_spark_connect_is_named(harness: Harness, plain_site: str) -> None:
    """Its answer has no CORS headers, so that this is all a page can learn of it."""
    port = urlsplit(plain_site).port
    sentence = sentence_of(harness, COLLECT.format(f"sc://localhost:{port}"))
    assert f"http://localhost:{port} answers, but refuses" in sentence
