"""The server of the interoperability cases: grpcio's, with the generated servicer."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterable, Iterator
from concurrent import futures
from contextlib import contextmanager
from types import ModuleType
from typing import Any

import grpc

ECHO_INITIAL = "x-grpc-test-echo-initial"
ECHO_TRAILING = "x-grpc-test-echo-trailing-bin"
SECONDS_LEFT = "x-seconds-left"
ANSWER_LATE = "x-answer-late"
LATE_S = 3.0
STOP_GRACE_S = 2.0
THREADS = 16


def make_servicer(pb: ModuleType, rpc: ModuleType) -> Any:
    """A `TestService` of the generated modules `interop_pb2` and `interop_pb2_grpc`."""

    def payload(size: int) -> Any:
        return pb.Payload(body=b"\0" * size)

    class TestService(rpc.TestServiceServicer):  # type: ignore[misc, name-defined]
        def EmptyCall(self, request: Any, context: Any) -> Any:
            return pb.Empty()

        def UnaryCall(self, request: Any, context: Any) -> Any:
            echo_metadata(context)
            answer_late(context)
            end_as_told(request, context)
            return pb.SimpleResponse(payload=payload(request.response_size))

        def StreamingOutputCall(self, request: Any, context: Any) -> Iterator[Any]:
            echo_metadata(context)
            for wanted in request.response_parameters:
                time.sleep(wanted.interval_us / 1e6)
                yield pb.StreamingOutputCallResponse(payload=payload(wanted.size))
            end_as_told(request, context)

        def StreamingInputCall(self, requests: Iterable[Any], context: Any) -> Any:
            total = sum(len(request.payload.body) for request in requests)
            return pb.StreamingInputCallResponse(aggregated_payload_size=total)

    return TestService()


def echo_metadata(context: Any) -> None:
    """Sends the two keys of the cases back, and how many whole seconds the client left."""
    given = context.invocation_metadata()
    initial = [(key, value) for key, value in given if key == ECHO_INITIAL]
    trailing = [(key, value) for key, value in given if key == ECHO_TRAILING]
    left = context.time_remaining()
    if left is not None and left < 1e6:
        trailing.append((SECONDS_LEFT, str(int(left))))
    context.send_initial_metadata(initial)
    context.set_trailing_metadata(trailing)


def answer_late(context: Any) -> None:
    """Waits where the client asks for it, and no longer than the client does."""
    if any(key == ANSWER_LATE for key, _ in context.invocation_metadata()):
        given_up = threading.Event()
        context.add_callback(given_up.set)
        given_up.wait(LATE_S)


def end_as_told(request: Any, context: Any) -> None:
    status = request.response_status
    if status.code:
        context.abort(status_code(status.code), status.message)


def status_code(number: int) -> grpc.StatusCode:
    return next(code for code in grpc.StatusCode if code.value[0] == number)


@contextmanager
def serving(port: int, pb: ModuleType, rpc: ModuleType) -> Iterator[None]:
    """The server on this port of the loopback address, within the block."""
    server = grpc.server(
        futures.ThreadPoolExecutor(THREADS), options=[("grpc.max_receive_message_length", -1)]
    )
    rpc.add_TestServiceServicer_to_server(make_servicer(pb, rpc), server)
    if server.add_insecure_port(f"127.0.0.1:{port}") != port:
        raise OSError(f"port {port} is taken")
    server.start()
    try:
        yield
    finally:
        server.stop(STOP_GRACE_S).wait()
