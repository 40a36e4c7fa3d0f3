"""Bearer tokens and TLS, from the tab and natively."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import grpc
import pytest
from playwright.sync_api import Browser, BrowserContext

from e2e.harness import Harness, PythonError
from e2e.native_clients import trusted
from e2e.rpcs import new_session
from e2e.stacks import RunningStack, Stack
from e2e.tls import TlsDoor, self_signed
from e2e.wire import Wire

TOKEN = "correct-horse"
COUNT = "SparkSession.builder.remote({!r}).create().range(3).count()"


@pytest.fixture(scope="module")
def guarded(make_stack: Callable[..., Stack]) -> Iterator[Stack]:
    """A stack whose Spark demands a token."""
    stack = make_stack(SPARK_CONNECT_AUTHENTICATE_TOKEN=TOKEN)
    stack.up()
    yield stack
    stack.down()


@pytest.fixture(scope="module")
def tab(context: BrowserContext, guarded: Stack) -> Iterator[Harness]:
    harness = Harness.open(context, guarded.site_url)
    harness.run(
        "import pyspark_connect_web as pcw\npcw.install()\nfrom pyspark.sql import SparkSession"
    )
    yield harness
    harness.close()


def native_error(remote: str) -> Any:
    with pytest.raises(Exception) as caught:  # noqa: PT011 - compared with the tab's
        new_session(remote).range(3).count()
    return caught.value


def native_remote(stack: RunningStack) -> str:
    return f"sc://localhost:{urlsplit(stack.spark_remote).port}/"


def test_the_right_token_opens_spark_and_travels_as_a_bearer_header(
    tab: Harness, guarded: Stack
) -> None:
    wire = Wire(tab.page)
    assert tab.call(COUNT.format(f"{guarded.grpcweb_remote};token={TOKEN}")) == 3
    assert all(r.headers["authorization"] == f"Bearer {TOKEN}" for r in wire.requests)
    assert new_session(f"{native_remote(guarded)};token={TOKEN}").range(3).count() == 3


@pytest.mark.parametrize("parameter", ["", ";token=wrong"])
def test_without_the_right_token_the_error_is_the_native_one_in_one_sentence(
    tab: Harness, guarded: Stack, parameter: str
) -> None:
    native = native_error(native_remote(guarded) + parameter)
    with pytest.raises(PythonError) as caught:
        tab.run(COUNT.format(guarded.grpcweb_remote + parameter))
    last = str(caught.value).strip().splitlines()[-1]
    name, _, sentence = last.partition(": ")
    assert name == f"{type(native).__module__}.{type(native).__name__}"
    assert native.getGrpcStatusCode() is grpc.StatusCode.UNAUTHENTICATED
    assert "token=" in sentence
    assert native.getMessage().partition('details = "')[2].partition('"')[0] in sentence


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return self_signed(tmp_path_factory.mktemp("tls"))


@pytest.fixture
def trusting(browser: Browser, stack: RunningStack) -> Iterator[Harness]:
    """A harness whose browser takes any certificate."""
    context = browser.new_context(ignore_https_errors=True)
    harness = Harness.open(context, stack.site_url)
    harness.run("import pyspark_connect_web as pcw\npcw.install()")
    yield harness
    context.close()


def port_of(url: str) -> int:
    port = urlsplit(url).port
    assert port is not None
    return port


@pytest.mark.any_stack
@pytest.mark.parametrize("parameters", ["use_ssl=true", "use_ssl=true;token=any", "token=any"])
def test_the_tab_collects_over_tls_where_the_native_client_would_use_it(
    trusting: Harness, stack: RunningStack, certificate: Path, parameters: str
) -> None:
    """A token alone selects TLS, unless the host is written as localhost."""
    wire = Wire(trusting.page)
    with TlsDoor(port_of(stack.grpcweb_url), certificate, ("http/1.1",)) as door:
        remote = f"sc://127.0.0.1:{door.port}/;transport=grpcweb;{parameters}"
        trusting.connect(remote)
        assert trusting.call("[row.id for row in spark.range(3).collect()]") == [0, 1, 2]
        assert {urlsplit(r.url).scheme for r in wire.requests} == {"https"}
        trusting.run("spark.stop()")


@pytest.mark.any_stack
def test_the_native_client_collects_over_the_same_kind_of_door(
    stack: RunningStack, certificate: Path
) -> None:
    door_of_spark = TlsDoor(port_of(stack.spark_remote), certificate, ("h2",))
    with trusted(certificate), door_of_spark as door:
        session = new_session(f"sc://127.0.0.1:{door.port}/;use_ssl=true")
        assert [row.id for row in session.range(3).collect()] == [0, 1, 2]
        session.stop()


@pytest.mark.any_stack
def test_a_token_to_a_plain_endpoint_that_is_not_called_localhost_says_what_to_do(
    trusting: Harness, stack: RunningStack
) -> None:
    """Natively this is UNAVAILABLE, retried for ten minutes."""
    remote = f"sc://127.0.0.1:{port_of(stack.grpcweb_url)}/;transport=grpcweb;token=any"
    trusting.connect(remote)
    with pytest.raises(PythonError) as caught:
        trusting.run("spark.range(1).collect()")
    sentence = str(caught.value).strip().splitlines()[-1]
    assert "a token makes the client use https, unless the host is written localhost" in sentence
