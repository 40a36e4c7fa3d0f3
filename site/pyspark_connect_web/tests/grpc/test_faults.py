"""Endpoints that are not there, not ours, or gone for a while."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from pyspark_connect_web import grpc
from pyspark_connect_web.bridge import Record
from pyspark_connect_web.grpc._outage import RECONNECT_SECONDS
from pyspark_connect_web.tests.grpc.scripted import End, Failure, Head, Wire, head, ok

PATH = "/pkg.Service/Method"
SPARK_DOWN = head(
    ("grpc-status", "14"),
    ("grpc-message", "upstream connect error: remote connection failure"),
    status=503,
)


def error_of(wire: Wire, *records: Record) -> grpc.RpcError:
    wire.will_answer(*records)
    with pytest.raises(grpc.RpcError) as caught:
        grpc.insecure_channel("host:1").unary_unary(PATH)(b"")
    return caught.value


def page(status: int, kind: str, redirected: bool = False) -> Head:
    return Head(status, "http://host:1/login", redirected, (("content-type", kind),))


@pytest.mark.parametrize(
    ("records", "words"),
    [
        ([Failure("unreachable", "")], ["http://host:1", "port", "running"]),
        ([Failure("cors", "")], ["http://host:1", "CORS", "allowed origins"]),
        ([Failure("mixed-content", "")], ["https", "use_ssl"]),
        ([SPARK_DOWN, End()], ["http://host:1", "Spark Connect server behind it", "start it"]),
        ([page(200, "text/html"), End()], ["web page", "login"]),
        ([page(404, "text/html"), End()], ["no Spark Connect endpoint", "404"]),
        ([page(415, "text/plain"), End()], ["no Spark Connect endpoint", "415"]),
    ],
)
def test_what_no_retry_can_mend_is_one_sentence_that_pyspark_does_not_retry(
    wire: Wire, records: list[Record], words: list[str]
) -> None:
    error = error_of(wire, *records)
    assert error.code() is not grpc.StatusCode.UNAVAILABLE
    assert all(word in str(error) for word in words)
    assert "\n" not in str(error)
    assert len(wire.sent) == 1


def test_a_busy_proxy_stays_unavailable(wire: Wire) -> None:
    assert error_of(wire, page(502, "text/plain"), End()).code() is grpc.StatusCode.UNAVAILABLE


def test_spark_overloaded_stays_unavailable_with_its_own_words(wire: Wire) -> None:
    error = error_of(wire, head(("grpc-status", "14"), ("grpc-message", "busy")), End())
    assert error.code() is grpc.StatusCode.UNAVAILABLE
    assert error.details() == "busy"


@pytest.mark.parametrize("gone", [[SPARK_DOWN, End()], [Failure("unreachable", "")]])
def test_an_endpoint_that_has_answered_before_is_waited_for(
    wire: Wire, clock: Callable[[], float], gone: list[Record]
) -> None:
    call = grpc.insecure_channel("host:1").unary_unary(PATH)
    wire.will_answer(*ok(b"1"))
    for _ in range(3):
        wire.will_answer(*gone)
    wire.will_answer(*ok(b"2"))
    assert (call(b""), call(b"")) == (b"1", b"2")
    assert all(sent.closed for sent in wire.sent)


def test_an_endpoint_that_stays_away_ends_in_the_sentence_and_not_in_retries(
    wire: Wire, clock: Callable[[], float], capsys: pytest.CaptureFixture[str]
) -> None:
    call = grpc.insecure_channel("host:1").unary_unary(PATH)
    wire.will_answer(*ok(b"1"))
    call(b"")
    start = clock()
    wire.answers = [[SPARK_DOWN, End()] for _ in range(1000)]
    with pytest.raises(grpc.RpcError) as caught:
        call(b"")
    assert caught.value.code() is grpc.StatusCode.FAILED_PRECONDITION
    assert RECONNECT_SECONDS <= clock() - start < RECONNECT_SECONDS + 2
    assert capsys.readouterr().err.count("does not answer") == 1


def test_a_request_that_may_have_reached_the_server_is_not_sent_again(
    wire: Wire, clock: Callable[[], float]
) -> None:
    call = grpc.insecure_channel("host:1").unary_unary(PATH)
    wire.will_answer(*ok(b"1"))
    call(b"")
    wire.will_answer(Failure("cut", "reset"))
    with pytest.raises(grpc.RpcError) as caught:
        call(b"")
    assert caught.value.code() is grpc.StatusCode.UNAVAILABLE
    assert len(wire.sent) == 2


PLAIN = "Files are read and written below this server's warehouse only."


@pytest.mark.parametrize("number", [7, 8])
def test_a_gatekeepers_sentence_is_all_that_a_cell_shows(wire: Wire, number: int) -> None:
    refused = head(("grpc-status", str(number)), ("grpc-message", PLAIN))
    error = error_of(wire, refused, End())
    assert str(error) == PLAIN
    assert error._render_traceback_() == [f"RpcError: {PLAIN}"]
    assert error.details() == PLAIN


@pytest.mark.parametrize(
    "more",
    [
        [("grpc-status", "7"), ("grpc-message", "no sentence")],
        [("grpc-status", "13"), ("grpc-message", PLAIN)],
        [("grpc-status", "7"), ("grpc-message", PLAIN), ("grpc-status-details-bin", "AA")],
    ],
)
def test_what_spark_says_keeps_its_form(wire: Wire, more: list[tuple[str, str]]) -> None:
    error = error_of(wire, head(*more), End())
    assert str(error).startswith("<_InactiveRpcError of RPC that terminated with:")
    assert not hasattr(error, "_render_traceback_")
