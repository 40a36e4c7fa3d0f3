"""Cases of gRPC's interoperability tests; each takes a channel and returns what JSON can hold.

This file runs with grpcio natively and with this project's `grpc` in the tab, where it is sent as
text. Cases: https://github.com/grpc/grpc/blob/master/doc/interop-test-descriptions.md
"""

import time

import grpc
import interop_pb2 as pb
import interop_pb2_grpc as rpc

LARGE_REQUEST_BYTES = 271_828
LARGE_RESPONSE_BYTES = 314_159
STREAM_REQUEST_BYTES = (27_182, 8, 1_828, 45_904)
STREAM_RESPONSE_BYTES = (31_415, 9, 2_653, 58_979)
SPECIAL_MESSAGE = "\t\ntest with whitespace\r\nand Unicode BMP ☺ and non-BMP 😈\t\n"
METADATA = (
    ("x-grpc-test-echo-initial", "test_initial_metadata_value"),
    ("x-grpc-test-echo-trailing-bin", b"\xab\xab\xab\x00\xff"),
)
TOO_SHORT_S = 0.05
TOO_LONG_US = 3_000_000


def payload(size):
    return pb.Payload(body=b"\0" * size)


def parameters(*sizes):
    return [pb.ResponseParameters(size=size) for size in sizes]


def failure(call):
    """What a call that must fail says of itself."""
    try:
        call()
    except grpc.RpcError as error:
        return [error.code().name, error.details(), isinstance(error, grpc.Call)]
    return "no error"


def echoed(call):
    """The metadata of METADATA's keys that came back, first and last."""
    keys = [key for key, _ in METADATA]
    return [
        [[key, list(value) if isinstance(value, bytes) else value]]
        for pairs in (call.initial_metadata(), call.trailing_metadata())
        for key, value in pairs
        if key in keys
    ]


def empty_unary(channel):
    return rpc.TestServiceStub(channel).EmptyCall(pb.Empty()) == pb.Empty()


def large_unary(channel):
    request = pb.SimpleRequest(
        response_size=LARGE_RESPONSE_BYTES, payload=payload(LARGE_REQUEST_BYTES)
    )
    return len(rpc.TestServiceStub(channel).UnaryCall(request).payload.body)


def client_streaming(channel):
    requests = (
        pb.StreamingInputCallRequest(payload=payload(size)) for size in STREAM_REQUEST_BYTES
    )
    return rpc.TestServiceStub(channel).StreamingInputCall(requests).aggregated_payload_size


def client_streaming_of_nothing(channel):
    return rpc.TestServiceStub(channel).StreamingInputCall(iter(())).aggregated_payload_size


def server_streaming(channel):
    request = pb.StreamingOutputCallRequest(response_parameters=parameters(*STREAM_RESPONSE_BYTES))
    return [len(r.payload.body) for r in rpc.TestServiceStub(channel).StreamingOutputCall(request)]


def server_streaming_of_nothing(channel):
    request = pb.StreamingOutputCallRequest()
    return [len(r.payload.body) for r in rpc.TestServiceStub(channel).StreamingOutputCall(request)]


def a_future(channel):
    future = rpc.TestServiceStub(channel).UnaryCall.future(pb.SimpleRequest(response_size=7))
    return [len(future.result().payload.body), future.done(), future.code().name]


def a_call_with_its_account(channel):
    response, call = rpc.TestServiceStub(channel).UnaryCall.with_call(
        pb.SimpleRequest(response_size=3)
    )
    return [len(response.payload.body), call.code().name, call.details()]


def status_code_and_message(channel):
    request = pb.SimpleRequest(response_status=pb.EchoStatus(code=2, message="test status message"))
    return failure(lambda: rpc.TestServiceStub(channel).UnaryCall(request))


def every_status_code(channel):
    stub = rpc.TestServiceStub(channel)
    requests = [
        pb.SimpleRequest(response_status=pb.EchoStatus(code=code, message=f"code {code}"))
        for code in range(1, 17)
    ]
    return [failure(lambda request=request: stub.UnaryCall(request)) for request in requests]


def special_status_message(channel):
    request = pb.SimpleRequest(response_status=pb.EchoStatus(code=2, message=SPECIAL_MESSAGE))
    return failure(lambda: rpc.TestServiceStub(channel).UnaryCall(request))


def status_after_some_responses(channel):
    request = pb.StreamingOutputCallRequest(
        response_parameters=parameters(5, 6),
        response_status=pb.EchoStatus(code=10, message="enough"),
    )
    call = rpc.TestServiceStub(channel).StreamingOutputCall(request)
    sizes = []

    def read():
        for response in call:
            sizes.append(len(response.payload.body))

    return [failure(read), sizes, call.code().name, call.details()]


def custom_metadata_of_a_unary_call(channel):
    _, call = rpc.TestServiceStub(channel).UnaryCall.with_call(
        pb.SimpleRequest(response_size=1), metadata=METADATA
    )
    return echoed(call)


def custom_metadata_of_a_stream(channel):
    request = pb.StreamingOutputCallRequest(response_parameters=parameters(1))
    call = rpc.TestServiceStub(channel).StreamingOutputCall(request, metadata=METADATA)
    return [len(list(call)), echoed(call)]


def custom_metadata_of_an_error(channel):
    request = pb.SimpleRequest(response_status=pb.EchoStatus(code=5, message="none"))
    try:
        rpc.TestServiceStub(channel).UnaryCall(request, metadata=METADATA)
    except grpc.RpcError as error:
        return echoed(error)[-1:]
    return "no error"


def unimplemented_method(channel):
    return failure(lambda: rpc.TestServiceStub(channel).UnimplementedCall(pb.Empty()))


def unimplemented_service(channel):
    return failure(lambda: rpc.UnimplementedServiceStub(channel).UnimplementedCall(pb.Empty()))[0]


def timeout_on_sleeping_server(channel):
    request = pb.StreamingOutputCallRequest(
        response_parameters=[pb.ResponseParameters(size=1, interval_us=TOO_LONG_US)]
    )
    call = rpc.TestServiceStub(channel).StreamingOutputCall(request, timeout=TOO_SHORT_S)
    began = time.monotonic()
    # The text depends on which part of grpcio notices first.
    return [failure(lambda: list(call))[0], time.monotonic() - began < TOO_LONG_US / 1e6]


timeout_on_sleeping_server.natively = {"CANCELLED": "DEADLINE_EXCEEDED"}
"""The server is told the deadline too, and at times cancels before the client does."""


def the_deadline_reaches_the_server(channel):
    """It answers with the whole seconds that it was given; grpcio itself rounds up to tens."""
    _, call = rpc.TestServiceStub(channel).UnaryCall.with_call(pb.SimpleRequest(), timeout=1000)
    given = dict(call.trailing_metadata())["x-seconds-left"]
    return 900 < int(given) <= 1010


def cancel_before_the_response(channel):
    request = pb.StreamingOutputCallRequest(
        response_parameters=[pb.ResponseParameters(size=1, interval_us=TOO_LONG_US)]
    )
    call = rpc.TestServiceStub(channel).StreamingOutputCall(request)
    call.cancel()
    return [failure(lambda: list(call)), call.cancelled(), call.code().name]


def cancel_after_first_response(channel):
    request = pb.StreamingOutputCallRequest(
        response_parameters=[
            pb.ResponseParameters(size=1),
            pb.ResponseParameters(size=1, interval_us=TOO_LONG_US),
        ]
    )
    call = rpc.TestServiceStub(channel).StreamingOutputCall(request)
    first = len(next(call).payload.body)
    call.cancel()
    return [first, failure(lambda: list(call)), call.cancelled()]


def a_request_above_the_limit(channel):
    """The channel's own limit is 4 MiB; nothing is sent."""
    request = pb.SimpleRequest(payload=payload(5 * 1024 * 1024))
    return failure(lambda: rpc.TestServiceStub(channel).UnaryCall(request))


def a_response_above_the_limit(channel):
    request = pb.SimpleRequest(response_size=5 * 1024 * 1024)
    return failure(lambda: rpc.TestServiceStub(channel).UnaryCall(request))[0]


class Stamp(grpc.UnaryUnaryClientInterceptor, grpc.UnaryStreamClientInterceptor):
    """Adds metadata that the server echoes."""

    def intercept_unary_unary(self, continuation, details, request):
        return continuation(self._details(details), request)

    def intercept_unary_stream(self, continuation, details, request):
        return continuation(self._details(details), request)

    def _details(self, details):
        metadata = [*(details.metadata or ()), METADATA[0]]
        return Details(
            details.method,
            details.timeout,
            metadata,
            details.credentials,
            details.wait_for_ready,
            details.compression,
        )


class Details(grpc.ClientCallDetails):
    def __init__(self, method, timeout, metadata, credentials, wait_for_ready, compression):
        self.method = method
        self.timeout = timeout
        self.metadata = metadata
        self.credentials = credentials
        self.wait_for_ready = wait_for_ready
        self.compression = compression


def interceptors(channel):
    stub = rpc.TestServiceStub(grpc.intercept_channel(channel, Stamp()))
    _, call = stub.UnaryCall.with_call(pb.SimpleRequest())
    stream = stub.StreamingOutputCall(
        pb.StreamingOutputCallRequest(response_parameters=parameters(2))
    )
    return [echoed(call), len(list(stream)), echoed(stream)]


def invalid_metadata(channel):
    stub = rpc.TestServiceStub(channel)
    return [
        failure(lambda: stub.EmptyCall(pb.Empty(), metadata=(("Upper Case", "x"),))),
        failure(lambda: stub.EmptyCall(pb.Empty(), metadata=(("key", "two\nlines"),))),
        failure(
            lambda: list(
                stub.StreamingOutputCall(pb.StreamingOutputCallRequest(), metadata=(("key", "ü"),))
            )
        ),
    ]


def a_closed_channel(channel):
    with channel:
        rpc.TestServiceStub(channel).EmptyCall(pb.Empty())
    try:
        rpc.TestServiceStub(channel).EmptyCall(pb.Empty())
    except ValueError as error:
        return str(error)
    return "no error"


def call_credentials_over_an_insecure_channel(channel):
    credentials = grpc.access_token_call_credentials("secret")
    stub = rpc.TestServiceStub(channel)
    return [
        failure(lambda: stub.EmptyCall(pb.Empty(), credentials=credentials)),
        failure(
            lambda: list(
                stub.StreamingOutputCall(pb.StreamingOutputCallRequest(), credentials=credentials)
            )
        ),
    ]


def requests_that_raise(channel):
    def requests():
        yield pb.StreamingInputCallRequest(payload=payload(1))
        raise ValueError("on purpose")

    return failure(lambda: rpc.TestServiceStub(channel).StreamingInputCall(requests()))


def requests_of_another_type(channel):
    return failure(lambda: rpc.TestServiceStub(channel).EmptyCall("no message"))


def a_stream_whose_requests_are_too_large(channel):
    large = pb.StreamingInputCallRequest(payload=payload(5 * 1024 * 1024))
    return failure(lambda: rpc.TestServiceStub(channel).StreamingInputCall(iter([large])))


def a_stream_of_many_requests(channel):
    requests = (pb.StreamingInputCallRequest(payload=payload(65_536)) for _ in range(160))
    return rpc.TestServiceStub(channel).StreamingInputCall(requests).aggregated_payload_size


def a_future_that_fails(channel):
    request = pb.SimpleRequest(response_status=pb.EchoStatus(code=5, message="none"))
    future = rpc.TestServiceStub(channel).UnaryCall.future(request)
    error = future.exception()
    called = []
    future.add_done_callback(lambda done: called.append(done is future))
    return [
        error.code().name,
        failure(future.result),
        future.traceback() is not None,
        future.done(),
        future.running(),
        future.cancelled(),
        called,
    ]


def a_future_that_is_cancelled(channel):
    # An answer that came before the cancellation would stand.
    late = (("x-answer-late", ""),)
    future = rpc.TestServiceStub(channel).UnaryCall.future(pb.SimpleRequest(), metadata=late)
    answers = [future.cancel(), future.cancelled(), future.code().name]
    for ask in (future.result, future.exception, future.traceback):
        try:
            ask()
        except grpc.FutureCancelledError as error:
            answers.append(type(error).__name__)
    return answers


def a_future_that_is_cancelled_too_late(channel):
    future = rpc.TestServiceStub(channel).UnaryCall.future(pb.SimpleRequest(response_size=7))
    answer = future.result()
    return [
        future.cancel(),
        future.cancelled(),
        future.code().name,
        future.result() is answer,
        future.exception(),
    ]


class Elsewhere(grpc.UnaryUnaryClientInterceptor):
    """Sends every call to one method, and sets no other detail."""

    def intercept_unary_unary(self, continuation, details, request):
        only_the_method = grpc.ClientCallDetails()
        only_the_method.method = "/grpc.testing.TestService/EmptyCall"
        return continuation(only_the_method, request)


class Broken(grpc.UnaryUnaryClientInterceptor):
    def intercept_unary_unary(self, continuation, details, request):
        raise LookupError("on purpose")


def an_interceptor_that_changes_the_method(channel):
    stub = rpc.TestServiceStub(grpc.intercept_channel(channel, Elsewhere()))
    return stub.UnimplementedCall(pb.Empty()) == pb.Empty()


def an_interceptor_that_raises(channel):
    stub = rpc.TestServiceStub(grpc.intercept_channel(channel, Broken()))
    future = stub.EmptyCall.future(pb.Empty())
    answers = [future.code().name, future.details(), str(future.exception())]
    try:
        stub.EmptyCall(pb.Empty())
    except LookupError as error:
        answers.append(str(error))
    return answers


def a_call_that_waits_for_its_server(channel):
    stub = rpc.TestServiceStub(channel)
    return stub.EmptyCall(pb.Empty(), timeout=20, wait_for_ready=True) == pb.Empty()


CASES = [
    empty_unary,
    large_unary,
    client_streaming,
    client_streaming_of_nothing,
    server_streaming,
    server_streaming_of_nothing,
    a_future,
    a_call_with_its_account,
    status_code_and_message,
    every_status_code,
    special_status_message,
    status_after_some_responses,
    custom_metadata_of_a_unary_call,
    custom_metadata_of_a_stream,
    custom_metadata_of_an_error,
    unimplemented_method,
    unimplemented_service,
    timeout_on_sleeping_server,
    the_deadline_reaches_the_server,
    cancel_before_the_response,
    cancel_after_first_response,
    a_request_above_the_limit,
    a_response_above_the_limit,
    interceptors,
    invalid_metadata,
    a_closed_channel,
    call_credentials_over_an_insecure_channel,
    requests_that_raise,
    requests_of_another_type,
    a_stream_whose_requests_are_too_large,
    a_stream_of_many_requests,
    a_future_that_fails,
    a_future_that_is_cancelled,
    a_future_that_is_cancelled_too_late,
    an_interceptor_that_changes_the_method,
    an_interceptor_that_raises,
    a_call_that_waits_for_its_server,
]
