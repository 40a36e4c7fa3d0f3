"""What PySpark's own client leaves with the page, compared with what it sends itself."""

from __future__ import annotations

from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

import pyspark.sql.connect.proto as messages
import pytest
from pyspark.sql.connect.client import core
from pyspark_connect_web import grpc
from pyspark_connect_web.client import farewell
from pyspark_connect_web.client.farewell import Farewells, leave_farewells
from pyspark_connect_web.client.operations import FIRST_JOB_SECONDS, Operation
from pyspark_connect_web.tests.grpc.scripted import Wire, frame, ok, wire

NAMED = "11111111-2222-4333-8444-555555555555"
MADE = "66666666-7777-4888-9999-000000000000"
__all__ = ["wire"]


@dataclass
class Page:
    """What the page has been left: by key, address, headers, body and seconds to wait."""

    left: dict[str, tuple[str, list[tuple[str, str]], bytes, float]] = field(default_factory=dict)

    def leave(
        self, key: str, url: str, headers: list[tuple[str, str]], body: bytes, hold: float
    ) -> None:
        self.left[key] = url, headers, body, hold


@pytest.fixture
def page(monkeypatch: pytest.MonkeyPatch) -> Page:
    page = Page()
    monkeypatch.setattr(farewell, "leave_farewell", page.leave)
    monkeypatch.setattr(farewell, "withdraw_farewell", lambda key: page.left.pop(key, None))
    return page


@pytest.fixture
def connect(page: Page, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Makes clients of PySpark's own class over this package's grpc."""
    monkeypatch.setattr(core, "grpc", grpc)
    # A client says good-bye at the interpreter's exit; these have nobody to say it to.
    monkeypatch.setattr(core.atexit, "register", lambda callback: None)
    adapted = type("Client", (core.SparkConnectClient,), {})
    leave_farewells(SimpleNamespace(SparkConnectClient=adapted, pb2=messages))  # type: ignore[arg-type]
    return adapted


def test_a_session_leaves_just_what_its_release_would_send(
    connect: Any, page: Page, wire: Wire
) -> None:
    client = connect("sc://host:1/;token=secret;use_ssl=true;user_id=me")
    [(url, headers, body, hold)] = page.left.values()
    wire.will_answer(
        *ok(messages.ReleaseSessionResponse(session_id=client._session_id).SerializeToString())
    )
    client.release_session()
    [sent] = wire.sent
    assert (url, headers, body) == (sent.origin + sent.path, sent.headers, sent.body)
    assert ("authorization", "Bearer secret") in headers
    assert hold == 0.0


def test_a_closed_client_leaves_nothing(connect: Any, page: Page) -> None:
    client = connect("sc://host:1")
    client.close()
    client.close()
    assert page.left == {}


def test_while_a_query_has_no_job_yet_the_release_has_to_wait(connect: Any, page: Page) -> None:
    client, farewells = connect("sc://host:1"), Farewells()

    def hold() -> float:
        return page.left[client._session_id][-1]

    operation, other = Operation("op", client._stub), Operation("other", client._stub)
    farewells.begins(operation)
    farewells.begins(other)
    assert hold() == pytest.approx(FIRST_JOB_SECONDS, abs=1.0)
    operation.has_job = True
    farewells.submits_job(operation)
    assert hold() > 0.0
    farewells.ends(other)
    assert hold() == 0.0


def test_after_an_interrupt_the_release_still_waits(connect: Any, page: Page) -> None:
    client, farewells = connect("sc://host:1"), Farewells()
    operation = Operation("op", client._stub)
    farewells.begins(operation)
    try:
        raise KeyboardInterrupt
    except KeyboardInterrupt:
        farewells.ends(operation)
    assert page.left[client._session_id][-1] > 0.0


def test_a_session_that_the_user_has_named_is_not_released(connect: Any, page: Page) -> None:
    connect(f"sc://host:1/;session_id={NAMED}")
    assert page.left == {}


def test_of_a_named_session_each_running_operation_is_interrupted(connect: Any, page: Page) -> None:
    client, farewells = connect(f"sc://host:1/;session_id={NAMED}"), Farewells()
    operation = Operation("op", client._stub)
    farewells.begins(operation)
    url, _, body, hold = page.left["op"]
    request = client._interrupt_request("operation", "op")
    assert url.endswith("/Interrupt")
    assert body == frame(request.SerializeToString())
    assert hold > 0.0
    operation.has_job = True
    farewells.submits_job(operation)
    assert page.left["op"][-1] == 0.0
    farewells.ends(operation)
    assert page.left == {}


def test_pysparks_own_variable_has_a_named_session_released(
    connect: Any, page: Page, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SPARK_CONNECT_RELEASE_SESSION_ON_EXIT", "true")
    connect(f"sc://host:1/;session_id={NAMED}")
    assert list(page.left) == [NAMED]


def test_a_clone_is_released_unless_the_user_has_named_it(
    connect: Any, page: Page, wire: Wire
) -> None:
    client = connect("sc://host:1")
    for given, made in ((None, MADE), (NAMED, NAMED)):
        answer = messages.CloneSessionResponse(new_session_id=made)
        wire.will_answer(*ok(answer.SerializeToString()))
        client.clone(given)
    assert list(page.left) == [client._session_id, MADE]


def test_metadata_that_no_call_can_carry_stops_no_client(connect: Any, page: Page) -> None:
    connect("sc://host:1/;x=\u00e4")
    assert page.left == {}
