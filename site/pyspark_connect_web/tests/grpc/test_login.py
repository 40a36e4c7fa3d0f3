"""Calls at a site where people sign in: what a login that has ended means, and which cell calls."""

from __future__ import annotations

import re

import pytest
from pyspark_connect_web import grpc
from pyspark_connect_web.bridge import Record
from pyspark_connect_web.grpc import _faults
from pyspark_connect_web.grpc.cell_metadata import cell_running
from pyspark_connect_web.grpc.delivery import OneWay, Recorded, deliver
from pyspark_connect_web.tests.grpc.scripted import End, Failure, Head, Wire, head, ok

PATH = "/pkg.Service/Method"
REFUSED = Head(401, "http://host:1/path", False, (("content-type", "text/plain"),))
CELL_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")


def error_of(wire: Wire, *records: Record) -> grpc.RpcError:
    wire.will_answer(*records)
    with pytest.raises(grpc.RpcError) as caught:
        grpc.insecure_channel("host:1").unary_unary(PATH)(b"")
    return caught.value


def cells(wire: Wire) -> list[str | None]:
    return [dict(sent.headers).get("pcw-cell") for sent in (*wire.sent, *wire.forgotten)]


@pytest.mark.parametrize(
    ("reason", "words"),
    [("login-ended", ["has ended", "run the cell"]), ("signed-out", ["signed out", "pcw.session"])],
)
def test_a_login_that_ended_is_one_sentence_with_a_link_and_no_reason_to_try_again(
    wire: Wire, reason: str, words: list[str]
) -> None:
    error = error_of(wire, Failure(reason, ""))
    assert error.code() is grpc.StatusCode.UNAUTHENTICATED
    assert all(word in str(error) for word in words)
    assert "http://host:1/pcw-signed-in.html" in str(error)
    assert "\n" not in str(error)
    assert "token" not in str(error)
    assert len(wire.sent) == 1


def test_a_login_that_is_refused_for_the_time_is_one_sentence_that_promises_no_cure(
    wire: Wire,
) -> None:
    error = error_of(wire, Failure("login-untimely", ""))
    assert error.code() is grpc.StatusCode.UNAUTHENTICATED
    assert "tell who runs the site" in str(error)
    assert "sign in again" not in str(error)
    assert "\n" not in str(error)
    assert len(wire.sent) == 1


def test_where_people_sign_in_a_refusal_of_spark_itself_asks_for_no_token(
    wire: Wire, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_faults, "_signs_in_at", lambda origin: origin == "http://host:1")
    refused = head(("grpc-status", "16"), ("grpc-message", "The token has expired: sign in again."))
    error = error_of(wire, refused, End())
    assert error.code() is grpc.StatusCode.UNAUTHENTICATED
    assert "Spark at http://host:1 refuses your login (The token has expired" in str(error)
    assert "token=" not in str(error)
    assert "\n" not in str(error)


def test_a_refusal_where_nobody_signs_in_asks_for_a_token(wire: Wire) -> None:
    error = error_of(wire, REFUSED, End())
    assert error.code() is grpc.StatusCode.UNAUTHENTICATED
    assert "token=" in str(error)
    assert "\n" not in str(error)


def test_all_calls_of_one_execution_of_a_cell_have_one_id(wire: Wire) -> None:
    call = grpc.insecure_channel("host:1").unary_unary(PATH)
    for _ in range(3):
        wire.will_answer(*ok(b"1"))
    with cell_running("1f0c") as cell:
        call(b"")
        call(b"")
        with deliver(OneWay()):
            call(b"")
    with cell_running("1f0c") as again:
        call(b"")
    assert cells(wire) == [cell, cell, again, cell]
    assert cell != again
    assert cell.startswith("1f0c.")


def test_a_call_outside_of_cells_has_no_id(wire: Wire) -> None:
    wire.will_answer(*ok(b"1"))
    with cell_running():
        pass
    grpc.insecure_channel("host:1").unary_unary(PATH)(b"")
    assert cells(wire) == [None]


def test_a_recorded_call_belongs_to_no_cell(wire: Wire) -> None:
    call = grpc.insecure_channel("host:1").unary_unary(PATH)
    recorded = Recorded()
    with cell_running(), deliver(recorded):
        call(b"")
    assert "pcw-cell" not in dict(recorded.requests[0].headers)


@pytest.mark.parametrize("name", ["", "x" * 100, "of a\n file's: \u20ac", "5e2b7f0a-7b8c-4d6e"])
def test_an_id_fits_a_header_whatever_a_cell_is_called(name: str) -> None:
    with cell_running(name) as cell:
        assert CELL_ID.fullmatch(cell)
