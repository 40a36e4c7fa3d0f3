"""Interceptors see and change calls as in grpcio, whose own channel is the reference."""

from __future__ import annotations

from collections.abc import Callable
from concurrent import futures
from types import ModuleType
from typing import Any

import grpc as native
import pytest
from pyspark_connect_web import grpc
from pyspark_connect_web.grpc.delivery import Recorded, deliver
from pyspark_connect_web.tests.grpc.scripted import End, Wire, head, ok

PATH = "/pkg.Service/Echo"


def make_interceptor(module: ModuleType, name: str, log: list[Any]) -> Any:
    class Recorder(module.UnaryUnaryClientInterceptor, module.UnaryStreamClientInterceptor):  # type: ignore[misc, name-defined]
        def intercept_unary_unary(self, proceed: Any, details: Any, request: bytes) -> Any:
            log.append((name, "before", details.method, details.timeout, request))
            call = proceed(details, request + name.encode())
            log.append((name, "after", call.code().name))
            return call

        def intercept_unary_stream(self, proceed: Any, details: Any, request: bytes) -> Any:
            log.append((name, "stream", details.method))
            return proceed(details, request + name.encode())

    return Recorder()


def run_calls(module: ModuleType, channel: Any, log: list[Any]) -> list[Any]:
    channel = module.intercept_channel(
        channel, make_interceptor(module, "a", log), make_interceptor(module, "b", log)
    )
    return [
        channel.unary_unary(PATH)(b"q", timeout=30),
        list(channel.unary_stream(PATH + "s")(b"q")),
    ]


@pytest.fixture
def native_channel() -> Any:
    server = native.server(futures.ThreadPoolExecutor(1))
    handlers = {
        "Echo": native.unary_unary_rpc_method_handler(lambda request, _: request),
        "Echos": native.unary_stream_rpc_method_handler(lambda request, _: iter([request])),
    }
    server.add_generic_rpc_handlers(
        (native.method_handlers_generic_handler("pkg.Service", handlers),)
    )
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    with native.insecure_channel(f"127.0.0.1:{port}") as channel:
        yield channel
    server.stop(None).wait()


def test_two_interceptors_run_in_grpcios_order_with_grpcios_details(
    wire: Wire, native_channel: Any
) -> None:
    ours: list[Any] = []
    theirs: list[Any] = []
    wire.will_answer(*ok(b"qab"))
    wire.will_answer(*ok(b"qab"))
    results = run_calls(grpc, grpc.insecure_channel("host:1"), ours)
    assert results == run_calls(native, native_channel, theirs)
    assert ours == theirs
    assert [sent.body[5:] for sent in wire.sent if sent.body] == [b"qab", b"qab"]


def test_an_interceptor_sees_a_failed_call_and_the_caller_gets_its_error(wire: Wire) -> None:
    log: list[Any] = []
    wire.will_answer(head(("grpc-status", "5")), End())
    channel = grpc.intercept_channel(
        grpc.insecure_channel("host:1"), make_interceptor(grpc, "a", log)
    )
    with pytest.raises(grpc.RpcError) as caught:
        channel.unary_unary(PATH)(b"")
    assert caught.value.code() is grpc.StatusCode.NOT_FOUND
    assert log[-1] == ("a", "after", "NOT_FOUND")


def test_an_interceptor_may_answer_by_itself(wire: Wire) -> None:
    class Cache(grpc.UnaryUnaryClientInterceptor):
        def intercept_unary_unary(
            self, proceed: Callable[..., Any], details: Any, request: Any
        ) -> Any:
            return b"cached"

    channel = grpc.intercept_channel(grpc.insecure_channel("host:1"), Cache())
    assert channel.unary_unary(PATH)(b"") == b"cached"
    assert wire.sent == []


def test_an_object_that_intercepts_nothing_is_refused() -> None:
    with pytest.raises(TypeError, match="interceptor"):
        grpc.intercept_channel(grpc.insecure_channel("host:1"), object())


def test_a_call_that_is_only_recorded_passes_by_interceptors() -> None:
    log: list[Any] = []
    channel = grpc.intercept_channel(
        grpc.insecure_channel("host:1"), make_interceptor(grpc, "a", log)
    )
    recorded = Recorded()
    with deliver(recorded):
        channel.unary_unary(PATH)(b"q", metadata=[("k", "v")])
    [request] = recorded.requests
    assert (request.url, ("k", "v") in request.headers, log) == (f"http://host:1{PATH}", True, [])
