"""The two doors to Spark, and who may come in."""

from __future__ import annotations

import urllib.error
import urllib.request
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import BrowserContext

from e2e.harness import Harness
from e2e.stacks import RunningStack

CONFIG_PATH = "/spark.connect.SparkConnectService/Config"


def test_page_and_kernel_are_isolated(harness: Harness) -> None:
    assert harness.page.evaluate("crossOriginIsolated") is True
    assert harness.call("__import__('js').crossOriginIsolated") is True


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1"])
@pytest.mark.parametrize("port_of", ["site_url", "grpcweb_url"])
@pytest.mark.parametrize("suffix", ["", "/;transport=grpcweb"])
def test_a_session_collects_through_either_door_by_either_name(
    harness: Harness, stack: RunningStack, port_of: str, host: str, suffix: str
) -> None:
    port = urlsplit(getattr(stack, port_of)).port
    harness.connect(f"sc://{host}:{port}{suffix}", "other")
    assert harness.call("[row.id for row in other.range(3).collect()]") == [0, 1, 2]
    harness.run("other.stop()")


def test_the_page_loads_nothing_from_another_origin(
    context: BrowserContext, stack: RunningStack
) -> None:
    urls: list[str] = []
    context.on("request", lambda request: urls.append(request.url))
    harness = Harness.open(context, stack.site_url)
    harness.connect(stack.grpcweb_remote)
    harness.run("spark.range(3).toPandas()")
    harness.close()
    own = {urlsplit(url).netloc for url in (stack.site_url, stack.grpcweb_url)}
    assert {urlsplit(url).netloc for url in urls if not url.startswith(("data:", "blob:"))} <= own
    assert any("pandas" in url for url in urls), "the listener saw the worker's own requests"


@pytest.mark.parametrize("port_of", ["site_url", "grpcweb_url"])
def test_a_post_from_a_foreign_origin_is_refused(stack: RunningStack, port_of: str) -> None:
    request = urllib.request.Request(
        getattr(stack, port_of).rstrip("/") + CONFIG_PATH,
        data=b"\0\0\0\0\0",
        headers={
            "Origin": "https://foreign.example",
            "Content-Type": "application/grpc-web+proto",
        },
    )
    with pytest.raises(urllib.error.HTTPError) as caught:
        urllib.request.urlopen(request)
    assert caught.value.code == 403
    assert "access-control-allow-origin" not in caught.value.headers


def test_two_kernels_work_at_the_same_time(
    context: BrowserContext, harness: Harness, stack: RunningStack
) -> None:
    second = Harness.open(context, stack.site_url)
    second.connect(stack.grpcweb_remote)
    second.start("print(spark.range(100000000).selectExpr('sum(hash(id))').collect())")
    assert harness.call("spark.range(5).count()") == 5
    assert "Row" in second.finish()
    second.close()


RAW_CALL = """
import js
import pyspark.sql.connect.proto as pb2
from pyspark_connect_web.worker import SabSyncChannel, kernel_bootstrap

kernel_bootstrap.assert_kernel_ready()
channel = SabSyncChannel(str(js.location.origin))
site = channel.unary("/pcw-site.json", method="GET")
request = pb2.AnalyzePlanRequest(
    session_id=spark.session_id, spark_version=pb2.AnalyzePlanRequest.SparkVersion()
).SerializeToString()
answer = b"".join(
    channel.server_stream(
        "/spark.connect.SparkConnectService/AnalyzePlan",
        b"\\0" + len(request).to_bytes(4, "big") + request,
        {"content-type": "application/grpc-web+proto", "x-grpc-web": "1"},
    )
)
message = pb2.AnalyzePlanResponse.FromString(answer[5 : 5 + int.from_bytes(answer[1:5], "big")])
"""


def test_the_byte_channel_works_by_itself(harness: Harness) -> None:
    harness.run(RAW_CALL)
    assert harness.call("[channel.transport, site.status, len(site.body) > 0]") == [
        "kernel",
        200,
        True,
    ]
    assert harness.call("message.spark_version.version == spark.version") is True
    assert harness.call("b'grpc-status:0' in answer.replace(b' ', b'')") is True
