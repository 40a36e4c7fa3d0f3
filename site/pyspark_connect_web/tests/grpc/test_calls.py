"""Calls over a scripted bridge: what a caller sees, and what goes on the wire."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import grpc as native
import pytest
from grpc import _channel as native_calls
from pyspark_connect_web import grpc
from pyspark_connect_web.grpc import _call
from pyspark_connect_web.grpc._protocol import frame
from pyspark_connect_web.grpc.delivery import OneWay, deliver
from pyspark_connect_web.tests.grpc.scripted import End, Failure, Message, Trailers, Wire, head, ok

PATH = "/pkg.Service/Method"


def channel(**options: int) -> grpc.Channel:
    pairs = [(name.replace("__", "."), value) for name, value in options.items()]
    return grpc.insecure_channel("host:1", options=pairs)


def failing(code: int, message: str = "") -> list[object]:
    return [head(("grpc-status", str(code)), ("grpc-message", message)), End()]


def test_a_unary_call_sends_one_frame_and_returns_the_message(wire: Wire) -> None:
    wire.will_answer(*ok(b"answer"))
    assert channel().unary_unary(PATH)(b"question") == b"answer"
    (sent,) = wire.sent
    assert (sent.origin, sent.path, sent.body) == ("http://host:1", PATH, frame(b"question"))
    assert ("content-type", "application/grpc-web+proto") in sent.headers
    assert sent.closed


def test_serializers_are_applied_on_both_sides(wire: Wire) -> None:
    wire.will_answer(*ok(b"5"))
    call = channel().unary_unary(PATH, lambda n: str(n).encode(), int)
    assert call(7) == 5
    assert wire.sent[0].body == frame(b"7")


def test_a_stream_yields_each_message_as_it_comes_and_then_stops(wire: Wire) -> None:
    wire.will_answer(*ok(b"a", b"", b"c"))
    stream = channel().unary_stream(PATH)(b"")
    assert list(stream) == [b"a", b"", b"c"]
    assert stream.code() is grpc.StatusCode.OK


def test_a_stream_unary_call_sends_every_request_in_one_body(wire: Wire) -> None:
    wire.will_answer(*ok(b"done"))
    assert channel().stream_unary(PATH)(iter([b"a", b"bc"])) == b"done"
    assert wire.sent[0].body == frame(b"a") + frame(b"bc")


def test_a_bidirectional_stream_is_refused_by_name(wire: Wire) -> None:
    call = channel().stream_stream(PATH)
    with pytest.raises(NotImplementedError, match="stream_stream"):
        call(iter([]))


@pytest.mark.parametrize("code", [c for c in native.StatusCode if c is not native.StatusCode.OK])
def test_a_status_in_the_http_headers_is_raised_with_its_code_and_text(
    wire: Wire, code: native.StatusCode
) -> None:
    wire.will_answer(*failing(code.value[0], "caf%C3%A9 %25"))
    with pytest.raises(grpc.RpcError) as caught:
        channel().unary_unary(PATH)(b"")
    assert caught.value.code().name == code.name
    assert caught.value.code().value == code.value
    assert caught.value.details() == "café %"


def test_a_status_in_the_trailers_ends_a_stream_after_its_messages(wire: Wire) -> None:
    trailers = Trailers("grpc-status: 5\r\ngrpc-message: no%20such\r\nx-more-bin: AAE\r\n")
    wire.will_answer(head(), Message(b"a"), trailers, End())
    stream = channel().unary_stream(PATH)(b"")
    assert next(stream) == b"a"
    with pytest.raises(grpc.RpcError) as caught:
        next(stream)
    assert caught.value is stream
    assert caught.value.code() is grpc.StatusCode.NOT_FOUND
    assert ("x-more-bin", b"\x00\x01") in caught.value.trailing_metadata()


def test_the_text_of_an_error_has_grpcios_form(wire: Wire) -> None:
    wire.will_answer(*failing(13, "boom"))
    with pytest.raises(grpc.RpcError) as caught:
        channel().unary_unary(PATH)(b"")
    lines = str(caught.value).splitlines()
    assert lines[:3] == [
        "<_InactiveRpcError of RPC that terminated with:",
        "\tstatus = StatusCode.INTERNAL",
        '\tdetails = "boom"',
    ]


def test_a_body_without_trailers_is_unavailable_so_that_pyspark_reattaches(wire: Wire) -> None:
    wire.will_answer(head(), Message(b"a"), End())
    stream = channel().unary_stream(PATH)(b"")
    assert next(stream) == b"a"
    with pytest.raises(grpc.RpcError) as caught:
        next(stream)
    assert caught.value.code() is grpc.StatusCode.UNAVAILABLE


def test_a_cut_inside_a_message_is_unavailable(wire: Wire) -> None:
    wire.will_answer(head(), Failure("cut", "reset"))
    with pytest.raises(grpc.RpcError) as caught:
        list(channel().unary_stream(PATH)(b""))
    assert caught.value.code() is grpc.StatusCode.UNAVAILABLE


def test_an_ok_without_a_message_is_an_error(wire: Wire) -> None:
    wire.will_answer(head(("grpc-status", "0")), End())
    with pytest.raises(grpc.RpcError) as caught:
        channel().unary_unary(PATH)(b"")
    assert caught.value.code() is grpc.StatusCode.INTERNAL


def test_a_message_above_the_send_limit_never_leaves(wire: Wire) -> None:
    call = channel(grpc__max_send_message_length=3).unary_unary(PATH)
    with pytest.raises(grpc.RpcError) as caught:
        call(b"four")
    assert caught.value.code() is grpc.StatusCode.RESOURCE_EXHAUSTED
    assert "(4 vs. 3)" in caught.value.details()
    assert wire.sent == []


def test_a_message_above_the_receive_limit_is_refused(wire: Wire) -> None:
    wire.will_answer(head(), Failure("too-large", "9"))
    with pytest.raises(grpc.RpcError) as caught:
        channel(grpc__max_receive_message_length=8).unary_unary(PATH)(b"")
    assert caught.value.code() is grpc.StatusCode.RESOURCE_EXHAUSTED
    assert "(9 vs. 8)" in caught.value.details()


def test_a_deadline_goes_out_as_grpc_timeout_and_comes_back_as_deadline_exceeded(
    wire: Wire,
) -> None:
    wire.will_answer(Failure("deadline", ""))
    with pytest.raises(grpc.RpcError) as caught:
        channel().unary_unary(PATH)(b"", timeout=0.25)
    assert caught.value.code() is grpc.StatusCode.DEADLINE_EXCEEDED
    headers = dict(wire.sent[0].headers)
    assert headers["grpc-timeout"].endswith("u")
    assert 0 < int(headers["grpc-timeout"][:-1]) <= 250_000


def test_an_interrupt_ends_the_call_on_the_wire_and_goes_on(wire: Wire) -> None:
    wire.will_answer(head(), KeyboardInterrupt())
    stream = channel().unary_stream(PATH)(b"")
    with pytest.raises(KeyboardInterrupt):
        next(stream)
    assert wire.sent[0].closed
    assert stream.cancelled()


def test_a_cancelled_stream_says_so(wire: Wire) -> None:
    wire.will_answer(*ok(b"a", b"b"))
    stream = channel().unary_stream(PATH)(b"")
    next(stream)
    assert stream.cancel()
    with pytest.raises(grpc.RpcError) as caught:
        next(stream)
    assert caught.value.code() is grpc.StatusCode.CANCELLED
    assert not stream.cancel()


def test_the_status_of_a_stream_can_be_asked_for_before_its_messages(wire: Wire) -> None:
    wire.will_answer(*ok(b"a", b"b"))
    stream = channel().unary_stream(PATH)(b"")
    assert stream.code() is grpc.StatusCode.OK
    assert list(stream) == [b"a", b"b"]


def test_initial_metadata_is_there_before_the_first_message(wire: Wire) -> None:
    wire.will_answer(head(("x-first", "1")), Message(b"a"))
    stream = channel().unary_stream(PATH)(b"")
    assert stream.initial_metadata() == (("x-first", "1"),)


def test_a_one_way_call_is_sent_and_not_waited_for(wire: Wire) -> None:
    with deliver(OneWay()):
        assert channel().unary_unary(PATH)(b"bye") == b""
    assert wire.sent == []
    assert wire.forgotten[0].body == frame(b"bye")


def test_a_closed_channel_refuses_new_methods(wire: Wire) -> None:
    with channel() as closed:
        pass
    with pytest.raises(ValueError, match="closed channel"):
        closed.unary_unary(PATH)


def test_compression_is_refused_rather_than_ignored(wire: Wire) -> None:
    with pytest.raises(NotImplementedError, match="compression"):
        channel().unary_unary(PATH)(b"", compression=grpc.Compression.Gzip)


def test_a_missing_name_says_that_it_is_missing() -> None:
    assert not hasattr(grpc, "server")
    with pytest.raises(NotImplementedError, match=r"grpc\.server"):
        _ = grpc.server


def test_requests_that_raise_end_the_call_as_in_grpcio(wire: Wire) -> None:
    def requests() -> Iterator[bytes]:
        yield b"a"
        raise ValueError("boom")

    call = channel().stream_unary(PATH).future(requests())
    assert (call.code().name, call.details()) == ("UNKNOWN", "Exception iterating requests!")
    assert wire.sent == []


def test_a_serializer_that_raises_ends_the_call_as_in_grpcio(wire: Wire) -> None:
    call = channel().unary_unary(PATH, request_serializer=int).future(b"x")
    assert (call.code().name, call.details()) == ("INTERNAL", "Exception serializing request!")
    assert wire.sent == []


def test_a_message_above_the_limit_fails_when_a_stream_is_read(wire: Wire) -> None:
    stream = channel(grpc__max_send_message_length=3).unary_stream(PATH)(b"four")
    with pytest.raises(grpc.RpcError) as caught:
        next(stream)
    assert caught.value.code() is grpc.StatusCode.RESOURCE_EXHAUSTED


def test_waiting_for_a_result_with_a_time_limit_of_its_own_is_refused_by_name(wire: Wire) -> None:
    wire.will_answer(*ok(b"answer"))
    future = channel().unary_unary(PATH).future(b"")
    with pytest.raises(NotImplementedError, match="timeout=5"):
        future.result(timeout=5)
    assert future.result() == b"answer"
    assert future.result(timeout=5) == b"answer"


def test_a_future_that_was_cancelled_here_says_so(wire: Wire) -> None:
    wire.will_answer(*ok(b"answer"))
    future = channel().unary_unary(PATH).future(b"")
    assert future.cancel()
    for ask in (future.result, future.exception, future.traceback):
        with pytest.raises(grpc.FutureCancelledError):
            ask()


def test_a_call_that_waits_for_its_server_is_sent_until_it_is_there(
    wire: Wire, clock: Callable[[], float]
) -> None:
    for _ in range(50):
        wire.will_answer(Failure("unreachable", ""))
    wire.will_answer(*ok(b"answer"))
    assert channel().unary_unary(PATH)(b"", wait_for_ready=True) == b"answer"
    assert len(wire.sent) == 51


CLASSES = [name for name in grpc.__all__ if isinstance(getattr(grpc, name), type)]


@pytest.mark.parametrize("name", native.__all__)
def test_a_name_of_grpcio_is_here_or_raises_not_implemented_naming_it(name: str) -> None:
    if name in grpc.__all__:
        assert isinstance(getattr(grpc, name), type) == isinstance(getattr(native, name), type)
        return
    with pytest.raises(NotImplementedError, match=rf"grpc\.{name} is not available"):
        getattr(grpc, name)


def test_nothing_is_here_that_grpcio_does_not_have() -> None:
    assert set(grpc.__all__) <= set(native.__all__)


@pytest.mark.parametrize("name", CLASSES)
def test_a_class_has_the_public_attributes_of_grpcios(name: str) -> None:
    ours, theirs = getattr(grpc, name), getattr(native, name)
    assert {a for a in dir(theirs) if not a.startswith("_")} <= set(dir(ours))


@pytest.mark.parametrize(
    ("kind", "ours"),
    [
        ("_MultiThreadedRendezvous", _call._MultiThreadedRendezvous),
        ("_MultiThreadedRendezvous", _call._UnaryCall),
        ("_InactiveRpcError", _call._InactiveRpcError),
    ],
)
def test_a_call_object_has_the_methods_of_grpcios(kind: str, ours: type) -> None:
    theirs = getattr(native_calls, kind)
    assert {a for a in dir(theirs) if not a.startswith("_")} - {"next"} <= set(dir(ours))


@pytest.mark.parametrize(
    "refused",
    [
        lambda c: c.subscribe(print),
        lambda c: c.unsubscribe(print),
        lambda c: c.stream_stream(PATH)(iter(())),
        lambda c: grpc.insecure_channel("host:1", compression=grpc.Compression.Gzip),
    ],
)
def test_what_a_browser_cannot_do_is_refused(refused: Callable[[grpc.Channel], object]) -> None:
    with pytest.raises(NotImplementedError, match=r"subscribe|stream_stream|compression"):
        refused(channel())
